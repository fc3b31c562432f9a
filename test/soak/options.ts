/** The command line of the soak. */
import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** How long the mixed load lasts; null where live sessions are measured instead. */
  readonly minutes: number;
  /** Requests a second, all kinds together. */
  readonly rate: number;
  /** Callers at once. */
  readonly callers: number;
  /** How many sessions to open and keep, to measure their memory; null for the mixed load. */
  readonly liveSessions: number | null;
  /** Seed of the moments at which the node and the database are killed; null for a run without kills. */
  readonly killSeed: number | null;
  /** Nodes on one database, in a run with kills. */
  readonly nodes: number;
  /** Whether kills are joined by a slow disk, a full disk and clocks that step. */
  readonly faults: boolean;
  /** Whether the turns per second of one, two and three nodes are measured instead. */
  readonly throughput: boolean;
}

export const USAGE = `usage: npm run soak -- [--minutes 30] [--rate 60] [--callers 32]
       npm run soak -- --kills 1 [--nodes 1 [--faults]] [--minutes 5] [--rate 60] [--callers 32]
       npm run soak -- --throughput [--callers 32]
       npm run soak -- --live-sessions 10000 [--callers 32]`;

function number(text: string | undefined, fallback: number, what: string): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${what} must be a number above 0`);
  return value;
}

/** Throws RangeError, or TypeError for an option that there is not. */
export function readOptions(args: readonly string[]): SoakOptions {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: option,
      rate: option,
      callers: option,
      kills: option,
      nodes: option,
      faults: { type: 'boolean', default: false },
      throughput: { type: 'boolean', default: false },
      'live-sessions': option,
    },
  });
  const live = values['live-sessions'];
  const nodes = number(values.nodes, 1, 'nodes');
  if (!Number.isInteger(nodes) || (nodes > 1 && values.kills === undefined))
    throw new RangeError('--nodes must be a whole number, and needs --kills');
  if (values.faults && nodes === 1) throw new RangeError('--faults needs --nodes of two or more');
  return {
    minutes: number(values.minutes, values.kills === undefined ? 30 : 5, 'minutes'),
    rate: number(values.rate, 60, 'rate'),
    callers: number(values.callers, 32, 'callers'),
    killSeed: values.kills === undefined ? null : number(values.kills, 1, 'kills'),
    nodes,
    faults: values.faults,
    throughput: values.throughput,
    liveSessions: live === undefined ? null : number(live, 0, 'live-sessions'),
  };
}
