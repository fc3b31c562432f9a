import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import {
  ADJECTIVE_NAMES,
  FAMILY_WORDS,
  GIVEN_WORDS,
  SHORT_FAMILY,
  SHORT_GIVEN,
  VERB_NAMES,
} from '../vocabulary/word-names.ts';
import { isCapitalised, type Word } from '../words.ts';
import { KIN, nameFrame, type NameFrame } from './name-frame.ts';
import { wordsFinding } from './ranges.ts';

/**
 * Names that are also words, by how the sentence uses them: "for my husband, Rich", "ask for Bill or Sue", "It's Will.",
 * "hope called about her refill", "this is may chen", "See Vang".
 */
export function findWordNames(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  // The last word of the name before, for "Bill or Sue".
  let before = -1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type !== 'letters' || !(MAY_BE_NAME.has(word.lower) || words[at - 1]?.text === ',')) continue;
    const last = wordNameEnd(words, at, before);
    if (last === null) continue;
    findings.push(wordsFinding(reading, at, last, 'NAME', 'name.word', 0.78));
    before = last;
    at = last;
  }
  return findings;
}

/** All words that may be found here, but for those behind a comma: one look-up rules out most words of a sentence. */
const MAY_BE_NAME: ReadonlySet<string> = new Set([
  ...SHORT_GIVEN,
  ...SHORT_FAMILY,
  ...FAMILY_WORDS,
  ...GIVEN_WORDS,
  ...GIVEN_NAMES,
]);

function wordNameEnd(words: readonly Word[], at: number, before: number): number | null {
  const word = words[at];
  if (word === undefined) return null;
  if (SHORT_GIVEN.has(word.lower)) {
    const last = shortNameEnd(words, at);
    if (last !== null) return last;
  }
  if (isAfterTitle(words, at)) return at;
  const restated = restatedEnd(words, at);
  if (restated !== null) return restated;
  if (isAfterRelation(words, at)) return surnameEnd(words, at);
  if (!GIVEN_WORDS.has(word.lower)) {
    // "ask for Will or Maria": what is coordinated with a name is one.
    return GIVEN_NAMES.has(word.lower) && isCoordinated(words, at, before) ? at : null;
  }
  if (isWholeIntroduction(words, at)) return at + 1;
  if (isInCompound(words, at)) return null;
  const isBeside =
    isCoordinated(words, at, before) || isBesideName(words, at) || isOwner(words, at) || isPutRight(words, at);
  const frame = isBeside ? 'person' : nameFrame(words, at);
  if (frame === null) return fullWordName(words, at);
  return isNameIn(words, at, frame) ? surnameEnd(words, at) : null;
}

/** "Dr. Young", "Mrs. Long", "ms love": a family name that is a word, after a title with a capital of its own, or as it is spoken. */
function isAfterTitle(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined || !FAMILY_WORDS.has(word.lower)) return false;
  if (!isCapitalised(word)) return isAfterSpokenTitle(words, at);
  if (!isMixed(words, at)) return false;
  const title = words[at - 1]?.text === '.' ? words[at - 2] : words[at - 1];
  return (
    title !== undefined &&
    isCapitalised(title) &&
    title.text !== 'MS' &&
    TITLES.has(title.lower) &&
    words[at + 1]?.text !== '-'
  );
}

/** Words that "ms" before them does not address: there it is a disease. */
const OF_DISEASE = /^(?:pain|cough|pains|head|foot|back|story|call|ring|post|sales|rooms|hand|strong|good|best|power)$/;
const OWNERS = /^(?:my|your|his|her|their|our|the|has|have|had|with|of|for)$/;

/** "ms love", "mister small": a title that belongs to a name only. */
function isAfterSpokenTitle(words: readonly Word[], at: number): boolean {
  const title = words[at - 1];
  if (title === undefined || words[at]?.newLine === true || !/^(?:mr|mrs|ms|mister|missus)$/.test(title.text))
    return false;
  if (OF_DISEASE.test(words[at]?.lower ?? '')) return false;
  const isAskedFor =
    words[at - 2]?.lower === 'for' && /^(?:ask|asked|asking|looking|message)$/.test(words[at - 3]?.lower ?? '');
  return title.text !== 'ms' || isAskedFor || !OWNERS.test(words[at - 2]?.lower ?? '');
}

