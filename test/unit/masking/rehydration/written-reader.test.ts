import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WrittenReader } from '../../../../src/masking/rehydration/written-reader.ts';

const reader = new WrittenReader();
const read = (text: string, depth = 0): unknown[] => {
  const found = reader.read(text, 0, depth);
  return found === 'char' ? [String.fromCharCode(reader.code), reader.next] : [found];
};

test.each<[string, string, number]>([
  ['%5F', '_', 3],
  ['%2e', '.', 3],
  ['%7Fx', '\u007f', 3],
  ['&#95;', '_', 5],
  ['&#x5F;', '_', 6],
  ['&#X5f;', '_', 6],
  ['&lowbar;', '_', 8],
  ['&UnderBar;', '_', 10],
  ['&nbsp;', '\u00a0', 6],
  ['_', '_', 1],
  ['%zz', '%', 1],
  ['%80', '%', 1],
  ['%4x', '%', 1],
  ['& x', '&', 1],
  ['&;', '&', 1],
  ['&nothing;', '&', 1],
  ['&constructor;', '&', 1],
  ['&#x;', '&', 1],
  ['&#70000;', '&', 1],
  ['&#1234567;', '&', 1],
])('WrittenReader reads %s', (text, character, next) => {
  expect(read(text)).toEqual([character, next]);
});

test.each(['%', '%5', '&', '&#', '&#x', '&#x5F', '&#95', '&low', '&lowbar', ''])(
  'WrittenReader asks for more of %j, which may be cut',
  (text) => {
    expect(read(text)).toEqual(['more']);
  },
);

test('WrittenReader reads a coded character inside strings of JSON, and none over the end of a string', () => {
  expect(read('\\u0026lowbar;', 1)).toEqual(['_', 13]);
  expect(read('%5\\u0046', 1)).toEqual(['_', 8]);
  expect(read('\\\\u00255F', 2)).toEqual(['_', 9]);
  expect(read('&low"', 1)).toEqual(['&', 1]);
  expect(read('"', 1)).toEqual(['closed']);
});

test('WrittenReader decides a character once and for all: more text does not change it', () => {
  const piece = fc.constantFrom('%', '&', '#', 'x', '5', 'F', ';', 'lowbar', 'a', '"', '\\', '\ud83d');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.nat(1), piece, (pieces, depth, next) => {
      const text = pieces.join('');
      const first = read(text, depth);
      if (first[0] !== 'more') expect(read(text + next, depth)).toEqual(first);
    }),
    { numRuns: 300 },
  );
});
