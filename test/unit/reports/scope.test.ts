import { describe, expect, test } from 'vitest';
import { scopeCondition } from '../../../src/reports/scope.ts';

const DAY = 86_400_000;

/** The bounds on the ids of sessions that start in the window. */
function idBounds(since: string, until: string): readonly unknown[] {
  const window = { since: Date.parse(since), until: Date.parse(until) };
  return scopeCondition({ kind: 'account', accountId: 'acc_01HYZ000000000000000000000', window }).values.slice(3);
}

describe('the condition of a window', () => {
  test('has the ids of its times, with a margin', () => {
    const [since, until] = idBounds('2026-05-01T01:00:00Z', '2026-05-02T00:00:00Z').map(String);
    expect(since).toBe(idBounds('2026-05-01T01:00:00Z', '2026-06-01')[0]);
    expect((since ?? '') < (until ?? '')).toBe(true);
    expect(until).not.toBe(idBounds('2026-05-01', new Date(Date.UTC(2026, 4, 2) + DAY).toISOString())[1]);
  });

  test('before 1970 has the smallest id, and after the last id the largest', () => {
    expect(idBounds('1960-01-01', '1965-01-01')).toEqual(['sess_0000000000', 'sess_0000000000']);
    expect(idBounds('1960-01-01', '+012000-01-01T00:00:00Z')).toEqual(['sess_0000000000', 'sess_7ZZZZZZZZZ']);
  });
});
