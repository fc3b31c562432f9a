/**
 * How the egress check reads characters: one small alphabet for what a value may be written with. It shares nothing with
 * detection but the folding of single characters, so that a mistake there is not repeated here.
 */
import { foldText } from '../../detection/folding.ts';

/**
 * What a character is to the search: the code of a letter or a digit in its plain spelling (over 0), or one of the
 * negative numbers below.
 */
export const Mark = {
  /** Ends whatever was read: no value goes on behind it. */
  END: -1,
  /** White space. */
  SPACE: -2,
  /** Stands within numbers and between words: `-`, `.`, `/`, `(`. */
  JOINT: -3,
  /** Stands between words only: a comma, a quote. */
  PAUSE: -4,
  /** `@`, which is a word of its own. */
  AT: -5,
  /** Not seen at all. */
  NOTHING: -6,
  /** A backslash: what follows says what it is. */
  ESCAPE: -7,
} as const;

/** What {@link SYMBOLS} says of a character that is not ASCII: see {@link wideSymbols}. */
export const WIDE = 0;

/** The symbol of each UTF-16 unit. */
export const SYMBOLS = new Int8Array(0x10000);
SYMBOLS.fill(Mark.END, 0, 0x80);
const setAll = (characters: string, symbol: number): void => {
  for (const character of characters) SYMBOLS[character.charCodeAt(0)] = symbol;
};
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') {
  setAll(character + character.toUpperCase(), character.charCodeAt(0));
}
setAll(' \t\r\n', Mark.SPACE);
setAll('-./()+_', Mark.JOINT);
setAll(",;:#&'*", Mark.PAUSE);
setAll('@', Mark.AT);
setAll('\\', Mark.ESCAPE);

/** Characters read so far that are not ASCII, at most as many as there are in the scripts of a few calls. */
const READ = new Map<number, readonly number[]>();
const MAX_WIDE = 4096;
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu;
const LETTER = /^[\p{L}\p{N}]$/u;
const DASH_OR_DOT = /^[\p{Pd}\u00b7\u2022]$/u;
const SPACE = /^\s$/u;

/** The symbols of any other character: full-width and accented letters are plain ones, one may stand for several. */
export function wideSymbols(codePoint: number): readonly number[] {
  const known = READ.get(codePoint);
  if (known !== undefined) return known;
  const symbols = readWide(codePoint);
  if (READ.size < MAX_WIDE) READ.set(codePoint, symbols);
  return symbols;
}

function readWide(codePoint: number): readonly number[] {
  const plain = foldText(String.fromCodePoint(codePoint)).text.normalize('NFKD').toLowerCase().replace(UNSEEN, '');
  return Array.from(plain, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // A folded quote is not that of the body.
    if (code < 0x80) return code === 0x22 ? Mark.PAUSE : (SYMBOLS[code] ?? Mark.END);
    if (LETTER.test(character)) return code;
    if (SPACE.test(character)) return Mark.SPACE;
    return DASH_OR_DOT.test(character) ? Mark.JOINT : Mark.PAUSE;
  });
}

/**
 * One way to read the escapes of a body. `nested` also reads those of JSON texts inside strings (`\\n` is a line break), of
 * URLs and forms (`%20`) and of pages (`&#64;`).
 */
export type EscapeReading = 'nested' | 'plain';

/** A character that a backslash begins. */
export interface Escape {
  /** What it stands for; half of a surrogate pair where the other half is missing. */
  readonly codePoint: number;
  /** Characters that it takes. */
  readonly length: number;
  /** Whether the other reading would read something else. */
  readonly isAmbiguous: boolean;
}

const CONTROLS: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, b: 0x20, f: 0x20 };
const BACKSLASH = 0x5c;
/** What a backslash that is only itself is read as: it stands between words. */
const ITSELF = 0x2c;
/** What a quote inside a string is read as; it ends no value, as the quotes of the body itself do. */
const QUOTE = 0x27;

/** The escape that begins at the backslash `at`. */
export function readEscape(text: string, at: number, reading: EscapeReading): Escape {
  let end = at;
  while (text.charCodeAt(end) === BACKSLASH) end++;
  const count = end - at;
  if (reading === 'plain' && count > 1) return { codePoint: ITSELF, length: count - (count % 2), isAmbiguous: false };
  const unit = escapedUnit(text, end);
  if (unit === null) return { codePoint: ITSELF, length: count, isAmbiguous: false };
  const length = count + unit.length;
  const low =
    unit.unit >= 0xd800 && unit.unit < 0xdc00 && text.startsWith(text.slice(at, end), at + length)
      ? escapedUnit(text, at + length + count)
      : null;
  if (low !== null && low.unit >= 0xdc00 && low.unit < 0xe000) {
    const codePoint = 0x10000 + ((unit.unit - 0xd800) << 10) + (low.unit - 0xdc00);
    return { codePoint, length: length + count + low.length, isAmbiguous: count > 1 };
  }
  return { codePoint: unit.unit, length, isAmbiguous: count > 1 };
}

