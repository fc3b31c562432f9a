/** The arguments that every list of sessions takes, as conditions. */
import { encodeTime } from 'ulid';
import { z } from 'zod';
import type { Prisma } from '../generated/prisma/client.ts';
import type { SessionStatus } from '../generated/prisma/enums.ts';
import { isoMoment } from '../platform/moment.ts';

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

/** When the sessions of a filter began at the earliest, and the id below theirs; null where it does not say. */
export function earliestOf(
  { since }: SessionFilter,
  now: number,
): { readonly moment: Date; readonly id: string } | null {
  const start = typeof since === 'string' ? momentOf(since, now) : null;
  return start === null ? null : { moment: new Date(start), id: `sess_${encodeTime(Math.max(0, start))}` };
}

/**
 * The conditions of a filter of sessions. A list reads ids downwards, so the earliest id that can match is a
 * condition too: without it a narrow window would read on through the whole history in search of its last row. The time in
 * the id of a session is its start or later (`newId`), so the bound needs no margin. The start decides.
 */
export function sessionConditions(filter: SessionFilter, now: number): Prisma.SessionWhereInput[] {
  const earliest = earliestOf(filter, now);
  const { status, minRedactions } = filter;
  return [
    ...(earliest === null ? [] : [{ startedAt: { gte: earliest.moment }, id: { gte: earliest.id } }]),
    ...(typeof status === 'string' ? [{ status }] : []),
    ...(typeof minRedactions === 'number' && minRedactions > 0 ? [atLeast(minRedactions)] : []),
  ];
}

/**
 * Sealed sessions have an index by their redactions. The count of an open one changes with every turn, and has none: all
 * open ones of the agent are read.
 */
function atLeast(redactions: number): Prisma.SessionWhereInput {
  return { OR: [{ sealedRedactions: { gte: redactions } }, { sealedAt: null, redactionCount: { gte: redactions } }] };
}
