/** Check digits, so that made-up numbers look as real ones do. */

/** The digit that makes `body` plus itself pass the Luhn test (ISO/IEC 7812-1). */
export function luhnDigit(body: string): string {
  const sum = Array.from(body).reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

/** A routing number from its first eight digits (ABA: weights 3, 7, 1). */
export function routingNumber(first8: string): string {
  const sum = Array.from(first8).reduce((total, digit, index) => total + Number(digit) * ([3, 7, 1][index % 3] ?? 0), 0);
  return `${first8}${(10 - (sum % 10)) % 10}`;
}

/** An IBAN from its country and its account part (ISO 13616: mod 97). */
export function iban(country: string, account: string): string {
  const digits = Array.from(`${account}${country}00`, (char) => String(Number.parseInt(char, 36))).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`;
}

const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_VALUES = new Map(Array.from('ABCDEFGHJKLMNPRSTUVWXYZ').map((letter, index) => [letter, [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9][index] ?? 0]));

/** A VIN with its ninth character put right (49 CFR 565.15). */
export function vin(characters: string): string {
  const sum = Array.from(characters).reduce((total, char, index) => total + (VIN_VALUES.get(char) ?? Number(char)) * (VIN_WEIGHTS[index] ?? 0), 0);
  const check = sum % 11 === 10 ? 'X' : String(sum % 11);
  return `${characters.slice(0, 8)}${check}${characters.slice(9)}`;
}
