/**
 * Rows: digits and letters that are said or written one by one with the same text between them, whatever that is: "9 [pause]
 * 1 [pause] 9", "won # too # seven", "6/0/2, 5/5/5, 0/1/8/3". What stands between repeats, and that is what makes a row.
 */

import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';
import { readLetter } from './alphabet.ts';
import { readBridge } from './bridges.ts';
import { DIGIT, FILLER, HOMOPHONE, LETTER, REPEAT, SCALE, TEEN, TENS } from './code-words.ts';
import { DIGIT_WORDS, HOMOPHONES, ORDINAL_WORDS, REPEAT_WORDS, repeatedAt } from './numbers.ts';

/** One digit or letter of a row. */
export interface RowPart {
  /** The characters meant, letters in upper case. */
  readonly chars: string;
  /** The first word after it. */
  readonly end: number;
  /** Where the next one of the row begins; null for the last. */
  readonly next: number | null;
  /** The groups of the row are as long as those of a telephone number, a card or the like. */
  readonly isUsual: boolean;
}

/** The digits and letters of rows, by the word that each begins with. */
export type Rows = ReadonlyMap<number, RowPart>;

/** No row. */
export const NO_ROWS: Rows = new Map();

/** One digit or letter that may belong to a row. */
interface Element {
  readonly at: number;
  readonly end: number;
  readonly chars: string;
  /** Hardly any other word: a digit or a number word. */
  readonly sure: boolean;
  /** "to", "too", "for": mostly words. */
  readonly weak: boolean;
  readonly letter: boolean;
}

/** Digits and letters of the shortest row. */
const SHORTEST = 4;
/** Digits and letters of the shortest row of several groups. */
const GROUPED = 6;
/** Those of a row whose marks may also calculate ("2 + 3 + 4"), or that differ from one to the next. */
const LONG = 7;
const LONGEST = 48;
const LONGEST_GROUP = 5;
/** Words and marks between two elements. */
const MOST_BETWEEN = 8;
const MOST_WORDS = 3;
const NEVER_BETWEEN = /[%$€£¥@^]/;
const CALCULATES = /[+=<>×÷]/;
/** Marks for pauses, and breaks between lines. */
const PAUSES_ONLY = /^[-,.;:/|\u00b7\u2022*~_\n ]*$/;
/** What is said once between two groups. */
const SAID_ONCE = /^[^\w]*(?:(?:yes|yeah|yep|and|next|right|inaudible|beep|silence|noise|crosstalk|pause)[^\w]*)?$/;
/** Before a mark that joins two digits as in "7.5". */
const GLUED = '\0';
/** Words that are said before each digit, though they may announce a number. */
const LABELS: ReadonlySet<string> = new Set(['number', 'digit', 'key', 'letter', 'character', 'then', 'and', 'next']);
/** Words for the marks that they stand for. */
const SAID_MARKS: ReadonlyMap<string, string> = new Map([
  ['comma', ','],
  ['dot', '.'],
  ['period', '.'],
  ['stop', '.'],
  ['pause', '~'],
  ['slash', '/'],
  ['dash', '-'],
  ['hyphen', '-'],
  ['space', '~'],
  ['bar', '|'],
]);
/** Words before a number that is all that is said: "sure, it's". */
const MOST_OPENING = 4;
/** How the groups of telephone numbers, social security numbers and cards are long. */
const USUAL_GROUPS: ReadonlySet<string> = new Set(['3,4', '3,3,4', '1,3,3,4', '3,2,4', '4,4,4,4', '4,6,5', '2,2,4']);
const WEAK: ReadonlySet<string> = new Set(['to', 'too', 'tu', 'for']);

