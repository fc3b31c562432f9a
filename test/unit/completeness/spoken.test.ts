import { expect, test } from 'vitest';
import { SpokenDigests, storedDigests, wordsOf } from '../../../src/completeness/spoken.ts';
import type { SpokenTurn } from '../../../src/completeness/spoken.ts';

const digests = new SpokenDigests(Buffer.alloc(32, 1));
const TURN: SpokenTurn = {
  messages: [
    { speaker: 'agent', text: 'Front desk, how can I help?' },
    { speaker: 'caller', text: 'Hi.' },
    { speaker: 'caller', text: 'It is Marisol Quintanilla.' },
  ],
  answer: 'Thank you Marisol, one moment.',
};

function partsOf(turn: SpokenTurn, isFirst = true): string[] {
  const bytes = digests.ofTurn(turn, isFirst);
  return bytes === null ? [] : storedDigests(bytes).map(({ part }) => part);
}

test('wordsOf drops case, punctuation, full width and white space', () => {
  expect(wordsOf('  It’s ４15-555,\n0132 — É!')).toEqual(['it', 's', '415', '555', '0132', 'é']);
});

test('ofTurn digests each message, the messages of one speaker together, the answer and its beginnings', () => {
  expect(partsOf(TURN)).toEqual(['agent', 'caller', 'caller', 'caller', 'answer', 'beginning', 'beginning']);
});

test('ofTurn keeps no word of what was said', () => {
  const bytes = digests.ofTurn(TURN, true) ?? Buffer.alloc(0);
  for (const word of ['Marisol', 'marisol', 'quintanilla', 'desk']) expect(bytes.includes(word)).toBe(false);
});

test('ofTurn gives other digests under the key of another session', () => {
  const other = new SpokenDigests(Buffer.alloc(32, 2));
  const names = (of: SpokenDigests): Set<string> =>
    new Set(storedDigests(of.ofTurn(TURN, true) ?? Buffer.alloc(0)).map(({ name }) => name));
  expect([...names(digests)].filter((name) => names(other).has(name))).toEqual([]);
});

test('ofTurn digests the last eight messages of a later request, and all of a short first one', () => {
  const messages = Array.from({ length: 20 }, (_, at) => ({
    speaker: at % 2 === 0 ? ('caller' as const) : ('agent' as const),
    text: `message ${at}`,
  }));
  expect(partsOf({ messages, answer: null }, false)).toHaveLength(8);
  expect(partsOf({ messages, answer: null }, true)).toHaveLength(20);
});

test('ofTurn gives null for a turn in which nothing was said', () => {
  expect(digests.ofTurn({ messages: [{ speaker: 'caller', text: ' …' }], answer: null }, true)).toBeNull();
});

test('storedDigests leaves out tags that it does not know, and a cut record', () => {
  expect(storedDigests(Buffer.from('09010203040506070101020304050607ff', 'hex')).map(({ part }) => part)).toEqual([
    'caller',
  ]);
});
