/** Dates, written or said. */

import type { Form, Source } from './source.ts';
import { belowHundred, ordinal, sayDigits, sayYear } from './spoken.ts';

/** The months, as they are written. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A date from the year `earliest` on. */
export function calendarDate(source: Source, form: Form, earliest: number): string {
  const { random } = source;
  const [month, day, year] = [
    random.int(1, 12),
    random.int(1, 31),
    random.int(earliest, earliest === 1925 ? 2022 : 2027),
  ];
  const name = MONTHS[month - 1] ?? '';
  const kind = random.next();
  const pad = (n: number): string => (random.chance(0.5) ? String(n).padStart(2, '0') : String(n));
  if (form.spoken && random.chance(0.72)) {
    const said = sayYear(year, random);
    if (kind < 0.5) return `${monthAndDay(source, form, name)} ${said}`;
    if (kind < 0.68) return monthAndDay(source, form, name);
    if (kind < 0.76) return `the ${ordinal(day)} of ${name}${random.chance(0.5) ? ` ${said}` : ''}`;
    if (kind < 0.86)
      return `${belowHundred(month)} ${belowHundred(day)} ${random.chance(0.5) ? said : sayDigits(String(year).slice(2), random)}`;
    if (kind < 0.92)
      return `${sayDigits(String(month).padStart(2, '0'), random)} ${random.pick(['slash', 'dash', ''])} ${belowHundred(day)} ${random.pick(['slash', 'dash', ''])} ${said}`.replace(
        / +/g,
        ' ',
      );
    if (kind < 0.96) return `the ${ordinal(day)}`;
    return `${name} ${random.chance(0.5) ? 'of ' : ''}${said}`;
  }
  const numeric = `${pad(month)}/${pad(day)}/${random.chance(0.7) ? year : String(year).slice(2)}`;
  if (kind < 0.35) return random.chance(0.8) ? numeric : numeric.replace(/\//g, random.pick(['-', '.']));
  if (kind < 0.6) return `${monthAndDay(source, form, name)}${random.pick([', ', ' '])}${year}`;
  if (kind < 0.72) return monthAndDay(source, form, random.chance(0.3) ? name.slice(0, 3) : name);
  if (kind < 0.8) return `${day} ${name} ${year}`;
  if (kind < 0.88) return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  if (kind < 0.92) return `${day}${random.pick(['-', ' '])}${name.slice(0, 3)}${random.pick(['-', ' '])}${year}`;
  if (kind < 0.96) return `${month}/${day}`;
  return `${name} ${year}`;
}

/** A day of the month `name`. */
export function monthAndDay(source: Source, form: Form, name: string): string {
  const day = source.random.int(1, 30);
  if (form.spoken && source.random.chance(0.7))
    return `${name} ${source.random.chance(0.1) ? 'the ' : ''}${source.random.chance(0.7) ? ordinal(day) : belowHundred(day)}`;
  return `${name} ${day}${source.random.chance(0.35) ? (day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th') : ''}`;
}

/** When a card expires. */
export function cardExpiry(source: Source, form: Form): string {
  const [month, year] = [source.random.int(1, 12), source.random.int(25, 33)];
  if (form.spoken && source.random.chance(0.7))
    return source.random.pick([
      `${belowHundred(month)} ${belowHundred(year)}`,
      `${month < 10 ? 'oh ' : ''}${belowHundred(month)} ${belowHundred(year)}`,
      `${MONTHS[month - 1] ?? ''} twenty ${belowHundred(year)}`,
      `${belowHundred(month)} slash ${belowHundred(year)}`,
    ]);
  return `${String(month).padStart(2, '0')}${source.random.pick(['/', '/', '-', ' '])}${source.random.chance(0.7) ? '' : '20'}${year}`;
}
