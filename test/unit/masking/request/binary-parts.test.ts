import { expect, test } from 'vitest';
import { isBinaryPart, isDeclaredBinary } from '../../../../src/masking/request/binary-parts.ts';

test.each([
  [
    'true and true for a declared image',
    { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
    true,
    true,
  ],
  ['false and true for a field of an image without a type', { image_url: 'https://example.org/a.png' }, false, true],
  ['false and false for a text', { type: 'text', text: 'image_url' }, false, false],
  ['false and false for a type that is no string', { type: 1 }, false, false],
])('isDeclaredBinary and isBinaryPart return %s', (_, part, declared, binary) => {
  expect([isDeclaredBinary(part), isBinaryPart(part)]).toEqual([declared, binary]);
});
