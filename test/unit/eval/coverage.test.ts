import { describe, expect, test } from 'vitest';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import type { SafeHarborCategory } from '../../../src/detection/kinds.ts';
import { parseCoverage } from '../../../src/reports/safe-harbor.ts';
import { parseRow } from '../../eval/annotated-set.ts';
import { countCoverage, coverageData } from '../../eval/coverage.ts';
import type { CoverageCounts, FoundOf } from '../../eval/coverage.ts';
import type { DetectedRow } from '../../eval/evaluate.ts';

function detected(
  text: string,
  label: string,
  value: string,
  hidden: boolean,
  more: object = { style: 'spoken' },
  orig = label,
): DetectedRow {
  const start = text.indexOf(value);
  const row = parseRow(
    JSON.stringify({ id: 'x', text, spans: [{ start, end: start + value.length, label, orig }], ...more }),
  );
  if ('rule' in row) throw new Error(row.rule);
  return { row, found: hidden ? [{ start, end: start + value.length, label: 'ID' }] : [], milliseconds: 0 };
}

const NONE = { n: 0, found: 0 };
const counts = (some: Partial<Record<SafeHarborCategory, { written: FoundOf; spoken: FoundOf }>>): CoverageCounts =>
  ({
    ...Object.fromEntries(SAFE_HARBOR_CATEGORIES.map((category) => [category, { written: NONE, spoken: NONE }])),
    ...some,
  }) as CoverageCounts;
const statusOf = (written: FoundOf, spoken: FoundOf): string =>
  coverageData('d', counts({ A_names: { written, spoken } })).categories.A_names.status;

describe('what is counted', () => {
  test('is what was hidden whole, whatever it was taken for, by category and form', () => {
    const found = countCoverage([
      detected('i am bob', 'NAME', 'bob', true),
      detected('i am ann', 'NAME', 'ann', false),
      detected('I am Ann.', 'NAME', 'Ann', true, { style: 'written' }),
      detected('in boston', 'GEO', 'boston', true, { style: 'tweet' }),
    ]);
    expect(found.A_names).toEqual({ written: { n: 1, found: 1 }, spoken: { n: 2, found: 1 } });
    expect(found.B_geo).toEqual({ written: { n: 1, found: 1 }, spoken: NONE });
  });

  test('tells fax numbers from others by the word or by the label of the source', () => {
    const found = countCoverage([
      detected('my fax is 555-0142', 'PHONE', '555-0142', true),
      detected('555-0142 is the fax', 'PHONE', '555-0142', true),
      detected('my number is 555-0142', 'PHONE', '555-0142', false, { style: 'spoken' }, 'FAX_NUMBER'),
      detected('my number is 555-0142', 'PHONE', '555-0142', true),
    ]);
    expect(found.E_fax.spoken).toEqual({ n: 3, found: 2 });
    expect(found.D_phone.spoken).toEqual({ n: 1, found: 1 });
  });

  test('leaves out rows without a form, organisations, neutral words, and what has no word', () => {
    const found = countCoverage([
      detected('i am bob', 'NAME', 'bob', true, {}),
      detected('at mercy', 'ORG', 'mercy', false),
      detected('in texas', 'NEUTRAL', 'texas', false),
      detected('i am @', 'NAME', '@', false),
    ]);
    expect(found).toEqual(counts({}));
  });
});

describe('the status', () => {
  test('is full only where both forms are at 95 % for certain', () => {
    expect(statusOf({ n: 73, found: 73 }, { n: 73, found: 73 })).toBe('full');
    expect(statusOf({ n: 72, found: 72 }, { n: 73, found: 73 })).toBe('partial');
    expect(statusOf({ n: 1000, found: 950 }, { n: 73, found: 73 })).toBe('partial');
    expect(statusOf({ n: 1000, found: 965 }, { n: 1000, found: 965 })).toBe('full');
  });

  test('is the worse of the two forms', () => {
    expect(statusOf({ n: 500, found: 500 }, { n: 100, found: 85 })).toBe('partial');
    expect(statusOf({ n: 100, found: 85 }, { n: 500, found: 500 })).toBe('partial');
    expect(statusOf({ n: 500, found: 500 }, { n: 100, found: 50 })).toBe('in_progress');
  });

  test('is not better for few examples', () => {
    expect(statusOf({ n: 8, found: 8 }, { n: 8, found: 8 })).toBe('in_progress');
    expect(statusOf({ n: 9, found: 9 }, { n: 9, found: 9 })).toBe('partial');
  });

  test('says why where a form was not measured', () => {
    const { categories } = coverageData('d', counts({ A_names: { written: { n: 500, found: 500 }, spoken: NONE } }));
    expect(categories.A_names).toEqual({
      status: 'in_progress',
      reason: 'no spoken examples in the evaluation sets',
      written: { recall: 1, n: 500, lower: 0.9923 },
      spoken: { recall: null, n: 0, lower: 0 },
    });
    expect(categories.B_geo.reason).toBe('no written or spoken examples in the evaluation sets');
  });
});

test('the data are what reports read', () => {
  const data = coverageData('d', counts({ A_names: { written: { n: 90, found: 89 }, spoken: { n: 90, found: 80 } } }));
  expect(parseCoverage(JSON.parse(JSON.stringify(data)))).toEqual(data);
});
