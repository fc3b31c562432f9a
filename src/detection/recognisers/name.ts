import type { Finding, Recogniser } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { NATIONALITIES } from '../vocabulary/nationalities.ts';
import { isCapitalised, type Word } from '../words.ts';
import { findFamilyNames } from './family-name.ts';
import { findListedNames } from './listed-name.ts';
import { nameEnd, type NameReading } from './person.ts';
import { wordsFinding } from './ranges.ts';
import { findRemarkedNames } from './remarked-name.ts';
import { findSpelledNames } from './spelled-name.ts';
import { findWordNames } from './word-name.ts';

/**
 * Names by what stands before them: titles, "my name is", "this is", relatives, greetings; names spelled out; a known
 * given name with a surname. Serves pass `ner`, too: a policy that leaves names to the model pass still gets these.
 */
export const name: Recogniser = {
  name: 'name',
  passes: ['regex', 'ner'],
  find(reading) {
    const findings: Finding[] = [];
    reading.words.forEach((word, at) => {
      if (word.type !== 'letters' || !MAY_START.has(word.lower)) return;
      const cue = readCue(reading.words, at);
      const last = cue && nameEnd(reading.words, cue.next, cue.reading);
      if (cue && last !== null)
        findings.push(wordsFinding(reading, cue.next, last, 'NAME', `name.${cue.rule}`, cue.confidence));
      const full = fullNameEnd(reading.words, at);
      if (full !== null && !CODE_SYSTEMS.has(reading.words[full]?.text ?? ''))
        findings.push(wordsFinding(reading, at, full, 'NAME', 'name.given', 0.75));
    });
    return [
      ...findings,
      ...findSpelledNames(reading),
      ...findListedNames(reading),
      ...findWordNames(reading),
      ...findFamilyNames(reading),
      ...findRemarkedNames(reading),
    ];
  },
};

/** "Bill CPT 93000" asks for money. */
const CODE_SYSTEMS: ReadonlySet<string> = new Set(['CPT', 'ICD', 'HCPCS', 'NDC', 'LOINC', 'DRG', 'CDT', 'SNOMED']);

interface NameCue {
  readonly rule: string;
  /** First word after the cue. */
  readonly next: number;
  readonly reading: NameReading;
  readonly confidence: number;
}

const STRONG: NameReading = { most: 4, anyLowerCase: true, anyCapitalised: true };
const TITLED: NameReading = { most: 3, anyLowerCase: true, anyCapitalised: true };
const CAPITALISED: NameReading = { most: 4, anyLowerCase: false, anyCapitalised: true };
const FORM: NameReading = { ...CAPITALISED, anySurname: true };
const GIVEN: NameReading = { most: 3, anyLowerCase: false, anyCapitalised: false };

const TITLES: ReadonlySet<string> = new Set(
  'dr doctor mr mrs ms miss mister missus misses nurse professor prof reverend rev pastor rabbi judge captain sergeant'.split(
    ' ',
  ),
);
const DETERMINERS: ReadonlySet<string> = new Set([
  'the',
  'a',
  'my',
  'your',
  'his',
  'her',
  'our',
  'their',
  'this',
  'that',
  'another',
  'old',
  'same',
  'new',
  'any',
  'no',
  'which',
  'each',
]);
const RELATIVES: ReadonlySet<string> = new Set(
  (
    'husband wife spouse partner son daughter mother mom mum father dad brother sister grandmother grandfather grandma grandpa grandson granddaughter uncle aunt auntie cousin nephew niece ' +
    'friend neighbor boyfriend girlfriend fiance fiancee caregiver stepson stepdaughter baby roommate boss coworker'
  ).split(' '),
);
const POSSESSIVES: ReadonlySet<string> = new Set(['my', 'his', 'her', 'your', 'our', 'their']);
const GREETINGS: ReadonlySet<string> = new Set([
  'hi',
  'hello',
  'hey',
  'thanks',
  'you',
  'bye',
  'goodbye',
  'dear',
  'morning',
  'afternoon',
  'evening',
  'okay',
  'ok',
  'alright',
]);

function readCue(words: readonly Word[], at: number): NameCue | null {
  return (
    readTitle(words, at) ??
    readNameCue(words, at) ??
    readIntroduction(words, at) ??
    readRelative(words, at) ??
    readGreeting(words, at)
  );
}

/** What a menu says behind whom it leads to. */
const MENU_WORDS = /^(?:press|dial|say|push|hit|select|enter|stay|choose|line)$/;

/** What doctors and nurses do: not their names. */
const DONE_BY_STAFF: ReadonlySet<string> = new Set(
  (
    'mention explain recommend suggest notice prescribe examine discuss diagnose advise inform order refer request require practitioner anesthetist midwife navigator educator coordinator mentioned explained recommended suggested ' +
    'noticed prescribed examined discussed diagnosed advised informed ordered referred requested applied administered performed removed injected cleared offered increased confirmed reviewed treated'
  ).split(' '),
);

