/** Digits, numbers, years and letters as people say them, to write a surrogate the way its value was said. */

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const ORDINALS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  );
const TENTHS = [
  '',
  '',
  'twentieth',
  'thirtieth',
  'fortieth',
  'fiftieth',
  'sixtieth',
  'seventieth',
  'eightieth',
  'ninetieth',
];
const NATO =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu'.split(
    ' ',
  );

/** Returns the word of one digit; `zero` is the word that the speaker says for 0. */
export const digitWord = (digit: string, zero: string): string =>
  digit === '0' ? zero : (DIGITS[Number(digit)] ?? '');

/** Returns the code word of a letter. */
export const natoWord = (letter: string): string => NATO[letter.toUpperCase().charCodeAt(0) - 65] ?? '';

/** Returns 0 to 99 in words; `joint` stands between tens and units. */
export function belowHundredWords(value: number, joint = ' '): string {
  if (value < 10) return DIGITS[value] ?? '';
  if (value < 20) return TEENS[value - 10] ?? '';
  const tens = TENS[Math.floor(value / 10)] ?? '';
  return value % 10 === 0 ? tens : `${tens}${joint}${DIGITS[value % 10] ?? ''}`;
}

/** Returns 1 to 99 as an ordinal in words. */
export function ordinalWords(value: number, joint = ' '): string {
  if (value < 20) return ORDINALS[value] ?? '';
  if (value % 10 === 0) return TENTHS[value / 10] ?? '';
  return `${TENS[Math.floor(value / 10)] ?? ''}${joint}${ORDINALS[value % 10] ?? ''}`;
}

/** Returns an ordinal in digits: 1st, 22nd, 13th. */
export function ordinalDigits(value: number): string {
  const [tens, units] = [value % 100, value % 10];
  const isTeen = tens >= 11 && tens <= 13;
  return `${value}${isTeen ? 'th' : units === 1 ? 'st' : units === 2 ? 'nd' : units === 3 ? 'rd' : 'th'}`;
}

/** Returns a year from 1800 to 2099 as it is said. */
export function yearWords(year: number): string {
  const [century, rest] = [Math.floor(year / 100), year % 100];
  if (century === 20 && rest < 10) return rest === 0 ? 'two thousand' : `two thousand ${belowHundredWords(rest)}`;
  const said = belowHundredWords(century);
  if (rest === 0) return `${said} hundred`;
  return `${said} ${rest < 10 ? `oh ${belowHundredWords(rest)}` : belowHundredWords(rest)}`;
}

/** Gives `text` the case of `model`: all capitals, capitalised words, or as it is. */
export function inCaseOf(model: string, text: string): string {
  const letters = model.replace(/[^\p{L}]/gu, '');
  if (letters.length > 1 && letters === letters.toUpperCase() && letters !== letters.toLowerCase())
    return text.toUpperCase();
  const first = letters.charAt(0);
  return first !== '' && first !== first.toLowerCase() ? capitalised(text) : text;
}

/** Capitalises each word. */
export function capitalised(text: string): string {
  return text.replace(/(^|[ '-])(\p{Ll})/gu, (_match, before: string, letter: string) => before + letter.toUpperCase());
}
