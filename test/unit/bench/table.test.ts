import { describe, expect, test } from 'vitest';
import { summarise } from '../../bench/summary.ts';
import { formatColumns, formatNumber, formatSummary } from '../../bench/table.ts';
import type { Observation } from '../../bench/summary.ts';

describe('formatNumber', () => {
  test.each([
    [0, '0.000'],
    [0.0474, '0.047'],
    [-0.5, '-0.500'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [12_345.6, '12346'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatColumns', () => {
  test('the first column to the left, the others to the right, none wider than needed', () => {
    expect(
      formatColumns([
        ['', 'raw', 'Masker'],
        ['rate', '12 req/s', '3'],
        ['a longer label', '1', ''],
      ]),
    ).toBe(
      ['                     raw  Masker', 'rate            12 req/s       3', 'a longer label         1'].join('\n'),
    );
  });

  test('nothing gives nothing', () => {
    expect(formatColumns([])).toBe('');
  });
});

describe('formatSummary', () => {
  const none = new Map<string, number>();
  const observations: Observation[] = [
    { target: 'direct', figures: { singleP50: 0.1, jsonRate: 40_000 }, errors: none },
    { target: 'raw', figures: { singleP50: 0.2, jsonRate: 10_000 }, errors: none },
    { target: 'masker', figures: { singleP50: 1.1, jsonRate: 4200, chunkP99: 2.5 }, errors: none },
    { target: 'portkey', figures: { singleP50: 0.9, jsonRate: 1000 }, errors: none },
  ];
  const text = formatSummary(summarise(observations), 48, {
    flush: { p50: 0.4, p99: 2 },
    floors: { sessions: 500, journal: 1500 },
  });

  test('every figure stands with its unit, under its target', () => {
    expect(text).toMatch(/^ +stub alone +raw pass-through +Masker +Portkey$/m);
    expect(text).toMatch(/^JSON, 48 connections +40000 req\/s +10000 req\/s +4200 req\/s +1000 req\/s$/m);
    expect(text).toMatch(/^added to JSON, 1 connection: p50 +0.100 ms +1.00 ms +0.800 ms$/m);
  });

  test('ratios name what they are to', () => {
    expect(text).toMatch(/^ +to raw pass-through +to Portkey$/m);
    expect(text).toMatch(/^JSON, 48 connections \(req\/s\) +0.420 x +4.20 x$/m);
  });

  test("the disk's part is shown apart", () => {
    expect(text).toContain('Disk flush where the journal lies (append 4 KiB, fdatasync): p50 0.400 ms, p99 2.00 ms');
    expect(text).toContain('Masker, added to JSON, 1 connection: p50, less one flush: 0.600 ms');
  });

  test('so are the parts that no turn can do without, and how far they go', () => {
    expect(text).toContain('Parts of a JSON turn by themselves, 48 at once');
    expect(text).toContain('with no doors and no database: 500 turns/s, 0.500 x what Portkey forwards');
    expect(text).toContain('its two journal writes, with nothing else: 1500 turns/s, 1.50 x what Portkey forwards');
  });

  test('goals say what was found and what was asked', () => {
    expect(text).toContain('  met     JSON, 48 connections: 0.420 x (at least 0.4 x raw pass-through)');
    expect(text).toContain('  missed  added to JSON, 1 connection: p50: 1.25 x (at most 1 x Portkey)');
    expect(text).toContain('  missed  SSE chunk delay, 48 paced streams: p99: 2.50 ms (at most 2 ms)');
  });

  test('with errors there are the errors, and no number to compare', () => {
    const failed = formatSummary(
      summarise([
        ...observations,
        { target: 'masker', figures: {}, errors: new Map([['HTTP 503 (growing calls)', 4]]) },
      ]),
      48,
      null,
    );
    expect(failed).toBe('There were errors, so nothing is compared:\n  Masker: HTTP 503 (growing calls), 4 times');
  });

  test('a run of one target has no empty sections', () => {
    const alone = formatSummary(summarise([{ target: 'raw', figures: { jsonRate: 5 }, errors: none }]), 8, null);
    expect(alone).toMatch(/^JSON, 8 connections +5.00 req\/s$/m);
    expect(alone).not.toMatch(/Goals|multiple|Added|flush|Parts|Masker|Portkey/);
  });
});
