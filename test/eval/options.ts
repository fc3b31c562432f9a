/** The command line of the evaluation. */
import path from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** Folder (or file) of sets. */
  readonly data: string;
  /** Only sets of this name; null for all. */
  readonly set: string | null;
  /** Another tagger model; null for the one of the package. */
  readonly model: string | null;
  readonly seed: number;
  readonly json: boolean;
  readonly peers: boolean;
  readonly mode: 'evaluate' | 'write' | 'errors' | 'hostile';
  /** How many errors are shown at most. */
  readonly limit: number;
  /** Why errors are looked at; null outside of `--errors`. */
  readonly why: string | null;
}

/** The project's own sets, which `--write` measures. */
export const OWN_SETS = 'test/eval/sets';

export const USAGE = `npm run eval -- [options]
  --data DIR     every *.jsonl below DIR, or one file (default ${OWN_SETS})
  --set NAME     only this set
  --model FILE   another model of the tagger
  --peers        other packages beside it, on the same rows
  --json         one JSON object per set, a line each
  --seed N       of the bootstrap (default 1)
  --write        write the result, its tables in README and docs, and the reports' coverage (own sets only)
  --errors       show the errors in one set; with --set, and with --why unless it is training data
  --limit N      of errors shown (default 40)
  --why TEXT     goes into the ledger with the errors that were shown
  --hostile      time 100 kB of hostile inputs instead`;

/**
 * Reads the arguments after the script's name.
 * @throws Error with a message for the user when options are unknown, out of range, or do not fit each other.
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      set: { type: 'string' },
      model: { type: 'string' },
      seed: { type: 'string', default: '1' },
      limit: { type: 'string', default: '40' },
      why: { type: 'string' },
      json: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      errors: { type: 'boolean', default: false },
      hostile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const modes = (['write', 'errors', 'hostile'] as const).filter((mode) => values[mode]);
  if (modes.length > 1) throw new Error(`--${modes.join(' and --')} do not go together`);
  const [mode = 'evaluate'] = modes;
  const data = values.data ?? OWN_SETS;
  if (mode === 'write' && (values.data ?? values.set ?? values.model) !== undefined) {
    throw new Error('--write measures all of the own sets with the own model: it takes no --data, --set or --model');
  }
  if (mode === 'errors' && values.set === undefined)
    throw new Error('--errors needs --set: errors are looked at in one set at a time');
  if (mode === 'errors' && !isTrainingData(data) && (values.why ?? '').trim() === '') {
    throw new Error('--errors in evaluation data needs --why, which goes into the ledger');
  }
  return {
    data,
    set: values.set ?? null,
    model: values.model ?? null,
    seed: whole('seed', values.seed, 0, 2 ** 32 - 1),
    json: values.json,
    peers: values.peers,
    mode,
    limit: whole('limit', values.limit, 1, 100_000),
    why: values.why ?? null,
  };
}

/** Whether errors in it may be looked at freely: a folder named `train`. */
export function isTrainingData(data: string): boolean {
  return path.resolve(data).split(path.sep).includes('train');
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new Error(`--${name} must be a whole number from ${min} to ${max}`);
  return value;
}
