/**
 * The number of built-in calls that detection makes, and of the characters that they read, grows as the text does, whatever
 * the text is made of. Counted, never timed. Not seen here: backtracking within one match of a pattern, and loops over an
 * index that call nothing. `npm run eval -- --hostile` measures how long 100 kB of hostile text takes.
 */
import { describe, expect, it } from 'vitest';
import { detectUtterance } from '../../../src/detection/context/utterance.ts';
import type { Conversation } from '../../../src/detection/context/conversation.ts';
import { detect } from '../../../src/detection/detection.ts';
import { KnownValues } from '../../../src/detection/known.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import { countEach } from '../../counted-work.ts';

/**
 * Four times the text takes four times the steps; 2.3 for each doubling leaves room for what is looked at around the ends of a
 * text, and for limits that one of the two sizes reaches. Work that grows with the square takes sixteen times the steps.
 */
const MOST_GROWTH = 2.3 ** 2;
/** UTF-16 units: more than any window that detection looks at, and more than a text has whose reading is kept for the next search. */
const SIZE = 8400;
/** The same, where the limits of a call's context and of known values count. */
const LARGE = 20_000;

/** Texts that made matchers slow: what is repeated. */
const PIECES = [
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
  '(1) ',
  '😀',
  'שלום ',
  'e\u0301',
  '\u200b',
  '"',
  "'s",
  "o'",
  '1\n',
  '\r\n',
  '\t',
  '1,234',
  '1.',
  '1/',
  '0-',
  'A-',
  'a1',
  '0x',
  'a b ',
  '2020-',
  'dot com ',
  'at ',
  'a dot ',
  'j dot ',
  'one dot ',
  '1 slash ',
  'www dot ',
  'my name is ',
  'ssn ',
  'ssn 1234 ',
  'mrn ',
  'march ',
  'the third of ',
  'two days after ',
  'one hundred ',
  'double ',
  'double double ',
  'oh ',
  'five ',
  'five no wait five ',
  'scratch that ',
  'um uh ',
  'capital a ',
  'a four colon ',
  'GB29 ',
  'GB29',
  'GB29NWBK',
  'bc1q',
  '1A1zP1',
  'aGVsbG8gd29ybGQ',
  'www.',
  'http://',
  '(01)12345678901234',
  '+A123',
  '+1 ',
  '00:',
  '[::',
  'po box ',
  '12 Oak ',
  'corner of ',
  'Elm Street and ',
  'highway 7 ',
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
  '０',
  '\u0430',
  'O1l',
  'OOO',
  '|',
  'S. ',
  'license ',
  'the patient said that she would call the office back tomorrow morning and ',
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
  'to to to to, ',
  '9 [pause] ',
  'won # too # ',
];

/** How many times the steps of n the steps of 4n are. */
function growth(work: (size: number) => unknown, size = SIZE): number {
  // What is made once, on first use, is no growth. Another size: a text that was read just now is not read again.
  const [, many = 0, few = 0] = countEach([() => work(size + 100), () => work(4 * size), () => work(size)]);
  return many / few;
}

const repeated = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length));

describe('the steps of detection grow as the text does', () => {
  it.each(PIECES)('of %j repeated', (piece) => {
    expect(growth((size) => detect(repeated(piece, size), DEFAULT_RULES))).toBeLessThanOrEqual(MOST_GROWTH);
  });

  it('of combining marks out of order', () => {
    expect(growth((size) => detect('a' + '\u0301\u0316'.repeat(size / 2), DEFAULT_RULES))).toBeLessThanOrEqual(
      MOST_GROWTH,
    );
  });

  it('of an utterance that answers everything at once', () => {
    const before: Conversation = {
      asker: 'agent',
      slots: ['phone', 'dob', 'address', 'email', 'member', 'name', 'secret'],
      patience: 6,
      open: { slot: 'phone', voice: 'caller', chars: '', whole: false, left: '' },
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
        growth(
          (size) => detectUtterance(before, { speaker: 'caller', text: repeated(part, size) }, DEFAULT_RULES, []),
          LARGE,
        ),
      ).toBeLessThanOrEqual(MOST_GROWTH);
  });

  it('of a text in which known values are looked for', () => {
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
      expect(growth((size) => known.find(repeated(part, size)), LARGE)).toBeLessThanOrEqual(MOST_GROWTH);
  });
});