/** "the nurse informed me", "did any other doctor mention": a verb in lower case, and no name that ends like one. */
function isDone(word: Word | undefined): boolean {
  if (word === undefined || word.text !== word.lower || GIVEN_NAMES.has(word.lower)) return false;
  return DONE_BY_STAFF.has(word.lower);
}

/** "Dr. Kumar", "nurse jackie"; not "miss my appointment", "my MS". */
function readTitle(words: readonly Word[], at: number): NameCue | null {
  const title = words[at];
  if (!title || !TITLES.has(title.lower) || title.text === 'MS') return null;
  if ((title.text === 'miss' || title.text === 'judge' || title.text === 'ms') && !isTitleContext(words, at))
    return null;
  const dot = words[at + 1];
  const next = dot?.text === '.' && dot.glued && title.text.length <= 4 ? at + 2 : at + 1;
  // "for nurse press 2", "yeah, nurse informed me"
  if (words[next]?.newLine || MENU_WORDS.test(words[next]?.text ?? '') || isDone(words[next])) return null;
  // "the nurse applied": a determiner makes the title a common noun.
  if (DETERMINERS.has(words[at - 1]?.lower ?? ''))
    return { rule: 'title', next, reading: CAPITALISED, confidence: 0.8 };
  return {
    rule: 'title',
    next,
    reading: isCapitalised(title)
      ? { ...TITLED, anyLowerCase: title.text.length > 4 }
      : { ...TITLED, most: lowerCaseLength(words, next) },
    confidence: 0.88,
  };
}

/** "i miss martha" is a verb: a title follows no subject. */
function isTitleContext(words: readonly Word[], at: number): boolean {
  const before = words[at - 1]?.lower ?? '';
  return !/^(?:i|you|we|they|to|not|don't|didn't|won't|would|will|i'll|might|could|can|i'd|have|has|with|my|of|the|and)$/.test(
    before,
  );
}

/** In lower-case speech one word follows a title, two if the first is a given name: "doctor john smith". */
function lowerCaseLength(words: readonly Word[], next: number): number {
  return GIVEN_NAMES.has(words[next]?.lower ?? '') ? 2 : 1;
}

const NAME_WORDS: ReadonlySet<string> = new Set(['name', 'surname', 'lastname', 'firstname', 'fullname', 'names']);
// "function name", "the name of the drug": names of things.
const NOT_PERSONS: ReadonlySet<string> = new Set(
  'function tool model product company brand drug medication medicine generic file user domain field column table street business store hospital clinic pharmacy plan insurance practice your host event variable parameter class method'.split(
    ' ',
  ),
);
const PERSON_LABELS: ReadonlySet<string> = new Set([
  'patient',
  'caller',
  'subscriber',
  'insured',
  'guarantor',
  'physician',
  'provider',
  'attn',
  'attention',
  'contact',
  'spouse',
  'guardian',
  'customer',
  'signed',
  'sincerely',
  'regards',
]);
const SPEAKING: ReadonlySet<string> = new Set(['speaking', 'speak', 'spoke', 'talking', 'talk', 'talked', 'spoken']);

/** "my name is", "last name", "name:", "patient is", "speaking with", "I go by", "the name's". */
function readNameCue(words: readonly Word[], at: number): NameCue | null {
  const word = words[at];
  if (!word) return null;
  if (NAME_WORDS.has(word.lower) && !NOT_PERSONS.has(words[at - 1]?.lower ?? '')) return afterNameWord(words, at);
  if (PERSON_LABELS.has(word.lower)) {
    const link = words[at + 1]?.lower;
    if (link === ':' || link === 'is' || link === "'s") return cueFrom(words, 'label', at + 2, FORM, 0.8);
    return word.lower === 'patient' || word.lower === 'caller'
      ? cueFrom(words, 'label', at + 1, { ...FORM, anyCapitalised: isCapitalised(words[at + 2] ?? word) }, 0.75)
      : null;
  }
  if (SPEAKING.has(word.lower) && (words[at + 1]?.lower === 'with' || words[at + 1]?.lower === 'to'))
    return cueFrom(words, 'speaking', at + 2, CAPITALISED, 0.8);
  if ((word.lower === 'called' || word.lower === 'named') && words[at - 1]?.lower !== 'been')
    return cueFrom(words, 'called', at + 1, GIVEN, 0.75);
  if (word.lower === 'by' && /^(?:go|goes)$/.test(words[at - 1]?.lower ?? ''))
    return cueFrom(words, 'called', at + 1, STRONG, 0.8);
  return null;
}

