/** The measured coverage of the Safe Harbor categories, in percent, with what was replaced in each. */
import { SAFE_HARBOR_CATEGORIES, SAFE_HARBOR_OF } from '../detection/kinds.ts';
import type { EntityKind, SafeHarborCategory } from '../detection/kinds.ts';
import type { CountsByKind } from './redaction-figures.ts';
import { MEASURED_COVERAGE } from './safe-harbor.ts';
import type { Coverage, CoverageData, FormMeasurement } from './safe-harbor.ts';

/** What was measured in one form of text. */
export interface MeasuredForm {
  /** Share of the identifiers of the test sets that were hidden whole; null where there were none. */
  readonly recall_percent: number | null;
  /** Lower end of the 95 % Wilson interval of the share. */
  readonly lower_percent: number;
  /** Identifiers in the test sets. */
  readonly identifiers: number;
}

export interface CategoryCoverage {
  readonly status: Coverage;
  /** Redactions of the report in this category. */
  readonly redactions: number;
  /** Why the figures alone do not decide; null where they do. */
  readonly reason: string | null;
  readonly written: MeasuredForm | null;
  readonly spoken: MeasuredForm | null;
}

export interface ReportedCoverage {
  /** The version of the detector that was measured. */
  readonly detector: string;
  /** Whether it is the version that made the report. If not, no figure applies and every category is in_progress. */
  readonly measured: boolean;
  /** Redactions of kinds that Safe Harbor does not name. */
  readonly redactions_outside: number;
  readonly categories: Readonly<Record<SafeHarborCategory, CategoryCoverage>>;
}

const percent = (share: number): number => Math.round(share * 10_000) / 100;

const inPercent = ({ recall, n, lower }: FormMeasurement): MeasuredForm => ({
  recall_percent: recall === null ? null : percent(recall),
  lower_percent: percent(lower),
  identifiers: n,
});

/** The coverage of a version of the detector. `data` are the figures of the last evaluation. */
export function reportedCoverage(
  detector: string,
  byKind: CountsByKind,
  data: CoverageData = MEASURED_COVERAGE,
): ReportedCoverage {
  const measured = data.detector === detector;
  const found = Object.entries(byKind) as [EntityKind, number][];
  const redactionsIn = (category: SafeHarborCategory | null): number =>
    found.reduce((sum, [kind, count]) => (SAFE_HARBOR_OF[kind] === category ? sum + count : sum), 0);
  const categories = SAFE_HARBOR_CATEGORIES.map((name): [SafeHarborCategory, CategoryCoverage] => {
    const { status, reason, written, spoken } = data.categories[name];
    const redactions = redactionsIn(name);
    return [
      name,
      measured
        ? { status, redactions, reason, written: inPercent(written), spoken: inPercent(spoken) }
        : { status: 'in_progress', redactions, reason: NOT_MEASURED, written: null, spoken: null },
    ];
  });
  return {
    detector: data.detector,
    measured,
    redactions_outside: redactionsIn(null),
    categories: Object.fromEntries(categories) as Record<SafeHarborCategory, CategoryCoverage>,
  };
}

const NOT_MEASURED = 'The detector of this version has not been measured.';
