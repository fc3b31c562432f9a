import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { readLetter } from '../spoken/alphabet.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { SPOKEN_JOINTS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';
import { spokenHostEnd } from './host-name.ts';
import { wordsFinding } from './ranges.ts';

/** E-mail addresses: written (RFC 5321 sizes), spoken ("j dot smith at gmail dot com"), spelled letter by letter, and mixtures. */
export const email: Recogniser = {
  name: 'email',
  passes: ['regex'],
  find: (reading) => [...findWritten(reading.text), ...findSpoken(reading)],
};

const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:[\p{L}]{2,24}|xn--[a-z0-9-]{2,59})$/u;

function findWritten(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < MAX_LOCAL && isLocal(text.charAt(start - 1))) start--;
    while (start < at && /[.'-]/.test(text.charAt(start))) start++;
    let end = at + 1;
    while (end < text.length && end - at <= MAX_DOMAIN && /[\p{L}\p{N}.-]/u.test(text.charAt(end))) end++;
    while (end > at + 1 && /[.-]/.test(text.charAt(end - 1))) end--;
    if (start < at && DOMAIN.test(text.slice(at + 1, end))) {
      findings.push({ start, end, kind: 'EMAIL', confidence: 0.97, validated: false, recogniser: 'email.written' });
    }
  }
  return findings;
}

function isLocal(character: string): boolean {
  return /[\p{L}\p{N}._%+'&=~-]/u.test(character);
}

function findSpoken({ words, ...reading }: Reading): Finding[] {
  const findings: Finding[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (word?.lower !== 'at' && word?.text !== '@') continue;
    const hostAt = words[at + 1]?.lower === 'sign' ? at + 2 : at + 1;
    const last = spokenHostEnd(words, hostAt);
    if (last === null) continue;
    const first = localStart(words, at);
    if (first !== null) findings.push(wordsFinding({ words, ...reading }, first, last, 'EMAIL', 'email.spoken', 0.93));
  }
  return findings;
}

const MAX_LOCAL_WORDS = 40;
const CUED_LOCAL_WORDS = 6;
const CUES: ReadonlySet<string> = new Set(['email', 'mail', 'is', "'s", 'address', 'to', 'it', 'its', 'as', 'use', ':']);

/** The first word of the local part that ends before word `at`; null if what stands there is no name of a mailbox. */
function localStart(words: readonly Word[], at: number): number | null {
  if (!isLocalWord(words[at - 1])) return null;
  let start = at - 1;
  while (start > 0 && at - start < MAX_LOCAL_WORDS) {
    const current = words[start];
    const before = words[start - 1];
    if (!current || !before || current.newLine) break;
    const explained = explainedLetter(words, start);
    if (explained !== null) start = explained;
    else if (isJoint(before, current) && (isLocalWord(words[start - 2]) || explainedLetter(words, start - 2) !== null)) start -= 2;
    else if (isPiece(before) && isLocalWord(before)) start -= 1;
    else if (isPiece(current) && isLocalWord(before) && before.type === 'letters') start -= 1;
    else break;
  }
  return cuedStart(words, start) ?? start;
}

/** "my email is john smith at ...": all words between the cue and the local part belong to it. */
function cuedStart(words: readonly Word[], from: number): number | null {
  for (let at = from - 1; at >= 0 && from - at <= CUED_LOCAL_WORDS; at--) {
    if (words[at + 1]?.newLine) return null;
    if (CUES.has(words[at]?.lower ?? '')) return at + 1;
    if (!isLocalWord(words[at]) || words[at]?.type === 'mark') return null;
  }
  return null;
}

/** A letter, a digit, a number word: mailboxes are spelled out of these. */
function isPiece(word: Word): boolean {
  return word.text.length === 1 ? word.type !== 'mark' : word.type === 'digits' || isNumberWord(word.lower);
}

function isLocalWord(word: Word | undefined): boolean {
  if (!word || word.type === 'mark' || word.type === 'ordinal') return false;
  return word.text.length === 1 || isNumberWord(word.lower) || !COMMON_WORDS.has(word.lower);
}

/** Where the letter stands that the word explains: "b as in boy", "b for boy"; null if it explains none. */
function explainedLetter(words: readonly Word[], example: number): number | null {
  const explainer = words[example - 1]?.lower;
  const letter = explainer === 'in' && words[example - 2]?.lower === 'as' ? example - 3 : explainer === 'for' || explainer === 'like' ? example - 2 : -1;
  const read = letter < 0 ? null : readLetter(words, letter);
  return read?.next === example + 1 ? letter : null;
}

function isJoint(word: Word, after: Word): boolean {
  if (SPOKEN_JOINTS.has(word.lower)) return true;
  return (word.text === '.' || word.text === '_' || word.text === '-') && word.glued && after.glued;
}
