/** The values that PDF files and the contents of their pages are written with (ISO 32000-1, section 7.3), as untrusted input. */
import { Unreadable } from './unreadable.ts';

/** A dictionary; keys are without the slash. */
export type PdfDictionary = ReadonlyMap<string, PdfValue>;

/** The number of an object that stands elsewhere in the file. */
export interface PdfReference {
  readonly of: number;
}

/** A text: names begin with `/`, strings with `(` or `<` as they are written, and keywords and operators with neither. */
export type PdfValue = number | string | PdfReference | PdfDictionary | readonly PdfValue[];

/** Nesting of arrays and dictionaries; Masker needs five. */
const DEEPEST = 16;
// Two patterns without an alternative: where it repeats, engines remember each place, and a long text exceeds their stack.
const BLANKS = /[\0\t\n\f\r ]+/y;
const COMMENT = /%[^\r\n]*/y;
const NUMBER = /[-+]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
// Bounded white space: what is looked at and not taken could be looked at again for each of many objects.
const REFERENCE = /(\d{1,10})[\0\t\n\f\r ]{1,9}0[\0\t\n\f\r ]{1,9}R(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const WORD = /\/?[^\0\t\n\f\r ()<>[\]{}/%]+/y;
const HEX = /<[0-9A-Fa-f\0\t\n\f\r ]*>/y;

/** Throws `Unreadable` for what is no PDF as Masker writes it. */
export function notPdf(message: string): never {
  throw new Unreadable('not_pdf', `the PDF is not as Masker writes it: ${message}`);
}

/** Returns true if the value is a dictionary. */
export function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return value instanceof Map;
}

/** Returns true if the value is an array. */
export function isPdfArray(value: PdfValue | undefined): value is readonly PdfValue[] {
  return Array.isArray(value);
}

/** Objects, trailers and tables that are streams, wherever they are in the file. */
const PARTS = /\d\s+\d+\s+obj\b|trailer|\/XRef/;

/**
 * Throws for a PDF with more than its objects and their one table, or that says it is linearised: where programs that show it
 * find a table faulty, or a second one, they look for objects in the whole file.
 */
export function refuseOtherTables(text: string, objects: number): void {
  const scanner = new PdfScanner(text);
  for (let token = 0; token < 3; token += 1) scanner.next();
  const first = scanner.next() ?? '';
  const isLinearised = isDictionary(first) && first.has('Linearized');
  if (isLinearised || text.split(PARTS).length !== objects + 2) notPdf('it has more than its table says');
}

/** Reads values from a text with one character for each byte. */
export class PdfScanner {
  position: number;
  readonly #text: string;

  constructor(text: string, position = 0) {
    this.#text = text;
    this.position = position;
  }

  /** The next value; null at the end of the text. Throws `Unreadable`. */
  next(depth = 0): PdfValue | null {
    this.#skip();
    if (depth > DEEPEST) notPdf('values are nested too deep');
    if (this.position >= this.#text.length) return null;
    const mark = this.#text.charAt(this.position);
    if (mark === '[') return this.#array(depth);
    if (mark === '(') return this.#literal();
    if (mark === '<') return this.#text.charAt(this.position + 1) === '<' ? this.#dictionary(depth) : this.#one(HEX);
    const reference = this.#match(REFERENCE);
    if (reference !== null) return { of: Number(reference[1]) };
    const number = this.#match(NUMBER);
    return number === null ? this.#one(WORD) : Number(number[0]);
  }

  #one(pattern: RegExp): string {
    return this.#match(pattern)?.[0] ?? notPdf('a value cannot be read');
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text);
    if (found !== null) this.position = pattern.lastIndex;
    return found;
  }

  /** Steps over white space and comments. */
  #skip(): void {
    while (this.#match(BLANKS) ?? this.#match(COMMENT));
  }

  /** Steps over `mark` if it comes next, after white space. */
  #takes(mark: string): boolean {
    this.#skip();
    const isNext = this.#text.startsWith(mark, this.position);
    if (isNext) this.position += mark.length;
    return isNext;
  }

  #array(depth: number): readonly PdfValue[] {
    const items: PdfValue[] = [];
    this.position += 1;
    while (!this.#takes(']')) items.push(this.next(depth + 1) ?? notPdf('an array has no end'));
    return items;
  }

  #dictionary(depth: number): PdfDictionary {
    const members = new Map<string, PdfValue>();
    this.position += 2;
    while (!this.#takes('>>')) {
      const key = this.next(depth + 1);
      // With `#` a name has two spellings: programs that show the file would see a member here that the verifier does not.
      if (typeof key !== 'string' || !/^\/[^#]+$/.test(key) || members.has(key.slice(1)))
        notPdf('a dictionary is malformed');
      members.set(key.slice(1), this.next(depth + 1) ?? notPdf('a dictionary has no end'));
    }
    return members;
  }

  #literal(): string {
    const start = this.position;
    for (let open = 0; ; this.position += 1) {
      const mark = this.#text.charAt(this.position);
      if (mark === '') notPdf('a string has no end');
      if (mark === '\\') this.position += 1;
      else if (mark === '(') open += 1;
      else if (mark === ')') open -= 1;
      if (open > 0) continue;
      this.position += 1;
      return this.#text.slice(start, this.position);
    }
  }
}
