/** Dates as they are written or said, part by part, so that each part can be written anew in its own form. */
import { readBelowHundred, readOrdinal, readYear } from '../detection/spoken/numbers.ts';
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import { belowHundredWords, digitWord, inCaseOf, ordinalDigits, ordinalWords, yearWords } from './spoken-forms.ts';

export const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
/** Two digits up to this are a year of this century. */
const CENTURY_PIVOT = 40;

export type DateField = 'year' | 'month' | 'day';

/** A part of a date, and how another value of it is written in its place. */
export interface DatePart {
  readonly field: DateField;
  readonly value: number;
  readonly start: number;
  readonly end: number;
  readonly write: (value: number) => string;
}

/** The parts of one date. */
export type DateInText = readonly DatePart[];

interface ReadDate {
  readonly parts: DateInText;
  readonly next: number;
}

/** Finds the dates in a folded text, in order. */
export function datesIn(text: string): readonly DateInText[] {
  const words = scanWords(text);
  const found: DateInText[] = [];
  for (let at = 0; at < words.length;) {
    const read =
      numericDate(words, at) ??
      compactDate(words, at) ??
      namedDate(words, at) ??
      spokenDate(words, at) ??
      dayOfMonth(words, at);
    if (read === null) at++;
    else {
      found.push(read.parts);
      at = read.next;
    }
  }
  return found;
}

const padded = (width: number) => (value: number) => String(value).padStart(width, '0').slice(-width);

/** Digits of a field. Days and months keep the zero before them where their value has it. */
function digitsOf(field: DateField, text: string, start: number): DatePart {
  const own = Number(text);
  const end = start + text.length;
  if (field !== 'year') {
    const isPadded = text.startsWith('0');
    return { field, value: own, start, end, write: (value) => (isPadded ? padded(2)(value) : String(value)) };
  }
  const value = text.length === 4 ? own : own + (own > CENTURY_PIVOT ? 1900 : 2000);
  return { field, value, start, end, write: padded(text.length) };
}

const isDay = (value: number): boolean => value >= 1 && value <= 31;
const isMonth = (value: number): boolean => value >= 1 && value <= 12;

/** 1982-03-14, 3/14/1982, 14.3.82, 3/14, 03/1982. */
function numericDate(words: readonly Word[], at: number): ReadDate | null {
  const groups: Word[] = [];
  let next = at;
  for (let mark = ''; groups.length < 3;) {
    const word = words[next];
    if (word?.type !== 'digits' || (groups.length > 0 && !word.glued)) break;
    groups.push(word);
    next++;
    const joint = words[next];
    if (joint === undefined || !joint.glued || !/^[-/.]$/.test(joint.text) || (mark !== '' && joint.text !== mark))
      break;
    if (words[next + 1]?.type !== 'digits' || words[next + 1]?.glued !== true || groups.length === 3) break;
    mark = joint.text;
    next++;
  }
  const fields = fieldsOf(groups.map(({ text }) => text));
  if (fields === null) return null;
  return { parts: groups.map(({ text, start }, index) => digitsOf(fields[index] ?? 'day', text, start)), next };
}

function fieldsOf(groups: readonly string[]): readonly DateField[] | null {
  const [first = '', second = '', third = ''] = groups;
  const [a, b] = [Number(first), Number(second)];
  const small = first.length <= 2 && second.length <= 2;
  if (groups.length === 3) {
    if (first.length === 4 && isMonth(b) && isDay(Number(third))) return ['year', 'month', 'day'];
    if (!small || (third.length !== 2 && third.length !== 4)) return null;
    if (isMonth(a) && isDay(b)) return ['month', 'day', 'year'];
    return isDay(a) && isMonth(b) ? ['day', 'month', 'year'] : null;
  }
  if (groups.length !== 2) return null;
  if (second.length === 4 && first.length <= 2 && isMonth(a)) return ['month', 'year'];
  if (first.length === 4 && second.length === 2 && isMonth(b)) return ['year', 'month'];
  return small && isMonth(a) && isDay(b) ? ['month', 'day'] : null;
}

/** 19820314, 03141982, 031482, and the same with a time behind it, as HL7 writes it. */
function compactDate(words: readonly Word[], at: number): ReadDate | null {
  const word = words[at];
  if (word?.type !== 'digits' || word.text.length < 6) return null;
  const cut = (order: readonly (readonly [DateField, number])[]): readonly DatePart[] => {
    let from = 0;
    return order.map(([field, length]) => {
      const text = word.text.slice(from, from + length);
      const part = digitsOf(field, text, word.start + from);
      from += length;
      return { ...part, write: padded(length) };
    });
  };
  const orders = [
    word.text.length >= 8 ? cut([['year', 4], ['month', 2], ['day', 2]]) : [], // prettier-ignore
    word.text.length === 8 ? cut([['month', 2], ['day', 2], ['year', 4]]) : [], // prettier-ignore
    word.text.length === 6 ? cut([['month', 2], ['day', 2], ['year', 2]]) : [], // prettier-ignore
  ];
  const parts = orders.find((order) => order.length > 0 && order.every(isPlausible));
  return parts === undefined ? null : { parts, next: at + 1 };
}

