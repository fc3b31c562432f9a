/** Numbers and codes as they were written or said, taken apart so that other characters can be put in their place. */
import { findChunks } from '../detection/chunks.ts';
import { isPhonetic } from '../detection/spoken/alphabet.ts';
import { REPEAT_WORDS } from '../detection/spoken/numbers.ts';
import { MAX_PARTS, PartReader } from '../detection/spoken/parts.ts';
import type { Part } from '../detection/spoken/parts.ts';
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import { belowHundredWords, digitWord, inCaseOf, natoWord } from './spoken-forms.ts';

/** A stretch of the text that says characters of the code. */
interface Piece {
  readonly start: number;
  readonly end: number;
  /** In upper case. */
  readonly chars: string;
  readonly spoken: boolean;
}

/** A code in a folded text. */
export interface ReadCode {
  readonly text: string;
  /** The letters and digits that the text says, in upper case. */
  readonly chars: string;
  readonly pieces: readonly Piece[];
}

/** Words between the parts of a code. They say nothing of it. */
const JOINTS: ReadonlySet<string> = new Set(
  (
    'dash hyphen slash dot point period space underscore plus hash pound star uh um uhm er erm ah then and the area code extension ext x ' +
    'number is it s its capital upper lower case all caps in sorry okay so let me see no wait i mean actually hold on huh shoot colon jpg jpeg png heic gif pdf fax phone mobile cell ' +
    'card member medical record licence license plate serial policy group account routing id mrn ssn npi dea vin imei mac udi iban'
  ).split(' '),
);

/** Reads a folded text. Every letter that is no joint becomes a character of the code: what is not understood is replaced too. */
export function readCode(text: string): ReadCode {
  const words = scanWords(text);
  const reader = new PartReader(words, findChunks(words), () => false);
  const pieces: Piece[] = [];
  let parts: readonly Part[] = [];
  let length = 0;
  let lettered = false;
  for (let at = 0; at < words.length;) {
    const word = words[at];
    if (word === undefined) break;
    const part = isWritten(words, at) ? null : reader.read(at, { parts, length, lettered });
    const piece = pieceAt(words, at, part);
    if (piece !== null) {
      pieces.push(piece);
      parts = [...parts.slice(1 - MAX_PARTS), { chars: piece.chars, next: at + 1, spoken: piece.spoken }];
      length += piece.chars.length;
      lettered ||= /[A-Z]/.test(piece.chars);
    }
    at = piece?.spoken === true && part !== null ? part.next : at + 1;
  }
  return { text, pieces, chars: pieces.map(({ chars }) => chars).join('') };
}

/** Digits, and letters that are glued to digits or stand alone in capitals with others. */
function isWritten(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined || word.type === 'mark') return true;
  if (word.type !== 'letters') return true;
  const next = words[at + 1];
  const before = words[at - 1];
  return (
    (next?.glued === true && next.type === 'digits') ||
    (word.glued && before !== undefined && before.type !== 'mark' && before.type !== 'letters')
  );
}

function pieceAt(words: readonly Word[], at: number, part: Part | null): Piece | null {
  const word = words[at];
  if (word === undefined || word.type === 'mark') return null;
  const { start } = word;
  if (part?.spoken === true)
    return { start, end: words[part.next - 1]?.end ?? word.end, chars: part.chars, spoken: true };
  if (word.type === 'letters' && !isWritten(words, at) && JOINTS.has(word.lower)) return null;
  const chars = (word.type === 'ordinal' ? word.text.slice(0, -2) : word.text).replace(/[^\p{L}\p{M}0-9]/gu, '');
  return { start, end: start + chars.length, chars: latin(chars), spoken: false };
}

/** Letters of other scripts count as letters, one for each UTF-16 unit. */
const latin = (chars: string): string =>
  chars
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, 'X')
    .slice(0, chars.length);

/** Writes other characters in the place of those that were read; more than were read follow the last one. */
export function writeCode({ text, pieces }: ReadCode, chars: string): string {
  const zero = /\boh?\b/i.test(text) ? 'oh' : 'zero';
  let out = '';
  let from = 0;
  let taken = 0;
  pieces.forEach((piece, index) => {
    const own = chars.slice(taken, taken + piece.chars.length);
    taken += piece.chars.length;
    const surface = text.slice(piece.start, piece.end);
    const next = pieces[index + 1];
    const unitFollows = next?.spoken === true && next.chars.length === 1 && /[1-9]/.test(chars.charAt(taken));
    out +=
      text.slice(from, piece.start) + (piece.spoken ? said(surface, own, zero, unitFollows) : written(surface, own));
    from = piece.end;
  });
  return out + chars.slice(taken) + text.slice(from);
}

const written = (surface: string, chars: string): string =>
  Array.from(chars, (char, at) => {
    const model = surface.charAt(at);
    return model !== model.toUpperCase() ? char.toLowerCase() : char;
  }).join('');

function said(surface: string, chars: string, zero: string, unitFollows: boolean): string {
  const words = surface.split(/\s+/);
  const first = words[0]?.toLowerCase() ?? '';
  if (/^[A-Z]$/.test(chars)) return letterAs(surface, words, chars);
  if (REPEAT_WORDS.has(first) && /^(.)\1+$/.test(chars) && REPEAT_WORDS.get(first) === chars.length)
    return inCaseOf(surface, `${first} ${one(chars.charAt(0), zero)}`);
  const tens = /^[1-9]\d$/.test(chars) && !REPEAT_WORDS.has(first) && !(unitFollows && chars.endsWith('0'));
  const spoken = tens
    ? belowHundredWords(Number(chars), surface.includes('-') ? '-' : ' ')
    : Array.from(chars, (char) => one(char, zero)).join(' ');
  return firstCase(surface, spoken);
}

const one = (char: string, zero: string): string => (/\d/.test(char) ? digitWord(char, zero) : char.toLowerCase());

/** Only the first word of a number is capitalised at the start of a sentence. */
function firstCase(surface: string, spoken: string): string {
  if (surface.length > 1 && surface === surface.toUpperCase()) return spoken.toUpperCase();
  const first = surface.charAt(0);
  return first !== first.toLowerCase() ? spoken.charAt(0).toUpperCase() + spoken.slice(1) : spoken;
}

/** "b", "b as in boy", "bravo": another letter, said the same way. */
function letterAs(surface: string, words: readonly string[], letter: string): string {
  const own = /^\p{Lu}/u.test(surface) ? letter : letter.toLowerCase();
  if (words.length === 1) return isPhonetic(surface.toLowerCase()) ? inCaseOf(surface, natoWord(letter)) : own;
  const example = words.at(-1) ?? '';
  return [own, ...words.slice(1, -1), inCaseOf(example, natoWord(letter))].join(' ');
}
