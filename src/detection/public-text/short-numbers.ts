/** Numbers of at most three digits, and the numbers of emergency lines: by themselves they identify nobody. */
import { coveringCode } from '../context/covering-code.ts';
import type { Reading } from '../reading.ts';
import type { Code } from '../spoken/codes.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';

/** Emergency, crisis and service lines of the United States, and emergency numbers elsewhere. Digits only. */
const PUBLIC_LINES: ReadonlySet<string> = new Set(
  (
    '911 988 211 311 411 511 611 711 811 112 999 111 000 741741 678678 838255 8002738255 8002221222 8007997233 8006624357 8664887386 8004224453 8006564673 8775658860 8884266435 ' +
    '8003306759 8009856990 8008435678 8885232387 8772678255'
  ).split(' '),
);
const MOST_DIGITS = 3;
/** Words that say nothing of a number beside it. */
const AROUND: ReadonlySet<string> = new Set(
  (
    "it it's its is 's was are about around like just only maybe roughly approximately almost over under um uh er oh okay ok yes yeah no so well at of to and or point percent the a i i'm am he she he's she's they we " +
    'this that my his her mine today now right weighs weigh weighing weighed old years year pounds now, please still think believe guess say sure probably between than more less up down above below degrees scale out ten my'
  ).split(' '),
);
/** A number so near behind one of these measures something. */
const MEASURES: ReadonlySet<string> = new Set(
  'weigh weighs weighed weighing weight height tall temp temperature fever pressure systolic diastolic sugar sugars glucose pulse rate heart oxygen sat sats spo2 a1c pain score scored level count reading read bpm age aged'.split(
    ' ',
  ),
);
const REACH = 8;

/** Whether the digits are those of an emergency or crisis line, with or without the country code. */
export function isPublicLine(digits: string): boolean {
  return (
    PUBLIC_LINES.has(digits) || (digits.length === 11 && digits.startsWith('1') && PUBLIC_LINES.has(digits.slice(1)))
  );
}

/** Whether the words from `first` to `last` say a number of at most three digits, or a decimal, and nothing else of note. */
export function isShortNumber({ words, codes }: Reading, first: number, last: number): boolean {
  if (isRatio(words, first, last)) return true;
  let digits = 0;
  for (let at = first; at <= last; at++) {
    const word = words[at];
    if (word === undefined) return false;
    if (word.type === 'ordinal') return false;
    if (word.type === 'digits') digits += word.text.length;
    else if (word.type === 'letters') {
      if (
        !isNumberWord(word.lower) &&
        !AROUND.has(word.lower) &&
        !MEASURES.has(word.lower) &&
        !isUnit(word.lower, word.glued)
      )
        return false;
    } else if (!/^[.,?!%'"-]$/.test(word.text)) return false;
  }
  const code = coveringCode(codes, last) ?? coveringCode(codes, first);
  if (code !== null && (code.letters > 0 || isDictated(code))) return false;
  // One of several results that a comma lists: "110, 123, 98, 140".
  const isListed = first === last && digits > 0 && code?.spoken === 0 && code.quantity && isMeasured(words, first);
  const most = isListed ? digits : Math.max(digits, code?.digits.length ?? 0);
  return most <= MOST_DIGITS || isDecimal(words, first, last, digits);
}

/** "70/30": two short numbers that are no day of a month. */
function isRatio(words: readonly Word[], first: number, last: number): boolean {
  const [over, slash, under] = words.slice(first, last + 1);
  if (last - first !== 2 || over?.type !== 'digits' || slash?.text !== '/' || under?.type !== 'digits') return false;
  const [a, b] = [Number(over.text), Number(under.text)];
  const isDay = (month: number, day: number): boolean => month > 0 && month <= 12 && day > 0 && day <= 31;
  return a < 1000 && b < 1000 && !isDay(a, b) && !isDay(b, a);
}

/** "four one five": digits that are said one by one are the beginning of a longer number. */
function isDictated({ spoken, groups }: Code): boolean {
  return spoken >= MOST_DIGITS && groups.every((length) => length === 1);
}

function isDecimal(words: readonly Word[], first: number, last: number, digits: number): boolean {
  let point = Math.max(0, first - 2);
  while (point < last + 2 && words[point]?.text !== '.') point += 1;
  const isPoint = point > 0 && point < last + 2;
  return digits <= 5 && isPoint && words[point]?.glued === true && words[point + 1]?.glued === true;
}

/** Whether a cue stands near enough before the word, or right after it, for a short number to be somebody's. */
export function isCued(reading: Reading, first: number, last: number): boolean {
  const { words, cues } = reading;
  if (isMeasured(words, first)) return false;
  for (const cue of cues) {
    if (cue.first > last + 4) break;
    if (cue.last < first - REACH) continue;
    if (cue.first <= last || words.slice(last + 1, cue.first).every(({ text }) => text !== '.')) return true;
  }
  return false;
}

/** Whether what is measured stands right before the number, or before the list that it belongs to. */
function isMeasured(words: readonly Word[], first: number): boolean {
  const listed = listStart(words, first);
  for (let at = listed - 1; at >= Math.max(0, listed - 4); at--) if (MEASURES.has(words[at]?.lower ?? '')) return true;
  return false;
}

const MOST_LISTED = 24;

/** The first word of the list of written numbers that the word belongs to: "110, 123, 98 and 127". */
function listStart(words: readonly Word[], first: number): number {
  let at = first;
  while (at > 0 && at > first - MOST_LISTED) {
    const before = words[at - 1];
    if (before?.type !== 'digits' && before?.text !== ',' && before?.lower !== 'and') break;
    at--;
  }
  return at;
}