function isPlausible({ field, value }: DatePart): boolean {
  if (field === 'year') return value >= 1850 && value <= 2199;
  return field === 'month' ? isMonth(value) : isDay(value);
}

interface ReadPart {
  readonly part: DatePart;
  readonly next: number;
}

/** "March 14, 1982", "14 mar 1982", "the fourteenth of march nineteen eighty two", "March 1982", "1982 march 14". */
function namedDate(words: readonly Word[], at: number): ReadDate | null {
  const leading = monthAt(words, at) === null ? (yearAt(words, at) ?? dayAt(words, at)) : null;
  const month = monthAt(words, skip(words, leading?.next ?? at));
  if (month === null) return null;
  const parts = leading === null ? [month.part] : [leading.part, month.part];
  let { next } = month;
  if (leading?.part.field !== 'day') {
    const day = dayAt(words, skip(words, next));
    if (day !== null) {
      parts.push(day.part);
      ({ next } = day);
    }
  }
  if (leading?.part.field !== 'year') {
    const year = yearAt(words, skip(words, next)) ?? shortYearAt(words, next);
    if (year !== null) {
      parts.push(year.part);
      ({ next } = year);
    }
  }
  return { parts, next };
}

/** "the twenty third". */
function dayOfMonth(words: readonly Word[], at: number): ReadDate | null {
  const day = readOrdinal(words, at) === null ? null : dayAt(words, at);
  return day === null ? null : { parts: [day.part], next: day.next };
}

const JOINTS: ReadonlySet<string> = new Set(", . - / ' the of in and day year".split(' '));

function skip(words: readonly Word[], from: number): number {
  let at = from;
  while (at < from + 3 && JOINTS.has(words[at]?.lower ?? '')) at++;
  return at;
}

function monthAt(words: readonly Word[], at: number): ReadPart | null {
  const word = words[at];
  if (word?.type !== 'letters' || word.lower.length < 3) return null;
  const index = MONTHS.findIndex(
    (month) => month === word.lower || (word.lower.length <= 4 && month.startsWith(word.lower)),
  );
  if (index < 0) return null;
  const isFull = MONTHS[index] === word.lower;
  const write = (value: number): string =>
    inCaseOf(word.text, isFull ? (MONTHS[value - 1] ?? '') : (MONTHS[value - 1] ?? '').slice(0, 3));
  return { part: { field: 'month', value: index + 1, start: word.start, end: word.end, write }, next: at + 1 };
}

function dayAt(words: readonly Word[], at: number): ReadPart | null {
  const word = words[at];
  if (word === undefined) return null;
  const ordinal = readOrdinal(words, at);
  const isYear = ordinal === null && readYear(words, at) !== null;
  const cardinal =
    word.type === 'digits'
      ? { value: word.text.length > 2 ? 0 : Number(word.text), next: at + 1 }
      : readBelowHundred(words, at);
  const read = ordinal ?? cardinal;
  if (read === null || !isDay(read.value) || (isYear && readYear(words, read.next) === null)) return null;
  const end = words[read.next - 1]?.end ?? word.end;
  if (word.type === 'digits') return { part: digitsOf('day', word.text, word.start), next: read.next };
  const write = (value: number): string => {
    if (word.type === 'ordinal') return ordinalDigits(value);
    return inCaseOf(word.text, ordinal === null ? belowHundredWords(value) : ordinalWords(value));
  };
  return { part: { field: 'day', value: read.value, start: word.start, end, write }, next: read.next };
}

function yearAt(words: readonly Word[], at: number): ReadPart | null {
  const word = words[at];
  const isOlder = word?.type === 'digits' && /^1[89]\d\d$/.test(word.text);
  const read = isOlder ? { value: Number(word.text), next: at + 1 } : readYear(words, at);
  if (word === undefined || read === null) return null;
  if (word.type === 'digits') return { part: digitsOf('year', word.text, word.start), next: read.next };
  const end = words[read.next - 1]?.end ?? word.end;
  return {
    part: {
      field: 'year',
      value: read.value,
      start: word.start,
      end,
      write: (value) => inCaseOf(word.text, yearWords(value)),
    },
    next: read.next,
  };
}

/** "'82", "eighty two" behind a month and a day. */
function shortYearAt(words: readonly Word[], from: number): ReadPart | null {
  const at = skip(words, from);
  const word = words[at];
  if (word?.type === 'digits' && word.text.length === 2 && at > from)
    return { part: digitsOf('year', word.text, word.start), next: at + 1 };
  const read = word?.type === 'letters' ? readBelowHundred(words, at) : null;
  if (word === undefined || read === null || read.value <= CENTURY_PIVOT) return null;
  return { part: shortYear(read.value, word, words[read.next - 1] ?? word), next: read.next };
}