/** What may follow a given name that is said again with the family name. */
const DIRECTIONS_AS_NAMES = /^(?:north|south|east|west)$/;

/** "sage, sage north", "Zhang, Zhang Wei": a name that is said once more, with the rest of it. Returns its last word. */
function restatedEnd(words: readonly Word[], at: number): number | null {
  const mark = words[at + 1]?.text;
  if (mark !== ',' && mark !== '.') return null;
  const [name, again, rest] = [words[at], words[at + 2], words[at + 3]];
  // "long, summer long"
  const isGivenBefore = GIVEN_NAMES.has(again?.lower ?? '') || GIVEN_WORDS.has(again?.lower ?? '');
  if (name !== undefined && isGivenBefore && rest?.lower === name.lower && name.text.length > 2) return at + 3;
  if (name === undefined || again?.lower !== name.lower) return null;
  if (rest?.type !== 'letters' || rest.newLine || rest.text.length < 2) return null;
  const isGiven = GIVEN_NAMES.has(name.lower) || (GIVEN_WORDS.has(name.lower) && !VERB_NAMES.has(name.lower));
  if (!isGiven && !(SHORT_FAMILY.has(name.lower) && !COMMON_WORDS.has(name.lower))) return null;
  if (ENDS.has(rest.lower) && !isCapitalised(rest)) return null;
  const isRest = !COMMON_WORDS.has(rest.lower) || FAMILY_WORDS.has(rest.lower) || DIRECTIONS_AS_NAMES.test(rest.lower);
  return isRest || (isCapitalised(name) && isCapitalised(rest)) ? at + 3 : null;
}

/** Days, faiths and what else begins with a capital behind a relative and a comma, and ends the sentence. */
const NO_RELATIVES =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|i|god|yes|no|ok|okay|please|thanks|medicare|medicaid|english|spanish|christmas|thanksgiving|easter|january|february|march|april|june|july|august|september|october|november|december|sir|ma'am|mom|dad|doctor)$/;

/** "my grandson, Dash.": a word in capitals that is said of a relative and ends there. */
function isAfterRelation(words: readonly Word[], at: number): boolean {
  if (at < 3 || words[at - 1]?.text !== ',') return false;
  const [owner, kin, word, after] = [words[at - 3], words[at - 2], words[at], words[at + 1]];
  if (word === undefined || !isCapitalised(word) || !isMixed(words, at)) return false;
  if (!/^(?:my|his|her|our|their)$/.test(owner?.lower ?? '') || !KIN.has(kin?.lower ?? '')) return false;
  if (word.text.length < 2 || NO_RELATIVES.test(word.lower) || isMedicalWord(word.lower)) return false;
  return after === undefined || after.newLine || /^[.,;?!]$/.test(after.text);
}

const TITLES: ReadonlySet<string> = new Set('dr doctor mr mrs ms miss mister nurse professor prof'.split(' '));

const ENDS: ReadonlySet<string> = new Set(
  (
    "and or but is isn't was wasn't has hasn't had needs wants called calls says said told asked lives lived takes took had who who's 's at from in on with here again speaking calling please too as for " +
    'about because when if to he she they i we my our his her both also works goes got just said picked came comes left'
  ).split(' '),
);
/** What follows "will" or "may" where it is a name, and not before the verb of its sentence. */
const AFTER_SUBJECT: ReadonlySet<string> = new Set(
  "and or is isn't was wasn't has hasn't had needs wants called calls says said told asked lives lived takes took who who's 's picked came comes left works goes got will can could would did does".split(
    ' ',
  ),
);

