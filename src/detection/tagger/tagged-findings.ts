import { coveringCode } from '../context/covering-code.ts';
import type { EntityKind } from '../kinds.ts';
import { quantityEnd } from '../quantities.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { ADJECTIVE_NAMES } from '../vocabulary/word-names.ts';
import type { Word } from '../words.ts';
import type { TagType } from './labels.ts';
import type { Tagger } from './tagger.ts';
import { classOf, digitsOf } from './word-classes.ts';

/**
 * Kinds that the tagger does not tell apart as well as the recognisers do: where one of the recognisers has found a kind of the same
 * family in the same place, the tagger's finding is of that kind.
 */
const FAMILIES: readonly ReadonlySet<EntityKind>[] = [
  new Set<EntityKind>(['DATE', 'DOB', 'AGE']),
  new Set<EntityKind>([
    'PHONE',
    'FAX',
    'SSN',
    'MRN',
    'HEALTH_PLAN',
    'ACCOUNT',
    'CREDIT_CARD',
    'LICENSE',
    'VEHICLE',
    'DEVICE',
    'BIOMETRIC',
    'OTHER_ID',
    'IP_ADDRESS',
    'EMAIL',
    'URL',
  ]),
];

// Most turns hold nothing.
const NOTHING: readonly Finding[] = [];

/**
 * What the tagger finds in a text, as findings of pass `ner`.
 *
 * @param found by the recognisers in the same text
 * @param sensitivity 0 to 1, see `Tagger.tag`
 */
export function taggedFindings(
  tagger: Tagger,
  reading: Reading,
  found: readonly Finding[],
  sensitivity: number,
): readonly Finding[] {
  const { words } = reading;
  const tags = tagger.tag(words, sensitivity);
  if (tags.length === 0) return NOTHING;
  const near = new Sweep(found);
  const reported = new Set<Finding>();
  const findings: Finding[] = [];
  const add = (start: number, end: number, kind: EntityKind, confidence: number) =>
    findings.push({ start, end, kind, confidence, validated: false, recogniser: 'tagger' });
  for (const { first: tagged, last: taggedLast, type, confidence } of tags) {
    const last = type === 'NAME' ? beforeLabel(words, tagged, taggedLast) : beforeAside(words, tagged, taggedLast);
    // "e.g. 1990-05-21"
    const first = tagged < last && isAbbreviated(words, tagged) ? tagged + 2 : tagged;
    const [start, end] = [words[first]?.start, words[last]?.end];
    if (start === undefined || end === undefined) continue;
    const met = near.meeting(start, end);
    const written = met.filter((finding) => isWrittenWhole(finding, reading.text));
    if (met.length === 0 && ((type === 'DATE' && isBareNumber(words, first, last)) || isCounted(reading, first, last)))
      continue;
    if (met.length === 0 && first === last && saysNothing(tagger, words, first, type)) continue;
    if (type === 'DATE' && met.length === 0 && (isRank(words, last) || areYears(words, first, last))) continue;
    if (type === 'DATE' && met.length === 0 && TIME_OF_DAY.test(reading.text.slice(start, end))) continue;
    if (type === 'NAME' && ABBREVIATION.test(reading.text.slice(start, end))) continue;
    if (written.length === 0) {
      add(start, end, kindAmong(met, type), confidence);
      continue;
    }
    // "a@b.co" says itself where it begins and ends: the tagger's words around it make it no longer.
    const from = Math.min(...written.map((finding) => finding.start));
    if (from > start) add(start, from, type, confidence);
    for (const finding of written) {
      if (reported.has(finding)) continue;
      reported.add(finding);
      add(finding.start, finding.end, finding.kind, confidence);
    }
  }
  return findings;
}

/** The last word of a name without the label of the next line: "Caller: Hope\nReason: refill". */
function beforeLabel(words: readonly Word[], first: number, last: number): number {
  for (let at = first + 1; at <= last; at++)
    if (words[at]?.newLine === true && words.slice(at + 1, last + 2).some(({ text }) => text === ':')) return at - 1;
  return last;
}

/** What people say behind a number, and no number ends with. */
const ASIDES: ReadonlySet<string> = new Set('then please okay ok thanks now right yes yeah sir'.split(' '));

/** The last word of a value without the word behind its digits that is none of it: "415-555-0142 then". */
function beforeAside(words: readonly Word[], first: number, last: number): number {
  const isAside = last > first && ASIDES.has(words[last]?.lower ?? '') && /\d$/.test(words[last - 1]?.text ?? '');
  return isAside ? last - 1 : last;
}

