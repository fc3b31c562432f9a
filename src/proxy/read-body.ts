import type { IncomingMessage } from 'node:http';
import { Failure } from '../platform/failure.ts';

/**
 * The whole body of a request. Throws Failure `payload_too_large` past `limit` bytes, without reading on, and
 * `bad_request` when the caller hung up half-way or said how long the body is and was wrong.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = (): Failure => new Failure('payload_too_large', `the request body is over ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('bad_request', 'the request body ended early', [], { cause: error });
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}
