/** A read-back that was cut: what the agent said of a value, and what the caller says to complete it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownValues } from '../../../../src/detection/known.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { mark } from '../marked.ts';
import { markCall } from './calls.ts';

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const say = (digits: string): string => Array.from(digits, (each) => WORDS[Number(each)]).join(' ');
const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
    .filter((all) => new Set(all).size > 3);

describe('a caller who completes a cut read-back', () => {
  const asked = fc.constantFrom<[string, EntityKind, number]>(
    ['What is your zip code?', 'ADDRESS', 5],
    ['What is your phone number?', 'PHONE', 10],
    ['What is your social security number?', 'SSN', 9],
    ['Last four of your social?', 'SSN', 4],
    ['What is your account number?', 'ACCOUNT', 8],
  );
  const call = asked.chain(([question, kind, length]) =>
    fc.record({
      question: fc.constant(question),
      kind: fc.constant(kind),
      value: digits(length),
      cut: fc.integer({ min: 2, max: length - 1 }),
      opening: fc.constantFrom('Okay, ', '', 'So I have ', 'Thank you, '),
      closing: fc.constantFrom('', ', yes', ", that's right", ', correct'),
      isSpoken: fc.boolean(),
    }),
  );

  it('has the rest of it masked, whatever the value, the cut and the words around it', () => {
    fc.assert(
      fc.property(call, ({ question, kind, value, cut, opening, closing, isSpoken }) => {
        const written = (part: string): string => (isSpoken ? say(part) : Array.from(part).join(' '));
        const rest = written(value.slice(cut));
        const [, , , last] = markCall([
          `A: ${question}`,
          `C: ${say(value)}`,
          `A: ${opening}${written(value.slice(0, cut))}`,
          `C: ${rest}${closing}`,
        ]);
        expect(last).toBe(`C: [${kind}:${rest}]${closing}`);
      }),
      { seed: 20_261_201, numRuns: 120 },
    );
  });

  it('is not heard in another number', () => {
    const lines = [
      'A: What is your zip code?',
      'C: [ADDRESS:eight zero six three one]',
      'A: Okay, [ADDRESS:eight zero six]',
      'C: mm-hm',
      'A: How many tablets are left?',
      'C: thirty one',
    ];
    expect(markCall(lines)).toEqual(lines);
  });
});

describe('a part of a known code', () => {
  it.each<[string, EntityKind, string]>([
    ['720-555-0155', 'PHONE', 'that is [PHONE:seven two oh... five five fi]'],
    ['720-555-0155', 'PHONE', 'so [PHONE:seven two zero, five fi]'],
    ['KLT770315', 'HEALTH_PLAN', 'So I have [HEALTH_PLAN:KLT seven seventy]'],
    ['KLT770315', 'HEALTH_PLAN', 'So I have [HEALTH_PLAN:KLT seven seven]'],
    ['XJ990210', 'HEALTH_PLAN', 'Got it, [HEALTH_PLAN:X-ray Juliet nine]'],
    ['XJ990210', 'HEALTH_PLAN', 'Got it, [HEALTH_PLAN:xray juliet nine nine]'],
    ['XJ990210', 'HEALTH_PLAN', 'the x-ray is fine'],
    ['May12345', 'HEALTH_PLAN', 'we are open on may 12'],
    ['720-555-0155', 'PHONE', 'the [PHONE:720 five] fingers'],
  ])('of %s (%s) is found with the word that was cut behind it: %s', (value, kind, line) => {
    const text = line.replace(/\[[A-Z_]+:([^\]]+)\]/g, '$1');
    const values = new KnownValues();
    values.set(value, kind);
    expect(mark(text, values.find(text))).toBe(line);
  });

  it('has the token of the whole value, though the last number word was cut', () => {
    const values = new KnownValues();
    values.set('720-555-0155', 'PHONE');
    expect(values.partOf('seven two oh... five five fi', 'PHONE')).toMatchObject({
      value: '720-555-0155',
      begins: true,
    });
  });
});
