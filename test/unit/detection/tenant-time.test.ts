import { describe, expect, it } from 'vitest';
import { readText } from '../../../src/detection/reading.ts';
import type { TenantPattern } from '../../../src/detection/span.ts';
import { tenantRecognisers } from '../../../src/detection/tenant-patterns.ts';

// Half of the largest text that detection is measured with, and the whole of it.
const SIZE = 50_000;
// Twice the text is twice the work, and four times where it is quadratic; below the floor there is only noise.
const MOST_GROWTH = 3.2;
const FLOOR_MS = 60;

/** Shapes that are slow on engines that backtrack, or that look far ahead for a better match than the one they take. */
const SHAPES = [
  '\\bQ\\d{6}\\b',
  '\\d{7,9}',
  '[A-Z]{2}-?\\d{4,8}',
  '(?i)member[- ]?id:? ?(?P<value>\\w{6,12})',
  '(?:\\w{1,30} ){1,5}x',
  '[a-z]+@[a-z]+\\.[a-z]+',
  '1(?:-?1)+2',
  '(a+)+b',
  '(?:a|aa)+z',
  'a.*z|aaaa',
];
const PATTERNS: readonly TenantPattern[] = Array.from({ length: 50 }, (_, i) => ({
  name: `p${i}`,
  kind: 'OTHER_ID',
  // Every shape once as it is; then with a tail of its own, so that no two are the same.
  regex: i < SHAPES.length ? (SHAPES[i] ?? '') : `(?:${SHAPES[i % SHAPES.length] ?? ''})q{${i}}`,
  cues: i % 3 === 0 ? ['chart', 'member number'] : [],
  within: 8,
  checksum: i % 4 === 0 ? 'luhn' : null,
  confidence: 0.9,
}));

/** CPU time in ms: other processes do not count. */
function cost(piece: string, size: number): number {
  const reading = readText(piece.repeat(Math.ceil(size / piece.length)));
  const before = process.cpuUsage();
  for (const recogniser of tenantRecognisers(PATTERNS)) recogniser.find(reading);
  return process.cpuUsage(before).user / 1000;
}

/** The growth from n to 2n; where it seems too much, the least of three measurements: noise only ever adds. */
function growth(piece: string): number {
  cost(piece, SIZE / 10);
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least >= MOST_GROWTH; attempt += 1) {
    least = Math.min(least, cost(piece, 2 * SIZE) / Math.max(cost(piece, SIZE), FLOOR_MS));
  }
  return least;
}

describe('fifty patterns over 100 kB', () => {
  it.each([
    '1',
    '1-',
    '1 ',
    'a',
    'a@',
    'a.a.',
    ':',
    '😀',
    'שלום ',
    'AB1234567 ',
    'aaaaaaaaaa ',
    'x y z ',
    '- ',
    'a 1 b 2 ',
    'chart 12345678 ',
  ])(
    'take twice the time for twice the text, of %j',
    (piece) => {
      expect(growth(piece)).toBeLessThan(MOST_GROWTH);
    },
    60_000,
  );
});
