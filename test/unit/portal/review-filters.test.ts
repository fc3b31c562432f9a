import { expect, test } from 'vitest';
import { filterOf } from '../../../src/portal/app/pages/review/filters.ts';

test('the review queue shows what waits, until the address says otherwise', () => {
  expect(filterOf({})).toEqual({ state: 'open', verdict: null });
  expect(filterOf({ state: 'closed', verdict: 'missed' })).toEqual({ state: 'closed', verdict: 'missed' });
  expect(filterOf({ state: 'all', verdict: 'not_phi' })).toEqual({ state: null, verdict: 'not_phi' });
});

test('what is no filter of the review queue counts as none', () => {
  expect(filterOf({ state: 'lost', verdict: 'maybe' })).toEqual({ state: 'open', verdict: null });
});