/** Finds the rows of a text. `isCue` tells the words of cues, which belong to no row. Linear. */
export function findRows(words: readonly Word[], classes: Uint16Array, isCue: (at: number) => boolean): Rows {
  const elements = elementsOf(words, classes, isCue);
  if (elements.length < SHORTEST) return NO_ROWS;
  const gaps = elements.map((element, index) => {
    const next = elements[index + 1];
    return next === undefined ? null : gapBetween(words, classes, isCue, element.end, next.at);
  });
  const rows = new Map<number, RowPart>();
  for (let first = 0; first < elements.length;) {
    // The rest of a run that is no row is none either.
    const isCut = first > 0 && gaps[first - 1] === gaps[first] && gaps[first] === '';
    const goesOn = isCut && elements[first - 1]?.weak !== true;
    // "to six two seven", "three one two two for": plain words beside a number.
    const isWord = elements[first]?.weak === true && gaps[first] === '' && !isAsked(words, elements, first, isCue);
    const last = goesOn || isWord ? null : withoutWord(words, elements, gaps, rowEnd(elements, gaps, first));
    if (last !== null && isRow(words, elements.slice(first, last + 1), gaps.slice(first, last), isCue)) {
      const isUsual = USUAL_GROUPS.has(sizesOf(gaps.slice(first, last), gaps[first] ?? '').join());
      for (let index = first; index <= last; index++) {
        const element = elements[index];
        if (element === undefined) continue;
        const next = index === last ? null : (elements[index + 1]?.at ?? null);
        rows.set(element.at, { chars: element.chars, end: element.end, next, isUsual });
      }
      first = last + 1;
    } else first++;
  }
  return rows;
}

/** Whether a word that sounds like a digit begins an utterance of nothing but digits, or stands behind a cue. */
function isAsked(
  words: readonly Word[],
  elements: readonly Element[],
  first: number,
  isCue: (at: number) => boolean,
): boolean {
  const at = elements[first]?.at ?? 0;
  // "changed my number to six oh two"
  return (
    (!isCue(at - 1) && isAnnounced(words, at, isCue)) ||
    (isFirst(words, at) && endsIn(words, elements.at(-1)?.end ?? 0))
  );
}

/** "its for ate oh": nothing but a link stands before. */
function isFirst(words: readonly Word[], at: number): boolean {
  return (
    at <= MOST_OPENING &&
    words
      .slice(0, at)
      .every(({ lower }) => /^(?:its|it|it's|'s|is|that's|thats|that|yes|yeah|so|sure|ok|okay|,)$/.test(lower))
  );
}

/** The last element of a row without a word behind it that only sounds like a digit: "one two two for the visit". */
function withoutWord(
  words: readonly Word[],
  elements: readonly Element[],
  gaps: readonly (string | null)[],
  last: number | null,
): number | null {
  const element = elements[last ?? -1];
  if (last === null || element?.weak !== true || gaps[last - 1] !== '' || endsIn(words, element.end)) return last;
  return last - 1;
}

/** Whether nothing but marks follows. */
function endsIn(words: readonly Word[], at: number): boolean {
  let behind = at;
  while (words[behind]?.type === 'mark') behind++;
  return words[behind] === undefined;
}

/** What a word without digits has to be to begin an element. */
const ELEMENT = DIGIT | HOMOPHONE | REPEAT | LETTER;

function elementsOf(words: readonly Word[], classes: Uint16Array, isCue: (at: number) => boolean): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < words.length; at++) {
    // Rules out most words of a sentence at once.
    if (((classes[at] ?? 0) & ELEMENT) === 0 && words[at]?.type !== 'digits') continue;
    const element = elementAt(words, classes, at);
    if (element === null || isCue(at)) continue;
    // The six of "twenty six".
    const isUnitOf =
      ((classes[at - 1] ?? 0) & TENS) !== 0 || (words[at - 1]?.text === '-' && ((classes[at - 2] ?? 0) & TENS) !== 0);
    if (isUnitOf) continue;
    elements.push(element);
    at = element.end - 1;
  }
  return elements;
}

function elementAt(words: readonly Word[], classes: Uint16Array, at: number): Element | null {
  const word = words[at];
  if (word === undefined || word.type === 'mark' || word.type === 'ordinal') return null;
  const kind = classes[at] ?? 0;
  if (isJoined(words, at)) return null;
  if (word.type === 'digits')
    return word.text.length === 1 ? elementOf(at, explainedEnd(words, at), word.text, SURE) : null;
  if ((kind & DIGIT) !== 0) return elementOf(at, at + 1, String(DIGIT_WORDS.get(word.lower) ?? 0), SURE);
  if ((kind & HOMOPHONE) !== 0) {
    const chars = String(HOMOPHONES.get(word.lower) ?? 0);
    return elementOf(at, at + 1, chars, WEAK.has(word.lower) ? WEAKLY : HEARD);
  }
  if ((kind & REPEAT) !== 0) {
    // "double double" repeats no digit. To look behind all of them takes as many steps for each.
    const again = repeatedAt(words, at);
    const repeated = ((classes[again] ?? 0) & REPEAT) === 0 ? elementAt(words, classes, again) : null;
    if (repeated === null || !repeated.sure || repeated.end !== again + 1) return null;
    return elementOf(at, repeated.end, repeated.chars.repeat(REPEAT_WORDS.get(word.lower) ?? 1), SURE);
  }
  const letter = (kind & LETTER) === 0 ? null : readLetter(words, at);
  return letter && elementOf(at, letter.next, letter.letter, SPELLED);
}

