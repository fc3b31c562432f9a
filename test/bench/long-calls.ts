/** Calls of an hour: what a turn costs at their end, and what it cost at their beginning. */
import { randomUUID } from 'node:crypto';
import { longCall } from './call-turn.ts';
import { Connection, LoadError } from './connection.ts';
import { cpuBetween, cpuTime } from './cpu-time.ts';
import type { Target } from './targets.ts';

/** Turns, counted from 1, over which the cost is measured; the second number is included. */
export const EARLY = [8, 12] as const;
export const LATE = [190, 200] as const;

/** Calls at once: CPU is told to 10 ms, and one turn takes about that. */
const CALLS = 16;

/** CPU milliseconds of the target for one turn, over some turns of all calls. */
export interface LongCallCost {
  /** Null where the system does not tell. */
  readonly early: number | null;
  readonly late: number | null;
  readonly errors: ReadonlyMap<string, number>;
}

/** Has the calls, turn by turn side by side. */
export async function haveLongCalls(target: Target): Promise<LongCallCost> {
  const turns = longCall();
  const calls = Array.from({ length: CALLS }, () => ({
    connection: new Connection(target),
    headers: { 'x-call-id': randomUUID() },
  }));
  const cost = async ([first, last]: readonly [number, number]): Promise<number | null> => {
    const before = await cpuTime(target.pid);
    for (const body of turns.slice(first - 1, last))
      await Promise.all(calls.map(({ connection, headers }) => connection.send(body, () => undefined, headers)));
    const after = await cpuTime(target.pid);
    const spent = before === null || after === null ? null : cpuBetween(before, after);
    return spent === null ? null : (spent.own + spent.below) / ((last - first + 1) * CALLS);
  };
  try {
    await cost([1, EARLY[0] - 1]);
    const early = await cost(EARLY);
    await cost([EARLY[1] + 1, LATE[0] - 1]);
    return { early, late: await cost(LATE), errors: new Map() };
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return { early: null, late: null, errors: new Map([[error.message, 1]]) };
  } finally {
    await Promise.all(calls.map(({ connection }) => connection.close()));
  }
}
