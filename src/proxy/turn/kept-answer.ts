/** Keeps what goes to a caller: for a policy that keeps payloads, and to digest what was said. */
import type { AnswerSink } from './answer-sink.ts';

/** The largest response that a policy has kept, in bytes. */
export const LARGEST_PAYLOAD = 8 * 1024 * 1024;
/** The largest response whose text is digested, in bytes as it is written. */
export const LARGEST_SPOKEN = 512 * 1024;

/** A sink that passes everything on, and remembers it. */
export class KeptAnswer implements AnswerSink {
  readonly #sink: AnswerSink;
  readonly #largest: number;
  #parts: Buffer[] | null = [];
  #size = 0;

  /** `largest` in bytes. Of a larger response nothing is kept: a part would pass for the whole. */
  constructor(sink: AnswerSink, largest: number) {
    this.#sink = sink;
    this.#largest = largest;
  }

  /** What was sent so far; null where that is nothing, or more than is kept. */
  get bytes(): Buffer | null {
    return this.#parts === null || this.#size === 0 ? null : Buffer.concat(this.#parts, this.#size);
  }

  annotate(headers: Readonly<Record<string, string>>): void {
    this.#sink.annotate(headers);
  }

  begin(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.#sink.begin(status, headers);
  }

  async write(bytes: Uint8Array | string, signal: AbortSignal): Promise<void> {
    this.#keep(bytes);
    await this.#sink.write(bytes, signal);
  }

  end(rest?: string): void {
    if (rest !== undefined) this.#keep(rest);
    this.#sink.end(rest);
  }

  get ended(): boolean {
    return this.#sink.ended;
  }

  #keep(bytes: Uint8Array | string): void {
    if (this.#parts === null) return;
    const part = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes);
    this.#size += part.length;
    if (this.#size > this.#largest) this.#parts = null;
    else this.#parts.push(part);
  }
}
