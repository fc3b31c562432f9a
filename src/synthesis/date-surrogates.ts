/** Surrogates of dates: every date of a subject is moved by the same number of weeks, and written as it was. */
import { scanWords } from '../detection/words.ts';
import { readCode, writeCode } from './code-pieces.ts';
import { sameClasses } from './code-values.ts';
import { datesIn, MONTHS } from './dates-in-text.ts';
import type { DateField, DateInText } from './dates-in-text.ts';
import type { Drawing } from './drawing.ts';
import { inCaseOf, ordinalWords } from './spoken-forms.ts';

const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const HOLIDAYS = ['thanksgiving', 'halloween', 'labor day', 'memorial day', 'easter', 'christmas', 'independence day'];
const HOLIDAY =
  /\b(?:thanksgiving|halloween|easter|christmas|passover|hanukkah|kwanzaa|diwali|juneteenth|eid|ramadan|new year)\b|\b\p{L}+(?:'s|s'|s)? (?:day|eve)\b/iu;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A leap year that stands for the year of a date without one. */
const NO_YEAR = 2000;
const [FEWEST_WEEKS, MORE_WEEKS] = [5, 48];
const MOST_ATTEMPTS = 100;

export class DateSurrogates {
  readonly #drawing: Drawing;
  #offset: number | null = null;
  /** The real days of the text, and which fields each has. */
  readonly #real: { readonly fields: string; readonly time: number }[] = [];
  readonly #names = new Set<string>();

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** Learns a date of the text: the offset leads from no real date to another one. */
  learn(text: string): void {
    for (const parts of datesIn(text)) {
      const [fields, time] = [fieldsOf(parts), timeOf(parts)];
      this.#real.push({ fields, time });
      this.#names.add(dayName(fields, time));
    }
  }

  /** Returns the surrogate of a date in a folded text. */
  of(text: string): string {
    const dates = datesIn(text);
    if (dates.length === 0) return this.#other(text);
    let out = '';
    let from = 0;
    for (const { start, end, by } of dates.flatMap((parts) => this.#moved(parts))) {
      out += text.slice(from, start) + by;
      from = end;
    }
    return out + text.slice(from);
  }

  #moved(parts: DateInText): { readonly start: number; readonly end: number; readonly by: string }[] {
    const moved = new Date(timeOf(parts) + this.#offsetMs());
    const values = { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
    return [...parts]
      .sort((a, b) => a.start - b.start)
      .map(({ field, start, end, write }) => ({ start, end, by: write(values[field]) }));
  }

  /** Whole weeks, so that a weekday that is named stays right. */
  #offsetMs(): number {
    if (this.#offset !== null) return this.#offset;
    const draws = this.#drawing.stream('DATE OFFSET');
    let offset = 0;
    for (let attempt = 0; attempt < MOST_ATTEMPTS && (offset === 0 || this.#meetsReal(offset)); attempt++)
      offset = (FEWEST_WEEKS + draws.below(MORE_WEEKS)) * WEEK_MS * (draws.below(2) === 0 ? 1 : -1);
    // Real days on every side: all are moved before the oldest.
    if (this.#meetsReal(offset)) offset = -(Math.ceil(this.#span() / WEEK_MS) + FEWEST_WEEKS) * WEEK_MS;
    this.#offset = offset;
    return offset;
  }

  #meetsReal(offset: number): boolean {
    return this.#real.some(({ fields, time }) => this.#names.has(dayName(fields, time + offset)));
  }

  #span(): number {
    const times = this.#real.map(({ time }) => time).sort((a, b) => a - b);
    return (times.at(-1) ?? 0) - (times[0] ?? 0);
  }

  /** What names no day of a calendar: weekdays, holidays, spans. Numbers, weekdays and holidays become others. */
  #other(text: string): string {
    const words = scanWords(text);
    const label = `DATE WORDS\0${text.toLowerCase()}`;
    const holiday = HOLIDAY.exec(text);
    if (holiday !== null) {
      const own = holiday[0].toLowerCase();
      const other = this.#drawing.other(label, own, (draws) => draws.pick(HOLIDAYS));
      return text.slice(0, holiday.index) + inCaseOf(holiday[0], other) + text.slice(holiday.index + own.length);
    }
    const weekday = words.find(({ lower }) => weekdayOf(lower) >= 0);
    if (weekday !== undefined) {
      const own = String(weekdayOf(weekday.lower));
      const other =
        WEEKDAYS[Number(this.#drawing.other(label, own, (draws) => String(draws.below(WEEKDAYS.length))))] ?? '';
      const by = weekday.lower.length < 6 ? other.slice(0, 3) : other;
      return text.slice(0, weekday.start) + inCaseOf(weekday.text, by) + text.slice(weekday.end);
    }
    return this.#numbers(text, label);
  }

  #numbers(text: string, label: string): string {
    const code = readCode(text);
    const chars = code.pieces.filter(({ chars: own }) => /\d/.test(own));
    if (chars.length > 0) {
      const numeric = { ...code, pieces: chars, chars: chars.map(({ chars: own }) => own).join('') };
      return writeCode(
        numeric,
        this.#drawing.other(label, numeric.chars, (draws) => sameClasses(numeric.chars, draws)),
      );
    }
    const [month, day] = [this.#drawing.stream(label).below(12), 1 + this.#drawing.stream(`${label}\0day`).below(28)];
    return inCaseOf(text, `${MONTHS[month] ?? ''} ${ordinalWords(day)}`);
  }
}

const weekdayOf = (lower: string): number =>
  lower.length < 3 ? -1 : WEEKDAYS.findIndex((day) => day === lower || (lower.length < 6 && day.startsWith(lower)));

function timeOf(parts: DateInText): number {
  const of = (field: DateField, otherwise: number): number =>
    parts.find((part) => part.field === field)?.value ?? otherwise;
  return Date.UTC(of('year', NO_YEAR), of('month', 6) - 1, of('day', 15));
}

const FIELDS: readonly DateField[] = ['year', 'month', 'day'];

const fieldsOf = (parts: DateInText): string =>
  FIELDS.filter((field) => parts.some((part) => part.field === field)).join('+');

/** What is said of a day by its fields. */
function dayName(fields: string, time: number): string {
  const [year, month, day] = new Date(time).toISOString().slice(0, 10).split('-').slice(-3);
  const said = { year, month, day };
  return FIELDS.flatMap((field) => (fields.includes(field) ? `${field}${said[field] ?? ''}` : [])).join();
}
