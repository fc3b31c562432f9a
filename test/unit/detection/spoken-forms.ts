/** Says characters as callers do, one by one: "a as in apple", "double five", "oh". For tests that generate values. */

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const EXAMPLES =
  'apple boy cat dog edward frank george harry ida john king larry mary nancy oscar peter queen robert sam tom uncle victor william xray young zebra'.split(
    ' ',
  );

/** How a value is said. */
export interface Manner {
  readonly oh: boolean;
  readonly doubles: boolean;
  readonly explained: boolean;
  /** Said between every third character and the next. */
  readonly filler: string;
}

/** The characters of the value, said in this manner; marks and spaces are not said. */
export function say(value: string, { oh, doubles, explained, filler }: Manner): string {
  const characters = value.replace(/[^A-Za-z0-9]/g, '');
  const words: string[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters.charAt(at);
    if (filler !== '' && at > 0 && at % 3 === 0) words.push(filler);
    const twice = doubles && /\d/.test(character) && characters.charAt(at + 1) === character;
    if (twice) at++;
    words.push(...(twice ? ['double'] : []), sayCharacter(character, oh, explained));
  }
  return words.join(' ');
}

function sayCharacter(character: string, oh: boolean, explained: boolean): string {
  if (character === '0') return oh ? 'oh' : 'zero';
  if (/\d/.test(character)) return DIGITS[Number(character)] ?? '';
  const letter = character.toLowerCase();
  return explained ? `${letter} as in ${EXAMPLES[letter.charCodeAt(0) - 97] ?? letter}` : letter;
}
