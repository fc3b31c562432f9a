import { describe, expect, test } from 'vitest';
import { benchmarksSection, readmeOverhead, storedBench } from '../../bench/documents.ts';
import type { StoredBench } from '../../bench/result.ts';
import { summarise } from '../../bench/summary.ts';
import { benchProblems } from '../../eval/docs-check.ts';
import { replaceBetweenMarkers } from '../../marked-text.ts';

const NONE: ReadonlyMap<string, number> = new Map();
const RUN = { date: '2026-05-03', cores: 2 };
const SHAPE = { connections: 32, seconds: 2, rounds: 3 };
const FLOORS = { sessions: 900, journal: 3000 };
const figures = (rate: number, p50: number): { jsonRate: number; callRate: number; singleP50: number } => ({
  jsonRate: rate,
  callRate: rate / 2,
  singleP50: p50,
});
const summary = (errors = NONE): ReturnType<typeof summarise> =>
  summarise([
    { target: 'direct', figures: figures(9000, 0.5), errors: NONE },
    { target: 'raw', figures: figures(8000, 1), errors: NONE },
    { target: 'masker', figures: figures(500, 3.5), errors },
    { target: 'portkey', figures: figures(1000, 2), errors: NONE },
  ]);
const STORED: StoredBench = storedBench(summary(), SHAPE, FLOORS, RUN);
const PAGE = 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n';
const README = replaceBetweenMarkers(PAGE, readmeOverhead(STORED), 'bench');
const BENCHMARKS = replaceBetweenMarkers(PAGE, benchmarksSection(STORED), 'bench');

describe('storedBench', () => {
  test('keeps the quotients to both others, and what is added less the stub', () => {
    expect(STORED.ratios).toContainEqual({
      figure: 'jsonRate',
      label: 'JSON, 32 connections (req/s)',
      to: { raw: 0.0625, portkey: 0.5 },
    });
    expect(STORED.ratios).toContainEqual({
      figure: 'singleP50',
      label: 'added to JSON, 1 connection: p50 (ms)',
      to: { raw: 6, portkey: 2 },
    });
    expect(STORED.floors).toEqual({ sessions: 0.9, journal: 3 });
  });

  test('throws for a run with errors, without Portkey or without floors', () => {
    expect(() => storedBench(summary(new Map([['500', 1]])), SHAPE, FLOORS, RUN)).toThrow('--write needs');
    expect(() => storedBench(summarise([]), SHAPE, FLOORS, RUN)).toThrow('--write needs');
    expect(() => storedBench(summary(), SHAPE, null, RUN)).toThrow('--write needs');
  });
});

test('the section of docs/benchmarks.md states each quotient and each goal', () => {
  const section = benchmarksSection(STORED);
  expect(section).toContain('`npm run bench -- --seconds 2 --rounds 3`, on 2 cores');
  expect(section).toContain('| JSON, 32 connections (req/s) | 0.063 | 0.500 |');
  expect(section).toContain('| JSON, 32 connections | 0.063 × | at least 0.4 × raw pass-through | no |');
});

test("the README's sentence has the quotients to Portkey", () => {
  expect(readmeOverhead(STORED)).toContain('0.500 × its requests per second in calls that grow');
  expect(readmeOverhead(STORED)).toContain('2.00 × its added latency');
});

test('the check of the documents passes what was written, and notices a typed figure', () => {
  expect(benchProblems(STORED, README, BENCHMARKS)).toEqual([]);
  expect(benchProblems(STORED, README.replace('2.00', '1.00'), BENCHMARKS)).toEqual([
    expect.stringContaining('README'),
  ]);
  expect(benchProblems(STORED, README, BENCHMARKS.replace('0.063', '0.630'))).toEqual([
    expect.stringContaining('docs/benchmarks.md'),
  ]);
});
