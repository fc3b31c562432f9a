/** The check digits that a tenant's pattern may ask for, by the names that a policy has for them. */
import { abaRouting, dea, iban, luhn, npi, vin } from './checksums.ts';
import type { TenantChecksum } from './span.ts';

const CHECKS: Readonly<Record<TenantChecksum, (value: string) => boolean>> = {
  luhn,
  mod97,
  iban,
  aba: abaRouting,
  npi,
  dea,
  vin,
  verhoeff,
};

/** Whether the check digits of a value hold. White space, hyphens, dots and slashes in it do not count, nor does its case. */
export function checksumHolds(checksum: TenantChecksum, value: string): boolean {
  return CHECKS[checksum](value.replace(/[\s./-]/g, '').toUpperCase());
}

/** ISO/IEC 7064, MOD 97-10: letters count from A = 10, and the whole number is 1 modulo 97. At most 64 digits and letters. */
export function mod97(text: string): boolean {
  if (!/^[0-9A-Z]{3,64}$/.test(text)) return false;
  let remainder = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** The dihedral group of order 10: the product of `a` and `b`. */
function product(a: number, b: number): number {
  const rotation = a < 5 ? (a + b) % 5 : (a - b + 10) % 5;
  return a < 5 === b < 5 ? rotation : 5 + rotation;
}

/** Verhoeff's permutation, applied once. */
const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** J. Verhoeff, Error Detecting Decimal Codes (1969): the last digit checks the others, any two neighbours swapped included. */
export function verhoeff(digits: string): boolean {
  if (!/^\d{2,32}$/.test(digits)) return false;
  let check = 0;
  for (let place = 0; place < digits.length; place++) {
    let digit = Number(digits.charAt(digits.length - 1 - place));
    for (let times = place % 8; times > 0; times--) digit = PERMUTATION[digit] ?? digit;
    check = product(check, digit);
  }
  return check === 0;
}
