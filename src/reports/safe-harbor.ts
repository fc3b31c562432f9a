/**
 * The Safe Harbor coverage that a report states. See docs/detection-quality.md.
 *
 * Coverage is a measured figure, never a claim: `npm run eval -- --write` writes the data, and nobody types it. Figures of
 * another version of the detector say nothing about this one: with them, every category is `in_progress`.
 */
import { z } from 'zod';
import { SAFE_HARBOR_CATEGORIES } from '../detection/kinds.ts';
import type { SafeHarborCategory } from '../detection/kinds.ts';
import measured from './safe-harbor-coverage.json' with { type: 'json' };

export type Coverage = 'full' | 'partial' | 'in_progress' | 'not_applicable';

/** What was measured in one form of text, written or spoken. */
export interface FormMeasurement {
  /** Share of the identifiers that were hidden whole, 0 to 1; null where there were none. */
  readonly recall: number | null;
  /** Identifiers in the evaluation sets. */
  readonly n: number;
  /** Lower end of the 95 % Wilson interval of the share. */
  readonly lower: number;
}

export interface CategoryMeasurement {
  readonly status: Coverage;
  /** Why the figures alone do not decide; null where they do. */
  readonly reason: string | null;
  readonly written: FormMeasurement;
  readonly spoken: FormMeasurement;
}

export interface CoverageData {
  /** The version of the detector that was measured. */
  readonly detector: string;
  readonly categories: Readonly<Record<SafeHarborCategory, CategoryMeasurement>>;
}

const share = z.number().min(0).max(1);
const form = z.strictObject({ recall: share.nullable(), n: z.int().min(0), lower: share });
const category = z.strictObject({
  status: z.enum(['full', 'partial', 'in_progress', 'not_applicable']),
  reason: z.string().nullable(),
  written: form,
  spoken: form,
});
const DATA = z.strictObject({ detector: z.string(), categories: z.record(z.enum(SAFE_HARBOR_CATEGORIES), category) });

/**
 * The data of the last evaluation.
 * @throws ZodError when they are not what the evaluation writes.
 */
export function parseCoverage(data: unknown): CoverageData {
  return DATA.parse(data);
}

/** The figures of the last evaluation. */
export const MEASURED_COVERAGE: CoverageData = parseCoverage(measured);

/** The coverage of each of the 18 categories by a version of the detector, as far as it was measured. */
export function safeHarborCoverage(
  detector: string,
  data: CoverageData = MEASURED_COVERAGE,
): Readonly<Record<SafeHarborCategory, Coverage>> {
  const known = data.detector === detector;
  const rows = SAFE_HARBOR_CATEGORIES.map(
    (name) => [name, known ? data.categories[name].status : 'in_progress'] as const,
  );
  return Object.fromEntries(rows) as Record<SafeHarborCategory, Coverage>;
}
