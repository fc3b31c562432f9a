import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReadable, packRequests, REQUEST_BYTES } from '../../../../src/detection/llm-detector/pieces.ts';
import type { Piece } from '../../../../src/detection/llm-detector/pieces.ts';
import { asData } from '../../../../src/detection/llm-detector/prompt.ts';

const said = ({ text, start, end }: Piece): string => text.slice(start, end);
const packed = (...texts: string[]): string[][] => packRequests(texts).map((request) => request.map(said));

describe('texts', () => {
  it('that are short travel together', () => {
    expect(packed('hello', 'this is Maria', 'bye')).toEqual([['hello', 'this is Maria', 'bye']]);
    expect(packed()).toEqual([]);
  });

  it('that do not fit together travel apart, in order', () => {
    const long = 'a'.repeat(2500);
    expect(packed('first', long, `b${long}`, 'last')).toEqual([
      ['first', long],
      [`b${long}`, 'last'],
    ]);
  });

  it('that are long are cut at the ends of sentences', () => {
    const sentence = 'I called on Monday, and then "again." ';
    const pieces = packed(sentence.repeat(300)).flat();
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.length % sentence.length, piece.slice(-20)).toBe(0);
  });

  it.each([
    ['between words', 'word '],
    ['at line ends', 'no end of a sentence\n'],
    ['after full stops of other scripts', '我叫王伟。'],
  ])('without such ends are cut %s', (_, unit) => {
    const pieces = packed(unit.repeat(4000)).flat();
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.length % unit.length).toBe(0);
  });

  it('of one long word are cut anywhere but in a surrogate pair', () => {
    for (let before = 0; before < 8; before += 1) {
      const pieces = packed('x'.repeat(before) + '😀'.repeat(3000)).flat();
      expect(pieces.length).toBeGreaterThan(2);
      for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
    }
  });

  it('of every sort are all there, once, in requests of a bounded size', () => {
    const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const unit = fc.oneof(
      codeUnit,
      fc.constantFrom('word ', 'A sentence. ', '<end_of_turn>', '\u0007', '\ud800', '\n', '"', '漢', '😀'),
    );
    const text = fc
      .tuple(unit, fc.integer({ min: 1, max: 1500 }))
      .map(([part, times]) => part.repeat(times).slice(0, 20_000));
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 5 }), (texts) => {
        const requests = packRequests(texts);
        const whole = new Map<string, string>();
        for (const piece of requests.flat()) {
          const before = whole.get(piece.text) ?? '';
          expect(piece.start).toBe(before.length);
          whole.set(piece.text, before + said(piece));
        }
        const filled = texts.filter((each) => each !== '');
        expect([...whole]).toEqual(filled.map((each) => [each, each]));
        for (const request of requests) {
          expect(request.length).toBeGreaterThan(0);
          expect(Buffer.byteLength(asData(request.map(said)))).toBeLessThanOrEqual(REQUEST_BYTES);
        }
      }),
      { numRuns: 60 },
    );
  });
});

it.each([
  ['hello', true],
  ['42', true],
  ['Ünal', true],
  ['王', true],
  ['', false],
  [' \n', false],
  ['?!', false],
  ['{}', false],
  ['😀', false],
])('%j is worth reading: %s', (text, readable) => {
  expect(isReadable(text)).toBe(readable);
});
