/** Things by the day that they are of, found by another day that says more or less. */
import type { CalendarDay } from './calendar-day.ts';

/** Finds what {@link isSameDay} does of any number of days, in constant time. */
export class DayIndex<T> {
  readonly #items = new Map<string, Set<T>>();

  add(day: CalendarDay, item: T): void {
    // A day that asks without a year, or without a month, asks with `any` in its place.
    for (const year of [said(day.year), 'any']) {
      for (const month of [said(day.month), 'any']) {
        const key = keyOf(year, month, day.day);
        const items = this.#items.get(key);
        if (items === undefined) this.#items.set(key, new Set([item]));
        else items.add(item);
      }
    }
  }

  /** Returns true if an item may be of this day. */
  has(day: CalendarDay): boolean {
    return keysFor(day).some((key) => this.#items.has(key));
  }

  /** Returns what may be of this day. */
  matching(day: CalendarDay): T[] {
    return [...new Set(keysFor(day).flatMap((key) => [...(this.#items.get(key) ?? [])]))];
  }

  clear(): void {
    this.#items.clear();
  }
}

/** What a day does not say stands as `none`: it matches all. */
const said = (part: number | null): string => (part === null ? 'none' : String(part));
const keyOf = (year: string, month: string, day: number): string => `${year}-${month}-${day}`;

function keysFor({ year, month, day }: CalendarDay): string[] {
  const years = year === null ? ['any'] : [String(year), 'none'];
  const months = month === null ? ['any'] : [String(month), 'none'];
  return years.flatMap((y) => months.map((m) => keyOf(y, m, day)));
}
