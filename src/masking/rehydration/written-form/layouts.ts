/** Layouts of dates and telephone numbers that the description of an argument asks for: "MM/DD/YYYY", "XXX-XXX-XXXX". */
import type { CalendarDate } from '../../../detection/spoken/calendar-date.ts';

const two = (n: number): string => String(n).padStart(2, '0');

const DATE_LAYOUT = /\b(?:YYYY|MM|DD)([-/. ]?)(?:YYYY|MM|DD)\1(?:YYYY|MM|DD)\b/i;

/** The date in a layout such as `DD.MM.YYYY`. */
export function layOutDate({ year, month, day }: CalendarDate, layout: string): string {
  return layout.toUpperCase().replace('YYYY', String(year)).replace('MM', two(month)).replace('DD', two(day));
}

/** The layout of dates that the hints name, or null. */
export function dateLayout(hints: string): string | null {
  const [layout = ''] = DATE_LAYOUT.exec(hints) ?? [];
  return ['YYYY', 'MM', 'DD'].every((part) => layout.toUpperCase().includes(part)) ? layout : null;
}

/** A sample of a telephone number: X, N or # for digits, or a number that is an example. */
const PHONE_SAMPLE = /(?<![\w#])\+?[X#N\d(][X#N\d() .-]{5,18}[X#N\d](?![\w#])/g;

/** The layout of telephone numbers that the hints show, `#` for each digit; null for none, or with another count of digits. */
export function phoneLayout(hints: string, digits: number): string | null {
  for (const [sample] of hints.matchAll(PHONE_SAMPLE)) {
    const layout = sample.replace(/^\+1(?=\D*[X#N\d])/, '+1').replace(/[XN\d]/g, '#');
    if ([...layout.matchAll(/#/g)].length === digits) return layout;
  }
  return null;
}

/** The digits in a layout of `phoneLayout`. */
export function layOutDigits(digits: string, layout: string): string {
  let at = 0;
  return layout.replace(/#/g, () => digits.charAt(at++));
}
