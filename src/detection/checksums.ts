/**
 * Check digits and allocation rules of identifiers. All take the value without separators and answer false, never throw,
 * for anything that has not the right shape.
 */

/** ISO/IEC 7812-1 annex B: the check digit of payment cards and IMEIs. */
export function luhn(digits: string): boolean {
  if (!/^\d{2,32}$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.charAt(digits.length - 1 - place));
    const weighted = place % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** National Provider Identifier: ten digits, Luhn over the prefix 80840 (45 CFR 162.406). */
export function npi(digits: string): boolean {
  return /^[12]\d{9}$/.test(digits) && luhn('80840' + digits);
}

/** ABA routing transit number: weights 3, 7, 1, and an allocated first pair. */
export function abaRouting(digits: string): boolean {
  if (!/^\d{9}$/.test(digits)) return false;
  const district = Number(digits.slice(0, 2));
  if (!(district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80))
    return false;
  return weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && digits !== '000000000';
}

/** Length of an IBAN by country (SWIFT IBAN registry); only these countries issue them. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 ' +
    'GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 ' +
    'NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** How many characters the IBANs of a country (two capitals) have; null for one that issues none. */
export function ibanLength(country: string): number | null {
  return IBAN_LENGTHS.get(country) ?? null;
}

/** Whether the text has the country and the length of an IBAN. */
export function hasIbanShape(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,28}$/.test(text) && IBAN_LENGTHS.get(text.slice(0, 2)) === text.length;
}

/** ISO 13616: an IBAN is 1 modulo 97 when its first four characters stand last and letters count from A = 10. */
export function iban(text: string): boolean {
  if (!hasIbanShape(text)) return false;
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** Whether the text has the length and letters of a vehicle identification number (ISO 3779: no I, O, Q). */
export function hasVinShape(text: string): boolean {
  return /^[A-HJ-NPR-Z0-9]{17}$/.test(text);
}

/** 49 CFR 565.15: the ninth place of a North American vehicle identification number checks the others. */
export function vin(text: string): boolean {
  if (!hasVinShape(text) || /^(.)\1*$/.test(text)) return false;
  let sum = 0;
  for (let place = 0; place < 17; place++)
    sum += (VIN_VALUES.indexOf(text.charAt(place)) % 10) * (VIN_WEIGHTS[place] ?? 0);
  const check = sum % 11;
  return text.charAt(8) === (check === 10 ? 'X' : String(check));
}

/** DEA registration number: first, third and fifth digit plus twice the others; the sum's last digit is the seventh. */
export function dea(text: string): boolean {
  if (!/^[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}$/.test(text)) return false;
  return weightedSum(text.slice(2, 8), [1, 2, 1, 2, 1, 2]) % 10 === Number(text.charAt(8));
}

/** Social security number by the allocation rules: area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA, since 2011). */
export function ssn(digits: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits);
}

/** North American number: area and exchange start with 2 to 9, neither is N11, the area is not N9X, 37X or 96X (NANPA). */
export function nanp(digits: string): boolean {
  return /^1?(?!37|96|.9|.11)[2-9]\d\d(?!.11)[2-9]\d{6}$/.test(digits);
}

/** Medicare Beneficiary Identifier: eleven places, each digit or letter, without S, L, O, I, B, Z (CMS, MBI format). */
export function mbi(text: string): boolean {
  return /^[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
    text,
  );
}

/** Payment card: an issuer's prefix with its length (ISO/IEC 7812, published ranges), and Luhn. */
export function paymentCard(digits: string): boolean {
  return hasCardPrefix(digits) && luhn(digits);
}

function hasCardPrefix(digits: string): boolean {
  const length = digits.length;
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19;
  if (/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(digits)) return length === 16;
  if (/^3[47]/.test(digits)) return length === 15;
  if (/^3(?:0[0-5]|[68])/.test(digits)) return length === 14 || length === 16;
  if (/^(?:6011|64[4-9]|65|622|81)/.test(digits)) return length >= 16 && length <= 19;
  if (/^35(?:2[89]|[3-8])/.test(digits)) return length >= 16 && length <= 19;
  if (/^(?:50|5[6-9]|6)/.test(digits)) return length >= 13 && length <= 19;
  // JCB's old numbers; UATP, the airlines' card.
  if (/^(?:2131|1)/.test(digits)) return length === 15;
  return false;
}

function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * Number(digits.charAt(place)), 0);
}

/** GTIN (GS1 General Specifications 7.9): weights 3 and 1 from the right, the sum a multiple of ten. */
export function gtin(digits: string): boolean {
  if (!/^\d{14}$/.test(digits)) return false;
  return weightedSum(digits, [3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Individual taxpayer number: the area starts with 9, the group is one of those that the IRS assigns (50-65, 70-88, 90-92, 94-99). */
export function itin(digits: string): boolean {
  return /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(digits);
}
