/** An ended call on a line of time: where its turns are, and what of it there was at a moment. */
import type { Turn } from './session-view.ts';

/** A turn on the line, in milliseconds since the call began. */
export interface PlacedTurn {
  readonly number: number;
  readonly startMs: number;
  /** When its masked request was ready. */
  readonly maskedMs: number;
  readonly endMs: number;
}

export interface Line {
  /** To the end of the last turn: a call may be sealed long after it. */
  readonly lengthMs: number;
  readonly turns: readonly PlacedTurn[];
}

type TimedTurn = Pick<Turn, 'number' | 'startedAt' | 'endedAt'> & {
  readonly stageDurations: Pick<Turn['stageDurations'], 'detection' | 'tokenize'>;
};

/** Places the turns of a call that began at `startedAt`. A turn without an end ends where its request was ready. */
export function lineOf(startedAt: string, turns: readonly TimedTurn[]): Line {
  const zero = Date.parse(startedAt);
  const placed = turns.map(({ number, stageDurations: { detection, tokenize }, ...turn }) => {
    const startMs = Math.max(0, Date.parse(turn.startedAt) - zero);
    const maskedMs = startMs + detection + tokenize;
    const endMs = turn.endedAt === null ? maskedMs : Math.max(maskedMs, Date.parse(turn.endedAt) - zero);
    return { number, startMs, maskedMs, endMs };
  });
  return { lengthMs: Math.max(1, ...placed.map(({ endMs }) => endMs)), turns: placed };
}

/** Returns the turn that ran at a moment, or the last one before it; null before the first. */
export function turnAt({ turns }: Line, atMs: number): PlacedTurn | null {
  return turns.findLast(({ startMs }) => startMs <= atMs) ?? null;
}

/**
 * Returns the turns as they were at a moment: without those whose request was not ready, and with those that still ran
 * without their end. Null is the end of the call.
 */
export function turnsAt(line: Line, turns: readonly Turn[], atMs: number | null): readonly Turn[] {
  if (atMs === null) return turns;
  return turns.flatMap((turn) => {
    const place = line.turns.find(({ number }) => number === turn.number);
    if (place === undefined || place.maskedMs > atMs) return [];
    if (place.endMs <= atMs) return [turn];
    const stageDurations = { ...turn.stageDurations, upstream: null, rehydrate: null };
    return [{ ...turn, status: 'forwarded' as const, endedAt: null, addedMs: null, stageDurations }];
  });
}
