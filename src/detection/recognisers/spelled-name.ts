import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { wordsFinding } from './ranges.ts';

const MIN_LETTERS = 3;
const MAX_CUE_WORDS = 8;
const MAX_WORDS_AFTER = 4;
const SPELL_CUES: ReadonlySet<string> = new Set(['name', 'spell', 'spelled', 'spelling', 'spelt', 'spells', 'surname', 'lastname', 'firstname']);
// "it's called x y z": names of medicines and things are spelled, too.
const NOT_NAMES: ReadonlySet<string> = new Set(['medication', 'medicine', 'drug', 'email', 'street', 'company', 'pharmacy', 'website', 'address']);

/** Names spelled letter by letter: "spelled s m i t h", "that's K-O-W", after a cue or after the name itself. */
export function findSpelledNames(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (code.digits.length > 0 || code.letters < MIN_LETTERS || code.spoken < MIN_LETTERS) continue;
    const repeated = repeatedWord(reading, code);
    if (repeated !== null) findings.push(wordsFinding(reading, repeated, repeated, 'NAME', 'name.spelled', 0.85));
    if (repeated !== null || isCued(reading, code)) findings.push(wordsFinding(reading, code.first, code.last, 'NAME', 'name.spelled', 0.85));
  }
  return findings;
}

/** The word just before the letters that they spell: "smith, s m i t h". */
function repeatedWord({ words }: Reading, code: Code): number | null {
  for (let at = code.first - 1; at >= 0 && at >= code.first - 4; at--) {
    if (words[at]?.type === 'letters' && words[at]?.text.toUpperCase() === code.chars) return at;
  }
  return null;
}

function isCued({ words }: Reading, code: Code): boolean {
  let cued = false;
  for (let at = code.first - 1, count = 0; at >= 0 && count < MAX_CUE_WORDS; at--) {
    const word = words[at];
    if (word?.type !== 'letters') continue;
    if (NOT_NAMES.has(word.lower)) return false;
    cued ||= SPELL_CUES.has(word.lower);
    count++;
  }
  // "... that's my last name"
  for (let at = code.last + 1; at <= code.last + MAX_WORDS_AFTER; at++) cued ||= words[at]?.lower === 'name';
  return cued;
}
