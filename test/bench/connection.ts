/** One keep-alive connection of a client, with one request at a time. */
import { Client } from 'undici';
import type { Target } from './targets.ts';

/** A target that is silent for so long has failed. */
const TIMEOUT_MS = 15_000;

/** What went wrong with a request, in words that can be counted: the same mishap has the same words. */
export class LoadError extends Error {}

export class Connection {
  readonly #client: Client;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, headers }: Pick<Target, 'url' | 'headers'>) {
    this.#client = new Client(url.origin, { pipelining: 1, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
    this.#path = url.pathname;
    this.#headers = { 'content-type': 'application/json', ...headers };
  }

  /**
   * Sends a request; `onData` gets the bytes of the answer as they arrive. Resolves when the answer is complete.
   * @throws LoadError (as a rejection) when the answer is not 200 or does not arrive whole.
   */
  send(body: Buffer, onData: (bytes: Buffer) => void, headers?: Readonly<Record<string, string>>): Promise<void> {
    return new Promise((resolve, reject) => {
      let status = 0;
      this.#client.dispatch(
        {
          method: 'POST',
          path: this.#path,
          headers: headers === undefined ? this.#headers : { ...this.#headers, ...headers },
          body,
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, code) => {
            status = code;
          },
          onResponseData: (_, bytes) => {
            onData(bytes);
          },
          onResponseEnd: () => {
            if (status === 200) resolve();
            else reject(new LoadError(`HTTP ${status}`));
          },
          onResponseError: (_, error) => {
            reject(new LoadError('code' in error && typeof error.code === 'string' ? error.code : error.name));
          },
        },
      );
    });
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }
}
