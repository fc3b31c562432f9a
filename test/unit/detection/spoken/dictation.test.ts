import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectInCall, newCallContext } from '../../../../src/detection/context/call-context.ts';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { mark, RULES_ALONE } from '../marked.ts';

/** What recognisers, speech engines and platforms put between digits that are said one by one. */
const BETWEEN = [
  ', ',
  '. ',
  '... ',
  '\u2026 ',
  ' | ',
  '|',
  ' / ',
  '/',
  '; ',
  ' - ',
  '-',
  ' \u2013 ',
  '\u00b7',
  ' \u2022 ',
  '\n',
  '] [',
  ')(',
  '} {',
  '*',
  ' . ',
  ' ,',
  ',',
  '", "',
  ' -> ',
  ' comma ',
  ' and ',
  ', uh, ',
  ' <break time="300ms"/> ',
  '<break strength="weak"/>, ',
  '</say-as> <say-as interpret-as="digits">',
  '</dtmf><dtmf>',
];
/** What platforms write before each key. */
const LABELS = [
  '[keypad: #]',
  'User pressed: #\n',
  'DTMF: # ',
  '<dtmf>#</dtmf>',
  '(DTMF #)',
  'Key pressed: #. ',
  'dtmf=#&',
  "DTMF received: '#'\n",
  '[00:01] DTMF: #\n',
  'Customer entered #, ',
];
const CUES = [
  'my phone number is ',
  'my social is ',
  'the account number is ',
  'my member ID is ',
  'MRN ',
  'reach me at ',
  '',
];
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const digit = fc.integer({ min: 0, max: 9 });
/** Ten digits that neither count nor repeat: such a row says nothing by itself. */
const number = fc
  .array(digit, { minLength: 8, maxLength: 8 })
  .map((digits) => [4, 1, ...digits].map(String))
  .filter((digits) => new Set(digits).size > 3);

/** Letters and digits of the text, from the first digit of the number on, that no span covers. */
function uncovered(text: string, from: number, spans: readonly Span[]): string {
  const isCovered = (at: number): boolean => spans.some(({ start, end }) => start <= at && at < end);
  return Array.from({ length: text.length - from }, (_, at) => at + from)
    .filter((at) => /[0-9]/.test(text.charAt(at)) && !isCovered(at))
    .map((at) => text.charAt(at))
    .join('');
}

describe('digits said one by one', () => {
  it('are covered whole, whatever stands between them and before them', () => {
    fc.assert(
      fc.property(number, fc.constantFrom(...BETWEEN), fc.constantFrom(...CUES), (digits, between, cue) => {
        const text = `${cue}${digits.join(between)}`;
        expect(uncovered(text, cue.length, detect(text, RULES_ALONE)), text).toBe('');
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it('are covered when digits, words and marks are mixed', () => {
    fc.assert(
      fc.property(
        number,
        fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
        fc.constantFrom(', ', ' ', '. ', ' - ', ' | ', '\n'),
        (digits, isWord, between) => {
          const said = digits.map((each, at) => (isWord[at] === true ? (WORDS[Number(each)] ?? '') : each));
          const text = said.join(between);
          const spans = detect(text, RULES_ALONE);
          expect(
            spans.map(({ start, end }) => text.slice(start, end)),
            text,
          ).toEqual([text]);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  it.each([', ', '. ', ' | ', '/', '... ', '\n', '] [', '; '])(
    'answer the question for them with %j between',
    (between) => {
      for (const [question, value] of [
        ['What is your zip code?', '78664'],
        ['Last four of your social?', '2280'],
        ['What is your date of birth?', '03141982'],
        ['What is your phone number, digit by digit?', '9195550147'],
      ] as const) {
        const call = newCallContext();
        const text = Array.from(value).join(between);
        detectInCall(call, { speaker: 'agent', text: question }, DEFAULT_RULES);
        const spans = detectInCall(call, { speaker: 'caller', text }, DEFAULT_RULES);
        expect(uncovered(text, 0, spans), text).toBe('');
      }
    },
  );

  it('are one value where each key has its label', () => {
    fc.assert(
      fc.property(number, fc.constantFrom(...LABELS), (digits, label) => {
        const text = digits.map((each) => label.replace('#', `${each}\u0000`)).join('');
        const plain = text.replaceAll('\u0000', '');
        const spans = detect(plain, RULES_ALONE);
        expect(spans, plain).toHaveLength(1);
        const lastDigit = text.lastIndexOf('\u0000') - digits.length;
        expect([spans[0]?.start, spans[0]?.end], plain).toEqual([text.indexOf('\u0000') - 1, lastDigit + 1]);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it('are covered in groups of groups', () => {
    fc.assert(
      fc.property(
        number,
        fc.constantFrom('-', ' ', ', ', '.'),
        fc.constantFrom(', ', ' | ', ' / ', '. ', ' - ', ' (pause) '),
        (digits, inner, outer) => {
          fc.pre(inner.trim() !== outer.trim());
          const groups = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
          const text = `my phone number is ${groups.map((group) => group.join(inner)).join(outer)}`;
          expect(uncovered(text, 0, detect(text, RULES_ALONE)), text).toBe('');
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it.each([
    'nine won nine five five five oh won for seven',
    'five won nine, for for, to to ate oh',
    '5 one 9 4 four 2 too ate zero',
    'nine comma one comma nine comma five comma five comma five',
    'W. Q. X. 4. 4. 7. 1. 0. 9. 2',
    'oh, two, two, ate, four, one, nine',
  ])('are one value: %s', (text) => {
    const spans = detect(`my member id is ${text}`, RULES_ALONE);
    expect(spans.map(({ start, end }) => `my member id is ${text}`.slice(start, end))).toEqual([text]);
  });

  it.each([
    'pain was 7, 8, 9, then 10',
    'Press 1, 2, 3, or 4',
    'press 1, 2, 3, 4, 5, or 6',
    '1, 2, 3, 4, 5, 6, 7, 8',
    'one, two, three, four, five, six, seven',
    '10, 9, 8, 7, 6, 5, 4, 3, 2, 1',
    'ten nine eight seven six five four',
    'on a scale of 1, 2, 3, 4, 5 it is a 4',
    'my sugars were 7, 8, 6, 9, 7, 8',
    'pain scores were 4, 5, 6, 5, 4, 3',
    'take it at 8, 12, 4, and 8',
    'take 1, 2, 2, 1, 1, 2 tablets',
    'strength 5/5/5/5 bilaterally',
    'I take 2. 1 in the morning.',
    'two for seven days',
    'one to two tablets three to four times',
    'forward my desk phone to the front office',
    'the numbers are 2, 4, 6, 8, 10',
    '3-h: 94/188/161/132',
    'invert 3-4, 5, 5, 8, 8, 8 times',
    'bp 120/80, 118/76, 130/85',
    'rooms 4, 5, 6 and 7',
    'I waited 5, 6, 7 minutes',
  ])('are no value where they count, rate or dose: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
