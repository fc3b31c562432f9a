import type { EntityKind } from '../detection/kinds.ts';

/** A token that stands for a value. */
export interface IssuedToken {
  readonly token: string;
  readonly kind: EntityKind;
  /** The surface form, as the caller said or wrote it. */
  readonly value: string;
  /** What the model reads instead of the token, under the scheme `synthetic`: a made-up value of the same form. */
  readonly surrogate?: string;
  readonly kid: string;
  readonly keyVersion: string;
  /** Whether the vault must keep the value: false for a token that carries it. */
  readonly stored: boolean;
}
