import { describe, expect, test } from 'vitest';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import { documentProblems } from '../../eval/docs-check.ts';
import { coverageFile, qualitySection, readmeSection } from '../../eval/documents.ts';
import type { StoredFigures, StoredResult } from '../../eval/result.ts';
import { replaceBetweenMarkers } from '../../marked-text.ts';

const figures = (f1: number): StoredFigures => ({
  all: { n: 120, precision: 0.9, recall: 0.8, f1, leakRate: 0.125, falsePerThousand: 4.25 },
  intervals: { f1: [0.8, 0.9] },
  presidio: { f2: null },
  latency: { p50: 0.123, p99: 1 },
});

const RESULT: StoredResult = {
  detector: 'masker-detector/9.9.9',
  model: 'abc',
  date: '2026-05-03',
  startup: { loadMs: 41.6, memoryMb: 20.2, from: 'build' },
  coverage: Object.fromEntries(
    SAFE_HARBOR_CATEGORIES.map((category) => [category, { written: { n: 80, found: 80 }, spoken: { n: 0, found: 0 } }]),
  ) as StoredResult['coverage'],
  sets: [
    {
      set: 'calls (spoken)',
      form: 'spoken',
      rows: 50,
      masker: figures(0.8471),
      inCall: figures(0.8888),
      peers: { compromise: figures(0.25) },
    },
    { set: 'notes', form: 'written', rows: 7, masker: figures(0.7), inCall: null, peers: {} },
  ],
};

const PAGE = 'before\n<!-- eval:begin -->\nold\n<!-- eval:end -->\nafter\n';
const CURRENT = {
  readme: replaceBetweenMarkers(PAGE, readmeSection(RESULT), 'eval'),
  quality: replaceBetweenMarkers(PAGE, qualitySection(RESULT), 'eval'),
  coverage: coverageFile(RESULT),
  detector: RESULT.detector,
  model: RESULT.model,
};

test('the README section has one line for each set, in its call, with the least leak rate of other packages', () => {
  expect(readmeSection(RESULT).split('\n').slice(2)).toEqual([
    '| calls (spoken) | 80.0 % | 90.0 % | 12.5 % | 12.5 % |',
    '| notes | 80.0 % | 90.0 % | 12.5 % | - |',
  ]);
});

describe('the section of docs/detection-quality.md', () => {
  const section = qualitySection(RESULT);

  test('has a line for each set, and one more for what is known in the call', () => {
    expect(section).toContain(
      '| calls (spoken), each turn alone | 50 | 120 | 0.900 | 0.800 | 0.847 (0.800-0.900) | 12.5 % | 4.3 | - | 0.12 / 1.00 ms |',
    );
    expect(section).toContain('| calls (spoken), in the call | 50 | 120 | 0.900 | 0.800 | 0.889 ');
    expect(section).toContain('| notes | 7 |');
  });

  test('compares with the packages that were measured, and only where they were', () => {
    expect(section).toContain('| set | masker | compromise |');
    expect(section).toContain('| calls (spoken) | 0.889 / 12.5 % | 0.250 / 12.5 % |');
    expect(section).toContain('| notes | 0.700 / 12.5 % |  |');
    expect(qualitySection({ ...RESULT, sets: RESULT.sets.slice(1) })).not.toContain('Other packages');
  });

  test('has a line for each of the eighteen categories', () => {
    for (const category of SAFE_HARBOR_CATEGORIES)
      expect(section).toContain(`| ${category} | 100.0 % (80) | - | in_progress |`);
  });

  test('takes the place of what stood between the markers, and of nothing else', () => {
    expect(replaceBetweenMarkers(PAGE, 'new', 'eval')).toBe(
      'before\n<!-- eval:begin -->\nnew\n<!-- eval:end -->\nafter\n',
    );
    expect(replaceBetweenMarkers(CURRENT.quality, qualitySection(RESULT), 'eval')).toBe(CURRENT.quality);
    expect(() => replaceBetweenMarkers('no markers', 'new', 'eval')).toThrow('no markers');
    expect(() => replaceBetweenMarkers('<!-- eval:end --><!-- eval:begin -->', 'new', 'eval')).toThrow('in this order');
  });
});

describe('the check of the documents', () => {
  test('passes what the stored evaluation wrote', () => {
    expect(documentProblems(RESULT, CURRENT)).toEqual([]);
  });

  test('notices a figure that somebody typed', () => {
    expect(documentProblems(RESULT, { ...CURRENT, readme: CURRENT.readme.replace('12.5', '2.5') })).toEqual([
      expect.stringContaining('README'),
    ]);
    expect(documentProblems(RESULT, { ...CURRENT, quality: CURRENT.quality.replace('0.847', '0.947') })).toEqual([
      expect.stringContaining('docs/detection-quality.md'),
    ]);
    expect(documentProblems(RESULT, { ...CURRENT, coverage: CURRENT.coverage.replace('in_progress', 'full') })).toEqual(
      [expect.stringContaining('safe-harbor-coverage.json')],
    );
  });

  test('notices a result of another detector, or of another model of it', () => {
    expect(documentProblems(RESULT, { ...CURRENT, detector: 'masker-detector/10.0.0' })).toEqual([
      'the stored evaluation is of masker-detector/9.9.9, the detector is masker-detector/10.0.0',
    ]);
    expect(documentProblems(RESULT, { ...CURRENT, model: 'abd' })).toEqual([
      'the stored evaluation is of model abc, the tagger has abd',
    ]);
  });
});
