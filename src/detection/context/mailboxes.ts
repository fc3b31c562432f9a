/** E-mail addresses that are said in pieces: the name of the mailbox, then "at gmail dot com". */
import type { Reading } from '../reading.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import type { Word } from '../words.ts';
import { AROUND_ANSWERS, NOT_NAMES } from './phrases.ts';

const MOST_WORDS = 30;
const MOST_PLAIN_WORDS = 4;
const JOINTS: ReadonlySet<string> = new Set([
  'dot',
  'underscore',
  'dash',
  'hyphen',
  'period',
  'plus',
  'at',
  'sign',
  'as',
  'in',
  'for',
  'all',
  'lowercase',
  'lower',
  'case',
  'capital',
  'double',
  'triple',
  'then',
  'and',
  'uh',
  'um',
  'the',
  'number',
  'numbers',
  'letter',
]);
const DOMAINS: ReadonlySet<string> = new Set(
  'gmail yahoo hotmail outlook aol icloud comcast verizon msn live proton protonmail att sbcglobal com net org edu gov'.split(
    ' ',
  ),
);

/** The part of an address that the utterance is, but for words around it; null if it says something else. */
export function readMailbox({ words }: Reading): { readonly first: number; readonly last: number } | null {
  let first = 0;
  while (first < words.length && !begins(words, first)) {
    if (words[first]?.type !== 'mark' && !AROUND_ANSWERS.has(words[first]?.lower ?? '')) return null;
    first++;
  }
  let last = -1;
  let plain = 0;
  let carries = false;
  for (let at = first; at < words.length && at - first < MOST_WORDS; at++) {
    const word = words[at];
    if (word === undefined || (word.newLine && at > first)) break;
    if (isPiece(word)) {
      last = at;
      if (word.type === 'letters' && word.text.length > 1 && !isNumberWord(word.lower) && ++plain > MOST_PLAIN_WORDS)
        return null;
      carries = true;
    } else if (word.type !== 'mark' && !JOINTS.has(word.lower)) {
      // "john smith is my user name": what follows must not make it a sentence.
      if (!AROUND_ANSWERS.has(word.lower)) return null;
      break;
    } else if (word.text === '?' || word.text === '!' || (word.text === ',' && !joins(words, at))) break;
  }
  return carries && last >= first ? { first, last } : null;
}

/** "okonjo, at, larkmail", "okonjo, larkmail dot com": a pause inside the address. */
function joins(words: readonly Word[], comma: number): boolean {
  const isJoint = (at: number): boolean => /^(?:at|dot|underscore)$/.test(words[at]?.lower ?? '');
  return isJoint(comma - 1) || isJoint(comma + 1) || (isJoint(comma + 2) && DOMAINS.has(words[comma + 3]?.lower ?? ''));
}

/** "at gmail dot com" begins with its "at", all else with a piece of the mailbox. */
function begins(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined) return false;
  if (word.lower === 'at' || word.text === '@')
    return words.slice(at + 1, at + 4).some(({ lower }) => DOMAINS.has(lower) || lower === 'dot');
  if (word.lower === 'dot') return true;
  // "it's", "a" and "i" begin sentences; as letters of an address they stand before other letters.
  if (/^(?:a|i)$/.test(word.lower)) return words[at + 1]?.text.length === 1;
  return isPiece(word) && (!AROUND_ANSWERS.has(word.lower) || isNumberWord(word.lower));
}

function isPiece(word: Word): boolean {
  if (word.type === 'digits' || word.text === '_' || isNumberWord(word.lower)) return true;
  if (word.type !== 'letters' || word.lower === "'s") return false;
  return (
    word.text.length === 1 ||
    DOMAINS.has(word.lower) ||
    (!COMMON_WORDS.has(word.lower) && !NOT_NAMES.has(word.lower) && !JOINTS.has(word.lower))
  );
}
