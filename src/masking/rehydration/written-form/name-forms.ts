/** The way in which a name that was spelled is written. Pure. */
import { foldText } from '../../../detection/folding.ts';
import { NONE, readSaid, type WrittenForms } from './said.ts';

/** Marks that are spelled with a name, and what they are in it. */
const MARKS: Readonly<Record<string, string>> = { apostrophe: "'", hyphen: '-', dash: '-', space: ' ' };
const SPELLED_MARK = /\b(apostrophe|hyphen|dash|space)\b/i;

/**
 * "Q-U-I-N-T-A-N-I-L-L-A", "O apostrophe B R I E N", and a name that is said before it is spelled: then the way in which it
 * was written down there counts.
 */
export function nameForms(value: string): WrittenForms {
  const { words, codes } = readSaid(value);
  const spelled = codes.at(-1);
  if (spelled === undefined || !/^[A-Z]{2,}$/.test(spelled.chars) || spelled.last !== words.length - 1) return NONE;
  const letters = words.slice(spelled.first, spelled.last + 1).filter(({ type }) => type === 'letters');
  if (letters.length < spelled.chars.length) return NONE;
  const text = foldText(value).text;
  const start = words[spelled.first]?.start ?? 0;
  const name = spelledName(text.slice(start), spelled.chars);
  const said = text
    .slice(0, start)
    .split(/[\s,;:]/)
    .filter((word) => /\p{L}/u.test(word));
  const count = wordsSpelled(said, spelled.chars);
  const again = said.slice(said.length - count);
  const before = said.slice(0, said.length - count);
  if (isUnclear(before, count === 0 ? spelled.chars : '')) return NONE;
  // Speech that was written without capitals says nothing of them.
  const isWritten = again.some((word) => word !== word.toLowerCase());
  const form = isWritten && !again.some((word) => SPELLED_MARK.test(word)) ? said : [...before, name];
  return { spoken: true, asked: null, forms: [form.join(' ')] };
}

/** The letters of a word in their plain spelling: "José" is spelled J-O-S-E. */
function plainLetters(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase();
}

/** How many of the last words are the name that is spelled behind them: two of "Van Dyke V A N D Y K E". */
function wordsSpelled(said: readonly string[], chars: string): number {
  let letters = '';
  for (let count = 1; count <= said.length && letters.length < chars.length; count++) {
    const word = said.at(-count) ?? '';
    if (!SPELLED_MARK.test(word)) letters = plainLetters(word) + letters;
    if (letters === chars) return count;
  }
  return 0;
}

/** Words that are said of a name. */
const SAID_OF_NAME = /^(?:with|is|it's|that|that's|spelled|spelt|spelling|name|first|last|capital|as|in|like)$/i;
/** Letters that misheard names have in common with those that are spelled. */
const ALIKE = 0.6;

/** Whether the words are more than the names in front of the spelled one, or it may be the right spelling of the last. */
function isUnclear(before: readonly string[], chars: string): boolean {
  const isSpelled = before.some((word, at) => plainLetters(word).length === 1 && before[at + 1]?.length === 1);
  if (isSpelled || before.some((word) => SAID_OF_NAME.test(word) || SPELLED_MARK.test(word))) return true;
  const last = plainLetters(before.at(-1) ?? '');
  return last !== '' && chars !== '' && commonLetters(last, chars) >= ALIKE * Math.max(last.length, chars.length);
}

/** Letters that both words have in the same place, counted from the beginning and from the end. */
function commonLetters(one: string, other: string): number {
  const shortest = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < shortest && one[begin] === other[begin]) begin++;
  let end = 0;
  while (begin + end < shortest && one.at(-1 - end) === other.at(-1 - end)) end++;
  return begin + end;
}

/** The spelled letters with the marks that were spelled among them; a capital begins each part. */
function spelledName(text: string, chars: string): string {
  const pieces = text.split(SPELLED_MARK);
  const parts = pieces.map((piece, at) =>
    at % 2 === 1 ? (MARKS[piece.toLowerCase()] ?? '') : capitalised(lettersOf(piece)),
  );
  const isWhole =
    parts
      .filter((_, at) => at % 2 === 0)
      .join('')
      .toUpperCase() === chars;
  return isWhole ? parts.join('') : capitalised(chars);
}

/** The letters of a part. "L A" by itself reads like the end of a sentence, not like a code. */
function lettersOf(part: string): string {
  const words = part.trim().split(/\s+/);
  return words.every((word) => /^\p{L}$/u.test(word)) ? words.join('') : readSaid(part).chars;
}

function capitalised(letters: string): string {
  return letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase();
}
