/** Telephone numbers that are kept free for fiction, in the country and area of the value. */
import type { Draws } from './draws.ts';

/** By country code: the beginning of numbers that nobody has, by the length of the national number. X is any digit. */
const FICTION: readonly { readonly country: string; readonly numbers: readonly string[] }[] = [
  // Ofcom, numbers for drama.
  { country: '44', numbers: ['2079460XXX', '7700900XXX', '1632960XXX', '8081570XXX'] },
  // ACMA, numbers for fictional use.
  { country: '61', numbers: ['255501XXX', '491570XXX', '355501XXX', '755501XXX', '855501XXX'] },
  // Arcep, numbers for audiovisual works.
  { country: '33', numbers: ['19900XXXX', '63998XXXX', '26191XXXX', '35301XXXX', '46571XXXX', '53649XXXX'] },
];

const DIGITS = '0123456789';

/** Returns as many digits. `isInternational`: they begin with a country code. */
export function phoneDigits(digits: string, draws: Draws, isInternational: boolean): string {
  const abroad = isInternational ? fictional(digits, draws) : null;
  if (abroad !== null) return abroad;
  const national = digits.length === 11 && digits.startsWith('1') ? 1 : 0;
  if (isInternational && national === 0) return foreign(digits, draws);
  const own = digits.slice(national, national + 10);
  const extension = any(digits.slice(national + 10).length, draws);
  if (/^[2-9]/.test(own) && own.length === 10)
    return digits.slice(0, national) + own.slice(0, 3) + local(draws) + extension;
  if (digits.length === 7) return local(draws);
  return digits.length > 4 ? foreign(digits, draws) : any(digits.length, draws);
}

/**
 * 555-01XX is for fiction (NANPA). The rest of 555 has no subscribers, but 1212 is directory assistance: it is taken once in
 * eight draws, so that a text with more than a hundred numbers of one area has enough.
 */
function local(draws: Draws): string {
  if (draws.below(8) < 7) return `55501${any(2, draws)}`;
  const line = any(4, draws);
  return `555${line === '1212' ? '1213' : line}`;
}

function fictional(digits: string, draws: Draws): string | null {
  const found = FICTION.find(({ country }) => digits.startsWith(country));
  if (found === undefined) return null;
  const national = digits.slice(found.country.length);
  const fitting = found.numbers.filter((number) => number.length === national.length);
  if (fitting.length === 0) return null;
  const sameArea = fitting.filter((number) => number.startsWith(national.slice(0, 1)));
  const number = draws.pick(sameArea.length > 0 ? sameArea : fitting);
  return found.country + number.replace(/X/g, () => draws.character(DIGITS));
}

/** The country and the beginning of the area stay; where no numbers are kept free, all the rest is drawn. */
function foreign(digits: string, draws: Draws): string {
  const kept = Math.min(3, digits.length - 4);
  return digits.slice(0, kept) + any(digits.length - kept, draws);
}

const any = (count: number, draws: Draws): string =>
  Array.from({ length: count }, () => draws.character(DIGITS)).join('');
