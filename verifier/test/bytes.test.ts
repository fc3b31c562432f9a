import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, toBase64, toHex } from '../src/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 100 });

describe('hex', () => {
  it('round-trips and agrees with Buffer', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(fromHex(toHex(value), value.length)).toEqual(value);
      }),
    );
  });

  it.each(['AB', 'a', 'abc', 'zz', '0x', ' a', 'ab\n', '', 'a\u0661'])('refuses %j for one byte', (text) => {
    expect(fromHex(text, 1)).toBeNull();
  });
});

describe('base64', () => {
  it('round-trips and agrees with Buffer', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
        expect(fromBase64(toBase64(value), value.length)).toEqual(value);
      }),
    );
  });

  it.each([
    ['', 'Zg==', 0],
    ['f', 'Zg==', 1],
    ['fo', 'Zm8=', 2],
    ['foo', 'Zm9v', 3],
    ['foob', 'Zm9vYg==', 4],
    ['fooba', 'Zm9vYmE=', 5],
    ['foobar', 'Zm9vYmFy', 6],
  ])('reads %j of RFC 4648 section 10', (text, encoded, length) => {
    expect(fromBase64(length === 0 ? '' : encoded, length)).toEqual(new TextEncoder().encode(text));
  });

  it.each([
    ['no padding', 'Zg'],
    ['short padding', 'Zg='],
    ['padding bits set', 'Zh=='],
    ['padding first', '==Zg'],
    ['padding in the middle', 'Z=g='],
    ['the URL alphabet', '_w=='],
    ['white space', 'Zg= '],
    ['a line end', 'Zg==\n'],
    ['another length', 'Zm8='],
    ['a character outside ASCII', 'Z\u00e9=='],
  ])('refuses %s', (_, text) => {
    expect(fromBase64(text, 1)).toBeNull();
  });

  it('accepts one spelling only: no changed character decodes to the same bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        (value, at, letter) => {
          const text = toBase64(value);
          const changed = text.slice(0, at % text.length) + letter + text.slice((at % text.length) + 1);
          fc.pre(changed !== text);
          expect(fromBase64(changed, value.length)).not.toEqual(value);
        },
      ),
    );
  });
});
