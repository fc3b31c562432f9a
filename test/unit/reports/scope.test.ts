import { encodeTime } from 'ulid';
import { describe, expect, test } from 'vitest';
import { scopeCondition } from '../../../src/reports/scope.ts';

const DAY = 86_400_000;

/** The bounds on the ids of sessions that start in the window. */
function idBounds(since: string, until: string): readonly unknown[] {
  const window = { since: Date.parse(since), until: Date.parse(until) };
  return scopeCondition({ kind: 'account', accountId: 'acc_01HYZ000000000000000000000', window }).values.slice(3);
}

describe('the condition of a window', () => {
  test('has the ids from its first moment to two minutes after its last', () => {
    const since = Date.UTC(2026, 4, 1, 1);
    const bounds = idBounds(new Date(since).toISOString(), new Date(since + DAY).toISOString());
    expect(bounds).toEqual([since, since + DAY + 120_000].map((time) => `sess_${encodeTime(time)}`));
  });

  test('before 1970 has the smallest id, and after the last id the largest', () => {
    expect(idBounds('1960-01-01', '1965-01-01')).toEqual(['sess_0000000000', 'sess_0000000000']);
    expect(idBounds('1960-01-01', '+012000-01-01T00:00:00Z')).toEqual(['sess_0000000000', 'sess_7ZZZZZZZZZ']);
  });
});
