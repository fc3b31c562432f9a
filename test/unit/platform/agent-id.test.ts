import { expect, test } from 'vitest';
import { isId, newId } from '../../../src/platform/ids.ts';

const NOW = Date.UTC(2100, 0, 1);
const RANDOM_PART = -16;

test("an agent's id is not the one after an id that anybody has seen", () => {
  for (let n = 0; n < 100; n += 1) {
    // Of one millisecond: then an id is the one before it and one more.
    const request = newId('request', NOW);
    const agent = newId('agent', NOW);
    const next = newId('request', NOW);
    expect(isId('agent', agent)).toBe(true);
    expect(agent.slice('agt_'.length, RANDOM_PART)).toBe(request.slice('req_'.length, RANDOM_PART));
    expect(agent.slice(RANDOM_PART, -4)).not.toBe(request.slice(RANDOM_PART, -4));
    expect(agent.slice(RANDOM_PART, -4)).not.toBe(next.slice(RANDOM_PART, -4));
  }
});

test('all other ids are in the order in which they were made', () => {
  const ids = Array.from({ length: 50 }, (_, n) => newId('session', NOW - n));
  expect([...ids].sort()).toEqual(ids);
});