function afterNameWord(words: readonly Word[], at: number): NameCue | null {
  const on = readNameOn(words, at);
  if (on) return on;
  let next = at + 1;
  const own =
    /^(?:my|first|last|full|maiden|middle|his|her|their|patient|legal|'s)$/.test(words[at - 1]?.lower ?? '') ||
    words[at]?.lower !== 'name';
  let linked = false;
  for (; next < at + 5; next++) {
    const link = words[next]?.lower ?? '';
    if (link === 'is' || link === "'s" || link === 'was' || link === 'are' || link === ':' || link === '=')
      linked = true;
    else if (link !== '"' && link !== "'" && link !== 'uh' && link !== 'um' && link !== ',') break;
  }
  if (!linked) return own ? cueFrom(words, 'name_is', next, CAPITALISED, 0.75) : null;
  // A field or a sentence about names in general takes a capitalised name only.
  return cueFrom(
    words,
    'name_is',
    next,
    own ? { ...STRONG, anySurname: words[next - 1]?.text === ':' } : FORM,
    own ? 0.9 : 0.8,
  );
}

/** "the name on the account is wilson". */
function readNameOn(words: readonly Word[], at: number): NameCue | null {
  const link = words[at + 1]?.lower;
  if (link !== 'on' && link !== 'for') return null;
  for (let next = at + 3; next <= at + 5; next++)
    if (words[next]?.lower === 'is') return cueFrom(words, 'name_is', next + 1, STRONG, 0.75);
  return null;
}

function cueFrom(
  words: readonly Word[],
  rule: string,
  next: number,
  reading: NameReading,
  confidence: number,
): NameCue | null {
  return words[next]?.type === 'letters' ? { rule, next, reading, confidence } : null;
}

const AFTER_INTRODUCTION: ReadonlySet<string> = new Set([
  'calling',
  'speaking',
  'from',
  'with',
  'here',
  'and',
  'again',
]);

/** "this is john calling", "it's Maria", "I'm Priya Raman": capitalised, or a known given name. */
function readIntroduction(words: readonly Word[], at: number): NameCue | null {
  const [word, second] = [words[at], words[at + 1]];
  const pair = `${word?.lower ?? ''} ${second?.lower ?? ''}`;
  const before = words[at - 1]?.lower ?? '';
  let next: number;
  if (word?.lower === "i'm" || word?.lower === 'im') next = at + 1;
  else if (pair === 'i am' || pair === 'this is' || pair === "it 's" || pair === "here 's") next = at + 2;
  else return null;
  if (before === 'if' || before === 'when' || before === 'where') return null;
  // "I am Cuban." is no name.
  if (NATIONALITIES.has(words[next]?.lower ?? '')) return null;
  const named = nameEnd(words, next, { most: 3, anyLowerCase: true, anyCapitalised: true });
  // "this is kowalczyk calling": what follows tells that a stranger's name stands before it.
  const followed =
    named !== null &&
    AFTER_INTRODUCTION.has(words[named + 1]?.lower ?? '') &&
    words[named + 1]?.lower !== 'and' &&
    pair !== "it 's" &&
    words[named + 1]?.lower !== 'with';
  // "IM GONNA": shouted.
  const shouted = words[next]?.text === words[next]?.text.toUpperCase();
  const reading =
    followed && pair === 'this is'
      ? STRONG
      : { ...CAPITALISED, anyCapitalised: !shouted && pair !== "it 's" && pair !== "here 's" };
  return cueFrom(words, 'introduction', next, reading, 0.75);
}

/** "my husband John", "her daughter, priya": capitalised, or a known given name. */
function readRelative(words: readonly Word[], at: number): NameCue | null {
  if (!RELATIVES.has(words[at]?.lower ?? '') || !POSSESSIVES.has(words[at - 1]?.lower ?? '')) return null;
  const next =
    words[at + 1]?.text === ',' || words[at + 1]?.lower === 'is' || words[at + 1]?.lower === "'s" ? at + 2 : at + 1;
  return cueFrom(words, 'relative', next, next === at + 1 ? CAPITALISED : GIVEN, 0.78);
}

/** "hi , martha", "thank you, Mr ...": known given names only. */
function readGreeting(words: readonly Word[], at: number): NameCue | null {
  const word = words[at];
  if (!word || !GREETINGS.has(word.lower) || (word.lower === 'you' && words[at - 1]?.lower !== 'thank')) return null;
  const next = words[at + 1]?.text === ',' ? at + 2 : at + 1;
  return cueFrom(words, 'greeting', next, GIVEN, 0.7);
}

/** "John Smith", "Maria de la Cruz": a known given name and a capitalised word that is no common one. */
function fullNameEnd(words: readonly Word[], at: number): number | null {
  const word = words[at];
  if (!word || !isCapitalised(word) || !GIVEN_NAMES.has(word.lower)) return null;
  const last = nameEnd(words, at, CAPITALISED);
  if (last === null || last === at) return null;
  const surname = words[last];
  return surname && !COMMON_WORDS.has(surname.lower) && surname.text.length > 1 ? last : null;
}

// What a name or its cue can begin with: one look-up rules out all other words.
const MAY_START: ReadonlySet<string> = new Set([
  ...TITLES,
  ...NAME_WORDS,
  ...PERSON_LABELS,
  ...SPEAKING,
  ...RELATIVES,
  ...GREETINGS,
  ...GIVEN_NAMES,
  ...['called', 'named', 'by', "i'm", 'im', 'i', 'this', 'it', 'here'],
]);