/** How an element was said. */
const SURE = { sure: true, weak: false, letter: false };
const HEARD = { sure: false, weak: false, letter: false };
const WEAKLY = { sure: false, weak: true, letter: false };
const SPELLED = { sure: false, weak: false, letter: true };

/** An element, written out: to copy objects of several shapes takes ten times as long. */
function elementOf(at: number, end: number, chars: string, { sure, weak, letter }: typeof SURE): Element {
  return { at, end, chars, sure, weak, letter };
}

/** The word after a digit and its explanation: "8 as in eight". */
function explainedEnd(words: readonly Word[], at: number): number {
  const isExplained = words[at + 1]?.lower === 'as' && words[at + 2]?.lower === 'in';
  return isExplained && DIGIT_WORDS.get(words[at + 3]?.lower ?? '') === Number(words[at]?.text) ? at + 4 : at + 1;
}

/** Whether the word is written together with a letter or a digit beside it: "A1", "x11", "it's". */
function isJoined(words: readonly Word[], at: number): boolean {
  const [before, word, after] = [words[at - 1], words[at], words[at + 1]];
  return (
    (word?.glued === true && before !== undefined && before.type !== 'mark') ||
    (after?.glued === true && after.type !== 'mark')
  );
}

/** What stands between two elements, in one spelling; null where they belong to no row. Sounds made while thinking are left out. */
function gapBetween(
  words: readonly Word[],
  classes: Uint16Array,
  isCue: (at: number) => boolean,
  from: number,
  to: number,
): string | null {
  if (to - from > MOST_BETWEEN) return null;
  const [before, mark, after] = [words[from - 1], words[from], words[to]];
  // "7.5", "2/5": one number, unless all of the row is written so.
  if (to - from === 1 && mark?.glued === true && after?.glued === true && /^[./:]$/.test(mark.text))
    if (before?.type === 'digits' && after.type === 'digits') return GLUED + mark.text;
  let gap = words[to]?.newLine === true ? '\n' : '';
  let said = 0;
  for (let at = from; at < to; at++) {
    const word = words[at];
    if (word === undefined) return null;
    // "first digit seven, second digit seven": the label of each says where it stands.
    if (isPlaceLabel(words, at)) {
      gap += ' # ';
      at++;
      continue;
    }
    if (word.type === 'digits' || word.type === 'ordinal') return null;
    if (word.newLine && at > from) gap += '\n';
    const kind = classes[at] ?? 0;
    if (word.type === 'mark') {
      if (NEVER_BETWEEN.test(word.text)) return null;
      gap += word.text;
      continue;
    }
    if ((kind & (TEEN | TENS | SCALE)) !== 0 || isUnit(word.lower, false)) return null;
    if ((kind & FILLER) !== 0) continue;
    if (word.lower === 'or' || readBridge(words, at)?.corrects === true) return null;
    const spoken = SAID_MARKS.get(word.lower);
    if ((spoken === undefined && isCue(at) && !LABELS.has(word.lower)) || ++said > MOST_WORDS) return null;
    gap += spoken ?? ` ${word.lower} `;
  }
  return gap;
}

/** "third digit", "4th number": the place of a digit or letter in the row. */
function isPlaceLabel(words: readonly Word[], at: number): boolean {
  const word = words[at];
  const isPlace = word?.type === 'ordinal' || ORDINAL_WORDS.has(word?.lower ?? '') || word?.lower === 'last';
  return isPlace && LABELS.has(words[at + 1]?.lower ?? '');
}

/**
 * The last element of the longest row that begins with `first`: one text between the elements, or one within groups and
 * others between these. Null where there are too few.
 */
