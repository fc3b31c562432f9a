/** Signatures of Standard Webhooks 1.0: who receives a question of ours can tell that it is ours. */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The headers of a message. `secret` as it is shown to the receiver: `whsec_` and the key in base64; `timestamp` in
 * seconds since the epoch; `body` the exact bytes that are sent. Throws RangeError for a secret of another form.
 */
export function webhookHeaders(
  secret: string,
  id: string,
  timestamp: number,
  body: Uint8Array,
): Record<string, string> {
  if (!secret.startsWith(PREFIX)) throw new RangeError('the secret of a webhook begins with whsec_');
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`, 'utf8').update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
