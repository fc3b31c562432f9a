import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { isPhonetic } from '../spoken/alphabet.ts';
import { letterOfName } from '../spoken/letter-names.ts';
import { DIGIT_WORDS, readBelowHundred, REPEAT_WORDS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

const GROUPS = 6;

/** A hardware address that is read aloud: "a four colon five e colon six zero ...", six groups of two hexadecimal digits. */
export function findSpokenMacs(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 1; at < words.length; at++) {
    if (words[at]?.lower !== 'colon') continue;
    const first = firstOfGroup(words, at);
    const last = first === null ? null : lastGroupEnd(words, first);
    if (first === null || last === null) continue;
    findings.push(wordsFinding(reading, first, last, 'DEVICE', 'device.mac_spoken', 0.9));
    at = last;
  }
  return findings;
}

/** The first word of the pair that ends before "colon". */
function firstOfGroup(words: readonly Word[], colon: number): number | null {
  for (const first of [colon - 2, colon - 1]) if (first >= 0 && pairEnd(words, first) === colon) return first;
  return null;
}

/** The last word of six pairs with "colon" between them, or null. */
function lastGroupEnd(words: readonly Word[], first: number): number | null {
  let at = first;
  for (let group = 1; group <= GROUPS; group++) {
    const next = pairEnd(words, at);
    if (next === null) return null;
    if (group === GROUPS) return next - 1;
    if (words[next]?.lower !== 'colon' && words[next]?.text !== ':') return null;
    at = next + 1;
  }
  return null;
}

/** The word after two hexadecimal digits: "a four", "sixty", "double zero", "5e", "b1". */
function pairEnd(words: readonly Word[], at: number): number | null {
  let length = 0;
  let next = at;
  while (length < 2 && next < at + 4) {
    const read = readHex(words, next);
    if (read === null) return null;
    length += read.length;
    next = read.next;
  }
  return length === 2 ? next : null;
}

function readHex(words: readonly Word[], at: number): { length: number; next: number } | null {
  const word = words[at];
  if (!word || word.type === 'mark') return null;
  if (/^[A-F]$/.test(letterOfName(word.lower) ?? '')) return { length: 1, next: at + 1 };
  if (/^[0-9a-f]{1,2}$/i.test(word.text)) return { length: word.text.length, next: at + 1 };
  const times = REPEAT_WORDS.get(word.lower);
  if (times !== undefined) return readHex(words, at + 1)?.length === 1 ? { length: times, next: at + 2 } : null;
  if (isPhonetic(word.lower)) return word.lower < 'g' ? { length: 1, next: at + 1 } : null;
  if (DIGIT_WORDS.has(word.lower)) return { length: 1, next: at + 1 };
  const number = readBelowHundred(words, at);
  return number && { length: 2, next: number.next };
}
