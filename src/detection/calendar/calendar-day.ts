/** The day that a date names, as far as it says: two dates are of one day where nothing that both say differs. */
import { foldText } from '../folding.ts';
import { readBelowHundred, readOrdinal } from '../spoken/numbers.ts';
import { scanWords, type Word } from '../words.ts';

export interface CalendarDay {
  /** All four digits; null where the date does not say. */
  readonly year: number | null;
  /** 1 to 12; null where the date does not say. */
  readonly month: number | null;
  /** 1 to 31. */
  readonly day: number;
}

const MONTHS: readonly string[] = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS: readonly string[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const ISO = /(?<!\d)((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?!\d)/;
const NUMERIC = /(?<!\d)(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?(?!\d)/;

/** Returns the day that a written or spoken date names, null where it names none. */
export function dayOf(text: string): CalendarDay | null {
  const iso = ISO.exec(text);
  if (iso !== null) return valid(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const words = scanWords(foldText(text).text);
  const named = words.findIndex(({ lower }) => monthOf(lower) !== null);
  if (named >= 0) return namedDay(words, named);
  const numeric = NUMERIC.exec(text);
  if (numeric !== null) return numericDay(numeric);
  const at = words.findIndex((_, index) => readOrdinal(words, index) !== null);
  const ordinal = at < 0 ? null : readOrdinal(words, at);
  return ordinal === null ? null : valid(null, null, ordinal.value);
}

function numericDay([, first = '', second = '', last]: RegExpExecArray): CalendarDay | null {
  const year = last === undefined ? null : last.length === 4 ? Number(last) : 2000 + Number(last);
  return Number(first) > 12 ? valid(year, Number(second), Number(first)) : valid(year, Number(first), Number(second));
}

function namedDay(words: readonly Word[], named: number): CalendarDay | null {
  let day: number | null = null;
  let year: number | null = null;
  for (let at = 0; at < words.length;) {
    const ordinal = at === named ? null : readOrdinal(words, at);
    const digits = words[at]?.type === 'digits' ? Number(words[at]?.text) : null;
    const spoken = at === named || ordinal !== null || digits !== null ? null : readBelowHundred(words, at);
    if (digits !== null && digits > 1900 && digits < 2100) year ??= digits;
    else day ??= ordinal?.value ?? digits ?? spoken?.value ?? null;
    at = Math.max(at + 1, ordinal?.next ?? spoken?.next ?? 0);
  }
  return day === null ? null : valid(year, monthOf(words[named]?.lower ?? ''), day);
}

function monthOf(lower: string): number | null {
  const month = MONTHS.indexOf(lower.slice(0, 3)) + 1;
  return month > 0 &&
    /^(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|(?:jan|febr)uary|march|april|august|(?:sept|nov|dec)ember|october)$/.test(
      lower,
    )
    ? month
    : null;
}

function valid(year: number | null, month: number | null, day: number): CalendarDay | null {
  return day < 1 || day > 31 || (month !== null && (month < 1 || month > 12)) ? null : { year, month, day };
}

/** Returns true if both may be the same day. */
export function isSameDay(a: CalendarDay, b: CalendarDay): boolean {
  if (a.day !== b.day) return false;
  if (a.month !== null && b.month !== null && a.month !== b.month) return false;
  return a.year === null || b.year === null || a.year === b.year;
}

/** The weekday of a day, in lower case; null where it is not known without the year. */
export function weekdayOf({ year, month, day }: CalendarDay): string | null {
  if (year === null || month === null) return null;
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? null;
}
