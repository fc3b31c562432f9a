/**
 * Tells findings that identify nobody from those that do: codes of classifications, measurements, eponyms, short numbers.
 * A number with a cue of its own, a check digit or seven digits is never among them, unless a code system or a result
 * names it. Values that the call knows are found by another pass and stay masked.
 */
import { coveringCode } from '../context/covering-code.ts';
import type { EntityKind } from '../kinds.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { wordAt } from '../recognisers/ranges.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { STATE_CODES, STATES } from '../vocabulary/places.ts';
import { findClinicalCodes } from './clinical-codes.ts';
import { findClinicalNumbers } from './clinical-numbers.ts';
import { findRaces } from './demographics.ts';
import { findOrigins } from './origins.ts';
import { findMeasurements } from './measurements.ts';
import { isPlaceholder } from './placeholders.ts';
import { findPublicTerms } from './public-terms.ts';
import type { PublicWords } from './public-words.ts';
import { isCued, isPublicLine, isShortNumber } from './short-numbers.ts';
import type { Word } from '../words.ts';
import { findTechnicalTerms } from './technical-terms.ts';

const LONG_NUMBER = 7;
const MOST_OF_NO_PHONE = 2;
/** Words around a finding in which lists of terms are read. */
const AROUND = 16;
/** Recognisers that a word's use elsewhere may contradict; the others have a cue or a form of their own. */
const CONTESTABLE =
  /^(?:tagger|name\.given|other_id\.|address\.(?:street|place|state)|date\.|phone\.|health_plan\.blue_cross$|\w+\.cue$)/;
/** Recognisers that go by the digits alone, which the name of a code system right before them outweighs. */
const BY_CHECK_ALONE = /^(?:phone\.nanp|license\.npi|address\.zip_state|ssn\.digits)$/;
/** States that are as often a city, a person or a word. */
const AMBIGUOUS_STATES: ReadonlySet<string> = new Set(['new york', 'washington', 'virginia', 'georgia', 'guam']);

/** What may stand before a state that is no part of an address. */
const BEFORE_STATES: ReadonlySet<string> = new Set(['in', 'to', 'of', 'from', 'state', ':', '[', '"', '(', '/', '|']);
/** Words that go on after a state that is no part of an address. */
const AFTER_STATES: ReadonlySet<string> = new Set(
  'and or but since for when where with then now so because before after until right if that'.split(' '),
);

