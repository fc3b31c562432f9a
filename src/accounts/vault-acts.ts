/** What admins may do to vaults over the API. Custody does it; the API knows this form alone. */
import type { SessionId } from '../platform/ids.ts';
import type { ActingUser } from './acting-user.ts';

/** What a purge erases values of. */
export type PurgeScope =
  /** Sealed sessions that began before a moment. */
  | { readonly by: 'before'; readonly before: Date }
  | { readonly by: 'session'; readonly sessionId: SessionId }
  | { readonly by: 'subject'; readonly value: string };

/** What a purge erases, or would erase. */
export interface PurgeTotals {
  /** Sessions with a vault that were looked at. */
  readonly searched: number;
  /** Of these, sessions whose vault does not open: their key is not registered. A value in them is not found. */
  readonly unopened: number;
  readonly sessions: number;
  readonly values: number;
  readonly payloads: number;
}

/** A purge of the vaults of one account. */
export interface PurgeRequest {
  readonly scope: PurgeScope;
  /** Count, and change nothing. */
  readonly dryRun: boolean;
  /** What a search for a subject is for; null where nothing is said. */
  readonly purpose: string | null;
}

/** Rows that are sealed under a key of the ring, by table. */
export type SealedRows = Readonly<Record<'vault_keys' | 'agent_secrets' | 'webhook_secrets', number>>;

/** What a rotation changes, or would change. */
export interface RotationTotals {
  /** Rows that are under another key than the one that they belong under. */
  readonly pending: SealedRows;
  readonly changed: SealedRows;
  /** Rows that do not open: their key is not registered, or they are damaged. */
  readonly unopened: SealedRows;
}

/** A rotation of the keys of the instance. */
export interface RotationRequest {
  /** Count, and change nothing. */
  readonly dryRun: boolean;
  /** Only rows under this kid; null for all. */
  readonly oldKid: string | null;
  /** All rows come under the active key of this kid; null: each under the active key of its own. */
  readonly newKid: string | null;
}

export interface VaultActs {
  /**
   * Erases values of the user's own account, on record with the user. A search for a subject that erases nothing is on
   * record, too. Throws Failure `session_not_found` for a session of another account, and `forbidden` for a user who may
   * not purge any more.
   */
  purge(user: ActingUser, request: PurgeRequest): Promise<PurgeTotals>;
  /**
   * Seals the rows of all accounts anew, under active keys, on record with the user. Throws Failure `forbidden` for users of
   * any account but the instance's own, `validation_failed` for a kid without a key, and `rotation_in_progress`.
   */
  rotateKeys(user: ActingUser, request: RotationRequest): Promise<RotationTotals>;
}