/** A character of a URL, a form or a page that is written as a code. */
export type Coded = Pick<Escape, 'codePoint' | 'length'>;

/**
 * The first byte of a character and those that follow it (RFC 3986, 2.1; RFC 3629). What stands between and in values is read
 * where it is coded twice, too (`%2520`).
 */
const PERCENT_CODED =
  /(?:%25(?:20|2[b-f]|40)|%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3})/iy;
/**
 * What follows the `&` (HTML, 13.5): a number, the name of a letter with an accent, or that of what stands between and in
 * values. Page in page, `&nbsp;` is `&amp;nbsp;`.
 */
const REFERENCE =
  /(?:amp;)?(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z])(?:acute|grave|circ|tilde|uml|ring|cedil|caron|slash)|(nbsp|ensp|emsp|thinsp|tab|newline|amp|commat|period|lowbar|plus|num|lpar|rpar|sol|comma|colon|hyphen|dash|ndash|mdash|apos|quot|lsquo|rsquo|shy|zwn?j));/iy;
const NAMED: Readonly<Record<string, number>> = {
  nbsp: 0x20,
  ensp: 0x20,
  emsp: 0x20,
  thinsp: 0x20,
  tab: 0x20,
  newline: 0x20,
  amp: 0x26,
  commat: 0x40,
  period: 0x2e,
  lowbar: 0x5f,
  plus: 0x2b,
  num: 0x23,
  lpar: 0x28,
  rpar: 0x29,
  sol: 0x2f,
  comma: 0x2c,
  colon: 0x3a,
  hyphen: 0x2d,
  dash: 0x2d,
  ndash: 0x2d,
  mdash: 0x2d,
  apos: QUOTE,
  quot: QUOTE,
  lsquo: QUOTE,
  rsquo: QUOTE,
  shy: 0xad,
  zwj: 0x200d,
  zwnj: 0x200c,
};
const HIGHEST = 0x10ffff;

/** The coded character that begins with the `%` or `&` at `at`; null where none does. */
export function readCoded(text: string, at: number): Coded | null {
  PERCENT_CODED.lastIndex = at;
  const [percent] = PERCENT_CODED.exec(text) ?? [];
  if (percent !== undefined) return ofPage(percentCoded(percent.replace(/^%25(?=.)/, '%')), percent.length);
  const reference = text.charAt(at) === '&' ? readReference(text, at + 1) : null;
  return reference === null ? null : { ...reference, length: reference.length + 1 };
}

/** The character of a page of which `at` is behind the `&`, however that is written; null where none is. */
export function readReference(text: string, at: number): Coded | null {
  REFERENCE.lastIndex = at;
  const reference = REFERENCE.exec(text);
  if (reference === null) return null;
  const [{ length }, decimal, hex, letter, named = ''] = reference;
  if (decimal !== undefined) return ofPage(Number.parseInt(decimal, 10), length);
  if (hex !== undefined) return ofPage(Number.parseInt(hex, 16), length);
  return ofPage(letter === undefined ? NAMED[named.toLowerCase()] : letter.charCodeAt(0), length);
}

function ofPage(codePoint: number | undefined, length: number): Coded | null {
  if (codePoint === undefined || codePoint > HIGHEST) return null;
  // Neither a quote nor a backslash that is written so ends a string of the body.
  return { codePoint: codePoint === 0x22 ? QUOTE : codePoint === BACKSLASH ? ITSELF : codePoint, length };
}

function percentCoded(written: string): number | undefined {
  try {
    return decodeURIComponent(written).codePointAt(0);
  } catch {
    // Bytes that are no character, such as an overlong form.
    return undefined;
  }
}

function escapedUnit(text: string, at: number): { readonly unit: number; readonly length: number } | null {
  const letter = text.charAt(at);
  if (letter === 'u') {
    const hex = text.slice(at + 1, at + 5);
    return /^[0-9a-fA-F]{4}$/.test(hex) ? { unit: parseInt(hex, 16), length: 5 } : null;
  }
  if (letter === '"') return { unit: QUOTE, length: 1 };
  if (letter === '/') return { unit: 0x2f, length: 1 };
  const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
  return control === undefined ? null : { unit: control, length: 1 };
}
