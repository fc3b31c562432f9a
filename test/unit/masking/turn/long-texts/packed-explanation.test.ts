import { expect, test } from 'vitest';
import { explain } from '../../../../../src/detection/explain.ts';
import { DEFAULT_RULES } from '../../../../../src/detection/rules.ts';
import { packExplanation, unpackExplanation } from '../../../../../src/masking/turn/long-texts/packed-explanation.ts';

test.each([0, 1, 40])('the explanation of %i sentences is the same when it is unpacked', async (count) => {
  const text = Array.from({ length: count }, (_, n) => `I am Maria Gonzalez, call 415-555-01${10 + n}. `).join('');
  const explanation = explain(text, DEFAULT_RULES);
  expect(await unpackExplanation(structuredClone(packExplanation(explanation)))).toEqual(explanation);
});

test('an explanation is packed in texts of at most 250 items', async () => {
  const [candidate] = explain('I am Maria Gonzalez', DEFAULT_RULES).candidates;
  if (candidate === undefined) throw new Error('nothing was considered');
  const candidates = Array.from({ length: 501 }, (_, start) => ({ ...candidate, start }));
  const packed = packExplanation({ spans: [], candidates });
  expect(packed.candidates.map((text) => (JSON.parse(text) as unknown[]).length)).toEqual([250, 250, 1]);
  expect(await unpackExplanation(packed)).toEqual({ spans: [], candidates });
});
