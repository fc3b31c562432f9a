import { expect, test } from 'vitest';
import { NOTHING_REHYDRATED, RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';

test('RehydrationCounts counts a token once, and as exact once it came back exactly', () => {
  const counts = new RehydrationCounts();
  counts.returnRepaired('a');
  counts.returnRepaired('a');
  counts.returnRepaired('b');
  counts.returnExact('a');
  counts.returnExact('c');
  counts.returnRepaired('c');
  expect([[...counts.exact], [...counts.repaired]]).toEqual([['a', 'c'], ['b']]);
});

test('RehydrationCounts counts every refusal by kind and reason, in their order', () => {
  const counts = new RehydrationCounts();
  for (const [kind, reason] of [
    ['SSN', 'withheld'],
    ['NAME', 'unknown'],
    ['NAME', 'malformed'],
    ['SSN', 'withheld'],
    ['UNKNOWN', 'unknown'],
  ] as const)
    counts.refuse(kind, reason);
  expect(counts.refused).toEqual([
    { kind: 'NAME', reason: 'malformed', count: 1 },
    { kind: 'NAME', reason: 'unknown', count: 1 },
    { kind: 'SSN', reason: 'withheld', count: 2 },
    { kind: 'UNKNOWN', reason: 'unknown', count: 1 },
  ]);
});

test('RehydrationCounts of an answer without tokens equals NOTHING_REHYDRATED', () => {
  const { exact, repaired, refused } = new RehydrationCounts();
  expect({ exact, repaired, refused }).toEqual(NOTHING_REHYDRATED);
});