function shortYear(value: number, first: Word, last: Word): DatePart {
  const write = (year: number): string =>
    inCaseOf(first.text, year % 100 < 10 ? `oh ${belowHundredWords(year % 100)}` : belowHundredWords(year % 100));
  return {
    field: 'year',
    value: value + (value > CENTURY_PIVOT ? 1900 : 2000),
    start: first.start,
    end: last.end,
    write,
  };
}

/** A number of a date that is said without the name of a month. */
interface Item {
  readonly digits: string;
  readonly isYear: boolean;
  readonly first: Word;
  readonly last: Word;
}

/** "three fourteen eighty two", "oh three one four nineteen eighty two", "zero three slash fourteen slash nineteen eighty two". */
function spokenDate(words: readonly Word[], from: number): ReadDate | null {
  const items: Item[] = [];
  let at = from;
  let end = from;
  while (items.length < 8) {
    const read = itemAt(words, at, items.length);
    if (read === null) break;
    items.push(read.item);
    end = read.next;
    at = end;
    if (/^(?:slash|dash|hyphen|,|\.)$/.test(words[at]?.lower ?? '')) at++;
  }
  const parts = monthDayYear(items) ?? digitByDigit(items);
  return parts === null ? null : { parts, next: end };
}

function itemAt(
  words: readonly Word[],
  at: number,
  before: number,
): { readonly item: Item; readonly next: number } | null {
  const first = words[at];
  if (first?.type !== 'letters') return null;
  const year = before >= 2 ? readYear(words, at) : null;
  const isZero = /^(?:zero|oh|o)$/.test(first.lower);
  const small = readBelowHundred(words, isZero && year === null ? at + 1 : at);
  const isPadded = isZero && small !== null && small.value < 10 && small.value > 0;
  const read = year ?? (isZero && !isPadded ? { value: 0, next: at + 1 } : small);
  if (read === null) return null;
  const last = words[read.next - 1] ?? first;
  const digits = isPadded && year === null ? `0${read.value}` : String(read.value);
  return { item: { digits, isYear: year !== null, first, last }, next: read.next };
}

function monthDayYear(items: readonly Item[]): DateInText | null {
  const [month, day, year] = items;
  if (month === undefined || day === undefined || year === undefined || items.length !== 3) return null;
  if (!isMonth(Number(month.digits)) || !isDay(Number(day.digits)) || year.digits.length < 2) return null;
  const last = year.isYear
    ? {
        field: 'year' as const,
        value: Number(year.digits),
        start: year.first.start,
        end: year.last.end,
        write: yearWords,
      }
    : shortYear(Number(year.digits), year.first, year.last);
  return [saidNumber('month', month), saidNumber('day', day), last];
}

function saidNumber(field: DateField, { digits, first, last }: Item): DatePart {
  const isPadded = digits.startsWith('0');
  const write = (value: number): string =>
    inCaseOf(
      first.text,
      isPadded && value < 10 ? `${first.lower} ${belowHundredWords(value)}` : belowHundredWords(value),
    );
  return { field, value: Number(digits), start: first.start, end: last.end, write };
}

/** Four digits of month and day, and then the year or four more. */
function digitByDigit(items: readonly Item[]): DateInText | null {
  const year = items.find(({ isYear }) => isYear);
  const singles = items.filter(({ isYear }) => !isYear);
  const digits = singles.map((item) => item.digits).join('');
  const at = (index: number): Item | undefined => wordOfDigit(singles, index);
  const [monthStart, monthEnd, dayStart, dayEnd] = [at(0), at(1), at(2), at(3)];
  if (digits.length !== (year === undefined ? 8 : 4) || items.at(-1) !== (year ?? items.at(-1))) return null;
  if (monthStart === undefined || monthEnd === undefined || dayStart === undefined || dayEnd === undefined) return null;
  if (monthEnd === dayStart || !isMonth(Number(digits.slice(0, 2))) || !isDay(Number(digits.slice(2, 4)))) return null;
  const said = (field: DateField, from: number, width: number, first: Item, last: Item): DatePart => ({
    field,
    value: Number(digits.slice(from, from + width)),
    start: first.first.start,
    end: last.last.end,
    write: (value) => Array.from(padded(width)(value), (digit) => digitWord(digit, 'zero')).join(' '),
  });
  const parts = [said('month', 0, 2, monthStart, monthEnd), said('day', 2, 2, dayStart, dayEnd)];
  if (year !== undefined)
    return [
      ...parts,
      { field: 'year', value: Number(year.digits), start: year.first.start, end: year.last.end, write: yearWords },
    ];
  const [yearStart, yearEnd] = [at(4), at(7)];
  if (yearStart === undefined || yearEnd === undefined || yearStart === dayEnd) return null;
  return [...parts, said('year', 4, 4, yearStart, yearEnd)];
}

/** The item that says the digit at the index. */
function wordOfDigit(items: readonly Item[], index: number): Item | undefined {
  let seen = 0;
  return items.find(({ digits }) => (seen += digits.length) > index);
}
