import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumHolds, mod97, verhoeff } from '../../../src/detection/tenant-checksums.ts';

describe('verhoeff', () => {
  // 236 with its check digit 3 is the usual worked example; 123451 and 142857 + 0 are from the literature on the scheme.
  it.each(['2363', '123451', '1428570', '84736430954837284567892'])('holds for %s', (digits) => {
    expect(verhoeff(digits)).toBe(true);
  });

  it.each(['2364', '2336', '', '7', '23 63', 'x', '9'.repeat(33)])('does not hold for %j', (digits) => {
    expect(verhoeff(digits)).toBe(false);
  });

  it('finds every single error and every swap of two neighbours', () => {
    const digits = fc.stringMatching(/^\d{1,20}$/);
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, where, by) => {
        const valid = Array.from({ length: 10 }, (_, check) => `${body}${check}`).filter(verhoeff);
        expect(valid).toHaveLength(1);
        const [whole = ''] = valid;
        const at = where % whole.length;
        const wrong = whole.slice(0, at) + String((Number(whole.charAt(at)) + by) % 10) + whole.slice(at + 1);
        expect(verhoeff(wrong)).toBe(false);
        const swapped = whole.slice(0, at) + whole.slice(at + 1, at + 2) + whole.charAt(at) + whole.slice(at + 2);
        expect(verhoeff(swapped)).toBe(swapped === whole);
      }),
    );
  });
});

describe('mod97', () => {
  // ISO 17442: a legal entity identifier is a number of MOD 97-10. The example is of the standard's own registration authority.
  it.each(['5493001KJTIIGC8Y1R12', '7LTWFZYICNSX8D621K86', '1079444'.slice(0, 0) + '3214282912345698765432161182'])(
    'holds for %s',
    (text) => {
      expect(mod97(text)).toBe(true);
    },
  );

  it.each(['5493001KJTIIGC8Y1R21', '', '1', 'a1b', '1 2', '0'.repeat(65)])('does not hold for %j', (text) => {
    expect(mod97(text)).toBe(false);
  });
});

describe('checksumHolds', () => {
  it.each([
    ['luhn', '79927398713', '79927398710'],
    ['mod97', '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R13'],
    ['iban', 'GB82 WEST 1234 5698 7654 32', 'GB82 WEST 1234 5698 7654 33'],
    ['aba', '021000021', '021000022'],
    ['npi', '1234567893', '1234567894'],
    ['dea', 'BB1388568', 'BB1388569'],
    ['vin', '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
    ['verhoeff', '2363', '2364'],
  ] as const)('%s holds for %s and not for %s', (checksum, good, bad) => {
    expect(checksumHolds(checksum, good)).toBe(true);
    expect(checksumHolds(checksum, bad)).toBe(false);
  });

  it('takes no notice of separators and case', () => {
    expect(checksumHolds('dea', 'bb-1388.568')).toBe(true);
    expect(checksumHolds('luhn', '7992-7398/713')).toBe(true);
  });
});
