import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { RULES_ALONE } from './marked.ts';

const SIZE = 100_000;
// What the issue allows for everything that detection does; the rules alone take a fraction of it.
const MOST_CPU_MS = 500;

/** Inputs that made matchers slow: what is repeated up to 100 kB. */
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
  'a.a.',
  'a.com.',
  'Aa ',
  'a:',
  '1:',
  ':',
  '::',
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
];

describe('100 kB of anything', () => {
  it.each(PIECES)(
    '%j is read in time',
    (piece) => {
      const text = piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
      // CPU time, the less of two: other processes, and compiling, do not count.
      const times = [0, 1].map(() => {
        const before = process.cpuUsage();
        detect(text, RULES_ALONE);
        return process.cpuUsage(before).user / 1000;
      });
      expect(Math.min(...times)).toBeLessThan(MOST_CPU_MS);
    },
    30_000,
  );
});
