/**
 * Receives webhooks and verifies their signatures, as Standard Webhooks asks. Needs the secret that the webhook was made with.
 *
 *     MASKER_WEBHOOK_SECRET=whsec_... npx tsx examples/webhook-receiver/receiver.ts [port]
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

const secret = process.env['MASKER_WEBHOOK_SECRET'] ?? '';
if (!secret.startsWith('whsec_')) throw new Error('MASKER_WEBHOOK_SECRET must be the secret of the webhook, whsec_...');
const key = Buffer.from(secret.slice('whsec_'.length), 'base64');

/** A message that is older or newer than this is refused: it may be an old one, sent by somebody else. */
const TOLERANCE_SECONDS = 300;

/** Events that were handled. A webhook can come twice, with the same ID. Keep this in your database. */
const handled = new Set<string>();

function isGenuine(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS) {
    const signed = Buffer.concat([Buffer.from(`${String(headers['webhook-id'])}.${timestamp}.`), body]);
    const expected = createHmac('sha256', key).update(signed).digest();
    // After a rotation there are two signatures.
    return String(headers['webhook-signature'])
      .split(' ')
      .filter((signature) => signature.startsWith('v1,'))
      .map((signature) => Buffer.from(signature.slice(3), 'base64'))
      .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  }
  return false;
}

const server = createServer((request, response) => {
  void buffer(request).then((body) => {
    if (!isGenuine(request.headers, body)) {
      response.writeHead(401).end();
      return;
    }
    const id = String(request.headers['webhook-id']);
    if (!handled.has(id)) console.log(body.toString());
    handled.add(id);
    response.writeHead(204).end();
  });
});
server.listen(Number(process.argv[2] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on ${JSON.stringify(server.address())}`);
});
