/** The bytes of a file as text, a part at a time: a file of many entries is never held whole. */
import { wellFormedLength } from './utf8.ts';

/** Bytes that can be read in parts. */
export interface Source {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `start` on, without `end`. They may be overwritten by the next call. */
  readonly read: (start: number, end: number) => Uint8Array;
}

/** Bytes of each part, at least. Larger texts are no young objects for V8's collector, and stay for long. */
export const PART = 32 * 1024;

/** Bytes that are in memory. */
export function sourceOf(bytes: Uint8Array): Source {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Decodes UTF-8 strictly, from the beginning on. */
export class TextSource {
  readonly #source: Source;
  // ignoreBOM keeps a byte order mark in the text, where the grammar refuses it.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #read = 0;
  #malformed = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Whether `next` has more text. */
  get hasMore(): boolean {
    return !this.#malformed && this.#read < this.#source.size;
  }

  /** Whether the text ends here because the bytes behind it are no UTF-8. */
  get isMalformed(): boolean {
    return this.#malformed;
  }

  /** The next part of the text, of about `length` bytes. */
  next(length: number): string {
    const bytes = this.#source.read(this.#read, Math.min(this.#read + length, this.#source.size));
    const isLast = this.#read + bytes.length >= this.#source.size;
    const part = isLast ? bytes : bytes.subarray(0, wholeCharacters(bytes));
    this.#read += part.length;
    try {
      return this.#decoder.decode(part);
    } catch {
      this.#malformed = true;
      return this.#decoder.decode(part.subarray(0, wellFormedLength(part)));
    }
  }
}

/** The length without the last character, which may be cut off; the whole length where the last byte is one by itself. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let at = bytes.length - 1; at >= 0 && at > bytes.length - 5; at -= 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return at + 1;
    if (byte >= 0xc0) return at;
  }
  return bytes.length; // no character has so many bytes: the decoder refuses them
}
