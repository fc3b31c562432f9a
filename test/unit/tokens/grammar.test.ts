import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  AEAD_VALUE_MAX_LENGTH,
  base32Decode,
  base32Encode,
  findTokens,
  formatToken,
  parseToken,
  tokenShapeAt,
} from '../../../src/tokens/grammar.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const VAULT_VALUE = base32Encode(Buffer.alloc(16, 0x5a));
const AEAD_VALUE = base32Encode(Buffer.alloc(40, 0xa5));
const VAULT = `MSKV1.PHONE.K_HEALTHCARE.${VAULT_VALUE}`;
const AEAD = `MSK1.NAME.K2.${AEAD_VALUE}`;

describe('base32', () => {
  // RFC 4648, section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes and reads the vector %j', (plain, encoded) => {
    expect(base32Encode(Buffer.from(plain))).toBe(encoded);
    expect(base32Decode(encoded)).toEqual(Buffer.from(plain));
  });

  it('reads back what it wrote, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(base32Decode(base32Encode(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('has one text for each bytes: whatever it reads, it would have written', () => {
    const text = fc.stringMatching(/^[A-Z2-7]{0,20}$/);
    fc.assert(
      fc.property(text, (encoded) => {
        const bytes = base32Decode(encoded);
        if (bytes !== null) expect(base32Encode(bytes)).toBe(encoded);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['lower case', 'mzxw6'],
    ['padding', 'MZXW6==='],
    ['a digit outside the alphabet', 'MZXW0'],
    ['a space', 'MZXW 6'],
    ['a letter that looks like one of the alphabet', 'MZXWО'],
    ['one character', 'A'],
    ['three characters', 'AAA'],
    ['six characters', 'AAAAAA'],
    ['unused bits that are not zero', 'MZ'],
    ['unused bits that are not zero, later', 'MZXW6YR'],
  ])('refuses %s', (_, encoded) => {
    expect(base32Decode(encoded)).toBeNull();
  });
});

describe('tokens', () => {
  it('are written and read', () => {
    expect(formatToken('MSKV1', 'PHONE', 'K_HEALTHCARE', VAULT_VALUE)).toBe(VAULT);
    expect(parseToken(VAULT)).toEqual({ scheme: 'MSKV1', kind: 'PHONE', kid: 'K_HEALTHCARE', value: VAULT_VALUE });
    expect(parseToken(AEAD)).toEqual({ scheme: 'MSK1', kind: 'NAME', kid: 'K2', value: AEAD_VALUE });
  });

  it('of AEAD hold 28 bytes at least and 8192 characters at most', () => {
    const withBytes = (n: number) => `MSK1.NAME.K.${base32Encode(Buffer.alloc(n))}`;
    expect(parseToken(withBytes(28))).not.toBeNull();
    expect(parseToken(withBytes(27))).toBeNull();
    expect(parseToken(withBytes((AEAD_VALUE_MAX_LENGTH * 5) / 8))).not.toBeNull();
    expect(parseToken(withBytes((AEAD_VALUE_MAX_LENGTH * 5) / 8 + 1))).toBeNull();
  });

  it.each([
    ['an unknown scheme', `MSKV2.PHONE.K.${VAULT_VALUE}`],
    ['a lower-case scheme', `mskv1.PHONE.K.${VAULT_VALUE}`],
    ['a lower-case kind', `MSKV1.phone.K.${VAULT_VALUE}`],
    ['a digit in the kind', `MSKV1.PHONE2.K.${VAULT_VALUE}`],
    ['a kind that starts with an underscore', `MSKV1._PHONE.K.${VAULT_VALUE}`],
    ['no kind', `MSKV1..K.${VAULT_VALUE}`],
    ['a kid that starts with a digit', `MSKV1.PHONE.2K.${VAULT_VALUE}`],
    ['a hyphen in the kid', `MSKV1.PHONE.K-X.${VAULT_VALUE}`],
    ['a kid of 65 characters', `MSKV1.PHONE.${'K'.repeat(65)}.${VAULT_VALUE}`],
    ['a value of 25 characters', VAULT.slice(0, -1)],
    ['a value of 27 characters', `${VAULT}A`],
    ['a lower-case value', `MSKV1.PHONE.K.${VAULT_VALUE.toLowerCase()}`],
    ['a value that no 16 bytes have', `MSKV1.PHONE.K.${'A'.repeat(25)}B`],
    ['a fifth part', `${VAULT}.A`],
    ['a trailing dot', `${VAULT}.`],
    ['text before', ` ${VAULT}`],
    ['a line break after', `${VAULT}\n`],
    ['nothing', ''],
  ])('are refused with %s', (_, text) => {
    expect(parseToken(text)).toBeNull();
  });

  it('take a kid of 64 characters', () => {
    expect(parseToken(`MSKV1.PHONE.${'K'.repeat(64)}.${VAULT_VALUE}`)).not.toBeNull();
  });

  it('are never written outside the grammar', () => {
    expect(() => formatToken('MSKV1', 'Phone', 'K', VAULT_VALUE)).toThrow(RangeError);
    expect(() => formatToken('MSKV1', 'PHONE', 'K', 'SHORT')).toThrow(RangeError);
  });
});

