/** Signatures of Standard Webhooks 1.0: who receives a message of ours can tell that it is ours. */
import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from './secret.ts';

const PREFIX = 'whsec_';

/**
 * The headers of a message. `secrets` as they are shown to the receiver: `whsec_` and the key in base64; each signs, for a
 * receiver knows one of them. `timestamp` in seconds since the epoch; `body` the exact bytes that are sent. Throws RangeError
 * for a secret of another form.
 */
export function webhookHeaders(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: Uint8Array,
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    if (!secret.startsWith(PREFIX)) throw new RangeError('the secret of a webhook begins with whsec_');
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`, 'utf8').update(body).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}

/** A fresh secret in the form of Standard Webhooks: `whsec_` and 256 random bits in base64. */
export function newWebhookSecret(): Secret<string> {
  return new Secret(`whsec_${randomBytes(32).toString('base64')}`);
}
