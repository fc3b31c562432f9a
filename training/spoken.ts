import type { Random } from './random.ts';

/** Numbers as people say them to a clerk, and as speech engines write them down. */

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
  'eleventh',
  'twelfth',
  'thirteenth',
  'fourteenth',
  'fifteenth',
  'sixteenth',
  'seventeenth',
  'eighteenth',
  'nineteenth',
];
const PHONETIC =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu'.split(
    ' ',
  );
const HOMELY =
  'apple boy cat dog edward frank george harry igloo jack king larry mary nancy ocean peter queen robert sam tom umbrella victor william xylophone yellow zebra'.split(
    ' ',
  );

/** 0 to 99. */
export function belowHundred(n: number): string {
  if (n < 10) return DIGITS[n] ?? '';
  if (n < 20) return TEENS[n - 10] ?? '';
  return (TENS[Math.floor(n / 10)] ?? '') + (n % 10 ? ` ${DIGITS[n % 10] ?? ''}` : '');
}

/** 0 to 9999, as a quantity. */
export function cardinal(n: number, random: Random): string {
  if (n < 100) return belowHundred(n);
  const and = random.chance(0.4) ? ' and ' : ' ';
  if (n < 1000) return `${DIGITS[Math.floor(n / 100)] ?? ''} hundred${n % 100 ? and + belowHundred(n % 100) : ''}`;
  return `${belowHundred(Math.floor(n / 1000))} thousand${n % 1000 ? ` ${cardinal(n % 1000, random)}` : ''}`;
}

/** 1 to 31. */
export function ordinal(n: number): string {
  if (n < 20) return ORDINALS[n] ?? '';
  if (n % 10 === 0) return n === 20 ? 'twentieth' : 'thirtieth';
  return `${TENS[Math.floor(n / 10)] ?? ''} ${ORDINALS[n % 10] ?? ''}`;
}

/** How a speaker reads digits out: chosen once a value. */
export interface DigitManner {
  readonly pairs: number;
  readonly doubles: number;
  readonly hundreds: number;
  readonly oh: boolean;
  readonly fillers: number;
}

export function digitManner(random: Random): DigitManner {
  return {
    pairs: random.chance(0.3) ? random.next() : 0,
    doubles: random.chance(0.3) ? 0.8 : 0,
    hundreds: random.chance(0.12) ? 0.7 : 0,
    oh: random.chance(0.5),
    fillers: random.chance(0.15) ? 0.15 : 0,
  };
}

/** Digits read out. */
export function sayDigits(digits: string, random: Random, manner = digitManner(random)): string {
  const said: string[] = [];
  const say = (digit: string): string => (digit === '0' ? (manner.oh ? 'oh' : 'zero') : (DIGITS[Number(digit)] ?? ''));
  for (let at = 0; at < digits.length;) {
    const [a, b, c] = [digits.charAt(at), digits.charAt(at + 1), digits.charAt(at + 2)];
    if (a !== '0' && b === '0' && c === '0' && random.chance(manner.hundreds)) {
      said.push(`${say(a)} hundred`);
      at += 3;
    } else if (a === b && a === c && b !== '' && random.chance(manner.doubles * 0.5)) {
      said.push(`${random.chance(0.8) ? 'triple' : 'treble'} ${say(a)}`);
      at += 3;
    } else if (a === b && random.chance(manner.doubles)) {
      said.push(`double ${say(a)}`);
      at += 2;
    } else if (b !== '' && a !== '0' && random.chance(manner.pairs)) {
      said.push(belowHundred(Number(a + b)));
      at += 2;
    } else {
      said.push(say(a));
      at += 1;
    }
    if (at < digits.length && random.chance(manner.fillers))
      said.push(random.pick(['uh', 'um', 'then', 'and then', 'dash']));
  }
  return said.join(' ');
}

/** Letters read out: plain, or "m as in mary". */
export function sayLetters(letters: string, random: Random): string {
  const style = random.next();
  const as = style < 0.7 ? 0 : style < 0.85 ? 0.4 : 1;
  const link = random.pick(['as in', 'as in', 'for', 'like']);
  const said: string[] = [];
  const lower = letters.toLowerCase();
  for (let at = 0; at < lower.length; at++) {
    const letter = lower.charAt(at);
    if (letter < 'a' || letter > 'z') {
      if (letter === '-') said.push('hyphen');
      continue;
    }
    const index = letter.charCodeAt(0) - 97;
    if (as < 1 && letter === lower.charAt(at + 1) && random.chance(0.25)) {
      said.push(`double ${letter}`);
      at++;
    } else if (random.chance(as))
      said.push(`${letter} ${link} ${random.chance(0.5) ? (HOMELY[index] ?? '') : (PHONETIC[index] ?? '')}`);
    else said.push(letter);
  }
  return said.join(' ');
}

/** Letters and digits read out one after another. */
export function sayCode(code: string, random: Random): string {
  const manner = digitManner(random);
  const parts = code.match(/\d+|[a-z]+|-/gi) ?? [];
  return parts
    .map((part) =>
      /\d/.test(part)
        ? sayDigits(part, random, manner)
        : part === '-'
          ? random.pick(['dash', 'dash', ''])
          : sayLetters(part, random),
    )
    .filter((part) => part !== '')
    .join(' ');
}

/** A year from 1900 on. */
export function sayYear(year: number, random: Random): string {
  const [high, low] = [Math.floor(year / 100), year % 100];
  if (year >= 2000 && year < 2010)
    return `two thousand${low ? `${random.chance(0.3) ? ' and' : ''} ${belowHundred(low)}` : ''}`;
  if (year >= 2010 && random.chance(0.25)) return `two thousand ${belowHundred(low)}`;
  if (low === 0) return `${belowHundred(high)} hundred`;
  return `${belowHundred(high)} ${low < 10 ? `oh ${belowHundred(low)}` : belowHundred(low)}`;
}
