/**
 * Reads the characters of a token as a model may write them for HTML or for a URL: `&#95;`, `&lowbar;`, `%5F` for `_`.
 * HTML, 13.5 named character references; RFC 3986, 2.1.
 */
import { CharReader } from '../../json/char-reader.ts';

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const HIGHEST = 0xffff;

/** The named references of what may stand between the letters of a token. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['period', 0x2e],
  ['lowbar', 0x5f],
  ['UnderBar', 0x5f],
  ['dash', 0x2010],
  ['hyphen', 0x2010],
  ['ndash', 0x2013],
  ['mdash', 0x2014],
  ['middot', 0xb7],
  ['nbsp', 0xa0],
  ['thinsp', 0x2009],
  ['shy', 0xad],
  ['zwj', 0x200d],
  ['zwnj', 0x200c],
  ['Tab', 0x09],
  ['NewLine', 0x0a],
  ['ast', 0x2a],
  ['grave', 0x60],
  ['bsol', 0x5c],
  ['comma', 0x2c],
  ['quot', 0x22],
  ['apos', 0x27],
  ['lpar', 0x28],
  ['rpar', 0x29],
  ['lsqb', 0x5b],
  ['lbrack', 0x5b],
  ['rsqb', 0x5d],
  ['rbrack', 0x5d],
  ['lcub', 0x7b],
  ['rcub', 0x7d],
  ['lt', 0x3c],
  ['gt', 0x3e],
]);
/** All that may follow the sign, cut anywhere. */
const BEGUN = new Map([
  [PERCENT, /^(?:[0-7]?|[0-7][0-9a-f])$/i],
  [AMPERSAND, /^(?:#(?:\d{0,6}|x[0-9a-f]{0,5})|[a-z]{0,8})?;?$/i],
]);

/** As {@link CharReader}, with the characters that HTML and URLs encode as one each. */
export class WrittenReader {
  code = 0;
  level = 0;
  next = 0;
  readonly #reader = new CharReader();

  /** Reads at `at`, inside `depth` strings. `more` too where the text ends within an encoded character. */
  read(text: string, at: number, depth: number): 'char' | 'closed' | 'more' {
    const found = this.#reader.read(text, at, depth);
    ({ code: this.code, level: this.level, next: this.next } = this.#reader);
    if (found !== 'char') return found;
    const begun = BEGUN.get(this.code);
    return begun === undefined ? 'char' : this.#encoded(text, depth, begun);
  }

  /** What follows a sign that begins an encoded character. The sign stands for itself where it does not. */
  #encoded(text: string, depth: number, begun: RegExp): 'char' | 'more' {
    let written = '';
    for (let at = this.next; ; at = this.#reader.next) {
      const found = this.#reader.read(text, at, depth);
      if (found === 'more') return 'more';
      if (found === 'closed') return 'char';
      written += String.fromCharCode(this.#reader.code);
      if (!begun.test(written)) return 'char';
      const meant = this.code === PERCENT ? percentCode(written) : referenceCode(written);
      if (meant === undefined) continue;
      if (meant !== null) {
        this.code = meant;
        this.next = this.#reader.next;
      }
      return 'char';
    }
  }
}

/** Undefined while characters are missing. */
function percentCode(written: string): number | undefined {
  return written.length < 2 ? undefined : Number.parseInt(written, 16);
}

/** Undefined while characters are missing; null for a reference to no character of a token. */
function referenceCode(written: string): number | null | undefined {
  if (!written.endsWith(';')) return undefined;
  const name = written.slice(0, -1);
  if (!name.startsWith('#')) return NAMED.get(name) ?? null;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return Number.isNaN(code) || code > HIGHEST ? null : code;
}