/** What a relative does: "my aunt queen signs". */
const ACTS =
  /^(?:signs?|signed|drives|drove|helps?|helped|comes|goes|can|could|does|did|will|would|isn't|handles|pays|gets|keeps|thinks|knows|died|passed|turned|turns|lost|fell|broke|just|always|never|already|still)$/;

/** Whether a word that is also a name is one, in a place where a name may stand. */
function isNameIn(words: readonly Word[], at: number, frame: NameFrame): boolean {
  const word = words[at];
  const next = words[at + 1];
  if (word === undefined) return false;
  const ends = next === undefined || next.type === 'mark' || next.newLine;
  const capital = isCapitalised(word) && isMixed(words, at);
  switch (frame) {
    case 'person':
      // "my son will be there": the verb of its sentence.
      if (VERB_NAMES.has(word.lower) && !capital) return ends || AFTER_SUBJECT.has(next.lower);
      return ends || capital || ENDS.has(next.lower) || ACTS.test(next.lower) || surnameEnd(words, at) !== at;
    case 'addressee':
      if (capital) return ends || ENDS.has(next.lower) || surnameEnd(words, at) !== at;
      return !ADJECTIVE_NAMES.has(word.lower) && (ends || AFTER_ADDRESSEE.has(next.lower)) && next?.text !== '-';
    case 'introduction':
      if (capital)
        return (
          ends ||
          (ENDS.has(next.lower) && !(ADJECTIVE_NAMES.has(word.lower) && QUALIFYING.has(next.lower))) ||
          surnameEnd(words, at) !== at
        );
      // "it's king size" is about a thing.
      if (surnameEnd(words, at) !== at) return words[at - 2]?.lower !== 'it' && surnameStands(words, at + 1);
      return !ADJECTIVE_NAMES.has(word.lower) && (ends || INTRODUCED.has(next.lower));
    case 'subject':
      return true;
  }
}

const AFTER_ADDRESSEE: ReadonlySet<string> = new Set(
  'or and yesterday today earlier last about who this on'.split(' '),
);

/** "rich in iron", "frank with you". */
const QUALIFYING: ReadonlySet<string> = new Set([
  'in',
  'on',
  'at',
  'with',
  'for',
  'to',
  'too',
  'as',
  'about',
  'when',
  'if',
]);

const INTRODUCED: ReadonlySet<string> = new Set(['calling', 'speaking', 'here', 'again', 'from']);

/** Whether the lower-case word after a given name is its last: "this is may chen", "may chen calling". */
function surnameStands(words: readonly Word[], at: number): boolean {
  const next = words[at + 1];
  return next === undefined || next.type === 'mark' || next.newLine || ENDS.has(next.lower);
}

/** Whether the text is not all in capitals: there a capital tells nothing. */
function isMixed(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined || word.text.length < 2 || word.text !== word.text.toUpperCase()) return true;
  for (let near = Math.max(0, at - 4); near < at + 5; near++) {
    const other = words[near];
    if (other?.type === 'letters' && other.text.length > 1 && other.text === other.lower) return true;
  }
  return false;
}

/** "it's will price", and no more: both words are names as well. */
function isWholeIntroduction(words: readonly Word[], at: number): boolean {
  const family = words[at + 1];
  const [before, after] = [words[at - 3], words[at + 2]];
  const isWhole = (before === undefined || before.type === 'mark') && (after === undefined || after.newLine);
  if (!isWhole || nameFrame(words, at) !== 'introduction') return false;
  return FAMILY_WORDS.has(family?.lower ?? '') && !/^(?:day|time|power|long)$/.test(family?.lower ?? '');
}

/** "Bill or Sue", "chase and my daughter faith" is read by its relative. */
function isCoordinated(words: readonly Word[], at: number, before: number): boolean {
  if (before < 0) return false;
  const joint = words[at - 1];
  if (before === at - 2 && (joint?.lower === 'and' || joint?.lower === 'or' || joint?.text === '&')) return true;
  if (before === at - 2 && joint?.text === ',') return isCapitalised(words[at] ?? joint);
  return before === at - 3 && words[at - 2]?.text === ',' && (joint?.lower === 'and' || joint?.lower === 'or');
}

