/** What a streamed answer of the stub tells its reader: when each chunk was sent, and whether it came to its end. */

/** The content of a chunk holds its stamp: `@`, microseconds of the monotonic clock, a space. */
export function stampedText(word: string, micros: number): string {
  return `${word} @${micros} `;
}

const STAMP = /@(\d{1,16}) /g;
const DONE = 'data: [DONE]';
/** A stamp or an end mark may be cut between two reads; no more than this can be pending of either. */
const LONGEST_PENDING = 64;

/** Reads one stream, cut anywhere. */
export class StampedStream {
  #pending = '';
  #done = false;
  #chunks = 0;

  /** How many stamped chunks came. */
  get chunks(): number {
    return this.#chunks;
  }
  /** Whether `data: [DONE]` was seen. */
  get done(): boolean {
    return this.#done;
  }

  /** Takes bytes as they arrive; answers the stamps that they complete, in order (microseconds). */
  push(bytes: Buffer): number[] {
    const text = this.#pending + bytes.toString('latin1');
    const stamps: number[] = [];
    let read = 0;
    for (const found of text.matchAll(STAMP)) {
      stamps.push(Number(found[1]));
      read = found.index + found[0].length;
    }
    const end = text.indexOf(DONE, read);
    if (end >= 0) {
      this.#done = true;
      read = end + DONE.length;
    }
    this.#pending = text.slice(Math.max(read, text.length - LONGEST_PENDING));
    this.#chunks += stamps.length;
    return stamps;
  }
}
