import { describe, expect, test } from 'vitest';
import { BundledRows } from '../../../src/reports/bundle.ts';

const row = (seq: number): { seq: number; body: string; leafHash: Buffer } => ({
  seq,
  body: '{}',
  leafHash: Buffer.alloc(32),
});

describe('the rows of a bundle', () => {
  const limit = { sessions: 2, entries: 3 };

  test.each([
    [2, 3, limit, true],
    [3, 3, limit, false],
    [2, 4, limit, false],
    [3, 4, null, true],
  ])('of %d sessions and %d entries under the limit %j are kept: %s', (sessions, entries, bound, isKept) => {
    const rows = new BundledRows(true, bound);
    for (let seq = 0; seq < entries; seq += 1) rows.add(row(seq));
    expect(rows.get(sessions)?.length ?? null).toBe(isKept ? entries : null);
  });

  test('are not kept where none were asked for', () => {
    const rows = new BundledRows(false, limit);
    rows.add(row(0));
    expect(rows.get(1)).toBeNull();
  });
});