function rowEnd(elements: readonly Element[], gaps: readonly (string | null)[], first: number): number | null {
  const inner = gaps[first];
  if (inner === undefined || inner === null) return null;
  const most = Math.min(elements.length - 1, first + LONGEST - 1);
  let even = first;
  while (even < most && gaps[even] === inner) even++;
  let outer: string | null = null;
  let outers = 0;
  let size = even - first + 1;
  let last = even;
  if (size <= LONGEST_GROUP)
    for (let at = even; at < most; at++) {
      const gap = gaps[at] ?? null;
      if (gap === null) break;
      if (gap === inner) {
        if (++size > LONGEST_GROUP) break;
      } else if (gap.startsWith(GLUED)) break;
      else if (outer === null || gap === outer || PAUSES_ONLY.test(gap + outer)) {
        outer ??= gap;
        outers++;
        size = 1;
      } else break;
      last = at + 1;
    }
  const isSaidOnce = outers === 1 && outer !== null && /\w/.test(outer);
  const isUsual = USUAL_GROUPS.has(sizesOf(gaps.slice(first, last), inner).join()) && SAID_ONCE.test(outer ?? '');
  if (outers > 0 && (!isSaidOnce || isUsual) && last - first + 1 >= GROUPED) return last;
  return even - first + 1 >= SHORTEST ? even : null;
}

function isRow(
  words: readonly Word[],
  elements: readonly Element[],
  gaps: readonly (string | null)[],
  isCue: (at: number) => boolean,
): boolean {
  const inner = gaps[0] ?? '';
  const count = elements.length;
  const isPlain = gaps.every((gap) => gap === '');
  const sure = elements.filter((element) => element.sure).length;
  const weak = elements.filter((element) => element.weak).length;
  // Numbers in words that nothing parts are read as they are.
  if (isPlain && sure === count) return false;
  // Letters without anything between them are spelled; "2/5 r 3/5" counts.
  if ((isPlain || inner.startsWith(GLUED)) && elements.some(({ letter }) => letter)) return false;
  if (CALCULATES.test(gaps.join('')) && count < LONG) return false;
  if (elements.every(({ letter, chars }) => letter || chars === '0') || isNumbered(elements, gaps, inner)) return false;
  const groups = sizesOf(gaps, inner);
  // "1/2, 3/4, 5/8", "day 1: 5, day 2: 6"
  if (groups.length > 1 && groups.every((size) => size <= 2) && inner !== '') return false;
  if (!isPlain && inner !== '') return sure >= 2 || (sure > 0 && count - weak > 2);
  const pairs = elements.filter((element, at) => at > 0 && !element.weak && elements[at - 1]?.weak === false).length;
  const isAlone = isFirst(words, elements[0]?.at ?? 0) && endsIn(words, elements.at(-1)?.end ?? 0);
  if (elements.some(({ letter, chars }) => letter && (chars === 'A' || chars === 'I'))) return false;
  if (isAlone || isAnnounced(words, elements[0]?.at ?? 0, isCue)) return sure > 0 && count - weak > 1;
  return count >= GROUPED && sure * 2 >= count && pairs > 1;
}

/** Whether a cue stands right before, or before its "is". */
function isAnnounced(words: readonly Word[], at: number, isCue: (at: number) => boolean): boolean {
  for (let before = at - 1; before >= 0 && before > at - 4; before--) {
    if (isCue(before)) return true;
    if (!/^(?:is|'s|are|was|:|#|,|it)$/.test(words[before]?.lower ?? '')) return false;
  }
  return false;
}

/** The sizes of the groups that the texts other than `inner` part. */
function sizesOf(gaps: readonly (string | null)[], inner: string): readonly number[] {
  const sizes = [1];
  for (const gap of gaps) {
    if (gap === inner) sizes.push((sizes.pop() ?? 0) + 1);
    else sizes.push(1);
  }
  return sizes;
}

/** "1. 5, 2. 3, 3. 4": the groups begin with their numbers. */
function isNumbered(elements: readonly Element[], gaps: readonly (string | null)[], inner: string): boolean {
  const starts = elements.filter((_, at) => at === 0 || gaps[at - 1] !== inner);
  return starts.length > 2 && starts.every(({ chars }, at) => Number(chars) === at + 1);
}