/** Whether the word and the point behind it end "e.g." or "i.e.". */
function isAbbreviated(words: readonly Word[], at: number): boolean {
  const [letter, point, word] = [words[at - 2]?.lower, words[at - 1], words[at]];
  const isSecond = (letter === 'e' && word?.lower === 'g') || (letter === 'i' && word?.lower === 'e');
  return isSecond && point?.text === '.' && words[at + 1]?.text === '.';
}

/** Abbreviations of common words, which the tagger takes for initials. */
const ABBREVIATION = /^(?:e\.g|i\.e|a\.k\.a|n\.b|etc|vs|cf|approx|ca)\.?$/i;

/** A time of day is of every day. */
const TIME_OF_DAY =
  /^(?:at |by |around )?(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.? ?m\.?)?|\d{1,2} ?[ap]\.? ?m\.?)(?: ?(?:-|to|or|and|,) ?(?:\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.? ?m\.?)?|\d{1,2} ?[ap]\.? ?m\.?))?$/i;

/** Words that say of a value that there is none. */
const ABSENT: ReadonlySet<string> = new Set(
  'unknown none missing empty unavailable anonymous undisclosed pending declined refused withheld null undefined'.split(
    ' ',
  ),
);

/** Returns true if the one word is no value: an acronym or "unknown" as a name, a letter as a number. */
function saysNothing(tagger: Tagger, words: readonly Word[], at: number, type: TagType): boolean {
  const word = words[at];
  if (word?.type !== 'letters') return false;
  if (type === 'NAME')
    return (
      ABSENT.has(word.lower) ||
      isAuxiliary(words, at) ||
      isQuality(words, at) ||
      isExclaimed(words, at) ||
      isAcronym(tagger, words, at)
    );
  if (type === 'DATE') return isHopedFor(words, at);
  return type === 'OTHER_ID' && word.text.length === 1;
}

/** What follows the "will" of "my husband will call". */
const AFTER_WILL: ReadonlySet<string> = new Set(
  'be have not never also probably still call come pick take get do need want bring go see drive help let make pay give send try find'.split(
    ' ',
  ),
);

/** Returns true for a "will" or "may" in lower case before the verb that it belongs to. */
function isAuxiliary(words: readonly Word[], at: number): boolean {
  const word = words[at];
  return (word?.text === 'will' || word?.text === 'may') && AFTER_WILL.has(words[at + 1]?.lower ?? '');
}

const HOPES: ReadonlySet<string> = new Set('will hope hopefully should gonna going expect expected'.split(' '));
const HOPE_REACH = 8;

/** "I hope it will clear up by may": a month by which something has yet to happen. */
function isHopedFor(words: readonly Word[], at: number): boolean {
  if (words[at - 1]?.lower !== 'by') return false;
  return words.slice(Math.max(0, at - HOPE_REACH), at).some(({ lower }) => HOPES.has(lower));
}

/** "Ha, I will take that", "hi buddy": a sound at the beginning, and a word that one says to anybody. */
function isExclaimed(words: readonly Word[], at: number): boolean {
  const [before, word, next] = [words[at - 1], words[at], words[at + 1]];
  const begins = before === undefined || /^[.!?]$/.test(before.text);
  if (begins && next !== undefined && /^[,!]$/.test(next.text))
    return /^(?:ha|haha|aha|gosh|jeez|yikes|whoa|wow)$/.test(word?.lower ?? '');
  return (
    /^(?:buddy|bud|champ|kiddo)$/.test(word?.text ?? '') &&
    /^(?:hi|hey|hello|okay|there|thanks|,)$/.test(before?.lower ?? '')
  );
}

const BEFORE_QUALITY: ReadonlySet<string> = new Set('it was were been be so very too really quite pretty'.split(' '));
const AFTER_QUALITY: ReadonlySet<string> = new Set(
  'there here with today outside in to about enough again now and but'.split(' '),
);

/** "is it sunny there", "the doctor was frank with me": an adjective in lower case that is also a name. */
function isQuality(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined || word.text !== word.lower || !ADJECTIVE_NAMES.has(word.lower)) return false;
  if (!BEFORE_QUALITY.has(words[at - 1]?.lower ?? '') || /^(?:name|this)$/.test(words[at - 2]?.lower ?? ''))
    return false;
  const next = words[at + 1];
  return next === undefined || next.type === 'mark' || AFTER_QUALITY.has(next.lower);
}

