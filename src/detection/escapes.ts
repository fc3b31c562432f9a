/**
 * Texts that web pages and forms have passed through: percent-encoded ("maria%40example.com"), with HTML's character
 * references ("415&nbsp;555&#45;0132"), or with line breaks written as "\\n". Detection reads such a text twice, as it is
 * and as it was meant. RFC 3986, 2.1; HTML Living Standard, 13.5.
 */
/** A piece of a text: UTF-16 offsets, end exclusive. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text as it was meant, with the way back. */
export interface Unescaped {
  readonly text: string;
  /** Whether the span of the text as it is lies within a character reference: the "nbsp" of "&nbsp;" is no name. */
  isReference(start: number, end: number): boolean;
  /** The span of the text as it is that the units `start` to `end` (UTF-16, end exclusive, start < end) came from. */
  toOriginal(start: number, end: number): Range;
}

/** Who escapes what is escaped already leaves "%2540"; nobody does it more often by mistake. */
const MAX_LEVELS = 3;

/**
 * What `find` finds in the text as it is, and in the text as it was meant: pieces of the text as it is, in no order and
 * maybe overlapping where it is escaped.
 */
export function readingUnescaped<T extends Range>(
  text: string,
  find: (text: string) => T[],
  levels = MAX_LEVELS,
): { readonly isEscaped: boolean; readonly found: T[] } {
  const found = find(text);
  const plain = levels === 0 ? null : unescaped(text);
  if (plain === null) return { isEscaped: false, found };
  const meant = readingUnescaped(plain.text, find, levels - 1).found.map((each) => ({
    ...each,
    ...plain.toOriginal(each.start, each.end),
  }));
  return { isEscaped: true, found: [...found.filter(({ start, end }) => !plain.isReference(start, end)), ...meant] };
}

const ESCAPE = /(?:%[0-9A-Fa-f]{2})+|\\[nrt]|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});/g;

/** White space as programs write it into a text. */
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t'],
]);

/** What a name stands for: marks that are written within identifiers, and white space; letters with accents follow below. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    nbsp: '\u00a0',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    Tab: '\t',
    NewLine: '\n',
    zwj: '\u200d',
    zwnj: '\u200c',
    shy: '\u00ad',
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    lsquo: "'",
    rsquo: "'",
    ldquo: '"',
    rdquo: '"',
    commat: '@',
    period: '.',
    comma: ',',
    colon: ':',
    semi: ';',
    sol: '/',
    bsol: '\\',
    lowbar: '_',
    plus: '+',
    num: '#',
    percnt: '%',
    hyphen: '-',
    dash: '-',
    ndash: '-',
    mdash: '-',
    minus: '-',
    lpar: '(',
    rpar: ')',
    middot: '\u00b7',
    bull: '\u2022',
    szlig: 'ß',
  }),
  ...accented('AEIOUYaeiouy', 'acute', '\u0301'),
  ...accented('AEIOUaeiou', 'grave', '\u0300'),
  ...accented('AEIOUaeiou', 'circ', '\u0302'),
  ...accented('ANOano', 'tilde', '\u0303'),
  ...accented('AEIOUaeiouy', 'uml', '\u0308'),
  ...accented('Cc', 'cedil', '\u0327'),
]);

function accented(letters: string, name: string, mark: string): [string, string][] {
  return Array.from(letters, (letter) => [letter + name, (letter + mark).normalize('NFC')]);
}

/** The text without its escapes; null where it has none. Pure, never throws, linear. */
export function unescaped(text: string): Unescaped | null {
  if (!text.includes('%') && !text.includes('&') && !text.includes('\\')) return null;
  const starts: number[] = [];
  const ends: number[] = [];
  /** Where each character reference ends, by where it starts. */
  const references = new Map<number, number>();
  let isEscaped = false;
  let plain = '';
  const take = (meant: string, start: number, end: number): void => {
    plain += meant;
    for (let unit = meant.length; unit > 0; unit--) {
      starts.push(start);
      ends.push(end);
    }
  };
  const copy = (from: number, to: number): void => {
    for (let at = from; at < to; at++) take(text.charAt(at), at, at + 1);
  };
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [escape] = match;
    const parts = escape.startsWith('%')
      ? percentDecoded(escape)
      : [{ meant: CONTROLS.get(escape) ?? referenced(escape.slice(1, -1)), length: escape.length }];
    copy(at, match.index);
    at = match.index;
    for (const { meant, length } of parts) {
      if (meant === null) copy(at, at + length);
      else {
        take(meant, at, at + length);
        isEscaped = true;
        if (text.charAt(at) === '&') references.set(at, at + length);
      }
      at += length;
    }
  }
  if (!isEscaped) return null;
  copy(at, text.length);
  return {
    text: plain,
    isReference: (start, end) => end <= (references.get(start - 1) ?? 0),
    toOriginal: (start, end) => ({ start: starts[start] ?? text.length, end: ends[end - 1] ?? 0 }),
  };
}

/** A piece of an escape: what it stands for, or null for itself. `length` in characters of the escape. */
interface Part {
  readonly meant: string | null;
  readonly length: number;
}

/** The bytes of "%4a%c3%a9" as UTF-8, character by character; what is none stays as it is. */
function percentDecoded(escape: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < escape.length;) {
    const first = Number.parseInt(escape.slice(at + 1, at + 3), 16);
    const bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const meant = decoded(escape.slice(at, at + 3 * bytes));
    const length = meant === null ? 3 : 3 * bytes;
    parts.push({ meant, length });
    at += length;
  }
  return parts;
}

function decoded(bytes: string): string | null {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return null;
  }
}

function referenced(name: string): string | null {
  if (!name.startsWith('#')) return NAMED.get(name) ?? null;
  const isHex = name.charAt(1) === 'x' || name.charAt(1) === 'X';
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : null;
}
