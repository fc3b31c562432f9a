/** Values of a call that are sent to a thread. */
import { expect, it } from 'vitest';
import type { NamedValue } from '../../../../../src/masking/turn/long-texts/text-search.ts';
import { packing, unpackValues } from '../../../../../src/masking/turn/long-texts/packed-values.ts';

it('packs values of two lists from one number to another, with few pauses', () => {
  const values = Array.from({ length: 1000 }, (_, n): NamedValue => [`Zorblax ${n}`, n % 2 === 0 ? 'NAME' : 'MRN']);
  const work = packing([values.slice(0, 300), values.slice(300)], 100, 900);
  let pauses = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) pauses += 1;
  expect([...unpackValues(step.value)]).toEqual(values.slice(100, 900));
  // Each pause costs more than a value does.
  expect([pauses >= 10, pauses <= 20]).toEqual([true, true]);
});