/** Finds what identifies nobody in one text. Reads the text only when it is first asked about a finding. */
export class PublicText {
  readonly #reading: Reading;
  readonly #rules: (PublicWords | undefined)[] = [];
  #hasReadTerms = false;
  #hasReadNumbers = false;
  /** The words in which public terms were read last. */
  #termsFrom = -1;
  #termsTo = -1;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The rule that says why the finding identifies nobody, for `explain`; null if it may identify somebody. */
  ruleFor(finding: Finding): string | null {
    const { words } = this.#reading;
    const first = wordAt(this.#reading, finding.start);
    const last = wordAt(this.#reading, finding.end) - 1;
    if (words[first] === undefined || last < first) return null;
    // Ages over 89 and days may have the digits of a line: 112, 9/11, 11/2.
    const isDay = last > first && (finding.kind === 'DATE' || finding.kind === 'DOB');
    if (finding.kind !== 'AGE' && !isDay && isPublicLine(numberOf(this.#reading, first, last)))
      return this.#hasStrongCue(first, last, PHONES) ? null : 'line';
    if (finding.kind === 'NAME' && isPlaceholder(words, first, last)) return 'placeholder';
    if (finding.kind === 'NAME' && isEveOfDay(words, first, last)) return 'day';
    // A code of ten digits may well be a valid telephone number.
    if (BY_CHECK_ALONE.test(finding.recogniser) && (finding.validated || !CONTESTABLE.test(finding.recogniser)))
      return this.#codeRule(first, last);
    if (finding.validated || !CONTESTABLE.test(finding.recogniser)) return null;
    return this.#numberRule(finding, first, last) ?? this.#wordsRule(finding, first, last);
  }

  /** The parts of a list of names and places that may identify somebody; the finding itself where nothing of it is public. */
  partsOf(finding: Finding): readonly Finding[] {
    if (this.ruleFor(finding) !== null) return NOTHING;
    if (finding.recogniser !== 'tagger' || (finding.kind !== 'ADDRESS' && finding.kind !== 'NAME')) return [finding];
    const { words } = this.#reading;
    const first = wordAt(this.#reading, finding.start);
    const last = wordAt(this.#reading, finding.end) - 1;
    const segments = segmentsOf(words, first, last);
    if (segments.length < 2) return [finding];
    const rules = this.#rulesFor(first, last);
    const kept = segments.filter(([from, to]) =>
      words.slice(from, to + 1).some(({ type }, at) => type !== 'mark' && rules[from + at] === undefined),
    );
    if (kept.length === segments.length) return [finding];
    return kept.map(([from, to]) => ({
      ...finding,
      start: words[from]?.start ?? finding.start,
      end: words[to]?.end ?? finding.end,
    }));
  }

  #numberRule(finding: Finding, first: number, last: number): string | null {
    if (finding.recogniser !== 'tagger' || !isShortNumber(this.#reading, first, last)) return null;
    if (finding.kind === 'NAME' && isTitled(this.#reading.words, first)) return null;
    // "my number is 46": no telephone number is so short.
    if (finding.kind === 'PHONE' && digitsOf(this.#reading, first, last).length <= MOST_OF_NO_PHONE) return 'number';
    return this.#hasClaim(first, last) || isCued(this.#reading, first, last) ? null : 'number';
  }

  /** The code system whose name stands before the number. */
  #codeRule(first: number, last: number): string | null {
    const rules = this.#rulesFor(first, last).slice(first, last + 1);
    return rules.every((rule) => rule?.rule.startsWith('code.')) ? (rules[0]?.rule ?? null) : null;
  }

  #wordsRule(finding: Finding, first: number, last: number): string | null {
    const { words } = this.#reading;
    if (finding.recogniser === 'tagger' && finding.kind === 'ADDRESS' && this.#isState(first, last)) return 'state';
    if (finding.recogniser === 'tagger' && finding.kind !== 'OTHER_ID' && isPractice(words, first, last))
      return 'practice';
    const rules = this.#rulesFor(first, last);
    let rule: PublicWords | null = null;
    for (let at = first; at <= last; at++) {
      const here = rules[at];
      if (here !== undefined) rule = here;
      else if (words[at]?.type !== 'mark' && !/^(?:and|or|with)$/.test(words[at]?.lower ?? '')) {
        // "NDC 00093-7424-56 lot unknown": plain words behind the code of a system.
        const isBeside = rule?.rule.startsWith('code.') === true && finding.recogniser === 'tagger';
        if (!isBeside || finding.kind === 'NAME' || !isPlain(words[at])) return null;
      }
    }
    if (rule === null) return null;
    const isLong = digitsOf(this.#reading, first, last).length >= LONG_NUMBER;
    if (isLong && !rule.explainsNumber && !this.#isList(first, last)) return null;
    return this.#hasStrongCue(first, last, NO_KINDS) ? null : rule.rule;
  }

  /** By word, for the words from `first` to `last`: what says of them that they identify nobody. */
  #rulesFor(first: number, last: number): readonly (PublicWords | undefined)[] {
    const { words } = this.#reading;
    if (!this.#hasReadTerms) {
      this.#take(findTechnicalTerms(this.#reading));
      this.#take(findRaces(this.#reading));
      this.#take(findOrigins(this.#reading));
      this.#hasReadTerms = true;
    }
    if (!this.#hasReadNumbers && this.#saysNumber(first, last)) {
      this.#take(findClinicalCodes(this.#reading));
      this.#take(findMeasurements(this.#reading));
      this.#take(findClinicalNumbers(this.#reading));
      this.#hasReadNumbers = true;
    }
    const [from, to] = [Math.max(0, first - AROUND), Math.min(words.length - 1, last + AROUND)];
    // All findings in a short text have the same words around them.
    if (from !== this.#termsFrom || to !== this.#termsTo) {
      this.#take(findPublicTerms(words, from, to));
      [this.#termsFrom, this.#termsTo] = [from, to];
    }
    return this.#rules;
  }

  #take(found: readonly PublicWords[]): void {
    for (const each of found) for (let at = each.first; at <= each.last; at++) this.#rules[at] ??= each;
  }

  #saysNumber(first: number, last: number): boolean {
    for (let at = first; at <= last; at++)
      if (this.#reading.words[at]?.type === 'digits' || coveringCode(this.#reading.codes, at) !== null) return true;
    return false;
  }

  /** Whether the digits are those of several public numbers, and not of one long one. */
  #isList(first: number, last: number): boolean {
    const rules = new Set(this.#rules.slice(first, last + 1));
    rules.delete(undefined);
    return rules.size > 1;
  }

  /** Whether the words are the name or code of a state, and no part of a longer address. */
  #isState(first: number, last: number): boolean {
    const { words } = this.#reading;
    const [before, after] = [words[first - 1], words[last + 1]];
    if (isAmongStates(words, first, last)) return true;
    if (before !== undefined && !BEFORE_STATES.has(before.lower)) return false;
    if (after !== undefined && after.type !== 'mark' && !AFTER_STATES.has(after.lower)) return false;
    if (first === last && STATE_CODES.has(words[first]?.text ?? '')) return true;
    const name = words.slice(first, last + 1).map(({ lower }) => lower);
    return STATES.has(name.join(' ')) && !AMBIGUOUS_STATES.has(name.join(' '));
  }

  #hasClaim(first: number, last: number): boolean {
    const { codes, claims } = this.#reading;
    for (let at = first; at <= last; at++) {
      const code = coveringCode(codes, at);
      if (code !== null && claims.has(code)) return true;
    }
    return false;
  }

  /** Whether a strong cue, right before a number among the words, says whose it is. `but`: kinds whose cues do not count. */
  #hasStrongCue(first: number, last: number, but: ReadonlySet<EntityKind>): boolean {
    const { codes, claims } = this.#reading;
    for (let at = first; at <= last; at++) {
      const code = coveringCode(codes, at);
      const claim = code === null ? undefined : claims.get(code);
      if (claim?.cue.strong === true && claim.linked && !but.has(claim.cue.kind)) return true;
    }
    return false;
  }
}

/** A common word in lower case. */
function isPlain(word: Word | undefined): boolean {
  return word?.type === 'letters' && word.text === word.lower && COMMON_WORDS.has(word.lower);
}

const PRACTICES =
  /^(?:Dental|Dentistry|Orthodontics|Pediatrics|Dermatology|Orthopa?edics|Cardiology|Ophthalmology|Optometry|Podiatry|Urology|Oncology|Neurology|Radiology|Imaging|Hospice|Physicians|Wellness)$/;

/** "Bright Smiles Dental", "Golden Gate Dermatology": a practice by its name, which is no person's. */
function isPractice(words: readonly Word[], first: number, last: number): boolean {
  const next = words[last + 1];
  if (next === undefined || next.newLine || !PRACTICES.test(next.text)) return false;
  if (isTitled(words, first)) return false;
  return words
    .slice(first, last + 1)
    .every(({ type, text, lower }) => type === 'letters' && /^[A-Z]/.test(text) && !GIVEN_NAMES.has(lower));
}

/** "new year's eve", "christmas eve": the day before, and no woman. */
function isEveOfDay(words: readonly Word[], first: number, last: number): boolean {
  if (first !== last || words[first]?.lower !== 'eve') return false;
  const before = words[first - 1]?.lower === "'s" ? words[first - 2] : words[first - 1];
  return /^(?:years?|christmas|all)$/.test(before?.lower ?? '');
}

/** "CA, OR, WA, NY, IN": codes of states alone, with another one before them in the list. */
function isAmongStates(words: readonly Word[], first: number, last: number): boolean {
  const isCode = (at: number): boolean => STATE_CODES.has(words[at]?.text ?? '');
  const [mark, other] = words[first - 1]?.text === ',' ? [first - 1, first - 2] : [last + 1, last + 2];
  if (words[mark]?.text !== ',' || !isCode(other)) return false;
  return words.slice(first, last + 1).every(({ text }, at) => text === ',' || isCode(first + at));
}

const NO_KINDS: ReadonlySet<EntityKind> = new Set();
const PHONES: ReadonlySet<EntityKind> = new Set(['PHONE', 'FAX']);

const NOTHING: readonly Finding[] = [];

/** What commas and "and" part in a list without numbers, by first and last word. */
function segmentsOf(words: readonly Word[], first: number, last: number): (readonly [number, number])[] {
  const segments: (readonly [number, number])[] = [];
  let from = first;
  for (let at = first; at <= last + 1; at++) {
    const word = words[at];
    if (at <= last && word?.type === 'digits') return [];
    if (at <= last && word?.text !== ',' && word?.lower !== 'and' && word?.lower !== 'or') continue;
    if (at > from) segments.push([from, at - 1]);
    from = at + 1;
  }
  return segments;
}

/** The digits that all of the words say together, empty where they say anything else. */
function numberOf(reading: Reading, first: number, last: number): string {
  const code = coveringCode(reading.codes, first);
  if (code?.first === first && code.last === last) return code.letters === 0 ? code.digits : '';
  const words = reading.words.slice(first, last + 1);
  if (words.some(({ type }) => type === 'letters' || type === 'ordinal')) return '';
  // "988, 211": the words are one of several numbers that are read as one code.
  if (code !== null && code.letters === 0 && (code.last > last || code.first < first))
    return words.map(({ type, text }) => (type === 'digits' ? text : '')).join('');
  return digitsOf(reading, first, last);
}

function digitsOf(reading: Reading, first: number, last: number): string {
  let digits = '';
  for (let at = first; at <= last;) {
    const code = coveringCode(reading.codes, at);
    const word = reading.words[at];
    digits += code?.digits ?? (word?.type === 'digits' ? word.text : '');
    at = Math.max(at, code?.last ?? at) + 1;
  }
  return digits;
}

/** "Mrs. So": after a title a short word is a name. */
function isTitled(words: readonly Word[], at: number): boolean {
  const before = words[at - 1]?.text === '.' ? words[at - 2] : words[at - 1];
  return /^(?:mr|mrs|ms|miss|mister|dr|doctor)$/.test(before?.lower ?? '');
}
