/**
 * Folding: one plain spelling for each character that a caller, a speech engine or an attacker may write in many ways.
 * Detection reads the folded text; the offset map leads each finding back to the caller's text.
 */

import { restoreDigits, restoreLatin } from './confusables.ts';
import { unmarked } from './speech-marks.ts';

/** A text in its plain spelling, with the way back. */
export interface FoldedText {
  readonly text: string;
  /**
   * The span of the original text that the folded units `start` to `end` (UTF-16, end exclusive, start < end) came from.
   * Never splits a surrogate pair or a combined character.
   */
  toOriginal(start: number, end: number): { readonly start: number; readonly end: number };
}

// Combining marks after one base character that are composed with it; more would make composing quadratic (UAX #15, stream-safe text).
const MAX_MARKS = 30;

// eslint-disable-next-line no-control-regex -- ASCII as a whole is meant
const PLAIN = /^[\x00-\x7f]*$/;
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;
const MARK = /^\p{M}$/u;
const DIGIT = /^\p{Nd}$/u;

const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ...['\u2018', '\u2019', '\u201a', '\u201b', '\u2032', '\u02bc', '\u00b4'].map((c) => [c, "'"] as const),
  ...['\u201c', '\u201d', '\u201e', '\u201f', '\u2033', '\u00ab', '\u00bb'].map((c) => [c, '"'] as const),
  ...['\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\ufe58', '\ufe63', '\uff0d'].map(
    (c) => [c, '-'] as const,
  ),
  ['\u2028', '\n'],
  ['\u2029', '\n'],
  ['\u2044', '/'],
  // Ends a sentence in Chinese and Japanese, and is a dot in a host name (UTS #46).
  ['\u3002', '.'],
  ['\uff61', '.'],
  // The frame of a keycap emoji: what is left is its digit.
  ['\u20e3', ''],
]);

/**
 * Folds a text: speech marks left out, NFKC, other scripts' digits to ASCII digits, typographic quotes and dashes to ASCII, letters that stand
 * for digits or Latin letters replaced, invisible characters (zero-width, soft hyphen, bidi controls, tags) gone.
 * A text that is plain ASCII is returned as it is, but for letters inside numbers.
 */
export function foldText(text: string): FoldedText {
  const plain = unmarked(text);
  if (plain === null) return foldCharacters(text);
  const folded = foldCharacters(plain.text);
  return {
    text: folded.text,
    toOriginal: (start, end) => {
      const unmarkedRange = folded.toOriginal(start, end);
      return plain.toOriginal(unmarkedRange.start, unmarkedRange.end);
    },
  };
}

function foldCharacters(text: string): FoldedText {
  if (PLAIN.test(text)) return { text: restoreDigits(text), toOriginal: (start, end) => ({ start, end }) };
  // For each folded unit: where the original group that it came from starts and ends.
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  for (let at = 0; at < text.length;) {
    const next = at + 1;
    // Most characters of most texts are ASCII with nothing to compose behind them.
    if (text.charCodeAt(at) < 0x80 && !(text.charCodeAt(next) > 0x2ff)) {
      folded += text.charAt(at);
      starts.push(at);
      ends.push(next);
      at = next;
      continue;
    }
    const group = readGroup(text, at);
    const plain = foldGroup(group);
    for (let unit = plain.length; unit > 0; unit--) {
      starts.push(at);
      ends.push(at + group.length);
    }
    folded += plain;
    at += group.length;
  }
  return {
    text: restoreDigits(restoreLatin(folded)),
    toOriginal: (start, end) => ({ start: starts[start] ?? text.length, end: ends[end - 1] ?? 0 }),
  };
}

/** One code point and the combining marks that belong to it. */
function readGroup(text: string, at: number): string {
  let end = at + codePointLength(text, at);
  // An ASCII character is followed by a mark only if a non-ASCII unit follows it.
  for (let marks = 0; marks < MAX_MARKS && end < text.length && text.charCodeAt(end) > 0x2ff; marks++) {
    const length = codePointLength(text, end);
    if (!MARK.test(text.slice(end, end + length))) break;
    end += length;
  }
  return text.slice(at, end);
}

function codePointLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function foldGroup(group: string): string {
  if (group.length === 1 && group.charCodeAt(0) < 0x80) return group;
  const known = SINGLE.get(group);
  if (known !== undefined) return known;
  const folded = foldUncached(group);
  // As many as there are characters in the scripts of one call; beyond that the work is done anew.
  if (group.length <= 2 && SINGLE.size < MAX_CACHED) SINGLE.set(group, folded);
  return folded;
}

const SINGLE = new Map<string, string>();
const MAX_CACHED = 4096;

function foldUncached(group: string): string {
  if (INVISIBLE.test(group)) return '';
  const replaced = REPLACEMENTS.get(group);
  if (replaced !== undefined) return replaced;
  let folded = '';
  for (const character of group.normalize('NFKC')) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  if (character < '\x80') return character;
  if (INVISIBLE.test(character)) return '';
  if (DIGIT.test(character)) return String(digitValue(character));
  return REPLACEMENTS.get(character) ?? character;
}

/** The value of a decimal digit of any script: Unicode keeps each script's ten digits together, zero first. */
function digitValue(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value++;
  return value;
}
