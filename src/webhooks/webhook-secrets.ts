/** Signing secrets of webhooks: sealed under a key of the ring, and bound to account and webhook. */
import { Failure } from '../platform/failure.ts';
import type { AccountId, WebhookId } from '../platform/ids.ts';
import { Secret } from '../platform/secret.ts';
import type { KeyRing, RingKey } from '../tokens/key-ring.ts';

/** A sealed secret as its row holds it. */
export interface SealedWebhookSecret {
  readonly kid: string;
  readonly keyVersion: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

const PURPOSE = 'masker/webhook-secret';

function scopeOf(account: AccountId, webhook: WebhookId, kid: string): string {
  return `${PURPOSE}/v1|${account}|${webhook}|${kid}`;
}

export class WebhookSecrets {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** Seals under the active key of the first kid. Throws Failure `audit_unavailable` where the ring has none. */
  seal(account: AccountId, webhook: WebhookId, secret: Secret<string>): SealedWebhookSecret {
    const [kid = ''] = [...this.#ring.kids()].sort();
    const key = this.#ring.active(kid);
    if (key === null) throw new Failure('audit_unavailable', 'The server has no key to keep a secret under.');
    const sealed = key.sealing(PURPOSE).seal(Buffer.from(secret.reveal(), 'utf8'), scopeOf(account, webhook, kid));
    return { kid, keyVersion: key.version, sealed: Uint8Array.from(sealed) };
  }

  /** Returns null where the key is gone or the row is not the one that was sealed. */
  open(
    account: AccountId,
    webhook: WebhookId,
    { kid, keyVersion, sealed }: Omit<SealedWebhookSecret, 'sealed'> & { readonly sealed: Uint8Array },
  ): Secret<string> | null {
    const key = this.#ring.version(kid, keyVersion);
    const opened = key?.sealing(PURPOSE).open(sealed, scopeOf(account, webhook, kid)) ?? null;
    return opened === null ? null : new Secret(Buffer.from(opened).toString('utf8'));
  }

  /** Seals a stored secret anew under `target`. Null where it does not open. */
  reseal(
    account: AccountId,
    webhook: WebhookId,
    stored: Omit<SealedWebhookSecret, 'sealed'> & { readonly sealed: Uint8Array },
    target: RingKey,
  ): { readonly kid: string; readonly keyVersion: string; readonly sealed: Uint8Array } | null {
    const secret = this.open(account, webhook, stored);
    if (secret === null) return null;
    const bytes = Buffer.from(secret.reveal(), 'utf8');
    const sealed = target.sealing(PURPOSE).seal(bytes, scopeOf(account, webhook, target.kid));
    return { kid: target.kid, keyVersion: target.version, sealed };
  }
}
