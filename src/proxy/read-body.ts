import type { IncomingMessage } from 'node:http';
import { Failure } from '../platform/failure.ts';

/**
 * The whole body of a request. Throws Failure `payload_too_large` past `limit` bytes, without reading on, and
 * `bad_request` when the caller hung up half-way or said how long the body is and was wrong.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = (): Failure => new Failure('payload_too_large', `The request body is over ${limit} bytes.`);
  const endedEarly = (cause?: unknown): Failure =>
    new Failure('bad_request', 'The request body ended early.', [], { cause });
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  // What is gone already tells nothing any more.
  if (request.destroyed) return Promise.reject(endedEarly());
  // By its events: an async iterator over a request costs three times as much.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isWhole = false;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      request.off('data', take).pause();
      reject(tooLarge());
    };
    request
      .on('data', take)
      .on('end', () => {
        isWhole = true;
        const [only] = chunks;
        resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
      })
      .on('error', (cause) => {
        reject(endedEarly(cause));
      })
      .on('close', () => {
        // Every request closes: an error without a reader would still cost its stack.
        if (!isWhole) reject(endedEarly());
      });
  });
}
