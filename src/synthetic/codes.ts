/** Surrogates of numbers and codes: the same length, the same classes of characters, check digits that hold. */
import { abaRouting, dea, gtin, iban, luhn, mbi, nanp, npi, vin } from '../detection/checksums.ts';
import type { DrawStream } from './draw-stream.ts';

/** Without those that look like digits, and without R: "RX" would announce a prescription. */
const LETTERS = 'ACDEFGHJKMNPQTUVWXY';
const DIGITS = '0123456789';

/** Returns characters of the same classes in the same places; a first digit that is not zero stays so. */
export function sameClasses(chars: string, stream: DrawStream, letters = LETTERS): string {
  return Array.from(chars)
    .map((c, at) => {
      if (/[A-Z]/.test(c)) return stream.character(letters);
      return at === 0 && c !== '0' ? stream.character(DIGITS.slice(1)) : stream.character(DIGITS);
    })
    .join('');
}

/** A format with a check: how it is known, what of it stays, and the places that make it hold. */
interface Checked {
  readonly holds: (chars: string) => boolean;
  /** Leading characters that say the format or the country. */
  readonly kept: number;
  readonly letters: string;
  /** First place of the check, from the end where it is negative. */
  readonly place: number;
  readonly checks: readonly string[];
}

const ONE = Array.from(DIGITS);
const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const isLong = (chars: string): boolean => (chars.length === 15 || chars.length === 19) && luhn(chars);
const FORMATS: readonly Checked[] = [
  { holds: iban, kept: 2, letters: LETTERS, place: 2, checks: TWO },
  { holds: vin, kept: 0, letters: 'ABCDEFGHJKLMNPRSTUVWXYZ', place: 8, checks: [...ONE, 'X'] },
  { holds: mbi, kept: 0, letters: LETTERS, place: -1, checks: ONE },
  { holds: dea, kept: 1, letters: LETTERS, place: -1, checks: ONE },
  { holds: npi, kept: 1, letters: LETTERS, place: -1, checks: ONE },
  { holds: abaRouting, kept: 2, letters: LETTERS, place: -1, checks: ONE },
  { holds: gtin, kept: 1, letters: LETTERS, place: -1, checks: ONE },
  { holds: isLong, kept: 0, letters: LETTERS, place: -1, checks: ONE },
];

/** Returns a code of the same format. Of a format with a check, the check of the surrogate holds too. */
export function codeSurrogate(chars: string, stream: DrawStream): string {
  const format = FORMATS.find(({ holds }) => holds(chars));
  if (format === undefined) return sameClasses(chars, stream);
  const drawn = chars.slice(0, format.kept) + sameClasses(chars, stream, format.letters).slice(format.kept);
  return withCheck(drawn, format) ?? sameClasses(chars, stream);
}

function withCheck(
  drawn: string,
  { holds, place, checks }: Pick<Checked, 'holds' | 'place' | 'checks'>,
): string | null {
  const at = place < 0 ? drawn.length + place : place;
  if (holds(drawn)) return drawn;
  for (const check of checks) {
    const tried = drawn.slice(0, at) + check + drawn.slice(at + check.length);
    if (holds(tried)) return tried;
  }
  return null;
}

/** Prefixes of cards that processors publish for tests, by the first digit; no bank issues cards under them. */
const TEST_CARDS: Readonly<Record<string, string>> = {
  '2': '222300',
  '3': '378282',
  '4': '400000',
  '5': '555555',
  '6': '601111',
};

/** Returns a card number of the same network and length, under a prefix for tests, that passes Luhn. */
export function cardSurrogate(chars: string, stream: DrawStream): string {
  const prefix = TEST_CARDS[chars.charAt(0)];
  if (prefix === undefined || chars.length < 13 || /\D/.test(chars)) return sameClasses(chars, stream);
  const drawn = prefix + stream.digits(chars.length - prefix.length);
  return withCheck(drawn, { holds: luhn, place: -1, checks: ONE }) ?? drawn;
}

/** Returns a number whose area starts with 9 and whose group no taxpayer has: neither an SSN nor an ITIN of anybody. */
export function ssnSurrogate(chars: string, stream: DrawStream): string {
  if (!/^\d{9}$/.test(chars)) return sameClasses(chars, stream);
  return `9${stream.digits(2)}${String(1 + stream.below(49)).padStart(2, '0')}${String(1 + stream.below(9999)).padStart(4, '0')}`;
}

/** Area codes for when the hundred reserved numbers of one area are used up. */
const AREAS = ['202', '212', '303', '312', '404', '415', '512', '602', '617', '702', '713', '919'];
const COUNTRY_DIGITS = 4;

/** Returns a telephone number of the same area in 555-0100 to 555-0199, which belong to nobody. */
export function phoneSurrogate(chars: string, stream: DrawStream, isCrowded: boolean): string {
  const country = chars.length > 10 && chars.startsWith('1') ? '1' : '';
  const local = chars.slice(country.length);
  const isNanp = nanp(local.slice(0, 10)) || /[A-Z]/.test(local);
  if (local.length >= 10 && isNanp) {
    const area = isCrowded ? stream.pick(AREAS) : local.slice(0, 3);
    return `${country}${area}55501${stream.digits(2)}${stream.digits(local.length - 10)}`;
  }
  if (local.length === 7) return `55501${stream.digits(2)}`;
  if (local.length > 10) return chars.slice(0, COUNTRY_DIGITS) + stream.digits(chars.length - COUNTRY_DIGITS);
  return sameClasses(chars, stream);
}
