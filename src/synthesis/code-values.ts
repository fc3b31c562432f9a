/** Surrogates of numbers and codes: the same classes of characters, reserved ranges where there are some, and valid check digits. */
import { abaRouting, dea, gtin, hasVinShape, iban, luhn, mbi, npi, paymentCard, vin } from '../detection/checksums.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { Draws } from './draws.ts';
import { phoneDigits } from './telephone-numbers.ts';

const DIGITS = '0123456789';
const NON_ZERO = '123456789';
/** Without I and O, which are taken for digits. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const VIN_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const MBI_LETTERS = 'ACDEFGHJKMNPQRTUVWXY';
const HEX_LETTERS = 'ABCDEF';

interface Made {
  /** The kinds that it is for; null for every kind. */
  readonly kinds: readonly EntityKind[] | null;
  readonly applies: (chars: string) => boolean;
  readonly make: (chars: string, draws: Draws) => string;
}

const MADE: readonly Made[] = [
  { kinds: ['SSN'], applies: (chars) => /^\d{9}$/.test(chars), make: socialSecurityNumber },
  { kinds: null, applies: (chars) => paymentCard(chars), make: card },
  { kinds: ['CREDIT_CARD'], applies: (chars) => /^\d{12,19}$/.test(chars), make: card },
  { kinds: null, applies: npi, make: (chars, draws) => checked(kept(chars, 1, draws), 9, DIGITS, npi) },
  { kinds: null, applies: dea, make: (chars, draws) => checked(kept(chars, 1, draws), 8, DIGITS, dea) },
  { kinds: ['VEHICLE'], applies: hasVinShape, make: vehicle },
  { kinds: null, applies: vin, make: vehicle },
  { kinds: ['DEVICE'], applies: (chars) => /^\d{15}$/.test(chars) && luhn(chars), make: luhnChecked },
  { kinds: ['DEVICE'], applies: (chars) => chars.startsWith('01') && gtin(chars.slice(2, 16)), make: deviceIdentifier },
  { kinds: ['DEVICE'], applies: (chars) => /^[0-9A-F]{12}$/.test(chars), make: hardwareAddress },
  { kinds: null, applies: iban, make: bankAccount },
  {
    kinds: ['ACCOUNT'],
    applies: abaRouting,
    make: (chars, draws) => checked(kept(chars, 2, draws), 8, DIGITS, abaRouting),
  },
  { kinds: null, applies: mbi, make: (chars, draws) => sameClasses(chars, draws, MBI_LETTERS) },
  {
    kinds: null,
    applies: (chars) => /^[0-9A-F]{32}$/.test(chars),
    make: (chars, draws) => sameClasses(chars, draws, HEX_LETTERS),
  },
];

/** Returns as many characters, digits for digits and letters for letters, for a value of the kind. `chars` is in upper case. */
export function surrogateChars(kind: EntityKind, chars: string, draws: Draws, isInternational: boolean): string {
  if ((kind === 'PHONE' || kind === 'FAX') && /^\d+$/.test(chars)) return phoneDigits(chars, draws, isInternational);
  const made = MADE.find(({ kinds, applies }) => (kinds === null || kinds.includes(kind)) && applies(chars));
  return made === undefined ? sameClasses(chars, draws) : made.make(chars, draws);
}

/** Leading zeros and the first digit's being none of them are kept: they belong to the form. */
export function sameClasses(chars: string, draws: Draws, letters = LETTERS): string {
  const zeros = /^0+$/.test(chars) ? 0 : (/^0*/.exec(chars)?.[0].length ?? 0);
  return Array.from(chars, (char, at) => {
    if (at < zeros) return char;
    if (/\d/.test(char)) return draws.character(at === zeros ? NON_ZERO : DIGITS);
    return draws.character(letters);
  }).join('');
}

/** The same for letters of either case; letters of other scripts become Latin ones. */
export function sameClassesInCase(surface: string, draws: Draws): string {
  const chars = Array.from(surface);
  const drawn = sameClasses(chars.map((char) => (/\p{N}/u.test(char) ? '1' : 'X')).join(''), draws);
  return chars
    .map((char, at) => (char === char.toUpperCase() ? drawn.charAt(at) : drawn.charAt(at).toLowerCase()))
    .join('');
}

/** The first `count` characters as they are, the rest of the same classes. */
const kept = (chars: string, count: number, draws: Draws): string =>
  chars.slice(0, count) +
  Array.from(chars.slice(count), (char) => draws.character(/\d/.test(char) ? DIGITS : LETTERS)).join('');

/** Sets the character at `place` so that the check holds. Throws RangeError where none does. */
function checked(chars: string, place: number, alphabet: string, holds: (chars: string) => boolean): string {
  for (const digit of alphabet) {
    const candidate = chars.slice(0, place) + digit + chars.slice(place + 1);
    if (holds(candidate)) return candidate;
  }
  throw new RangeError('no check digit makes the value valid');
}

function luhnChecked(chars: string, draws: Draws): string {
  return checked(sameClasses(chars, draws), chars.length - 1, DIGITS, luhn);
}

/** The issuer's network stays: it says how long the number is. */
function card(chars: string, draws: Draws): string {
  const network = /^(?:4|3[4-9]|5\d|6011|65|\d\d)/.exec(chars)?.[0].length ?? 1;
  return checked(kept(chars, network, draws), chars.length - 1, DIGITS, luhn);
}

/** Area numbers from 900 are never issued; groups under 50 are no taxpayer numbers either (SSA, IRS). */
function socialSecurityNumber(_chars: string, draws: Draws): string {
  const group = String(1 + draws.below(49)).padStart(2, '0');
  return `9${String(draws.below(100)).padStart(2, '0')}${group}${String(1 + draws.below(9999)).padStart(4, '0')}`;
}

function vehicle(chars: string, draws: Draws): string {
  const drawn = chars.slice(0, 1) + sameClasses(chars.slice(1), draws, VIN_LETTERS);
  return checked(drawn, 8, `${DIGITS}X`, vin);
}

/** The country stays. */
function bankAccount(chars: string, draws: Draws): string {
  const drawn = chars.slice(0, 4) + sameClasses(chars.slice(4), draws);
  for (let check = 2; check <= 98; check++) {
    const candidate = drawn.slice(0, 2) + String(check).padStart(2, '0') + drawn.slice(4);
    if (iban(candidate)) return candidate;
  }
  throw new RangeError('no check digits make the account number valid');
}

/** UDI in the syntax of GS1: (01) item, then dates (11, 17), lot (10) or serial number (21). */
function deviceIdentifier(chars: string, draws: Draws): string {
  let out = `01${checked(sameClasses(chars.slice(2, 16), draws), 13, DIGITS, gtin)}`;
  let at = 16;
  while (/^1[17]\d{6}/.test(chars.slice(at))) {
    const [month, day] = [1 + draws.below(12), 1 + draws.below(28)].map((part) => String(part).padStart(2, '0'));
    out += chars.slice(at, at + 2) + String(20 + draws.below(15)) + (month ?? '') + (day ?? '');
    at += 8;
  }
  const identifier = /^(?:10|21)/.exec(chars.slice(at))?.[0] ?? '';
  return out + identifier + sameClasses(chars.slice(at + identifier.length), draws);
}

/** An address that no maker has: the bit for locally administered addresses is set (IEEE 802). */
function hardwareAddress(chars: string, draws: Draws): string {
  return `02${Array.from(chars.slice(2), () => draws.character(DIGITS + HEX_LETTERS)).join('')}`;
}
