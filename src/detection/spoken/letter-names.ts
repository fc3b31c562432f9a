/**
 * Letters by their names, as speech engines write what is spelled: "kay are tee five five", "aay bee see dee". A name alone
 * is a word; a row of names, letters and digits is read out letter by letter.
 */

import type { Word } from '../words.ts';

/** Names that are hardly words of their own. */
const SURE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ay: 'A', aay: 'A', bee: 'B', cee: 'C', dee: 'D', ee: 'E', eff: 'F', gee: 'G', aitch: 'H', haitch: 'H', jay: 'J', kay: 'K',
    ell: 'L', em: 'M', en: 'N', pee: 'P', cue: 'Q', ess: 'S', tee: 'T', vee: 'V', wye: 'Y', zee: 'Z', zed: 'Z',
  }),
); // prettier-ignore
/** Names that are words of everyday speech. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    be: 'B', see: 'C', sea: 'C', eye: 'I', el: 'L', queue: 'Q', are: 'R', ar: 'R', tea: 'T', you: 'U', yu: 'U', ex: 'X', why: 'Y',
  }),
); // prettier-ignore
/** Sure names that are also given names or exclamations: at the end of a row they may be either. */
const NOT_LAST: ReadonlySet<string> = new Set(['jay', 'kay', 'dee', 'em', 'gee', 'ell']);

/** Items of the shortest row, and the most that are looked at. */
const ROW = 4;
/** Items after which a name that is an exclamation as well belongs to the row. */
const LONG_ROW = 5;
const MAX_ROW = 8;

/** All names, for the table of word classes. */
export const LETTER_NAMES: readonly string[] = [...SURE.keys(), ...WORDS.keys()];

/** The letter of a name; null for any other word. */
export function letterOfName(lower: string): string | null {
  return SURE.get(lower) ?? WORDS.get(lower) ?? null;
}

/** What a row holds from one word on. */
interface Row {
  readonly items: number;
  readonly names: number;
  readonly sure: number;
}

/**
 * The letter that the word `at` names in a row; null where it is a word. `isItem` tells single digits and letters;
 * `before` is how many of them were read right before, and `isLetterBefore` whether the last of them is a letter.
 * `isAnnounced`: a cue stands before. Looks at a bounded number of words.
 */
export function letterNameAt(
  words: readonly Word[],
  at: number,
  isItem: (at: number) => boolean,
  { before, isLetterBefore, isAnnounced }: { before: number; isLetterBefore: boolean; isAnnounced: boolean },
): string | null {
  const lower = words[at]?.lower ?? '';
  const letter = letterOfName(lower);
  if (letter === null) return null;
  const ahead = rowFrom(words, at, isItem);
  const isSure = SURE.has(lower);
  if (before === 0) {
    const enough = ahead.items >= ROW && ahead.sure > 0 && (ahead.names > 1 || isAnnounced);
    return enough && (isSure || isAnnounced) ? letter : null;
  }
  if (before + ahead.items < ROW) return null;
  if (isSure) {
    const mayBeLast = !NOT_LAST.has(lower) || (before >= LONG_ROW && isLetterBefore);
    return ahead.items > 1 || (mayBeLast && endsHere(words[at + 1])) ? letter : null;
  }
  const next = nextItem(words, at + 1);
  const isLetterAfter = SURE.has(words[next]?.lower ?? '') || words[next]?.text.length === 1;
  return ahead.items > 1 && (isLetterBefore || (isLetterAfter && ahead.sure > 0)) ? letter : null;
}

function rowFrom(words: readonly Word[], from: number, isItem: (at: number) => boolean): Row {
  let [items, names, sure] = [0, 0, 0];
  for (let at = from; items < MAX_ROW; at = nextItem(words, at + 1)) {
    const word = words[at];
    if (word === undefined || (word.newLine && at > from)) break;
    const isName = letterOfName(word.lower) !== null;
    if (!isName && !isItem(at)) break;
    items++;
    if (isName) names++;
    if (SURE.has(word.lower)) sure++;
  }
  return { items, names, sure };
}

/** Past one mark or word for a mark between two letters. */
function nextItem(words: readonly Word[], at: number): number {
  const word = words[at];
  return word !== undefined &&
    (word.type === 'mark' ? /^[,.;:-]$/.test(word.text) : /^(?:dash|colon|dot)$/.test(word.lower))
    ? at + 1
    : at;
}

function endsHere(word: Word | undefined): boolean {
  return word === undefined || word.newLine || word.type === 'mark';
}
