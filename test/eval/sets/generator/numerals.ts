/** How people say digits, letters and numbers into a telephone. */
import type { Random } from './random.ts';

const ONES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'] as const;
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;
const ORDINALS = [
  '', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth', 'eighteenth', 'nineteenth',
  'twentieth', 'twenty first', 'twenty second', 'twenty third', 'twenty fourth', 'twenty fifth', 'twenty sixth', 'twenty seventh', 'twenty eighth', 'twenty ninth', 'thirtieth', 'thirty first',
] as const;

/** A whole number from 0 to 999,999: `forty two`, `one hundred ninety two`, `four thousand one hundred eighteen`. */
export function cardinal(value: number): string {
  if (value >= 1000) return [cardinal(Math.floor(value / 1000)), 'thousand', value % 1000 === 0 ? '' : cardinal(value % 1000)].join(' ').trim();
  if (value >= 100) return [cardinal(Math.floor(value / 100)), 'hundred', value % 100 === 0 ? '' : cardinal(value % 100)].join(' ').trim();
  if (value < 20) return ONES[value] ?? '';
  return [TENS[Math.floor(value / 10)] ?? '', value % 10 === 0 ? '' : cardinal(value % 10)].join(' ').trim();
}

/** A day of the month or a floor, 1 to 31: `twenty first`. */
export function ordinal(value: number): string {
  return ORDINALS[value] ?? '';
}

/** The same in digits: `21st`. */
export function ordinalDigits(value: number): string {
  const isTeen = Math.floor(value / 10) === 1;
  return `${value}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10]) ?? 'th'}`;
}

/** A year from 1900 to 2099 as it is said: `nineteen eighty two`, `nineteen oh five`, `two thousand nine`, `twenty twenty four`. */
export function yearWords(year: number): string {
  const low = year % 100;
  if (year >= 2000 && year < 2010) return cardinal(year);
  const head = cardinal(Math.floor(year / 100));
  if (low === 0) return `${head} hundred`;
  return low < 10 ? `${head} oh ${cardinal(low)}` : `${head} ${cardinal(low)}`;
}

/** How somebody says a run of digits, kept through one value. */
export interface DigitManner {
  /** `each`: four two. `runs`: double four, triple two. `pairs`: forty two. */
  readonly grouping: 'each' | 'runs' | 'pairs';
  readonly zero: 'zero' | 'oh';
  /** Says 800 as `eight hundred` and 1200 as `twelve hundred`. */
  readonly hundreds: boolean;
}

export function digitManner(random: Random): DigitManner {
  return { grouping: random.pick(['each', 'each', 'each', 'runs', 'runs', 'pairs', 'pairs']), zero: random.pick(['zero', 'oh']), hundreds: random.chance(0.6) };
}

function oneDigit(digit: string, { zero }: DigitManner): string {
  return digit === '0' ? zero : cardinal(Number(digit));
}

function inRuns(digits: string, manner: DigitManner): string {
  return (digits.match(/(\d)\1{0,2}/g) ?? []).map((run) => {
    const word = oneDigit(run.charAt(0), manner);
    return run.length === 1 ? word : `${run.length === 2 ? 'double' : 'triple'} ${word}`;
  }).join(' ');
}

function inPairs(digits: string, manner: DigitManner): string {
  const odd = digits.length % 2 === 1 ? [oneDigit(digits.charAt(0), manner)] : [];
  const pairs = (digits.slice(odd.length).match(/\d\d/g) ?? []).map((pair) => (pair.startsWith('0') ? Array.from(pair, (digit) => oneDigit(digit, manner)).join(' ') : cardinal(Number(pair))));
  return [...odd, ...pairs].join(' ');
}

/** One group of digits, said in one go. */
export function groupWords(digits: string, manner: DigitManner): string {
  if (manner.hundreds && /^[1-9]00$/.test(digits)) return `${cardinal(Number(digits) / 100)} hundred`;
  if (manner.hundreds && /^[1-9][1-9]00$/.test(digits)) return `${cardinal(Number(digits) / 100)} hundred`;
  if (manner.hundreds && /^[1-9]000$/.test(digits)) return `${cardinal(Number(digits) / 1000)} thousand`;
  if (manner.grouping === 'runs') return inRuns(digits, manner);
  if (manner.grouping === 'pairs') return inPairs(digits, manner);
  return Array.from(digits, (digit) => oneDigit(digit, manner)).join(' ');
}

const EXAMPLES = 'apple boy cat dog edward frank george henry ida john king lucy mary nancy oscar peter queen robert sam tom union victor william xray yellow zebra'.split(' ');
const RADIO = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu'.split(' ');

/** How somebody says letters: by name, by the radio alphabet, or now and then with an example word. */
export type LetterManner = 'plain' | 'radio' | 'examples';

export function letterManner(random: Random): LetterManner {
  return random.pick(['plain', 'plain', 'plain', 'examples', 'radio']);
}

function letterWords(letter: string, manner: LetterManner, random: Random): string {
  const lower = letter.toLowerCase();
  const index = lower.charCodeAt(0) - 97;
  if (manner === 'radio') return RADIO[index] ?? lower;
  if (manner === 'examples' && random.chance(0.4)) return `${lower} ${random.pick(['as in', 'as in', 'for', 'like'])} ${EXAMPLES[index] ?? lower}`;
  return lower;
}

/** A word spelled letter by letter: `s m i t h`, `s as in sam m i t h`. Characters that are no ASCII letters are left out. */
export function spelled(word: string, manner: LetterManner, random: Random): string {
  return Array.from(word).filter((letter) => /[a-z]/i.test(letter)).map((letter) => letterWords(letter, manner, random)).join(' ');
}

/** A code of letters and digits: `k l m four four oh one`. A hyphen is said (`dash`) half of the time. */
export function codeWords(code: string, random: Random): string {
  const digits = digitManner(random);
  const letters = letterManner(random);
  const dash = random.pick(['dash', '']);
  return (code.match(/\d+|[A-Za-z]+|-/g) ?? []).map((part) => {
    if (part === '-') return dash;
    return /\d/.test(part) ? groupWords(part, digits) : spelled(part, letters, random);
  }).filter((part) => part !== '').join(' ');
}
