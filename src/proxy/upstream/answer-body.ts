/**
 * The body of an upstream's answer on its way from the socket to its one reader. What the reader has not taken yet is
 * bounded: the upstream is made to wait. A stream of node's does the same at several times the cost for each chunk.
 */

/** What the body has to do with its connection. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** Gives the answer up; the connection with it, where the answer has not ended. */
  abort(): void;
}

/** Bytes that wait for the reader before the upstream has to. */
const HIGH_WATER = 65_536;

interface Reader {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/** How the body has ended: well, or by an error. */
interface End {
  readonly error: Error | null;
}

export class AnswerBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: BodySource;
  readonly #waiting: Uint8Array[] = [];
  #bytes = 0;
  #paused = false;
  #reader: Reader | null = null;
  #end: End | null = null;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** A piece has come. */
  push(chunk: Uint8Array): void {
    const reader = this.#reader;
    if (reader !== null) {
      this.#reader = null;
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#waiting.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < HIGH_WATER || this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  /** Nothing more comes: all is there (null), or it broke off. What came before an error is lost, as the answer is. */
  end(error: Error | null): void {
    this.#end ??= { error };
    const reader = this.#reader;
    this.#reader = null;
    if (error === null) {
      reader?.resolve({ done: true, value: undefined });
    } else {
      this.#waiting.length = 0;
      reader?.reject(error);
    }
  }

  /** The next piece. To be called again only when the last one has come. Rejects with the error that ended the body. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = this.#waiting.shift();
    if (chunk !== undefined) {
      this.#bytes -= chunk.length;
      if (this.#paused && this.#bytes < HIGH_WATER) {
        this.#paused = false;
        this.#source.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#end === null)
      return new Promise((resolve, reject) => {
        this.#reader = { resolve, reject };
      });
    return this.#end.error === null
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(this.#end.error);
  }

  /** The reader leaves. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#end === null) this.#source.abort();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
