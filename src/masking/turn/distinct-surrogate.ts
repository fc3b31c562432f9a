/**
 * Which surrogates are distinct from words that a model says by itself, and hold nothing of the value. For all others the
 * model reads a token: a surrogate "Thursday" would be restored wherever it says so.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import { isNumberWord, ORDINAL_WORDS } from '../../detection/spoken/numbers.ts';
import { COMMON_WORDS } from '../../detection/vocabulary/common-words.ts';
import { ADJECTIVE_NAMES, FAMILY_WORDS, GIVEN_WORDS, VERB_NAMES } from '../../detection/vocabulary/word-names.ts';
import { readCode } from '../../synthesis/code-pieces.ts';
import { datesIn } from '../../synthesis/dates-in-text.ts';
import { foldKey } from '../../tokens/surrogate-keys.ts';

/** Letters and digits of the shortest surrogate that is a number or a code: a shorter one may be any number. */
const SHORTEST_CODE = 5;
const SHORTEST_WORD = 3;
const WORD = /\p{L}[\p{L}\p{M}]*/gu;
const MONTHS: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december'.split(' '),
);
/** Parts of surnames of several words, which no surrogate has: a value's words and those of its surrogate are paired. */
const PARTICLES: ReadonlySet<string> = new Set(
  'de la las los del della di da dos du der den van von el al bin san santa st saint mac mc ben abu'.split(' '),
);
/** What stays in front of a name. Any other word there may be the person's: "Van Nguyen", "Das Gupta", "Md Rahman". */
const BEFORE_NAMES: ReadonlySet<string> = new Set(
  (
    'mr mrs ms miss mx dr doctor prof professor rev reverend sir madam nurse sister brother father mother captain sgt lt ' +
    'and the is name first last middle maiden surname family given spelled spelling spell capital'
  ).split(' '),
);

/** A name that is a word, too, would be found in what a model says of other things. */
export const isWordToo = (form: string): boolean =>
  [COMMON_WORDS, GIVEN_WORDS, VERB_NAMES, ADJECTIVE_NAMES, FAMILY_WORDS, MONTHS, PARTICLES].some((words) =>
    words.has(form),
  );

/** Returns true if the surrogate may stand for the value: hardly anything else is called so, and it has no name of the value. */
export function isDistinct(kind: EntityKind, surrogate: string, value: string): boolean {
  if (kind === 'NAME') return !keepsName(wordsOf(surrogate), wordsOf(value));
  if (kind === 'DATE' || kind === 'DOB') return hasFullDate(surrogate);
  return hasOwnWord(surrogate, value) || codeLength(surrogate) >= SHORTEST_CODE;
}

const wordsOf = (text: string): readonly string[] => foldKey(text).match(WORD) ?? [];

/** Whether a word in front of all that was replaced stays, though it may be a name. */
function keepsName(words: readonly string[], own: readonly string[]): boolean {
  const replaced = words.findIndex((word, at) => word !== own[at]);
  return own.slice(0, Math.max(0, replaced)).some((word) => word.length > 1 && !BEFORE_NAMES.has(word));
}

/** A day without its year is said of any appointment. */
const hasFullDate = (text: string): boolean =>
  datesIn(text).some((date) => new Set(date.map(({ field }) => field)).size === 3);

/** Whether a word that is not the value's own is rare. */
function hasOwnWord(surrogate: string, value: string): boolean {
  const own = new Set(wordsOf(value));
  return wordsOf(surrogate).some(
    (word) =>
      word.length >= SHORTEST_WORD &&
      !own.has(word) &&
      !isWordToo(word) &&
      !isNumberWord(word) &&
      !ORDINAL_WORDS.has(word),
  );
}

/** Letters and digits of the codes in the text, as they are written or said. */
const codeLength = (text: string): number =>
  readCode(text).pieces.reduce(
    (length, { chars, spoken }) => length + (spoken || /\d/.test(chars) ? chars.length : 0),
    0,
  );
