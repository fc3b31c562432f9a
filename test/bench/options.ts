/** The command line of the benchmark. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TARGETS } from './figures.ts';
import type { TargetName } from './figures.ts';

export interface Options {
  /** Length of one scenario on one target in one round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly targets: readonly TargetName[];
  /** The checkout of another build of Masker, which takes part as `earlier`; null for none. */
  readonly against: string | null;
  /** Worker processes of the target `workers`; null: it takes no part. */
  readonly workers: number | null;
  /** Whether hostile bodies are sent, too. */
  readonly stalls: boolean;
  /** The hostile bodies alone, of which the names contain one of these texts; null for the whole benchmark. */
  readonly onlyStalls: readonly string[] | null;
  /** Whether the result is printed as JSON only. */
  readonly json: boolean;
  /** Whether the result is stored, and written into README and docs/benchmarks.md. */
  readonly write: boolean;
}

/** What can be chosen by name; `earlier` is chosen with its folder, `workers` with their number. */
const CHOICES = TARGETS.filter((name) => name !== 'earlier' && name !== 'workers');

export const USAGE = `npm run bench -- [options]
  --seconds N      length of one scenario on one target in one round (default 2)
  --rounds N       rounds; the median of them is shown (default 3)
  --connections N  connections under load (default 32)
  --targets A,B    which to measure, of ${CHOICES.join(', ')} (default all)
  --against DIR    measure the build in another checkout, too (DIR/dist, made with "npm run build")
  --workers N      measure Masker with N worker processes, too
  --no-stalls      leave out the hostile bodies, which take some minutes
  --only-stalls A,B  send hostile bodies alone, of which the name contains A or B ("all" for every kind)
  --json           print JSON instead of a table
  --write          store the result, and write it into README.md and docs/benchmarks.md`;

/**
 * Reads the arguments after the script's name.
 * @throws Error with a message for the user when an option is unknown or its value out of range.
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
      targets: { type: 'string', default: CHOICES.join(',') },
      against: { type: 'string' },
      workers: { type: 'string' },
      'no-stalls': { type: 'boolean', default: false },
      'only-stalls': { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    seconds: number('seconds', values.seconds, 0.1, 600),
    rounds: whole('rounds', values.rounds, 1, 100),
    connections: whole('connections', values.connections, 1, 1000),
    targets: targets(values.targets, { earlier: values.against !== undefined, workers: values.workers !== undefined }),
    against: values.against === undefined ? null : built(values.against),
    workers: values.workers === undefined ? null : whole('workers', values.workers, 2, 64),
    stalls: !values['no-stalls'],
    onlyStalls: stallNames(values['only-stalls']),
    json: values.json,
    write: values.write,
  };
}

function number(name: string, text: string, min: number, max: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new Error(`--${name} must be a number from ${min} to ${max}`);
  return value;
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = number(name, text, min, max);
  if (!Number.isInteger(value)) throw new Error(`--${name} must be a whole number`);
  return value;
}

function stallNames(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  return text === 'all' ? [''] : text.split(',').filter((name) => name !== '');
}

/** In the order of the table, each once. */
function targets(text: string, further: Readonly<Record<'earlier' | 'workers', boolean>>): TargetName[] {
  const asked = new Set(text.split(','));
  const chosen = new Set<TargetName>(CHOICES.filter((name) => asked.delete(name)));
  if (asked.size > 0) throw new Error(`--targets must be some of ${CHOICES.join(', ')}`);
  for (const name of ['earlier', 'workers'] as const) if (further[name]) chosen.add(name);
  return TARGETS.filter((name) => chosen.has(name));
}

function built(folder: string): string {
  const checkout = path.resolve(folder);
  if (!existsSync(path.join(checkout, 'dist/cli/main.js')))
    throw new Error(`--against: there is no build in ${folder}; run "npm ci && npm run build" there`);
  return checkout;
}
