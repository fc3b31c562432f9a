/** Keeps what a model answers and what goes to a caller: for a policy that keeps payloads, and to digest what was said. */
import type { UpstreamResponse } from '../upstream/upstream.ts';
import type { AnswerSink } from './answer-sink.ts';

/** The largest response that a policy has kept, in bytes. */
export const LARGEST_PAYLOAD = 8 * 1024 * 1024;
/** The largest response whose text is digested, in bytes as it is written. */
export const LARGEST_SPOKEN = 512 * 1024;

/** Bytes that come in pieces. Of more than `largest` bytes nothing is kept: a part would pass for the whole. */
class KeptBytes {
  readonly #largest: number;
  #parts: Buffer[] | null = [];
  #size = 0;

  constructor(largest: number) {
    this.#largest = largest;
  }

  /** What came so far; null where that is nothing, or more than is kept. */
  get bytes(): Buffer | null {
    return this.#parts === null || this.#size === 0 ? null : Buffer.concat(this.#parts, this.#size);
  }

  push(bytes: Uint8Array | string): void {
    if (this.#parts === null) return;
    const part = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes);
    this.#size += part.length;
    if (this.#size > this.#largest) this.#parts = null;
    else this.#parts.push(part);
  }
}

/** Keeps the body of an upstream's response as it is read. */
export class KeptBody {
  readonly #kept = new KeptBytes(LARGEST_PAYLOAD);

  /** What was read so far; null where that is nothing, or more than is kept. */
  get bytes(): Buffer | null {
    return this.#kept.bytes;
  }

  /** Returns the response with a body that is kept. */
  keeping({ status, contentType, told, body }: UpstreamResponse): UpstreamResponse {
    return { status, contentType, told, body: this.#reading(body) };
  }

  async *#reading(body: UpstreamResponse['body']): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of body) {
      this.#kept.push(chunk);
      yield chunk;
    }
  }
}

/** A sink that passes everything on, and remembers it. */
export class KeptAnswer implements AnswerSink {
  readonly #sink: AnswerSink;
  readonly #kept: KeptBytes;

  /** `largest` in bytes. */
  constructor(sink: AnswerSink, largest: number) {
    this.#sink = sink;
    this.#kept = new KeptBytes(largest);
  }

  /** What was sent so far; null where that is nothing, or more than is kept. */
  get bytes(): Buffer | null {
    return this.#kept.bytes;
  }

  annotate(headers: Readonly<Record<string, string>>): void {
    this.#sink.annotate(headers);
  }

  begin(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.#sink.begin(status, headers);
  }

  async write(bytes: Uint8Array | string, signal: AbortSignal): Promise<void> {
    this.#kept.push(bytes);
    await this.#sink.write(bytes, signal);
  }

  end(rest?: string): void {
    if (rest !== undefined) this.#kept.push(rest);
    this.#sink.end(rest);
  }

  get ended(): boolean {
    return this.#sink.ended;
  }
}