const LONGEST_ACRONYM = 4;

/** "about DACA and": a few capitals among words in lower case, in no list of names. */
function isAcronym(tagger: Tagger, words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word?.type !== 'letters' || word.text.length < 2 || word.text.length > LONGEST_ACRONYM) return false;
  if (word.text !== word.text.toUpperCase() || tagger.isListedName(word.lower)) return false;
  const near = [words[at - 1], words[at + 1]].filter((other) => other?.type === 'letters');
  return near.length > 0 && near.every((other) => other?.text === other?.lower);
}

/** "the sixth of nine siblings", "the third child": a place in an order. */
function isRank(words: readonly Word[], last: number): boolean {
  const word = words[last];
  if (word?.type !== 'ordinal' && !/(?:st|nd|rd|th|first|second|third)$/.test(word?.lower ?? '')) return false;
  const isOf = words[last + 1]?.lower === 'of';
  const ranked = words[isOf ? last + 3 : last + 1]?.lower ?? '';
  return /^(?:siblings|children|kids|brothers|sisters|child|sibling|born|grader|grade|floor|time|opinion|trimester|degree)$/.test(
    ranked,
  );
}

const YEAR_SAID =
  '(?:two thousand(?: and)?(?: (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen))?)';
const YEARS_SAID = new RegExp(`^${YEAR_SAID}(?:(?: ,)?(?: and| or| to)? ${YEAR_SAID})+$`);
const MOST_YEAR_WORDS = 24;

/** "two thousand six, two thousand eight and two thousand nine": years alone, of which the tagger may miss the first word. */
function areYears(words: readonly Word[], first: number, last: number): boolean {
  if (last - first > MOST_YEAR_WORDS) return false;
  const from = words[first]?.lower === 'thousand' ? first - 1 : first;
  return YEARS_SAID.test(
    words
      .slice(Math.max(0, from), last + 1)
      .map(({ lower }) => lower)
      .join(' '),
  );
}

const BARE_NUMBER_WORDS = 2;

/** "ninety six": a year, an age, an oxygen level. Which it is, cues tell, and the recognisers know those better. */
function isBareNumber(words: readonly Word[], first: number, last: number): boolean {
  return (
    last - first < BARE_NUMBER_WORDS &&
    words.slice(first, last + 1).every((word) => digitsOf(classOf(word), word.text.length) > 0)
  );
}

/** "five, four, three, two", and the "567" of "1,234,567": says nothing of anybody where no cue claims it. */
function isCounted({ words, codes, claims }: Reading, first: number, last: number): boolean {
  const code = coveringCode(codes, first);
  if (code === null || code.last < last || claims.has(code)) return false;
  const isCut = first > code.first || last < code.last;
  return code.counts || (isCut && code.quantity && quantityEnd(words, code.first) === code.last);
}

function isWrittenWhole({ start, end, kind }: Finding, text: string): boolean {
  return (kind === 'EMAIL' || kind === 'URL' || kind === 'IP_ADDRESS') && !/\s/.test(text.slice(start, end));
}

/** The kind of the longest finding of the same family; the tagger's own where there is none. */
function kindAmong(found: readonly Finding[], own: EntityKind): EntityKind {
  const family = FAMILIES.find((kinds) => kinds.has(own));
  let longest: Finding | null = null;
  for (const finding of found) {
    // What is reported because nothing explains it says nothing of its kind.
    if (finding.fallback === true || family?.has(finding.kind) !== true) continue;
    if (longest === null || finding.end - finding.start > longest.end - longest.start) longest = finding;
  }
  return longest?.kind ?? own;
}

/** Findings by place, for stretches that are asked for in order. */
class Sweep {
  readonly #waiting: readonly Finding[];
  #next = 0;
  #met: Finding[] = [];

  constructor(found: readonly Finding[]) {
    this.#waiting = [...found].sort((a, b) => a.start - b.start);
  }

  meeting(start: number, end: number): readonly Finding[] {
    for (
      let finding = this.#waiting[this.#next];
      finding !== undefined && finding.start < end;
      finding = this.#waiting[++this.#next]
    )
      this.#met.push(finding);
    return (this.#met = this.#met.filter((finding) => finding.end > start));
  }
}
