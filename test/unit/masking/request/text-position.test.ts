import { expect, test } from 'vitest';
import { pointerSegment } from '../../../../src/masking/request/text-slot.ts';

test.each([
  ['mrn', 'mrn'],
  ['a/b', 'a~1b'],
  ['a~b', 'a~0b'],
  ['~1/', '~01~1'],
])('pointerSegment escapes %s as %s', (key, segment) => {
  expect(pointerSegment(key)).toBe(segment);
});