/** "Rich and Sue", "Will and Grace": two given names in capitals that "and" joins. */
function isBesideName(words: readonly Word[], at: number): boolean {
  const [name, joint, other, after] = [words[at], words[at + 1], words[at + 2], words[at + 3]];
  if (name === undefined || other === undefined || !/^(?:and|or|&)$/.test(joint?.lower ?? '')) return false;
  if (!isCapitalised(name) || !isCapitalised(other) || !isMixed(words, at) || !isMixed(words, at + 2)) return false;
  const isGiven = GIVEN_NAMES.has(other.lower) || GIVEN_WORDS.has(other.lower);
  return (
    isGiven &&
    !(after !== undefined && (INSTITUTIONS.has(after.lower) || (after.type === 'letters' && isCapitalised(after))))
  );
}

/** "it should say miles, not myles": another spelling of the name, taken back or put in its place. */
function isPutRight(words: readonly Word[], at: number): boolean {
  const not = words[at + 1]?.text === ',' ? at + 2 : at + 1;
  const [name, other] = [words[at]?.lower ?? '', words[not + 1]];
  if (words[not]?.lower !== 'not' || other?.type !== 'letters' || other.lower === name) return false;
  return other.lower.length > 2 && other.lower.startsWith(name.charAt(0)) && !COMMON_WORDS.has(other.lower);
}

const OWNED: ReadonlySet<string> = new Set(
  'number phone cell email address chart appointment prescription refill results labs birthday insurance name account mom dad mother father wife husband son daughter room meds medication medications'.split(
    ' ',
  ),
);

/** "you have Bill's number", in the middle of a sentence. */
function isOwner(words: readonly Word[], at: number): boolean {
  const [before, name] = [words[at - 1], words[at]];
  if (before?.type !== 'letters' || name === undefined || !isCapitalised(name) || !isMixed(words, at)) return false;
  return words[at + 1]?.lower === "'s" && OWNED.has(words[at + 2]?.lower ?? '');
}

const INSTITUTIONS: ReadonlySet<string> = new Set(
  (
    'bank hospital clinic center centre church street avenue road drive lane court county city school university college park house health memorial foundation pharmacy medical insurance card visa ' +
    'period access money test therapy class flakes oil tea code number form field care home funeral chapel cemetery ridge valley hills springs falls heights creek lake river island beach company inc llc group ' +
    'syndrome disease procedure score scale plan program department unit wing tower building floor cancer dental orthopedics pediatrics surgery cross shield'
  ).split(' '),
);

/** "Chase Bank", "the Hope Clinic", "Grace Street": a name of a thing. */
function isInCompound(words: readonly Word[], at: number): boolean {
  const [before, next] = [words[at - 1], words[at + 1]];
  if (before !== undefined && ARTICLES.has(before.lower)) return true;
  if (next?.type === 'digits' || next?.type === 'ordinal') return true;
  if (next?.text === '-' && next.glued) return true;
  return next !== undefined && INSTITUTIONS.has(next.lower) && !next.newLine;
}

const ARTICLES: ReadonlySet<string> = new Set([
  'the',
  'a',
  'an',
  'this',
  'that',
  'no',
  'any',
  'some',
  'your',
  'in',
  'by',
  'on',
  'since',
  'until',
  'of',
  'at',
]);

/** The last word of the family name that follows the given name at `at`, or `at`. */
function surnameEnd(words: readonly Word[], at: number): number {
  const [given, next] = [words[at], words[at + 1]];
  if (given === undefined || next?.type !== 'letters' || next.newLine || next.text.length < 2) return at;
  if (INSTITUTIONS.has(next.lower)) return at;
  const capital = isCapitalised(given);
  if (capital !== isCapitalised(next)) return at;
  if (SHORT_FAMILY.has(next.lower) && !COMMON_WORDS.has(next.lower)) return at + 1;
  if (capital) return !COMMON_WORDS.has(next.lower) || FAMILY_WORDS.has(next.lower) ? at + 1 : at;
  return !COMMON_WORDS.has(next.lower) &&
    !ENDS.has(next.lower) &&
    !ACTS.test(next.lower) &&
    !/(?:ing|ed|ly)$/.test(next.lower) &&
    next.text.length > 2
    ? at + 1
    : at;
}

