import { describe, expect, test } from 'vitest';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import type { SafeHarborCategory } from '../../../src/detection/kinds.ts';
import { parseCoverage, safeHarborCoverage } from '../../../src/reports/safe-harbor.ts';
import type { CategoryMeasurement, Coverage, CoverageData } from '../../../src/reports/safe-harbor.ts';
import stored from '../../../src/reports/safe-harbor-coverage.json' with { type: 'json' };

const measured = (status: Coverage): CategoryMeasurement => ({
  status,
  reason: null,
  written: { recall: 1, n: 90, lower: 0.959 },
  spoken: { recall: 0.9, n: 90, lower: 0.8208 },
});
const data = (statuses: Partial<Record<SafeHarborCategory, Coverage>>): CoverageData => ({
  detector: 'detector/1',
  categories: Object.fromEntries(
    SAFE_HARBOR_CATEGORIES.map((category) => [category, measured(statuses[category] ?? 'in_progress')]),
  ) as Record<SafeHarborCategory, CategoryMeasurement>,
});

describe('the coverage that a report states', () => {
  test('is what was measured of this very detector', () => {
    const coverage = safeHarborCoverage(
      'detector/1',
      data({ A_names: 'full', G_ssn: 'partial', Q_photo: 'not_applicable' }),
    );
    expect(Object.keys(coverage)).toEqual([...SAFE_HARBOR_CATEGORIES]);
    expect(coverage).toMatchObject({
      A_names: 'full',
      G_ssn: 'partial',
      Q_photo: 'not_applicable',
      B_geo: 'in_progress',
    });
  });

  test('is in progress everywhere for a detector that was not measured', () => {
    expect(new Set(Object.values(safeHarborCoverage('detector/2', data({ A_names: 'full' }))))).toEqual(
      new Set(['in_progress']),
    );
  });
});

describe('the stored data', () => {
  test('are complete, and state no more than their figures bear out', () => {
    const { categories } = parseCoverage(stored);
    expect(Object.keys(categories)).toEqual([...SAFE_HARBOR_CATEGORIES]);
    for (const [category, { status, reason, written, spoken }] of Object.entries(categories)) {
      const lower = Math.min(written.lower, spoken.lower);
      if (status === 'full') expect([category, lower >= 0.95]).toEqual([category, true]);
      if (status === 'partial') expect([category, lower >= 0.7]).toEqual([category, true]);
      if (status === 'not_applicable') expect([category, reason]).not.toEqual([category, null]);
    }
  });

  test.each([
    ['no detector', (all: CoverageData) => ({ ...all, detector: undefined })],
    ['a category less', (all: CoverageData) => ({ ...all, categories: { ...all.categories, R_other: undefined } })],
    [
      'a category more',
      (all: CoverageData) => ({ ...all, categories: { ...all.categories, S_more: measured('full') } }),
    ],
    [
      'another status',
      (all: CoverageData) => ({
        ...all,
        categories: { ...all.categories, A_names: { ...measured('full'), status: 'great' } },
      }),
    ],
    [
      'a recall over 1',
      (all: CoverageData) => ({
        ...all,
        categories: { ...all.categories, A_names: { ...measured('full'), written: { recall: 1.1, n: 1, lower: 0 } } },
      }),
    ],
  ])('with %s are refused', (_, change) => {
    expect(() => parseCoverage(change(data({})))).toThrow();
    expect(parseCoverage(data({}))).toEqual(data({}));
  });
});
