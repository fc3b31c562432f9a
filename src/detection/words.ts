/**
 * The word scanner: cuts folded text into words in one pass, by hand, so that no input makes it slow.
 */

/** `letters`: John, o'brien, and the 's of it's as a word of its own; `digits`: 42; `ordinal`: 21st; `mark`: any other single character that is not white space. */
export type WordType = 'letters' | 'digits' | 'ordinal' | 'mark';

/** One word of the folded text. */
export interface Word {
  readonly type: WordType;
  readonly text: string;
  readonly lower: string;
  /** UTF-16 offsets in the folded text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** No white space stands between this word and the one before. */
  readonly glued: boolean;
  /** A line break stands before this word. */
  readonly newLine: boolean;
}

/** The words of a folded text, in order. Never throws; time and memory are linear. */
export function scanWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  let glued = true;
  let newLine = true;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      glued = false;
      if (code === 0x0a || code === 0x0d) newLine = true;
      at++;
      continue;
    }
    const start = at;
    let type: WordType;
    if (isDigit(code)) {
      at = skipDigits(text, at);
      const suffix = ordinalSuffix(text, at);
      type = suffix ? 'ordinal' : 'digits';
      if (suffix) at += 2;
    } else if (isLetter(code)) {
      at = skipLetters(text, at);
      type = 'letters';
    } else if (code === 0x27 && glued && words.at(-1)?.type === 'letters' && isPossessive(text, at)) {
      at += 2;
      type = 'letters';
    } else {
      at += isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1;
      type = 'mark';
    }
    const word = text.slice(start, at);
    words.push({
      type,
      text: word,
      lower: type === 'letters' ? word.toLowerCase() : word,
      start,
      end: at,
      glued,
      newLine,
    });
    glued = true;
    newLine = false;
  }
  return words;
}

/** Whether the word starts with an upper-case letter. */
export function isCapitalised(word: Word): boolean {
  if (word.type !== 'letters') return false;
  const first = word.text.charAt(0);
  return first !== first.toLowerCase();
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Letters, and apostrophes inside them, but a possessive 's is a word of its own. */
function skipLetters(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (isLetter(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) !== 0x27 || !isLetter(text.charCodeAt(at + 1)) || isPossessive(text, at)) return at;
    at++;
  }
}

function isPossessive(text: string, apostrophe: number): boolean {
  const next = text.charCodeAt(apostrophe + 1) | 0x20;
  return next === 0x73 && !isLetter(text.charCodeAt(apostrophe + 2));
}

function ordinalSuffix(text: string, at: number): boolean {
  if (isLetter(text.charCodeAt(at + 2)) || isDigit(text.charCodeAt(at + 2))) return false;
  const suffix = text.slice(at, at + 2).toLowerCase();
  return suffix === 'st' || suffix === 'nd' || suffix === 'rd' || suffix === 'th';
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

// Letters of any script; beyond Latin and Greek the letter property is asked for one character at a time.
const LETTER = /^[\p{L}\p{M}]$/u;

function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
  if (Number.isNaN(code) || (code >= 0xd800 && code <= 0xdfff)) return false;
  return LETTER.test(String.fromCharCode(code));
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 ||
    (code >= 0x09 && code <= 0x0d) ||
    code === 0xa0 ||
    code === 0x3000 ||
    (code >= 0x2000 && code <= 0x200a)
  );
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
