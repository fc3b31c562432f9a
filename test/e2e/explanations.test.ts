/** Long texts are explained beside the loop. See docs/detection.md, Passes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '../../src/detection/explain.ts';
import { DEFAULT_RULES } from '../../src/detection/rules.ts';
import { Failure } from '../../src/platform/failure.ts';
import { Explanations } from '../../src/masking/turn/long-texts/explanations.ts';

let explanations: Explanations;
beforeAll(() => {
  explanations = new Explanations();
});
afterAll(async () => {
  await explanations.close();
});

const LONG = 'My name is Maria Gonzalez and my number is 415-555-0142. '.repeat(40);

test('an explanation is the same in a thread as at once', async () => {
  for (const text of ['', LONG.slice(0, 200), LONG])
    expect(await explanations.explain(text, DEFAULT_RULES)).toEqual(explain(text, DEFAULT_RULES));
});

test('the loop goes on while a long text is explained', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await explanations.explain(LONG, DEFAULT_RULES);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('more texts than may wait are refused, and those that wait are explained', async () => {
  const sent = await Promise.allSettled(Array.from({ length: 30 }, () => explanations.explain(LONG, DEFAULT_RULES)));
  const refused = sent.filter((each) => each.status === 'rejected');
  expect(refused).toHaveLength(30 - 17);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'detection_unavailable' });
  expect(refused.every(({ reason }) => reason instanceof Failure)).toBe(true);
});
