/**
 * What each word says, however it is written or spoken: "Kowalczyk", "kowalczyk" and "k o w a l c z y k" say the same, and
 * so do "(415) 555-0132", "4155550132" and "four one five, double five five, oh one three two". Values are found again by
 * what they say, so that one index holds all the forms of a value.
 */
import { isPhonetic, readLetter } from '../spoken/alphabet.ts';
import { DIGIT_WORDS, FILLERS, readBelowHundred, REPEAT_WORDS, TEEN_WORDS, TENS_WORDS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

/** What one word says. */
export interface Meaning {
  /** Lower-case letters without accents and apostrophes, or digits; empty for a word that says nothing by itself. */
  readonly chars: string;
  /** The letter that a code word of the NATO alphabet may stand for, beside digits and other code words; else empty. */
  readonly letter: string;
  /** A word of two letters and more that stands for itself: not a digit, not a single letter. */
  readonly isWord: boolean;
  /** The digit that "forty" begins with, where "forty two" may have been cut behind it; else empty. */
  readonly begins: string;
  /** Fillers, and the joints of e-mail addresses ("dot"): what is said goes on over them, unless they belong to a value. */
  readonly skippable: boolean;
}

const SILENT: Meaning = { chars: '', letter: '', begins: '', isWord: false, skippable: true };
const JOINTS: ReadonlySet<string> = new Set(['dot', 'underscore', 'dash', 'hyphen', 'period', 'plus', 'at']);

/** The meaning of each word, in order. Linear: a word looks at most four words around itself. */
export function meaningsOf(words: readonly Word[]): readonly Meaning[] {
  const meanings: Meaning[] = [];
  let times = 1;
  for (let at = 0; at < words.length; at = meanings.length) {
    const letter = words[at]?.type === 'letters' ? readLetter(words, at) : null;
    const word = words[at];
    if (word === undefined) break;
    if (REPEAT_WORDS.has(word.lower) && (isDigit(words[at + 1]) || words[at + 1]?.text.length === 1)) {
      times = REPEAT_WORDS.get(word.lower) ?? 1;
      meanings.push(SILENT);
      continue;
    }
    const meaning = meaningOf(words, at, meanings);
    meanings.push(
      times > 1 && meaning.chars.length === 1 ? { ...meaning, chars: meaning.chars.repeat(times) } : meaning,
    );
    times = 1;
    // "b as in boy": the explanation says nothing new.
    for (let explained = at + 1; explained < (letter?.next ?? 0); explained++) meanings.push(SILENT);
  }
  return meanings;
}

function meaningOf(words: readonly Word[], at: number, before: readonly Meaning[]): Meaning {
  const word = words[at];
  if (word === undefined) return SILENT;
  const { type, lower } = word;
  if (type === 'mark') return word.text < '\x80' ? SILENT : says(word.text);
  if (type === 'digits') return says(word.text);
  if (type === 'ordinal') return { chars: lower, letter: '', begins: '', isWord: true, skippable: false };
  if (lower === "'s" || isRayOfLetter(words, at)) return SILENT;
  const hundreds = lower === 'hundred' ? hundredsBefore(words, at, before) : null;
  if (hundreds !== null) return hundreds;
  const spoken = spokenDigits(words, at, before);
  if (spoken !== null) return says(spoken, TENS_WORDS.has(lower) ? spoken.charAt(0) : '');
  const chars = shortened(plainLetters(lower));
  const coded = isPhonetic(lower) && (isCoded(words[at - 1]) || isCoded(words[at + 1]));
  return {
    chars,
    letter: coded ? chars.charAt(0) : '',
    begins: '',
    isWord: chars.length > 1,
    skippable: ((FILLERS.has(lower) || JOINTS.has(lower)) && !isPartOfCode(words, at)) || joinsDigits(words, at),
  };
}

/** The "ray" of "x-ray", the code word for the letter before it, beside another code word, a letter or a digit. */
function isRayOfLetter(words: readonly Word[], at: number): boolean {
  const [x, hyphen, next] = [words[at - 2], words[at - 1], words[at + 1]];
  if (words[at]?.lower !== 'ray' || x?.lower !== 'x' || hyphen?.text !== '-' || !hyphen.glued) return false;
  return isCoded(next) || isCoded(words[at - 3]) || isCoded(words[at + 2]);
}

/** "four one two, and then six eight": between the groups of a number. */
function joinsDigits(words: readonly Word[], at: number): boolean {
  if (words[at]?.lower !== 'and') return false;
  const before = words[at - 1]?.type === 'mark' ? words[at - 2] : words[at - 1];
  const next = words[at + 1]?.lower === 'then' ? at + 2 : at + 1;
  const after = REPEAT_WORDS.has(words[next]?.lower ?? '') ? words[next + 1] : words[next];
  return (isDigit(before) || before?.lower === 'hundred') && isDigit(after);
}

/** Whether letters or digits go on right before the word or behind it: the "at" of "k54at" joins nothing. */
function isPartOfCode(words: readonly Word[], at: number): boolean {
  const [before, word, after] = [words[at - 1], words[at], words[at + 1]];
  const goesOn = (part: Word | undefined): boolean => part !== undefined && part.type !== 'mark';
  return (word?.glued === true && goesOn(before)) || (after?.glued === true && goesOn(after));
}

const says = (chars: string, begins = ''): Meaning => ({
  chars: shortened(chars),
  letter: '',
  begins,
  isWord: false,
  skippable: false,
});

/** Characters of one word that are compared one by one. */
const LONGEST_WORD = 256;

/**
 * A word of many characters, by its first ones and its last, and by a hash of it all: values are compared character by
 * character, and one that is as long as the request would take as many steps wherever it is looked for.
 */
function shortened(chars: string): string {
  if (chars.length <= LONGEST_WORD) return chars;
  let [first, second] = [0x811c9dc5, 0x9dc5811c];
  for (let at = 0; at < chars.length; at += 1) {
    const code = chars.charCodeAt(at);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b);
  }
  const half = LONGEST_WORD / 2;
  const hash = [first, second].map((part) =>
    String.fromCharCode(0xe000 + (part & 0xfff), 0xe000 + ((part >>> 12) & 0xfff)),
  );
  return `${chars.slice(0, half)}${hash.join('')}${chars.slice(-half)}`;
}

