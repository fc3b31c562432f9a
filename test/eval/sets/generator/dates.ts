/** Dates as people say and engines write them, already marked: an article before the date stays outside of the mark. */
import { cardinal, ordinal, ordinalDigits, yearWords } from './numerals.ts';
import { cased } from './voice.ts';
import type { Voice } from './voice.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const monthName = ({ month }: Day): string => MONTHS[month - 1] ?? '';
const mark = (value: string): string => `[DATE ${value}]`;
const two = (value: number): string => String(value).padStart(2, '0');

/** `oh three`, `eleven`. */
function saidPair(value: number): string {
  return value < 10 ? `oh ${cardinal(value)}` : cardinal(value);
}

function withYear(voice: Voice, date: Day): string {
  const { form, random } = voice;
  const month = cased(voice, monthName(date));
  if (form === 'formatted') {
    return mark(random.pick([`${date.month}/${date.day}/${date.year}`, `${two(date.month)}/${two(date.day)}/${date.year}`, `${two(date.month)}-${two(date.day)}-${date.year}`, `${month} ${date.day}, ${date.year}`, `${month} ${ordinalDigits(date.day)}, ${date.year}`, `${date.year}-${two(date.month)}-${two(date.day)}`, `${date.day} ${month.slice(0, 3)} ${date.year}`]));
  }
  if (form === 'digits') return mark(random.pick([`${month} ${date.day} ${date.year}`, `${month} ${ordinalDigits(date.day)} ${date.year}`, `${date.month} ${date.day} ${date.year}`, `${date.month}/${date.day}/${two(date.year % 100)}`, `${two(date.month)} ${two(date.day)} ${date.year}`]));
  const year = random.chance(0.25) && date.year % 100 > 9 ? cardinal(date.year % 100) : yearWords(date.year);
  switch (random.between(1, 7)) {
    case 1:
    case 2: return mark(`${month} ${ordinal(date.day)} ${year}`);
    case 3: return mark(`${month} the ${ordinal(date.day)} ${year}`);
    case 4: return `the ${mark(`${ordinal(date.day)} of ${month} ${year}`)}`;
    case 5: return mark(`${saidPair(date.month)} ${saidPair(date.day)} ${year}`);
    case 6: return mark(`${cardinal(date.month)} slash ${cardinal(date.day)} slash ${year}`);
    default: return mark(`${month} ${cardinal(date.day)} ${year}`);
  }
}

export function birthDate(voice: Voice): string {
  return withYear(voice, { year: voice.random.between(1936, 2012), month: voice.random.between(1, 12), day: voice.random.between(1, 28) });
}

/** A date of this or the next year, mostly said without the year. */
export function nearDate(voice: Voice): string {
  const { form, random } = voice;
  const date = { year: random.between(2023, 2026), month: random.between(1, 12), day: random.between(1, 28) };
  if (random.chance(0.25)) return withYear(voice, date);
  const month = cased(voice, monthName(date));
  if (form === 'formatted') return mark(random.pick([`${date.month}/${date.day}`, `${month} ${date.day}`, `${month} ${ordinalDigits(date.day)}`]));
  if (form === 'digits') return mark(random.pick([`${month} ${date.day}`, `${month} ${ordinalDigits(date.day)}`, `${date.month} ${date.day}`]));
  return random.chance(0.3) ? `the ${mark(`${ordinal(date.day)} of ${month}`)}` : mark(`${month} ${ordinal(date.day)}`);
}

/** A month of this or the next year, or a month with its year. */
export function monthAlone(voice: Voice): string {
  const month = cased(voice, voice.random.pick(MONTHS));
  return mark(month);
}

/** When a card ends: month and year. */
export function expiry({ form, random }: Voice): string {
  const month = random.between(1, 12);
  const year = random.between(2025, 2032);
  if (form === 'formatted') return mark(random.pick([`${two(month)}/${year % 100}`, `${two(month)}/${year}`]));
  if (form === 'digits') return mark(random.pick([`${two(month)} ${year % 100}`, `${two(month)}/${year % 100}`, `${month} ${year}`]));
  const name = (MONTHS[month - 1] ?? '').toLowerCase();
  return mark(random.pick([`${saidPair(month)} ${cardinal(year % 100)}`, `${cardinal(month)} ${yearWords(year)}`, `${name} ${yearWords(year)}`, `${saidPair(month)} slash ${cardinal(year % 100)}`]));
}
