import type { Random } from './random.ts';

/** Cuts digits into groups of the given sizes; what is left over is cut off. */
export function digitGroups(digits: string, sizes: readonly number[]): string[] {
  let at = 0;
  return sizes.map((size) => digits.slice(at, (at += size))).filter((group) => group !== '');
}

const BASE_34 = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789';
const MBI_LETTERS = 'ACDEFGHJKMNPQRTUVWXY';

const some = (random: Random, alphabet: string): string => alphabet.charAt(random.int(0, alphabet.length - 1));

/** Identifiers with the grammar and, where the tagger could learn from it, the check digit of the real ones. */
export const withCheckDigits = {
  /** 15 or 16 digits, Luhn. */
  card(random: Random): string {
    const kind = random.next();
    const body =
      kind < 0.55
        ? `4${random.digits(14)}`
        : kind < 0.85
          ? `5${random.digits(1, '12345')}${random.digits(13)}`
          : kind < 0.93
            ? `6011${random.digits(11)}`
            : `3${random.pick(['4', '7'])}${random.digits(12)}`;
    return body + luhnDigit(body);
  },
  /** 10 digits, Luhn over 80840 and the number. */
  npi(random: Random): string {
    const body = random.digits(9, '12');
    return body + luhnDigit(`80840${body}`);
  },
  imei(random: Random): string {
    const body = random.digits(14, '0123456789');
    return body + luhnDigit(body);
  },
  /** ABA: 3, 7, 1 weights. */
  routing(random: Random): string {
    const body = random.digits(8, '0123');
    const sum = Array.from(body).reduce((total, digit, at) => total + Number(digit) * ([3, 7, 1][at % 3] ?? 1), 0);
    return body + String((10 - (sum % 10)) % 10);
  },
  iban(random: Random): string {
    const [country, length] = random.pick([
      ['DE', 18],
      ['GB', 0],
      ['FR', 23],
      ['ES', 20],
      ['NL', 0],
      ['IT', 0],
    ] as const);
    const rest =
      length > 0 ? random.digits(length) : random.letters(4).toUpperCase() + random.digits(country === 'GB' ? 14 : 10);
    const iban = `${country}${random.digits(2)}${rest}`;
    return random.chance(0.5) ? (iban.match(/.{1,4}/g) ?? [iban]).join(' ') : iban;
  },
  /** Medicare beneficiary identifier: 1EG4-TE5-MK73. */
  mbi(random: Random): string {
    const letter = (): string => some(random, MBI_LETTERS);
    const mbi = `${random.digits(1, '123456789')}${letter()}${random.digits(2)}${letter()}${random.digits(2)}${letter()}${letter()}${random.digits(2)}`;
    return random.chance(0.5) ? `${mbi.slice(0, 4)}-${mbi.slice(4, 7)}-${mbi.slice(7)}` : mbi;
  },
  dea(random: Random): string {
    const body = random.digits(6);
    const [a, b, c, d, e, f] = Array.from(body, Number);
    const check = ((a ?? 0) + (c ?? 0) + (e ?? 0) + 2 * ((b ?? 0) + (d ?? 0) + (f ?? 0))) % 10;
    return random.pick(['A', 'B', 'F', 'M']) + random.letters(1).toUpperCase() + body + String(check);
  },
  vin(random: Random): string {
    let vin = random.pick(['1', '2', '3', '4', '5', 'J', 'K', 'W']);
    while (vin.length < 11) vin += some(random, BASE_34);
    return vin + random.digits(6);
  },
};

function luhnDigit(body: string): string {
  let sum = 0;
  Array.from(body)
    .reverse()
    .forEach((digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
  return String((10 - (sum % 10)) % 10);
}
