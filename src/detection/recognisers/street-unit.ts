import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { readOrdinal } from '../spoken/numbers.ts';
import { codeAt, codeEndingAt, wordsFinding } from './ranges.ts';

const LONE_UNIT_WORDS: ReadonlySet<string> = new Set(['apartment', 'apt', 'suite', 'ste']);
const UNIT_WORDS: ReadonlySet<string> = new Set(['apartment', 'apt', 'unit', 'suite', 'ste', '#', 'floor', 'fl', 'lot', 'bldg', 'building', 'trailer', 'room', 'rm', 'space', 'spc', 'penthouse', 'flat']);
const MAX_CODE = 8;

/** A unit without its street: "Suite 245", "apartment 5 b"; and "house number 42". */
export function findUnits(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  const { words } = reading;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type !== 'letters') continue;
    if (LONE_UNIT_WORDS.has(word.lower)) {
      const last = unitEnd(reading, at);
      if (last !== null) findings.push(wordsFinding(reading, at, last, 'ADDRESS', 'address.unit', 0.7));
    } else if (word.lower === 'house' && words[at + 1]?.lower === 'number') {
      const code = codeAt(reading.codes, words[at + 2]?.lower === 'is' ? at + 3 : at + 2);
      if (code && code.chars.length <= MAX_CODE && !code.quantity) findings.push(wordsFinding(reading, code.first, code.last, 'ADDRESS', 'address.house_number', 0.7));
    }
  }
  return findings;
}

/** The last word of ", apartment 5 b", "# 12" or ", 34th floor" from the word on, or null. */
export function unitEnd({ words, codes }: Reading, from: number): number | null {
  let at = from;
  while (at < from + 2 && (words[at]?.text === ',' || words[at]?.text === '.')) at++;
  const ordinal = readOrdinal(words, at);
  if (ordinal && words[ordinal.next]?.lower === 'floor') return ordinal.next;
  if (!UNIT_WORDS.has(words[at]?.lower ?? '')) return null;
  at++;
  if (words[at]?.text === '.' || words[at]?.text === '#') at++;
  if (words[at]?.lower === 'number') at++;
  const code = codeAt(codes, at);
  if (code) return code.chars.length <= MAX_CODE ? code.last : null;
  const word = words[at];
  return word && (word.text.length === 1 || word.type === 'digits') && word.type !== 'mark' ? at : null;
}

/** The first word of "Unit 12," right before the house number, or null. */
export function unitBefore({ words, codes }: Reading, number: number): number | null {
  if (words[number - 1]?.text !== ',') return null;
  const code = codeEndingAt(codes, number - 2);
  if (!code || code.chars.length > MAX_CODE) return null;
  const at = words[code.first - 1]?.text === '.' || words[code.first - 1]?.text === '#' ? code.first - 2 : code.first - 1;
  return UNIT_WORDS.has(words[at]?.lower ?? '') ? at : null;
}
