/** Reads a text that may be written inside JSON strings, and those inside JSON strings again (RFC 8259, section 7). */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** What the short escapes stand for. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08], // b
  [0x66, 0x0c], // f
  [0x6e, 0x0a], // n
  [0x72, 0x0d], // r
  [0x74, 0x09], // t
]);

/**
 * One character at a time, without an object for each: `read` leaves what it found in the fields. `char` is a UTF-16
 * code unit; `closed` the quote that ends a string; `more` that the text ended before the character did.
 */
export class CharReader {
  /** The code unit, after `char`. */
  code = 0;
  /** Which string ended, after `closed`: 1 for the outermost. */
  level = 0;
  /** Where the next character begins, after `char` and `closed`. */
  next = 0;

  /** Reads at `at`, inside `depth` strings. */
  read(text: string, at: number, depth: number): 'char' | 'closed' | 'more' {
    if (at >= text.length) return 'more';
    if (depth === 0) {
      this.code = text.charCodeAt(at);
      this.next = at + 1;
      return 'char';
    }
    const found = this.read(text, at, depth - 1);
    if (found !== 'char') return found;
    if (this.code === QUOTE) {
      this.level = depth;
      return 'closed';
    }
    return this.code === BACKSLASH ? this.#escape(text, this.next, depth - 1) : 'char';
  }

  /** What follows a backslash. */
  #escape(text: string, at: number, depth: number): 'char' | 'closed' | 'more' {
    const found = this.read(text, at, depth);
    if (found !== 'char') return found;
    if (this.code === LETTER_U) return this.#hex(text, this.next, depth);
    this.code = ESCAPES.get(this.code) ?? this.code;
    return 'char';
  }

  /** Four hexadecimal digits; with other characters there the escape is no JSON, and stands for its letter. */
  #hex(text: string, start: number, depth: number): 'char' | 'closed' | 'more' {
    let code = 0;
    let at = start;
    for (let digit = 0; digit < 4; digit++) {
      const found = this.read(text, at, depth);
      if (found === 'more') return 'more';
      const value = found === 'char' ? Number.parseInt(String.fromCharCode(this.code), 16) : Number.NaN;
      if (Number.isNaN(value)) {
        this.code = LETTER_U;
        this.next = start;
        return 'char';
      }
      code = code * 16 + value;
      at = this.next;
    }
    this.code = code;
    this.next = at;
    return 'char';
  }
}
