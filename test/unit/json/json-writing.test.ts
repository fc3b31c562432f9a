import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writingJson, writingJsonBytes } from '../../../src/json/json-writing.ts';
import { runAtOnce } from '../../../src/platform/steps.ts';

const written = (value: unknown): string => runAtOnce(writingJson(value));
const bytes = (value: unknown): string => runAtOnce(writingJsonBytes(value)).toString('utf8');
const many = <T>(item: T, count = 350): T[] => Array.from({ length: count }, () => item);
const wide = Object.fromEntries(many(0, 2000).map((_, n) => [`k${n % 7}${n}`, n]));

test.each<[string, unknown]>([
  ['a long list', many(1)],
  ['a list of a length that is cut evenly', many({ a: 'é' }, 300)],
  ['lists in objects', { bundle: { entries: many({ seq: 1 }), none: [], empty: {} } }],
  ['members that JSON leaves out', { a: undefined, b: () => 1, c: Symbol('c'), d: 1 }],
  ['only members that JSON leaves out', { a: undefined }],
  ['members that JSON leaves out beside large ones', { a: undefined, b: many(1, 600), c: () => 1, d: Symbol('d') }],
  ['members that JSON leaves out of a wide object', { first: undefined, ...wide, last: undefined }],
  ['items that JSON writes as null beside large ones', [undefined, many(1, 600), () => 1, many(NaN, 600), null]],
  ['items that JSON writes as null', [...many(1), undefined, () => 1, NaN]],
  ['dates and other objects with a JSON form', { at: new Date(0), all: many(new Date(1)) }],
  ['objects without a prototype', Object.assign(Object.create(null) as object, { a: many('x') })],
  ['a key of its own', JSON.parse('{"__proto__":{"a":[1]}}')],
  ['a map', { a: new Map([[1, 2]]) }],
  ['a list of one long list', [[many(1, 2000)]]],
  ['small items between long ones', [1, many('é', 2000), 2, 3, many({ a: [1] }, 2000), {}]],
  ['a wide object', wide],
  ['long texts', many('é"\\'.repeat(20_000), 4)],
  ['lone surrogates', many('\ud800', 700)],
])('writes %s as JSON.stringify does', (_, value) => {
  expect(written(value)).toBe(JSON.stringify(value));
  expect(bytes(value)).toBe(JSON.stringify(value));
});

test('writes any JSON as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(250), (value, count) => {
      const document = { a: value, list: many(value, count) };
      expect(written(document)).toBe(JSON.stringify(document));
      expect(bytes(document)).toBe(JSON.stringify(document));
    }),
    { numRuns: 100 },
  );
});
