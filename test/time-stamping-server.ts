/** A time-stamping authority on a loopback port (RFC 3161 over HTTP), which a test can make answer in another way. */
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parseDer } from '../src/platform/der.ts';
import { authority, pem, reply, token } from '../verifier/test/authority.ts';
import type { TokenTerms } from '../verifier/test/authority.ts';

export const REPLY_TYPE = 'application/timestamp-reply';

export interface TimeStampingServer {
  readonly url: string;
  /** The certificate of its root. */
  readonly authorities: readonly X509Certificate[];
  readonly pem: string;
  /** What was asked, in order. */
  readonly queries: Buffer[];
  /** Changes what the tokens of later replies say. */
  terms: Partial<TokenTerms>;
  /** Answers a request in another way; null for tokens. */
  answer: ((response: ServerResponse, right: Buffer) => void) | null;
  close(): Promise<void>;
}

export async function startTimeStampingServer(): Promise<TimeStampingServer> {
  const validity = { from: '2020-01-01', until: '2090-01-01' };
  const { root, signer } = authority(validity, validity);
  const server = createServer((request, response) => {
    void buffer(request).then((query) => {
      own.queries.push(query);
      const [, imprint, nonce] = parseDer(query)?.items ?? [];
      const right = token({
        message: Buffer.alloc(0),
        imprint: imprint?.items[1]?.body ?? Buffer.alloc(32),
        nonce: BigInt(`0x${nonce?.body.toString('hex') ?? '0'}`),
        at: new Date().toISOString(),
        signer,
        ...own.terms,
      });
      if (own.answer !== null) own.answer(response, reply(0, right));
      else response.writeHead(200, { 'content-type': REPLY_TYPE }).end(reply(0, right));
    });
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own: TimeStampingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    authorities: [new X509Certificate(root.bytes)],
    pem: pem(root),
    queries: [],
    terms: {},
    answer: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return own;
}
