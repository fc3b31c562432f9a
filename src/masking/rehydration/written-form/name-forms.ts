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
  const last = said.at(-1) ?? '';
  const isSaid = last.replace(/[^\p{L}]/gu, '').toUpperCase() === spelled.chars;
  // Speech that was written without capitals says nothing of them.
  const form = isSaid && last !== last.toLowerCase() ? said : [...(isSaid ? said.slice(0, -1) : said), name];
  return { spoken: true, asked: null, forms: [form.join(' ')] };
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