describe('what looks like a token', () => {
  const found = (text: string) => findTokens(text).map(({ start, end }) => text.slice(start, end));

  it('is found wherever it stands', () => {
    expect(found(`call ${VAULT}, or (${AEAD}).`)).toEqual([VAULT, AEAD]);
    expect(found(`x${VAULT}${VAULT}y`)).toEqual([VAULT, VAULT]);
    expect(found('no token here; MSK, MSKV1 and MSK1 are only names')).toEqual([]);
  });

  it('is found where it is garbled or cut short', () => {
    const garbled = [
      `MSKV1.phone.K.${VAULT_VALUE}`,
      `MSKV1.PHONE.k-healthcare.${VAULT_VALUE}`,
      `MSKV1.PHONE.K.${VAULT_VALUE.toLowerCase()}`,
      'MSKV1.PHONE.K.ABC018',
      'MSK1.NAME.K.ABC',
    ];
    for (const text of garbled) {
      expect(found(`a ${text} b`)).toEqual([text]);
      expect(found(`a ${text}`)).toEqual([text]);
    }
  });

  it('is not what has no value yet', () => {
    for (const text of ['MSKV1', 'MSKV1.', 'MSKV1.PHO', 'MSKV1.PHONE.', 'MSKV1.PHONE.K', 'MSKV1.PHONE.K.', 'MSK1.A.']) {
      expect(found(text)).toEqual([]);
      expect(found(`${text} and more`)).toEqual([]);
    }
  });

  it('is not hidden by a token that was cut short before it', () => {
    const heads = [
      'MSKV1.',
      'MSKV1.PHO',
      'MSKV1.PHONE.',
      'MSKV1.PHONE.K',
      'MSKV1.PHONE.K.',
      'MSKV1.PHONE.K.ABC',
      'MSK1.X.Y.AA',
    ];
    for (const head of heads) for (const token of [VAULT, AEAD]) expect(found(`${head}${token} `).at(-1)).toBe(token);
  });

  it('begins anew where another token begins before it has a value', () => {
    expect(found(`MSKV1.PHONE.K.${VAULT}`)).toEqual([VAULT]);
    expect(found(`MSKV1.PHONE.K.ABC${VAULT}`)).toEqual(['MSKV1.PHONE.K.ABC', VAULT]);
  });

  it('ends after 26 characters under MSKV1, and with the last letter or digit under MSK1', () => {
    expect(found(`${VAULT}XYZ`)).toEqual([VAULT]);
    expect(found(`${AEAD}XYZ.`)).toEqual([`${AEAD}XYZ`]);
    expect(found(`MSK1.A.B.${'C'.repeat(AEAD_VALUE_MAX_LENGTH + 5)}`)[0]).toHaveLength(9 + AEAD_VALUE_MAX_LENGTH);
  });

  it('gives up on a word that is too long, at once', () => {
    const long = `MSKV1.${'A'.repeat(64)}`;
    expect(tokenShapeAt(long, 0)).toEqual({ state: 'open', kind: null, complete: false });
    expect(tokenShapeAt(`${long}A`, 0)).toEqual({ state: 'none' });
  });

  it('says of an open one whether it would do if nothing followed', () => {
    expect(tokenShapeAt(AEAD, 0)).toEqual({ state: 'open', kind: 'NAME', complete: true });
    expect(tokenShapeAt(AEAD.slice(0, 30), 0)).toEqual({ state: 'open', kind: 'NAME', complete: false });
    expect(tokenShapeAt(VAULT.slice(0, -1), 0)).toEqual({ state: 'open', kind: 'PHONE', complete: false });
    expect(tokenShapeAt(VAULT, 0)).toEqual({ state: 'whole', kind: 'PHONE', end: VAULT.length });
  });

  it('covers every token of the grammar exactly', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ minLength: 28, maxLength: 99 }),
    );
    const kind = fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/);
    const kid = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/).filter((word) => !/MSKV?1/.test(word));
    fc.assert(
      fc.property(bytes, kind, kid, (value, k, id) => {
        const token = formatToken(value.length === 16 ? 'MSKV1' : 'MSK1', k, id, base32Encode(value));
        expect(found(`<${token}>`)).toEqual([token]);
      }),
      { numRuns: 2000 },
    );
  });

  it('once decided, is decided for every continuation of the text', () => {
    const piece = fc.constantFrom(
      'M',
      'MSK',
      'V1',
      '1',
      '.',
      'PHONE',
      'K_X',
      '-',
      ' ',
      'é',
      VAULT_VALUE,
      AEAD_VALUE,
      'AB',
      VAULT,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 4 }), (before, after) => {
        const text = before.join('');
        const longer = text + after.join('');
        for (let at = 0; at < text.length; at++) {
          const shape = tokenShapeAt(text, at);
          if (shape.state !== 'open') expect(tokenShapeAt(longer, at)).toEqual(shape);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