function spokenDigits(words: readonly Word[], at: number, before: readonly Meaning[]): string | null {
  const lower = words[at]?.lower ?? '';
  if (lower === 'o') return isDigit(words[at + 1]) || /\d$/.test(before.at(-1)?.chars ?? '') ? '0' : null;
  const digit = DIGIT_WORDS.get(lower) ?? TEEN_WORDS.get(lower);
  if (digit !== undefined) return String(digit);
  const tens = TENS_WORDS.get(lower);
  // "forty two" and "forty-two" say 4 and 2, "forty" alone says 40.
  if (tens !== undefined) return unitFollows(words, at) ? String(tens / 10) : String(tens);
  const scale = lower === 'hundred' ? '00' : lower === 'thousand' ? '000' : null;
  return scale !== null && /^\d+$/.test(before.at(-1)?.chars ?? '') ? scale : null;
}

/**
 * The "hundred" of "five hundred three, five ...", which says 503, and of "five hundred fifty-five, zero ...": the groups of
 * a number. Null for any other hundred.
 */
function hundredsBefore(words: readonly Word[], at: number, before: readonly Meaning[]): Meaning | null {
  if (!/^[1-9]$/.test(before.at(-1)?.chars ?? '')) return null;
  const from = words[at + 1]?.lower === 'and' ? at + 2 : at + 1;
  if (words[from]?.type !== 'letters' || words[from].newLine) return null;
  const rest = readBelowHundred(words, from);
  if (rest === null || rest.value === 0) return null;
  // Said alone, "four hundred thirty" is an amount.
  if (!/^[,.-]$/.test(words[rest.next]?.text ?? '') || !isDigit(words[rest.next + 1])) return null;
  return rest.value < 10 ? says('0') : SILENT;
}

function isCoded(word: Word | undefined): boolean {
  return word !== undefined && (isDigit(word) || isPhonetic(word.lower));
}

function unitFollows(words: readonly Word[], at: number): boolean {
  const next = words[at + 1]?.text === '-' ? words[at + 2] : words[at + 1];
  return (DIGIT_WORDS.get(next?.lower ?? '') ?? 0) > 0 && next?.newLine === false;
}

function isDigit(word: Word | undefined): boolean {
  return (
    word !== undefined &&
    (word.type === 'digits' || DIGIT_WORDS.has(word.lower) || TEEN_WORDS.has(word.lower) || TENS_WORDS.has(word.lower))
  );
}

const PLAIN = /^[a-z]+$/;
// eslint-disable-next-line no-control-regex -- ASCII as a whole is meant
const ASCII = /^[\x00-\x7f]*$/;

function plainLetters(lower: string): string {
  // Few words have an apostrophe or an accent.
  if (PLAIN.test(lower)) return lower;
  const bare = lower.replaceAll("'", '');
  return ASCII.test(bare) ? bare : bare.normalize('NFD').replace(/\p{M}+/gu, '') || bare;
}
