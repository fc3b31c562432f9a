/** Posts JSON to one address over a small keep-alive pool, and reads answers up to a size. */
import './node-fetch.ts';
import { Pool } from 'undici';

export interface JsonClientOptions {
  /** Of the server; only its origin is used. */
  readonly url: URL;
  readonly path: string;
  readonly connections: number;
  /** Milliseconds that connecting, the head of an answer and a silence within it may take. */
  readonly timeoutMs: number;
  /** A larger answer is not read to its end. */
  readonly maxBytes: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** Null where the answer is larger than `maxBytes`. */
  readonly text: string | null;
}

export interface JsonClient {
  /**
   * Rejects when no whole answer came: refused, reset, silent, aborted. A redirect is an answer and is not followed: what
   * was meant for this server goes to no other.
   */
  readonly post: (body: string, signal: AbortSignal) => Promise<JsonAnswer>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

export function createJsonClient({ url, path, connections, timeoutMs, maxBytes }: JsonClientOptions): JsonClient {
  const pool = new Pool(url.origin, {
    connections,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    post: async (body, signal) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const response = await pool.request({ method: 'POST', path, headers, body, signal });
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        // Leaving the loop ends the connection with it.
        if (size > maxBytes) return { status: response.statusCode, text: null };
        chunks.push(chunk);
      }
      return { status: response.statusCode, text: Buffer.concat(chunks, size).toString('utf8') };
    },
    close: () => pool.destroy(),
  };
}
