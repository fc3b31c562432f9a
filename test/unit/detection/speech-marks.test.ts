import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unmarked } from '../../../src/detection/speech-marks.ts';
import { mark } from './marked.ts';

describe('unmarked', () => {
  it.each([
    ['9<break time="300ms"/>1', '9 1'],
    ['<prosody rate="slow">9 1 9</prosody>', ' 9 1 9 '],
    ['<Say voice="Polly.Joanna">call 415</Say>', ' call 415 '],
    ['[keypad: 4][keypad: 1]', ' 4  1 '],
    ['User pressed: 0', ' 0'],
    ['DTMF: 4 DTMF: 1', ' 4  1'],
    ['Digit 1: 4\nDigit 2: 1', ' 4\n 1'],
    ['[00:01] DTMF: 4', ' 4'],
    ["DTMF received: '4'", " 4'"],
    ['Digit 5 pressed. Digit 1 pressed.', ' 5   1 '],
    ['key 4 was entered, key 2 was entered', ' 4  2 '],
  ])('leaves out the marks of %j', (text, plain) => {
    expect(unmarked(text)?.text).toBe(plain);
  });

  it.each([
    'no marks here',
    'a < b and c > d',
    '<sub alias="Jane Okafor">J</sub>',
    '<audio src="https://example.com/okafor.mp3"/>',
    '<patient name="x">',
    'press 4 for refills',
    'pressed for time',
    'DTMF: 4155550132',
    'a key 4 inches long',
  ])('returns null for %j', (text) => {
    expect(unmarked(text)).toBeNull();
  });

  it('leads every unit of the plain text back to where it stood', () => {
    const piece = fc.constantFrom('9', ' ', 'ab', '<break time="1s"/>', '</prosody>', '[keypad: 4]', '<', 'DTMF: 7 ');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const read = unmarked(text);
        if (read === null) return;
        for (let at = 0; at < read.text.length; at++) {
          const { start, end } = read.toOriginal(at, at + 1);
          if (end - start === 1 && read.text.charAt(at) !== ' ') expect(text.charAt(start)).toBe(read.text.charAt(at));
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('values in parts of speech markup', () => {
  it.each([
    '<Say>call [PHONE:415<break time="1s"/>555<break time="1s"/>0132]</Say>',
    'the number is [PHONE:9 1 9 <break time="300ms"/> 5 5 5 <break time="300ms"/> 0 1 4 7]',
    '<prosody rate="slow">[PHONE:9 1 9, 5 5 5, 0 1 4 7]</prosody>',
    '<say-as interpret-as="digits">[PHONE:415</say-as> <say-as interpret-as="digits">555</say-as> <say-as interpret-as="digits">0132]</say-as>',
    'take <emphasis level="strong">two</emphasis> tablets <break time="1s"/> at 8',
  ])('are one value: %s', (line) => {
    expect(mark(line.replace(/\[[A-Z_]+:([^\]]+)\]/g, '$1'))).toBe(line);
  });
});
