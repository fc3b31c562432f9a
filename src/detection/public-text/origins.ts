/** Countries and nationalities that a sentence names as such: "when I moved to America", "my family is Cuban". Alone they identify nobody. */
import type { Reading } from '../reading.ts';
import { NATIONALITIES } from '../vocabulary/nationalities.ts';
import { COUNTRIES } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import type { PublicWords } from './public-words.ts';

/** Countries that are also given names or towns are none without "in" or "to" before them; all of them need it. */
const BEFORE_COUNTRIES: ReadonlySet<string> = new Set(
  'in to from of by through via between and or the outside leaving visiting'.split(' '),
);
/** Countries that are given names, surnames or towns as often. */
const AMBIGUOUS: ReadonlySet<string> = new Set('jordan chad georgia israel chile'.split(' '));
const TWO_WORDS: ReadonlySet<string> = new Set([
  'united states',
  'united kingdom',
  'south korea',
  'north korea',
  'south africa',
  'el salvador',
  'costa rica',
  'new zealand',
  'saudi arabia',
  'hong kong',
  'sri lanka',
  'dominican republic',
  'czech republic',
]);

const BEFORE_NATIONALITIES: ReadonlySet<string> = new Set(
  "is am are i'm 'm 's he's she's we're they're was were half part being as latin african native asian mostly originally speak speaks speaking in".split(
    ' ',
  ),
);
const WIDE_ORIGINS = /^(?:latin|african|asian|native|central|south|north)$/;
const NAMED: ReadonlySet<string> = new Set('name surname named called'.split(' '));
const REACH = 4;

/** The countries and nationalities of the text that its sentences name as such. */
export function findOrigins({ words }: Reading): PublicWords[] {
  const found: PublicWords[] = [];
  for (let at = 1; at < words.length; at++) {
    const last = countryEnd(words, at) ?? nationalityEnd(words, at);
    if (last === null) continue;
    found.push({ first: at, last, rule: 'demographic.origin', explainsNumber: false });
    at = last;
  }
  return found;
}

function countryEnd(words: readonly Word[], at: number): number | null {
  const [word, next] = [words[at], words[at + 1]];
  const before = words[at - 1]?.lower ?? '';
  if (word === undefined || !BEFORE_COUNTRIES.has(before)) return null;
  const last = TWO_WORDS.has(`${word.lower} ${next?.lower ?? ''}`)
    ? at + 1
    : COUNTRIES.has(word.lower)
      ? at
      : spelledEnd(words, at);
  if (last === null || (last === at && AMBIGUOUS.has(word.lower))) return null;
  // "and America Ferrera" names a person.
  const after = words[last + 1];
  const goesOn = after?.type === 'letters' && !after.newLine && isCapitalised(after) && after.text.length > 1;
  return goesOn || ((before === 'and' || before === 'or' || before === 'by') && !isCapitalised(word)) ? null : last;
}

/** "U S A", "the u s". */
function spelledEnd(words: readonly Word[], at: number): number | null {
  if (words[at]?.lower !== 'u' || words[at + 1]?.lower !== 's') return null;
  return words[at + 2]?.lower === 'a' && words[at + 2]?.text !== 'a' ? at + 2 : at + 1;
}

function nationalityEnd(words: readonly Word[], at: number): number | null {
  const [word, next] = [words[at], words[at + 1]];
  if (word === undefined) return null;
  // "Latin American", "African Americans": both words say so, whatever stands before them.
  if (WIDE_ORIGINS.test(word.lower) && NATIONALITIES.has(next?.lower.replace(/s$/, '') ?? '')) return at + 1;
  if (!NATIONALITIES.has(word.lower) || !BEFORE_NATIONALITIES.has(words[at - 1]?.lower ?? '')) return null;
  return words.slice(Math.max(0, at - REACH), at).some(({ lower }) => NAMED.has(lower)) ? null : at;
}
