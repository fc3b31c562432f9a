/** Surrogates of dates: every date of a subject moves by the same number of days, in the form in which it was written. */
import { readCalendarDate } from '../detection/spoken/calendar-date.ts';
import type { DrawStream } from './draw-stream.ts';
import { inCaseOf } from './written-case.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );
const DAY_MS = 86_400_000;
/** A year for dates that name none; not a leap year. */
const NO_YEAR = 2001;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Returns the offset of a subject in days: 30 to 360 back. No date moves into the future. */
export function drawOffset(stream: DrawStream): number {
  return -(30 + stream.below(331));
}

/** Returns the date moved by the offset; a date that cannot be read becomes a drawn day and month. */
export function dateSurrogate(value: string, offset: number, stream: DrawStream): string {
  const [, first, joint, second] = /^(.+?)( and | to | through | until | - )(.+)$/.exec(value) ?? [];
  if (first !== undefined && joint !== undefined && second !== undefined)
    return dateSurrogate(first, offset, stream) + joint + dateSurrogate(second, offset, stream);
  return numeric(value, offset) ?? named(value, offset) ?? spoken(value, offset) ?? drawnDay(value, stream);
}

function moved({ year, month, day }: Day, offset: number): Day {
  const date = new Date(Date.UTC(year, month - 1, day) + offset * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const isDay = ({ month, day }: Day): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;
const like = (digits: string, n: number): string => String(n).padStart(digits.length > 1 ? 2 : 1, '0');

function numeric(value: string, offset: number): string | null {
  const first = /^(\d{4})([-/.]?)(\d{2})\2(\d{2})(?=$|[T ])/.exec(value);
  if (first !== null) {
    const [all, y = '', mark = '', m = '', d = ''] = first;
    const from = { year: Number(y), month: Number(m), day: Number(d) };
    if (!isDay(from)) return null;
    const to = moved(from, offset);
    return `${to.year}${mark}${like('00', to.month)}${mark}${like('00', to.day)}${value.slice(all.length)}`;
  }
  const last = /^(\d{1,2})([-/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?=$|[T ])/.exec(value);
  if (last === null) return null;
  const [all, a = '', mark = '', b = '', y] = last;
  const isDayFirst = Number(a) > 12;
  const year = y === undefined ? NO_YEAR : fullYear(y);
  const from = { year, month: Number(isDayFirst ? b : a), day: Number(isDayFirst ? a : b) };
  if (!isDay(from)) return null;
  const to = moved(from, offset);
  const [one, two] = isDayFirst ? [to.day, to.month] : [to.month, to.day];
  const tail = y === undefined ? '' : `${mark}${String(to.year).slice(-y.length)}`;
  return `${like(a, one)}${mark}${like(b, two)}${tail}${value.slice(all.length)}`;
}

const fullYear = (year: string): number =>
  year.length === 4 ? Number(year) : Number(year) + (Number(year) > 30 ? 1900 : 2000);

const MONTH = String.raw`(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?<rest>[a-z]*\.?)`;
const DAY = String.raw`(?<day>\d{1,2})(?<suffix>st|nd|rd|th)?`;
const YEAR = String.raw`(?:(?<before>,? |-)(?<year>\d{4}))?`;
const NAMED = [
  new RegExp(`^${MONTH}(?<mid> (?:the )?)${DAY}${YEAR}$`, 'i'),
  new RegExp(`^(?<lead>the )?${DAY}(?<mid> (?:of )?|-)${MONTH}${YEAR}$`, 'i'),
];

function named(value: string, offset: number): string | null {
  for (const [form, pattern] of NAMED.entries()) {
    const groups = pattern.exec(value)?.groups;
    if (groups === undefined) continue;
    const { month = '', rest = '', day = '', suffix, mid = ' ', before = '', year, lead = '' } = groups;
    const number = MONTHS.findIndex((name) => name.startsWith(month.toLowerCase())) + 1;
    const to = moved({ year: Number(year ?? NO_YEAR), month: number, day: Number(day) }, offset);
    const full = MONTHS[to.month - 1] ?? '';
    const isShort = rest === '' || rest === '.';
    const monthOut = inCaseOf(month, isShort ? full.slice(0, 3) + (full.length > 3 ? rest : '') : full);
    const dayOut = like(day, to.day) + (suffix === undefined ? '' : ordinalSuffix(to.day));
    const yearOut = year === undefined ? '' : `${before}${to.year}`;
    return `${lead}${form === 0 ? monthOut + mid + dayOut : dayOut + mid + monthOut}${yearOut}`;
  }
  return null;
}

function ordinalSuffix(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function spoken(value: string, offset: number): string | null {
  const read = readCalendarDate(value);
  const hasMonth = MONTHS.some((name) => value.toLowerCase().includes(name));
  if (read === null) return null;
  const to = moved(read, offset);
  const month = MONTHS[to.month - 1] ?? '';
  if (!/[a-z]/i.test(value) || !hasMonth)
    return /[a-z]/i.test(value) ? `${month} ${ordinal(to.day)} ${yearWords(to.year)}` : null;
  return inCaseOf(value, `${month} ${ordinal(to.day)} ${yearWords(to.year)}`);
}

/** Returns 0 to 99 in words. */
export function belowHundred(n: number): string {
  return ONES[n] ?? `${TENS[Math.floor(n / 10)] ?? ''}${n % 10 === 0 ? '' : ` ${ONES[n % 10] ?? ''}`}`;
}

const ordinal = (day: number): string =>
  ORDINALS[day] ?? (day === 30 ? 'thirtieth' : `${TENS[Math.floor(day / 10)] ?? ''} ${ORDINALS[day % 10] ?? ''}`);

function yearWords(year: number): string {
  const [century, rest] = [Math.floor(year / 100), year % 100];
  if (century === 20 && rest < 10) return rest === 0 ? 'two thousand' : `two thousand and ${belowHundred(rest)}`;
  if (rest === 0) return `${belowHundred(century)} hundred`;
  return `${belowHundred(century)} ${rest < 10 ? `oh ${belowHundred(rest)}` : belowHundred(rest)}`;
}

function drawnDay(value: string, stream: DrawStream): string {
  const month = stream.pick(MONTHS);
  const day = 1 + stream.below(28);
  return inCaseOf(value, `${month} ${/\d/.test(value) ? String(day) : ordinal(day)}`);
}

/** Returns another age over 89, in digits or in words as the value. */
export function ageSurrogate(value: string, stream: DrawStream): string {
  const age = 90 + stream.below(20);
  const said = age < 100 ? belowHundred(age) : `one hundred ${age === 100 ? '' : belowHundred(age - 100)}`.trim();
  return /\d/.test(value) ? value.replace(/\d+/, String(age)) : said;
}
