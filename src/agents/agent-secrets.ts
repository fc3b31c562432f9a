/**
 * Secrets of an agent that Masker must be able to use: sealed under a key of the ring, like the values of a vault, and
 * bound to account, agent and purpose, so that a row moved elsewhere does not open.
 */
import type { AgentSecretPurpose } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import { Secret } from '../platform/secret.ts';
import type { KeyRing, RingKey } from '../tokens/key-ring.ts';

/** A sealed secret as its row holds it. */
export interface SealedSecret {
  readonly purpose: AgentSecretPurpose;
  readonly kid: string;
  readonly keyVersion: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

const PURPOSE = 'masker/agent-secret';

function scopeOf(account: AccountId, agent: AgentId, purpose: AgentSecretPurpose, kid: string): string {
  return `${PURPOSE}/v1|${account}|${agent}|${purpose}|${kid}`;
}

export class AgentSecrets {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** Seals under the active key of `kid`. Throws RangeError where the kid has none. */
  seal(
    account: AccountId,
    agent: AgentId,
    purpose: AgentSecretPurpose,
    kid: string,
    secret: Secret<string>,
  ): SealedSecret {
    const key = this.#ring.active(kid);
    if (key === null) throw new RangeError(`no key is registered for ${kid}`);
    const sealed = key
      .sealing(PURPOSE)
      .seal(Buffer.from(secret.reveal(), 'utf8'), scopeOf(account, agent, purpose, kid));
    return { purpose, kid, keyVersion: key.version, sealed: Uint8Array.from(sealed) };
  }

  /** Throws Failure `audit_unavailable` where the key is gone or the row is not the one that was sealed: fail closed. */
  open(account: AccountId, agent: AgentId, { purpose, kid, keyVersion, sealed }: SealedSecret): Secret<string> {
    const key = this.#ring.version(kid, keyVersion);
    const opened = key === null ? null : key.sealing(PURPOSE).open(sealed, scopeOf(account, agent, purpose, kid));
    if (opened === null)
      throw new Failure('audit_unavailable', 'A secret of the agent cannot be opened. Set it again.');
    return new Secret(Buffer.from(opened).toString('utf8'));
  }

  /** Seals a stored secret anew under `target`. Null where the key is gone or the row is not the one that was sealed. */
  reseal(
    account: AccountId,
    agent: AgentId,
    purpose: AgentSecretPurpose,
    { kid, keyVersion, sealed }: { readonly kid: string; readonly keyVersion: string; readonly sealed: Uint8Array },
    target: RingKey,
  ): { readonly kid: string; readonly keyVersion: string; readonly sealed: Uint8Array } | null {
    const key = this.#ring.version(kid, keyVersion);
    const opened = key?.sealing(PURPOSE).open(sealed, scopeOf(account, agent, purpose, kid)) ?? null;
    if (opened === null) return null;
    const again = target.sealing(PURPOSE).seal(opened, scopeOf(account, agent, purpose, target.kid));
    return { kid: target.kid, keyVersion: target.version, sealed: again };
  }
}
