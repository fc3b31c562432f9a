/** Safe Harbor coverage out of measurements. See docs/detection-quality.md. */
import { SAFE_HARBOR_CATEGORIES } from '../../src/detection/kinds.ts';
import type { SafeHarborCategory } from '../../src/detection/kinds.ts';
import type { CategoryMeasurement, Coverage, CoverageData, FormMeasurement } from '../../src/reports/safe-harbor.ts';
import type { Form, GoldSpan, Row } from './annotated-set.ts';
import type { DetectedRow } from './evaluate.ts';
import { LABEL_OF_CATEGORY } from './labels.ts';
import { isHidden } from './tally.ts';
import { wilsonInterval } from './wilson.ts';

/** How many identifiers there were, and how many of them were hidden whole. */
export interface FoundOf {
  readonly n: number;
  readonly found: number;
}

export type CoverageCounts = Readonly<Record<SafeHarborCategory, Readonly<Record<Form, FoundOf>>>>;

const FORMS = ['written', 'spoken'] as const satisfies readonly Form[];

/** Lower bounds from which a category is `full`, and from which it is `partial`. */
const FULL = 0.95;
const PARTIAL = 0.7;

/**
 * Counts the identifiers of each category in each form over all rows given, a row of one call judged by itself. An
 * identifier is found when no word of it stays readable. Rows that do not say whether they are spoken are left out.
 */
export function countCoverage(detected: readonly DetectedRow[]): CoverageCounts {
  const counts = Object.fromEntries(
    SAFE_HARBOR_CATEGORIES.map((category) => [category, { written: { n: 0, found: 0 }, spoken: { n: 0, found: 0 } }]),
  ) as Record<SafeHarborCategory, Record<Form, { n: number; found: number }>>;
  for (const { row, found } of detected) {
    if (row.form === null) continue;
    for (const span of row.spans) {
      const category = categoryOf(row, span);
      const hidden = category === null ? null : isHidden(row.text, span, found);
      if (category === null || hidden === null) continue;
      const count = counts[category][row.form];
      count.n += 1;
      if (hidden) count.found += 1;
    }
  }
  return counts;
}

/** Fax numbers are labelled as phone numbers: "fax" close by, or in the source's own label, tells them. */
function categoryOf(row: Row, { start, end, label, orig }: GoldSpan): SafeHarborCategory | null {
  if (label === 'PHONE') {
    const near = row.text.slice(Math.max(0, start - 40), start) + ' ' + row.text.slice(end, end + 20);
    return /\bfax/i.test(near) || /fax/i.test(orig ?? '') ? 'E_fax' : 'D_phone';
  }
  return SAFE_HARBOR_CATEGORIES.find((category) => LABEL_OF_CATEGORY[category] === label) ?? null;
}

/** The data behind the reports' coverage: the worse of the two forms decides. */
export function coverageData(detector: string, counts: CoverageCounts): CoverageData {
  const categories = Object.fromEntries(
    SAFE_HARBOR_CATEGORIES.map((category) => [category, judgeCategory(counts[category])]),
  );
  return { detector, categories: categories as Record<SafeHarborCategory, CategoryMeasurement> };
}

function judgeCategory(counts: Readonly<Record<Form, FoundOf>>): CategoryMeasurement {
  const [written, spoken] = [measurement(counts.written), measurement(counts.spoken)];
  const missing = FORMS.filter((form) => counts[form].n === 0);
  // Who was never asked has not failed; but what was never measured is not claimed either.
  if (missing.length > 0)
    return {
      status: 'in_progress',
      reason: `no ${missing.join(' or ')} examples in the evaluation sets`,
      written,
      spoken,
    };
  const statuses = [statusOf(written), statusOf(spoken)];
  const status = statuses.includes('in_progress') ? 'in_progress' : statuses.includes('partial') ? 'partial' : 'full';
  return { status, reason: null, written, spoken };
}

function measurement({ n, found }: FoundOf): FormMeasurement {
  const round = (share: number): number => Math.round(share * 10_000) / 10_000;
  // Rounded down: a bound just below a limit must not be lifted over it.
  return {
    recall: n === 0 ? null : round(found / n),
    n,
    lower: Math.floor(wilsonInterval(found, n)[0] * 10_000) / 10_000,
  };
}

function statusOf({ lower }: FormMeasurement): Exclude<Coverage, 'not_applicable'> {
  if (lower >= FULL) return 'full';
  return lower >= PARTIAL ? 'partial' : 'in_progress';
}
