import { expect, it } from 'vitest';
import { Draws } from '../../../src/synthesis/draws.ts';
import { drawName } from '../../../src/synthesis/people.ts';

const SEED = new Uint8Array(32).fill(7);

it.each([
  ['maria', 'given'],
  ['wei', 'given'],
  ['li', 'family'],
  ['gonzalez', 'family'],
  ['zorblax', 'given'],
] as const)('no word of a name drawn for %s is too short to be found alone in an answer', (word, role) => {
  for (let n = 0; n < 2000; n += 1) {
    const name = drawName(word, role, null, new Draws(SEED, `${word} ${n}`));
    expect(name).toMatch(/^\p{L}[\p{L}'’]{2,}(?: \p{L}[\p{L}'’]{2,})*$/u);
  }
});
