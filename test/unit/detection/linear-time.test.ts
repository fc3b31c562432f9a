import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { detectUtterance } from '../../../src/detection/context/call-context.ts';
import type { Conversation } from '../../../src/detection/context/conversation.ts';
import { KnownValues } from '../../../src/detection/known.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';

const SIZE = 25_000;
// Doubling the text doubles linear work and quadruples quadratic work; in between there is room for noise. Below the
// floor the noise is all there is.
const MOST_GROWTH = 3.2;
const FLOOR_MS = 40;

/** CPU time that the work takes, in ms, the less of two: other processes do not count. */
function cost(work: () => void): number {
  const times = Array.from({ length: 2 }, () => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...times);
}

/** The growth from n to 2n; where it seems too much, the least of three measurements: noise only ever adds. */
function growth(work: (size: number) => void): number {
  work(SIZE / 10);
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least >= MOST_GROWTH; attempt += 1)
    least = Math.min(least, measuredGrowth(work));
  return least;
}

function measuredGrowth(work: (size: number) => void): number {
  const once = cost(() => {
    work(SIZE);
  });
  const twice = cost(() => {
    work(SIZE * 2);
  });
  return twice / Math.max(once, FLOOR_MS);
}

describe('work grows with the length of the text and no faster', () => {
  it.each([
    '1',
    '-',
    ' ',
    '1-',
    '1 ',
    'a@',
    '@',
    'a',
    'a.',
    'a.com.',
    'Aa ',
    'a:',
    '1:',
    ':',
    '(',
    '😀',
    'שלום ',
    'e\u0301',
    '\u200b',
    '"',
    "'s",
    '1\n',
    '1,234',
    '1.',
    '1/',
    'A-',
    'a1',
    'a b ',
    '2020-',
    'dot com ',
    'at ',
    'a dot ',
    'one dot ',
    '1 slash ',
    'my name is ',
    'ssn ',
    'ssn 1234 ',
    'march ',
    'one hundred ',
    'double ',
    'oh ',
    'GB29 ',
    'GB29',
    'www.',
    'http://',
    '(01)12345678901234',
    '+A123',
    '00:',
    'po box ',
    '12 Oak ',
    'data:image/png;base64,',
    '1 uh ',
    'a@xn--',
    'live in ',
    'dr. ',
    'J. ',
    '123-45-6789 ',
    'call 415-555-0132 ',
    'b as in boy ',
    'smith s m i t h ',
    'Springfield, IL ',
    '94 years old ',
    'a1.jpg',
    '_',
    'x dot jpg ',
    'word ',
    'dot j p g ',
    '4/30-',
    'pain 5/5 ',
    'the 4th, ',
    'ends in 0051 ',
    'slash at ',
    'id A.1.',
    'id 4471, ',
    'mrn 1:',
    'a b at x dot com ',
    '%41',
    '%25',
    '&#65;',
    '%C3',
    '12-\n',
    '1_',
    'the patient said that she would call the office back tomorrow morning and ',
  ])(
    'over %j',
    (piece) => {
      expect(growth((size) => detect(piece.repeat(Math.ceil(size / piece.length)), DEFAULT_RULES))).toBeLessThan(
        MOST_GROWTH,
      );
    },
    60_000,
  );

  it('over combining marks out of order', () => {
    expect(growth((size) => detect('a' + '\u0301\u0316'.repeat(size / 2), DEFAULT_RULES))).toBeLessThan(MOST_GROWTH);
  }, 60_000);

  it('over an utterance that answers everything at once', () => {
    const before: Conversation = {
      asker: 'agent',
      slots: ['phone', 'dob', 'address', 'email', 'member', 'name', 'secret'],
      patience: 6,
      open: { slot: 'phone', voice: 'caller', chars: '', whole: false },
    };
    for (const part of [
      '1-',
      '5 maple please ',
      'march uh uh uh ',
      'my zip is ',
      'what is your name? ',
      'b as in boy ',
      'john smith ',
      'at gmail dot com ',
    ])
      expect(
        growth((size) =>
          detectUtterance(before, { speaker: 'caller', text: part.repeat(size / part.length) }, DEFAULT_RULES, []),
        ),
      ).toBeLessThan(MOST_GROWTH);
  }, 60_000);

  it('over values known in the call', () => {
    const known = new KnownValues();
    for (const value of [
      'aaaa',
      'aaab',
      'aaa aaa',
      'aaa1112223334445556667778889990001112223',
      'a '.repeat(90),
      '5 '.repeat(200),
      'aaa '.repeat(200),
    ])
      known.set(value, 'NAME');
    for (const part of ['aaa ', 'a', 'a ', '5 ', 'aaa! ', 'uh ', 'a uh ', 'double ', 'a---', 'a1---', '%61 '])
      expect(growth((size) => known.find(part.repeat(size / part.length)))).toBeLessThan(MOST_GROWTH);
  }, 60_000);
});
