import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_SAMPLES, SampleChoice, sampleMessages } from '../../../src/reports/sample-transcripts.ts';

const idOf = (nth: number): `sess_${string}` => `sess_01HYZ${String(nth).padStart(21, '0')}`;
const places = Array.from({ length: 60 }, (_, at) => ({ sessionId: idOf(at % 13), turn: Math.floor(at / 13) + 1 }));

function chosen(seed: string, from: typeof places): typeof places {
  const choice = new SampleChoice(seed);
  for (const place of from) choice.add(place);
  return choice.places;
}

describe('the choice of samples', () => {
  test('is that of the smallest digests, by session and turn', () => {
    const rank = ({ sessionId, turn }: (typeof places)[number]): string =>
      createHash('sha256').update(`seed|${sessionId}|${turn}`).digest('hex');
    const smallest = [...places].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, MOST_SAMPLES);
    const found = chosen('seed', places);
    expect(found).toHaveLength(MOST_SAMPLES);
    expect(new Set(found.map(rank))).toEqual(new Set(smallest.map(rank)));
    const names = found.map(({ sessionId, turn }) => `${sessionId} ${turn}`);
    expect(names).toEqual([...names].sort());
  });

  test('does not depend on the order in which places are met, and depends on the seed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length, maxLength: places.length }), (shuffled) => {
        expect(chosen('seed', shuffled)).toEqual(chosen('seed', places));
      }),
      { numRuns: 20 },
    );
    expect(chosen('another seed', places)).not.toEqual(chosen('seed', places));
  });

  test('is everything where there is little', () => {
    expect(chosen('seed', places.slice(0, 3))).toHaveLength(3);
  });
});

describe('the messages of a masked request', () => {
  const chat = (...messages: object[]): string => JSON.stringify({ model: 'm', messages });

  test('are what was said, without instructions, of either API', () => {
    const system = { role: 'system', content: 'You are a clerk.' };
    const said = { role: 'user', content: 'I am MSKV1.NAME.K.ABCDEFGHIJKLMNOPQRSTUVWXYZ' };
    const expected = [{ speaker: 'user', text: said.content }];
    expect(sampleMessages(chat(system, said))).toEqual(expected);
    expect(sampleMessages(chat({ role: 'user', content: [{ type: 'text', text: said.content }] }))).toEqual(expected);
    expect(sampleMessages(JSON.stringify({ input: said.content }))).toEqual(expected);
    expect(sampleMessages(JSON.stringify({ instructions: 'x', input: [said] }))).toEqual(expected);
  });

  test('are the last six, each cut between words', () => {
    const many = Array.from({ length: 9 }, (_, at) => ({ role: 'user', content: `${at} ${'word '.repeat(200)}` }));
    const messages = sampleMessages(chat(...many));
    expect(messages.map(({ text }) => text.slice(0, 1))).toEqual(['3', '4', '5', '6', '7', '8']);
    for (const { text } of messages) expect(text).toMatch(/^[\d] (?:word )+…$/);
    expect(Math.max(...messages.map(({ text }) => text.length))).toBeLessThan(410);
  });

  test('hold no token with a value in it', () => {
    const token = `MSK1.NAME.K.${'A'.repeat(80)}`;
    expect(sampleMessages(chat({ role: 'user', content: `I am ${token}.` }))).toEqual([
      { speaker: 'user', text: 'I am MSK1.NAME.K.' },
    ]);
  });

  test('are none of what is no request', () => {
    for (const text of ['', 'no JSON', '7', '{}', '{"messages":7}', '{"messages":[7,{"role":1}]}'])
      expect(sampleMessages(text)).toEqual([]);
  });
});
