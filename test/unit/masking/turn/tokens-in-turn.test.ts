import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokensInTurn } from '../../../../src/masking/turn/tokens-in-turn.ts';
import { countSteps } from '../../../counted-work.ts';

const tokens = (from: number, count: number): Set<string> =>
  new Set(Array.from({ length: count }, (_, n) => `MSK_${from + n}`));

test('has the tokens of all texts, each once and in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fc.constantFrom(0, 3, 999, 1000, 1500))), (texts) => {
      const before = tokens(0, 5);
      const inTurn = new TokensInTurn(before);
      const all = new Set(before);
      for (const [from, count] of texts) {
        const some = tokens(from, count);
        inTurn.add(some);
        for (const token of some) all.add(token);
      }
      expect([...inTurn]).toEqual([...all]);
      expect([...all].every((token) => inTurn.has(token))).toBe(true);
      expect(inTurn.has('MSK_none')).toBe(false);
    }),
    { numRuns: 30 },
  );
});

test('does not change the sets that it is given', () => {
  const [before, long] = [tokens(0, 5), tokens(10, 1000)];
  const inTurn = new TokensInTurn(before);
  inTurn.add(long);
  inTurn.add(tokens(5000, 3));
  expect([before.size, long.size]).toEqual([5, 1000]);
});

test('takes the tokens of a long text in steps that do not grow with them', () => {
  const steps = (count: number): number => {
    const inTurn = new TokensInTurn();
    const text = tokens(0, count);
    return countSteps(() => {
      // Each walk over the request, and each time that the text is said.
      for (let walk = 0; walk < 10; walk += 1) inTurn.add(text);
    });
  };
  expect(steps(100_000)).toBeLessThanOrEqual(steps(1000));
});
