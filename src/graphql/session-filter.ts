/** The arguments that every list of sessions takes, as conditions. */
import { encodeTime } from 'ulid';
import { z } from 'zod';
import type { Prisma } from '../generated/prisma/client.ts';
import type { SessionStatus } from '../generated/prisma/enums.ts';

const HOUR = 3_600_000;
const WINDOWS: ReadonlyMap<string, number> = new Map([
  ['1h', HOUR],
  ['24h', 24 * HOUR],
  ['7d', 7 * 24 * HOUR],
  ['30d', 30 * 24 * HOUR],
]);

/** `1h`, `24h`, `7d`, `30d`, or a moment in ISO 8601 with its offset (or a date alone, in UTC). See docs/api.md, REST routes. */
export const sinceArgument = z
  .string()
  .refine((text) => momentOf(text, 0) !== null, 'This is 1h, 24h, 7d, 30d or a moment in ISO 8601.');

export const minRedactionsArgument = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

const ISO_MOMENT = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** The moment that a day in UTC, or ISO 8601 with its offset, names: milliseconds since the epoch. Null for another text. */
export function isoMoment(text: string): number | null {
  return ISO_MOMENT.safeParse(text).success ? Date.parse(text) : null;
}

/** The moment in milliseconds since the epoch; null where the text is none. `now` likewise. */
export function momentOf(since: string, now: number): number | null {
  const window = WINDOWS.get(since);
  if (window !== undefined) return now - window;
  return isoMoment(since);
}

export interface SessionFilter {
  readonly since?: string | null | undefined;
  readonly status?: SessionStatus | null | undefined;
  readonly minRedactions?: number | null | undefined;
}

// An id is made when its session starts, give or take the clocks of two nodes.
const CLOCK_MARGIN = HOUR;

/**
 * The conditions of a filter. A list reads ids downwards, so the earliest id that can match is a condition too:
 * without it a narrow window would read on through the whole history in search of its last row.
 */
export function sessionConditions(
  { since, status, minRedactions }: SessionFilter,
  now: number,
): Prisma.SessionWhereInput[] {
  const start = typeof since === 'string' ? momentOf(since, now) : null;
  return [
    ...(start === null ? [] : [{ startedAt: { gte: new Date(start) }, id: { gte: earliestId(start - CLOCK_MARGIN) } }]),
    ...(typeof status === 'string' ? [{ status }] : []),
    ...(typeof minRedactions === 'number' && minRedactions > 0 ? [atLeast(minRedactions)] : []),
  ];
}

/** Sealed sessions have an index by their redactions. The count of an open one changes with every turn, and has none. */
function atLeast(redactions: number): Prisma.SessionWhereInput {
  return { OR: [{ sealedRedactions: { gte: redactions } }, { sealedAt: null, redactionCount: { gte: redactions } }] };
}

function earliestId(time: number): string {
  return `sess_${encodeTime(Math.max(0, time))}`;
}
