/** A value that begins in one utterance of a transcript and goes on in the next. */
import { describe, expect, it, vi } from 'vitest';
import { Chance } from '../../detection/documents/people.ts';
import { documentLeaving } from './json-call.ts';

vi.setConfig({ testTimeout: 60_000 });

const DIGITS = 'zero one two three four five six seven eight nine'.split(' ');
const said = (digits: string): string => Array.from(digits, (digit) => DIGITS[Number(digit)] ?? '').join(' ');
const SHAPES: readonly (readonly [string, (texts: readonly string[]) => Readonly<Record<string, unknown>>])[] = [
  ['segments', (texts) => ({ segments: texts.map((text, id) => ({ id, start: id, text })) })],
  [
    'utterances',
    (texts) => ({ utterances: texts.map((transcript) => ({ speaker: 0, transcript, confidence: 0.91 })) }),
  ],
  ['results', (texts) => ({ results: { utterances: texts.map((text) => ({ speaker: 'A', text })) } })],
  ['messages', (texts) => ({ messages: texts.map((message) => ({ role: 'user', message })) })],
  ['sentences', (texts) => ({ paragraphs: [{ sentences: texts.map((text) => ({ text })) }] })],
  ['strings', (texts) => ({ segments: texts })],
];

describe.each(SHAPES)('a transcript as %s', (_, build) => {
  it('masks both parts of a number', () => {
    const chance = new Chance(61);
    for (let n = 0; n < 10; n++) {
      const number = `${2 + chance.below(7)}${chance.digits(9)}`;
      const cut = 3 + chance.below(5);
      const write = n % 2 === 0 ? said : (digits: string) => Array.from(digits).join(' ');
      const texts = [`you can reach me at ${write(number.slice(0, cut))}`, `${write(number.slice(cut))} thanks`];
      const leaving = JSON.stringify(documentLeaving(build(texts) as never));
      expect({
        texts,
        leaving,
        isMasked: !leaving.includes(write(number.slice(cut))) && !leaving.includes(write(number.slice(0, cut))),
      }).toEqual({ texts, leaving, isMasked: true });
      expect(leaving).toContain('thanks');
    }
  });

  it('masks both parts of a date of birth and of a social security number', () => {
    for (const [one, two] of [
      ['born on march fourteenth', 'nineteen eighty two'],
      ['my social is five one nine forty four', 'twenty two eighty'],
    ] as const) {
      const leaving = JSON.stringify(documentLeaving(build([one, two]) as never));
      expect(leaving).not.toContain(two);
    }
  });

  it('leaves quantities', () => {
    const texts = ['take 2 tablets', '3 times a day', 'my weight is 165 pounds'];
    expect(documentLeaving(build(texts) as never)).toEqual(build(texts));
  });
});
