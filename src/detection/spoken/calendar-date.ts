/** Reads a whole date, spoken or written, as year, month and day: "march fourteenth nineteen eighty two", "3/14/1982". */
import { foldText } from '../folding.ts';
import { scanWords, type Word } from '../words.ts';
import { DIGIT_WORDS, readBelowHundred, readOrdinal, readYear } from './numbers.ts';

/** A day of the calendar. `month` is 1 to 12. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
/** Words and marks between the parts of a date. They say nothing. */
const JOINTS: ReadonlySet<string> = new Set(
  ", . / - ' the of in and year day month on uh um slash dash hyphen comma".split(' '),
);
/** Two digits over this are a year of the 1900s. Smaller ones may be either century. */
const CENTURY_PIVOT = 40;
/** More words than any date has. */
const MOST_WORDS = 32;

/** A number in a date: its digits as said, and whether it can only be a day or only a year. */
interface DateNumber {
  readonly digits: string;
  readonly is: 'any' | 'day' | 'year';
}

interface DateParts {
  month: number | null;
  /** How many numbers stood before the month's name. */
  before: number;
  readonly numbers: DateNumber[];
}

/** The date that `text` names, or null where a part is missing or it can be read in two ways. */
export function readCalendarDate(text: string): CalendarDate | null {
  const words = scanWords(foldText(text).text);
  if (words.length === 0 || words.length > MOST_WORDS) return null;
  const parts = readParts(words);
  return parts === null ? null : assemble(parts);
}

/** The parts of the date; null for a word that belongs to none. */
function readParts(words: readonly Word[]): DateParts | null {
  const parts: DateParts = { month: null, before: 0, numbers: [] };
  for (let at = 0; at < words.length;) {
    const lower = words[at]?.lower ?? '';
    if (MONTH_NAME.test(lower)) {
      if (parts.month !== null) return null;
      parts.month = MONTHS.indexOf(lower.slice(0, 3)) + 1;
      parts.before = parts.numbers.length;
      at++;
      continue;
    }
    const read = readNumber(words, at);
    if (read !== null) {
      parts.numbers.push(read.number);
      at = read.next;
    } else if (JOINTS.has(lower)) at++;
    else return null;
  }
  return parts;
}

function readNumber(words: readonly Word[], at: number): { readonly number: DateNumber; readonly next: number } | null {
  const word = words[at];
  if (word === undefined) return null;
  const ordinal = readOrdinal(words, at);
  if (ordinal !== null) return { number: { digits: String(ordinal.value), is: 'day' }, next: ordinal.next };
  const year = isDayBeforeYear(words, at) ? null : readYear(words, at);
  if (year !== null) return { number: { digits: String(year.value), is: 'year' }, next: year.next };
  if (word.type === 'digits') return { number: { digits: word.text, is: 'any' }, next: at + 1 };
  const isZero = DIGIT_WORDS.get(word.lower) === 0;
  const small = readBelowHundred(words, isZero ? at + 1 : at);
  if (isZero && small !== null && small.value > 0 && small.value < 10)
    return { number: { digits: `0${small.value}`, is: 'any' }, next: small.next };
  const own = isZero ? { value: 0, next: at + 1 } : small;
  return own === null ? null : { number: { digits: String(own.value), is: 'any' }, next: own.next };
}

/** "july twenty nineteen sixty five": "twenty nineteen" is no year there. */
function isDayBeforeYear(words: readonly Word[], at: number): boolean {
  const day = words[at]?.type === 'letters' ? readBelowHundred(words, at) : null;
  return day !== null && day.value <= 31 && readYear(words, day.next) !== null;
}

function assemble({ month, before, numbers }: DateParts): CalendarDate | null {
  if (month !== null) return named(month, before, numbers);
  const [first, second, third, ...more] = numbers;
  if (first !== undefined && second !== undefined && third !== undefined && more.length === 0) {
    if (first.is === 'year' || first.digits.length === 4) return valid(fullYear(first), second.digits, third.digits);
    if (first.digits.length <= 2 && second.digits.length <= 2)
      return monthFirst(first.digits, second.digits, fullYear(third));
  }
  return digitByDigit(numbers);
}

/** A month by its name, with a day and a year. */
function named(month: number, before: number, numbers: readonly DateNumber[]): CalendarDate | null {
  const [first, second, ...more] = numbers;
  if (first === undefined || second === undefined || more.length > 0) return null;
  const yearIsFirst = first.is === 'year' || first.digits.length === 4;
  const [day, year] = yearIsFirst ? [second, first] : [first, second];
  // "1982 march 14" and "march 14 1982", but not "10 march 14": that could be either.
  const isPlain = yearIsFirst || year.is === 'year' || year.digits.length === 4 || before <= 1;
  return isPlain ? valid(fullYear(year), String(month), day.digits) : null;
}

/** Callers are in the United States: the month comes first, unless it cannot be one. */
function monthFirst(a: string, b: string, year: number | null): CalendarDate | null {
  return Number(a) > 12 ? valid(year, b, a) : valid(year, a, b);
}

/** "zero three one four nineteen eighty two", "03141982", "19820314". */
function digitByDigit(numbers: readonly DateNumber[]): CalendarDate | null {
  const last = numbers.at(-1);
  if (last === undefined) return null;
  const isYearLast = last.is === 'year';
  const digits = (isYearLast ? numbers.slice(0, -1) : numbers).map((number) => number.digits).join('');
  if (isYearLast) return digits.length === 4 ? monthFirst(digits.slice(0, 2), digits.slice(2), fullYear(last)) : null;
  if (!/^\d{8}$/.test(digits)) return null;
  const yearLast = monthFirst(digits.slice(0, 2), digits.slice(2, 4), plausible(Number(digits.slice(4))));
  const yearFirst = valid(plausible(Number(digits.slice(0, 4))), digits.slice(4, 6), digits.slice(6));
  return yearLast !== null && yearFirst !== null ? null : (yearLast ?? yearFirst);
}

const plausible = (year: number): number | null => (year >= 1850 && year <= 2199 ? year : null);

/** Two digits are a year of the last century where they can be no other. */
function fullYear({ digits, is }: DateNumber): number | null {
  if (is === 'day') return null;
  if (digits.length === 4) return plausible(Number(digits));
  return digits.length === 2 && Number(digits) > CENTURY_PIVOT ? 1900 + Number(digits) : null;
}

function valid(year: number | null, month: string, day: string): CalendarDate | null {
  if (year === null) return null;
  const date = { year, month: Number(month), day: Number(day) };
  if (date.month < 1 || date.month > 12 || date.day < 1) return null;
  return date.day <= new Date(Date.UTC(year, date.month, 0)).getUTCDate() ? date : null;
}
