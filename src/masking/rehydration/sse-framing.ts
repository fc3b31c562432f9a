/**
 * Server-sent events as bytes: where each ends, and what is in it. WHATWG HTML, section 9.2; lines end in LF, CRLF or
 * CR, and a chunk of the stream may end anywhere.
 */
import { Buffer } from 'node:buffer';

const LF = 0x0a;
const CR = 0x0d;

/** Cuts a stream of bytes into events. Joined, the events are the stream. */
export class SseFraming {
  readonly #maxBytes: number;
  /** Pieces of the event that has not ended. */
  #open: Uint8Array[] = [];
  #openBytes = 0;
  /** Whether anything stands in the line that has not ended. */
  #inLine = false;
  /** The last byte was a CR: an LF now belongs to it. */
  #afterCr = false;

  /** `maxBytes`: the size that an event may have. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether no event is open and the next byte begins one. */
  get atBoundary(): boolean {
    return this.#openBytes === 0 && !this.#afterCr;
  }

  /**
   * The events that end in `chunk`, each with the blank line that ends it; blank lines between events come as events
   * of their own. Null where an event is larger than allowed: the stream cannot go on.
   */
  push(chunk: Uint8Array): Uint8Array[] | null {
    const events: Uint8Array[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) {
        this.#inLine = true;
        this.#afterCr = false;
        continue;
      }
      const completesCrlf = byte === LF && this.#afterCr;
      this.#afterCr = byte === CR;
      const eventIsOpen = this.#openBytes > 0 || at > start;
      if (completesCrlf && eventIsOpen) continue;
      if (this.#inLine) {
        this.#inLine = false;
        continue;
      }
      if (byte === CR && chunk[at + 1] === LF) {
        at++;
        this.#afterCr = false;
      }
      events.push(this.#close(chunk.subarray(start, at + 1)));
      start = at + 1;
    }
    if (start < chunk.length) {
      // A copy: the caller may use its buffer again.
      this.#open.push(Uint8Array.from(chunk.subarray(start)));
      this.#openBytes += chunk.length - start;
    }
    const tooLarge = this.#openBytes > this.#maxBytes || events.some((event) => event.length > this.#maxBytes);
    return tooLarge ? null : events;
  }

  /** The bytes of an event that the end of the stream cut short, if any. */
  end(): Uint8Array {
    return this.#close(new Uint8Array());
  }

  #close(last: Uint8Array): Uint8Array {
    if (this.#open.length === 0) return last;
    const event = Buffer.concat([...this.#open, last]);
    this.#open = [];
    this.#openBytes = 0;
    return event;
  }
}

/** An event, read. */
export interface SseEvent {
  /** The lines of `data`, joined by line feeds; null where the event has none. */
  readonly data: string | null;
  /** The name in `event`, or ''. */
  readonly name: string;
  /** All other lines as they were: comments, ids, names. */
  readonly lines: readonly string[];
  /** How its lines end, and how its blank line does. */
  readonly eol: string;
  readonly blank: string;
}

/** Reads the text of one event, as {@link SseFraming} cuts them. A byte order mark before the stream is skipped. */
export function readEvent(text: string): SseEvent {
  const [, eol = '\n', blank = '\n'] = /(\r\n|\r|\n)(\r\n|\r|\n)$/.exec(text) ?? [];
  const data: string[] = [];
  const lines: string[] = [];
  let name = '';
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
    else if (line !== '') lines.push(line);
  }
  return { data: data.length === 0 ? null : data.join('\n'), name, lines, eol, blank };
}

/** The text of `event` with other data. */
export function writeEvent(event: SseEvent, data: string): string {
  const dataLines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  return [...event.lines, ...dataLines].map((line) => line + event.eol).join('') + event.blank;
}
