/** Moments that callers name in ISO 8601. */
import { z } from 'zod';

const MOMENT = z.iso.datetime({ offset: true });
const DAY = z.iso.date();

/** The years from 1 to 9999, in milliseconds since the epoch. In UTC, an offset can lead out of them. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Returns the moment of a text with its offset, in milliseconds since the epoch. Null for another text, and for a moment
 * outside the years that the database takes as text.
 */
export function momentWithOffset(text: string): number | null {
  return MOMENT.safeParse(text).success ? inYears(Date.parse(text)) : null;
}

/** The same, or the beginning of a day in UTC. */
export function isoMoment(text: string): number | null {
  return DAY.safeParse(text).success ? inYears(Date.parse(text)) : momentWithOffset(text);
}

function inYears(moment: number): number | null {
  return moment >= FIRST && moment <= LAST ? moment : null;
}
