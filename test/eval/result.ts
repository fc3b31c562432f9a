/** The last evaluation of the own sets, as it is stored: README, docs and reports are made of it, and of nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SAFE_HARBOR_CATEGORIES } from '../../src/detection/kinds.ts';
import type { SafeHarborCategory } from '../../src/detection/kinds.ts';
import type { CoverageCounts } from './coverage.ts';
import { toJson } from './set-report.ts';
import type { SetReport } from './set-report.ts';
import type { Startup } from './startup.ts';

/** What an evaluation stores. */
export interface Result {
  /** DETECTOR_VERSION. */
  readonly detector: string;
  /** Of the tagger. */
  readonly model: string;
  /** The day of the evaluation, ISO 8601. */
  readonly date: string;
  readonly startup: Startup;
  readonly coverage: CoverageCounts;
  readonly sets: readonly SetReport[];
}

const share = z.number().min(0).max(1).nullable();
const figures = z.object({
  all: z.object({
    n: z.int(),
    precision: share,
    recall: share,
    f1: share,
    leakRate: share,
    falsePerThousand: z.number(),
  }),
  intervals: z.object({ f1: z.tuple([z.number(), z.number()]) }),
  presidio: z.object({ f2: share }),
  latency: z.object({ p50: z.number(), p99: z.number() }),
});
const foundOf = z.object({ n: z.int().min(0), found: z.int().min(0) });
const counts = z.object({ written: foundOf, spoken: foundOf });

/** The part of a stored result that documents are made of. */
const STORED = z.object({
  detector: z.string(),
  model: z.string(),
  date: z.iso.date(),
  startup: z.object({ loadMs: z.number(), memoryMb: z.number(), from: z.enum(['build', 'source']) }),
  coverage: z.object(
    Object.fromEntries(SAFE_HARBOR_CATEGORIES.map((category) => [category, counts])) as Record<
      SafeHarborCategory,
      typeof counts
    >,
  ),
  sets: z.array(
    z.object({
      set: z.string(),
      form: z.enum(['written', 'spoken']).nullable(),
      rows: z.int(),
      masker: figures,
      inCall: figures.nullable(),
      /** Results stored before 2026-11-29 have none. */
      shipped: figures.optional(),
      peers: z.record(z.string(), figures),
    }),
  ),
});

export type StoredResult = z.infer<typeof STORED>;
export type StoredSet = StoredResult['sets'][number];
export type StoredFigures = z.infer<typeof figures>;

export const RESULT_FILE = fileURLToPath(new URL('result.json', import.meta.url));

export function writeResult(result: Result): void {
  writeFileSync(RESULT_FILE, `${toJson(result, 1)}\n`);
}

/**
 * @throws Error when no evaluation was stored, or the file is not what `writeResult` writes.
 */
export function readResult(): StoredResult {
  return STORED.parse(JSON.parse(readFileSync(RESULT_FILE, 'utf8')));
}