/** "WILL PRICE called", "call Grace Long": two capitalised words, both of them names. At the beginning of a sentence the first is mostly a verb. */
function fullWordName(words: readonly Word[], at: number): number | null {
  const [given, family] = [words[at], words[at + 1]];
  if (given === undefined || family?.type !== 'letters' || family.newLine) return null;
  if (!isCapitalised(given) || !isCapitalised(family) || !isMixed(words, at) || !isMixed(words, at + 1)) return null;
  const after = words[at + 2];
  if (after !== undefined && (INSTITUTIONS.has(after.lower) || isCapitalised(after))) return null;
  if (isCapitalised(words[at - 1] ?? MARK) && !isTitleLike(words[at - 1])) return null;
  if (FAMILY_WORDS.has(family.lower) && !INSTITUTIONS.has(family.lower)) return at + 1;
  return SHORT_FAMILY.has(family.lower) && !COMMON_WORDS.has(family.lower) ? at + 1 : null;
}

const MARK: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

/** The first word of a sentence has a capital whatever it is: "Call Will Price". */
function isTitleLike(word: Word | undefined): boolean {
  return word !== undefined && COMMON_WORDS.has(word.lower);
}

/**
 * The last word of a name of short given names before a family name of their origin: "An Le", "So Young Park".
 *
 * @param isAsked whether a name is what the words were asked for: then lower case is no objection
 */
export function shortNameEnd(words: readonly Word[], at: number, isAsked = false): number | null {
  const last = shortNameRange(words, at);
  const [first, family] = [words[at], words[last ?? at]];
  if (last === null && isAsked) return bothGivenEnd(words, at);
  if (last === null || first === undefined || family === undefined) return null;
  if (isAsked) return last;
  if (isCapitalised(first) && isMixed(words, at))
    return COMMON_WORDS.has(family.lower) && COMMON_WORDS.has(first.lower) ? null : last;
  // In lower case only where a name is announced, and the family name is no word.
  return nameFrame(words, at) === 'introduction' && !COMMON_WORDS.has(family.lower) && surnameStands(words, last)
    ? last
    : null;
}

/** "So Yi": two short names that nobody has as family names, both in capitals. */
function bothGivenEnd(words: readonly Word[], at: number): number | null {
  const [first, second] = [words[at], words[at + 1]];
  if (first === undefined || second === undefined || !isCapitalised(first) || !isCapitalised(second)) return null;
  const third = words[at + 2];
  // "Le Thi Be": the family name first.
  const isVietnamese = SHORT_FAMILY.has(first.lower) && /^(?:thi|van)$/.test(second.lower);
  if (isVietnamese && third?.type === 'letters' && isCapitalised(third)) return at + 2;
  return SHORT_GIVEN.has(first.lower) && SHORT_GIVEN.has(second.lower) ? at + 1 : null;
}

/** One or two short given names and a family name, all in capitals or none. */
function shortNameRange(words: readonly Word[], at: number): number | null {
  const capital = isCapitalised(words[at] ?? MARK);
  const isPart = (index: number): boolean => {
    const word = words[index];
    return word?.type === 'letters' && !word.newLine && isCapitalised(word) === capital;
  };
  if (!SHORT_GIVEN.has(words[at]?.lower ?? '') || !isPart(at + 1)) return null;
  // "that would be so": only with a capital.
  if (words[at]?.text === 'be') return null;
  const [second, third] = [words[at + 1]?.lower ?? '', words[at + 2]?.lower ?? ''];
  if (SHORT_GIVEN.has(second) && isPart(at + 2) && SHORT_FAMILY.has(third)) return at + 2;
  return SHORT_FAMILY.has(second) ? at + 1 : null;
}
