/** The last stored benchmark: the figures in README and docs/benchmarks.md are made from it, and from nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const RESULT_FILE = fileURLToPath(new URL('result.json', import.meta.url));
const multiple = z.number().nullable();

const STORED = z.object({
  /** The day of the run, ISO 8601. */
  date: z.iso.date(),
  /** Processors that client, stub, gateways and database shared. */
  cores: z.int().min(1),
  seconds: z.number(),
  rounds: z.int(),
  connections: z.int(),
  /** Masker's figure as a multiple of the other's; null where the quotient says nothing. */
  ratios: z.array(
    z.object({
      figure: z.string(),
      label: z.string(),
      to: z.object({ raw: multiple, portkey: multiple }),
    }),
  ),
  goals: z.array(z.object({ text: z.string(), found: z.string(), goal: z.string(), met: z.boolean() })),
  /** Parts of a turn by themselves, as a multiple of the requests per second that Portkey forwards. */
  floors: z.object({ sessions: z.number(), journal: z.number() }),
});

/** What a run stores with `--write`. */
export type StoredBench = z.infer<typeof STORED>;

/** Reads the stored benchmark. @throws Error when it is not of this form. */
export function readBench(): StoredBench {
  return STORED.parse(JSON.parse(readFileSync(RESULT_FILE, 'utf8')));
}

/** Replaces the stored benchmark. */
export function writeBench(result: StoredBench): void {
  writeFileSync(RESULT_FILE, `${JSON.stringify(STORED.parse(result), null, 2)}\n`);
}
