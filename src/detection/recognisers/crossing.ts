import { readOrdinal } from '../spoken/numbers.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { DIRECTIONS, STREET_KINDS, STREET_NAME_WORDS } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';
import { unitEnd } from './street-unit.ts';
import { withDirection } from './street.ts';
import type { Trigger } from './trigger.ts';

// Kinds that hardly follow a name unless a street is meant.
const PLAIN_KINDS: ReadonlySet<string> = new Set([
  'street',
  'avenue',
  'ave',
  'boulevard',
  'blvd',
  'road',
  'rd',
  'lane',
  'ln',
  'parkway',
  'pkwy',
  'turnpike',
  'st',
  'drive',
  'dr',
  'court',
  'terrace',
  'circle',
  'way',
  'place',
]);
const SURE_KINDS: ReadonlySet<string> = new Set([
  'street',
  'avenue',
  'ave',
  'boulevard',
  'blvd',
  'road',
  'rd',
  'lane',
  'parkway',
  'pkwy',
  'turnpike',
]);
const PREPOSITIONS: ReadonlySet<string> = new Set([
  'on',
  'off',
  'in',
  'at',
  'near',
  'from',
  'to',
  'along',
  'of',
  'down',
]);
const MAX_NAME_WORDS = 3;

/** "corner of fifth and main". */
export const corner: Trigger = {
  words: ['corner', 'intersection'],
  find(reading, at) {
    const last = reading.words[at + 1]?.lower === 'of' ? crossingEnd(reading.words, at + 2) : null;
    return last === null ? null : wordsFinding(reading, at, last, 'ADDRESS', 'address.crossing', 0.8);
  },
};

/** Streets without a house number: "i live on elm street", "Baker Street", "elm street and third avenue". */
export const streetName: Trigger = {
  words: PLAIN_KINDS,
  find(reading, at) {
    const { words } = reading;
    const first = nameStart(words, at);
    return first === null
      ? null
      : wordsFinding(
          reading,
          first,
          crossedEnd(words, at) ?? unitEnd(reading, withDirection(words, at) + 1) ?? withDirection(words, at),
          'ADDRESS',
          'address.street_name',
          0.65,
        );
  },
};

/** "at 5th and Main". */
export const numberedCorner: Trigger = {
  words: ['and', '&'],
  find(reading, at) {
    const { words } = reading;
    const crosses =
      words[at - 1]?.type === 'ordinal' &&
      PREPOSITIONS.has(words[at - 2]?.lower ?? '') &&
      isCapitalised(words[at + 1] ?? NO_WORD);
    return crosses ? wordsFinding(reading, at - 1, at + 1, 'ADDRESS', 'address.crossing', 0.6) : null;
  },
};

const NO_WORD: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

function isAnd(word: Word | undefined): boolean {
  return word?.lower === 'and' || word?.text === '&';
}

/** The last word of "fifth and main", "Elm Street and 3rd Avenue", or null. */
function crossingEnd(words: readonly Word[], from: number): number | null {
  const first = sideEnd(words, from);
  if (first === null || !isAnd(words[first + 1])) return null;
  return sideEnd(words, first + 2);
}

/** The last word of one street of a crossing: an ordinal or a name of up to three words, and perhaps its kind. */
function sideEnd(words: readonly Word[], from: number): number | null {
  let at = DIRECTIONS.has(words[from]?.lower ?? '') ? from + 1 : from;
  const start = at;
  while (at < start + MAX_NAME_WORDS) {
    const ordinal = readOrdinal(words, at);
    const word = words[at];
    if (ordinal) at = ordinal.next;
    else if (
      word?.type === 'letters' &&
      !isAnd(word) &&
      (!COMMON_WORDS.has(word.lower) || STREET_NAME_WORDS.has(word.lower)) &&
      !word.newLine &&
      !(at > start && STREET_KINDS.has(word.lower))
    )
      at++;
    else break;
  }
  if (at === start) return null;
  return STREET_KINDS.has(words[at]?.lower ?? '') ? at : at - 1;
}

/** "elm street and third avenue": the end of the second street, which must have a kind, too. */
function crossedEnd(words: readonly Word[], kind: number): number | null {
  if (!isAnd(words[kind + 1])) return null;
  const last = sideEnd(words, kind + 2);
  return last !== null && last > kind + 2 && STREET_KINDS.has(words[last]?.lower ?? '') ? last : null;
}

/**
 * The first word of the name before the kind of a street, or null. Capitalised as a whole it needs nothing else; in lower
 * case a preposition must stand before it, and after "live on" or "street is" any kind will do.
 */
function nameStart(words: readonly Word[], kind: number): number | null {
  const word = words[kind];
  if (!word || word.newLine) return null;
  let first = kind;
  while (first > kind - MAX_NAME_WORDS && first > 0 && isName(words, first - 1) && !words[first]?.newLine) first--;
  if (first === kind) {
    const ordinal = ordinalBefore(words, kind);
    if (ordinal === null) return null;
    first = ordinal;
  }
  if (DIRECTIONS.has(words[first - 1]?.lower ?? '') && !words[first]?.newLine) first--;
  const [before, second] = [words[first - 1]?.lower ?? '', words[first - 2]?.lower ?? ''];
  if (
    /^(?:live|lives|lived|living|reside|resides|stay|staying|moved)$/.test(second) &&
    /^(?:on|off|near|at|to)$/.test(before)
  )
    return first;
  if ((before === 'is' || before === "'s") && /^(?:street|road|address)$/.test(second)) return first;
  if (isCapitalised(word) && isCapitalised(words[first] ?? NO_WORD) && SURE_KINDS.has(word.lower)) return first;
  return SURE_KINDS.has(word.lower) && PREPOSITIONS.has(before) && words[first]?.type === 'letters' ? first : null;
}

function isName(words: readonly Word[], at: number): boolean {
  const word = words[at];
  return (
    word?.type === 'letters' &&
    word.text.length > 1 &&
    !COMMON_WORDS.has(word.lower) &&
    !PREPOSITIONS.has(word.lower) &&
    !STREET_KINDS.has(word.lower)
  );
}

function ordinalBefore(words: readonly Word[], kind: number): number | null {
  for (const first of [kind - 3, kind - 2, kind - 1])
    if (first >= 0 && readOrdinal(words, first)?.next === kind) return first;
  return null;
}
