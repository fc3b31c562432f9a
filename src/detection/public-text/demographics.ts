/** What forms and clinicians call a person's race: "Race: White", "he's forty six, White, and ...". None of the 18 identifiers. */
import type { Reading } from '../reading.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import type { PublicWords } from './public-words.ts';

/** Races of the census that are surnames as well, or that are read as part of one. */
const RACES: ReadonlySet<string> = new Set(
  'white black brown asian african american native hispanic latino latina caucasian indian pacific islander hawaiian alaska biracial multiracial mixed'.split(
    ' ',
  ),
);
const HEADS: ReadonlySet<string> = new Set(['race', 'ethnicity', 'races', 'ethnicities']);
const LINKS: ReadonlySet<string> = new Set(
  [':', '=', '"', '|', '-', ',', '/'].concat('is was as and or not non the patient listed recorded'.split(' ')),
);
const MARKS: ReadonlySet<string> = new Set([',', '-', 'and', 'a']);
/** What says of a person that a number is his age, where no "years" follows it. */
const IS: ReadonlySet<string> = new Set("is 's he's she's am 'm i'm was".split(' '));
const YEARS: ReadonlySet<string> = new Set('year years old yo y o age aged'.split(' '));
/** What shows that the word was a name after all: "White is my last name". */
const NAMED: ReadonlySet<string> = new Set('name surname'.split(' '));
const REACH = 8;
const NAMED_WITHIN = 5;

/** The races in the text that a form's label or an age says are races. */
export function findRaces(reading: Reading): PublicWords[] {
  const { words } = reading;
  const found: PublicWords[] = [];
  for (let at = 1; at < words.length; at++) {
    if (!isRace(words[at]) || isCalledName(words, at) || !(followsHead(words, at) || followsAge(words, at))) continue;
    found.push({ first: at, last: at, rule: 'demographic.race', explainsNumber: false });
  }
  return found;
}

function isRace(word: Word | undefined): boolean {
  return word !== undefined && RACES.has(word.lower);
}

/** "Race: White", "race and ethnicity: White / Hispanic". */
function followsHead(words: readonly Word[], at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - REACH); before--) {
    const word = words[before];
    if (word === undefined) return false;
    if (HEADS.has(word.lower)) return true;
    if (!LINKS.has(word.text.toLowerCase()) && !isRace(word)) return false;
  }
  return false;
}

/** "forty six, White", "34 years old and White", but not "I'm 62, Barry White". */
function followsAge(words: readonly Word[], at: number): boolean {
  // "I'm 46, Brown, Amy" is a list of names.
  const after = words[words[at + 1]?.text === ',' ? at + 2 : at + 1];
  if (after?.type === 'letters' && !AFTER.has(after.lower) && !isRace(after)) return false;
  let before = at - 1;
  let isAge = false;
  for (; before >= Math.max(0, at - REACH); before--) {
    const lower = words[before]?.lower ?? '';
    if (!MARKS.has(lower) && !YEARS.has(lower) && !isRace(words[before])) break;
    isAge ||= YEARS.has(lower);
  }
  if (before === at - 1 || !isNumber(words[before])) return false;
  while (isNumber(words[before])) before--;
  return isAge || ('letters' === words[before]?.type && IS.has(words[before]?.lower ?? ''));
}

function isNumber(word: Word | undefined): boolean {
  return word !== undefined && (word.type === 'digits' ? /^\d{1,3}$/.test(word.text) : isNumberWord(word.lower));
}

/** Words that go on about a person behind a race. */
const AFTER: ReadonlySet<string> = new Set(
  'male female man woman boy girl gentleman lady patient and or with who not non right correct'.split(' '),
);

function isCalledName(words: readonly Word[], at: number): boolean {
  if (!IS.has(words[at + 1]?.lower ?? '')) return false;
  return words.slice(at + 1, at + 1 + NAMED_WITHIN).some(({ lower }) => NAMED.has(lower));
}
