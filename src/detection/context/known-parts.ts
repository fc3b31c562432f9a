/**
 * When words say a part of a known value that nothing marks as whole: "I have 9 1 9, 5 5 5, 0 1", "Thank you Mariso-", as an
 * interruption leaves them in a history. See docs/detection.md.
 */
import type { EntityKind } from '../kinds.ts';
import { DIGIT_WORDS, TEEN_WORDS, TENS_WORDS } from '../spoken/numbers.ts';
import { isCapitalised, type Word } from '../words.ts';
import type { KnownForm } from './known-forms.ts';
import type { Meaning } from './meaning.ts';
import { isPlainWord } from './name-words.ts';
import { isNameLike, isOwnRun } from './usage.ts';

/** The rule of a span that only begins a known value, as an interruption leaves it: what detection finds there counts more. */
export const BEGINNING = 'known.beginning';

/** Digits and letters that tell a value from another wherever they stand, and where a part of a part does. */
const SURE = 4;
const SURE_WITHIN = 5;
/** Digits and letters of the shortest part, where the words before point to it and nothing follows. */
const LEAST = 3;
/** The same after "ends in". */
const LEAST_OF_END = 2;
/** Letters of a name that is cut without a dash. */
const SURE_LETTERS = 4;
const MAX_POINTED = 3;
const MAX_MARKS = 6;

const POINTING: ReadonlySet<string> = new Set(
  (
    "have heard got hear read is 's was as with in number at begins begin starts start code be ends ending digits card phone social ssn zip so okay ok confirm " +
    'alright right said thank thanks you back repeat again great perfect sure yes yeah it that got'
  ).split(' '),
);

/** Words of a text that say the first `length` characters of a known form. */
export interface Beginning {
  readonly words: readonly Word[];
  readonly meanings: readonly Meaning[];
  readonly first: number;
  readonly last: number;
  readonly length: number;
  /** How many of the words are written ones. */
  readonly written: number;
}

/** Returns true if the words are used as the beginning of the form, and not as something else that begins like it. */
export function isBeginningOf(form: KnownForm, beginning: Beginning): boolean {
  switch (form.cut) {
    case 'code':
      return isCodePart(form, beginning);
    case 'name':
      return isNamePart(form, beginning);
    case 'words':
      return isWordsPart(form, beginning);
    case 'never':
      return false;
  }
}

function isCodePart({ chars, rule }: KnownForm, { words, meanings, first, last, length, written }: Beginning): boolean {
  const least = endsAs(words, first) && endsUtterance(words, last) ? LEAST_OF_END : LEAST;
  const isWords = written > 0 && !isOneChunk(words, first, last) && holdsPlainWord(words, meanings, first, last);
  if (length < least || isWords || !isOwnRun(words, meanings, first, last, chars.slice(0, length))) return false;
  if (joinsLetters(words, first, last)) return false;
  const said = chars.slice(0, length);
  // Three digits, or letters and digits that are spelled: "H B zero seven".
  const isTelling = /\d{3}/.test(said) || (rule === 'known' && /[a-z]/.test(said) && /\d/.test(said));
  if (length >= (rule === 'known' ? SURE : SURE_WITHIN) && isTelling) return true;
  if (rule === 'known' && isCalledByArea(words, first, last, said)) return true;
  // Letters alone are a word as often, unless they are said to be something.
  const isSaid =
    /\d/.test(said) ||
    (rule === 'known' && last > first && (first > 0 || isDashed(words, last) || isExplained(words, first, last)));
  const isPointed = isDashed(words, last) || isPointedAt(words, first) || endsAs(words, first);
  return isSaid && endsUtterance(words, last) && isPointed;
}

/** "Mariso-", "Marisol Quint...", "Q-U-I-N-T". */
function isNamePart({ chars, ends }: KnownForm, { words, meanings, first, last, length, written }: Beginning): boolean {
  const word = words[last];
  if (word === undefined) return false;
  if (written === 0) return length >= SURE_LETTERS && !isLetter(meanings[last + 1]);
  // Each letter of a name that was spelled ends a word.
  const wasSpelled = ends.length === chars.length;
  if (ends.includes(length) && !wasSpelled) return written > 1;
  const isLonger = last > first && written > 1;
  if (isDashed(words, last))
    return word.text.length >= LEAST && (isLonger || !isPlainWord(word.lower) || isNameLike(words, first, last));
  if (!endsUtterance(words, last) || word.text.length < SURE_LETTERS) return false;
  // "and that's Bright" of Brightwater: cut behind letters that are a word, too.
  const isCutCapital = first > 0 && words[last + 1] === undefined && isCapitalised(word);
  return isCutCapital || !isPlainWord(word.lower);
}

/** "2207 Cedar", "Cedar Hollow", "march fourteenth": whole words of an address or a date, but not one plain word. */
function isWordsPart(form: KnownForm, beginning: Beginning): boolean {
  const { words, meanings, first, last, length, written } = beginning;
  const { chars, ends } = form;
  const hasDigit = /\d/.test(chars.slice(0, length));
  // "P, dot, V, A, N, D, E" of a mailbox, "J U N I P" of a street
  if (written === 0 && !hasDigit)
    return length >= SURE_WITHIN && length < chars.length && !isLetter(meanings[last + 1]);
  if (written === 0) return chars.slice(0, length) !== chars && isCodePart(form, beginning);
  const isCutWord = !ends.includes(length);
  if (isCutWord && !(isDashed(words, last) || endsUtterance(words, last))) return false;
  if (isCutWord && (words[last]?.text.length ?? 0) < LEAST && !(hasDigit && written > 1)) return false;
  if (/\d$/.test(chars.slice(0, length)) && !isOwnRun(words, meanings, last, last, '')) return false;
  // "e dot szyman" of a mailbox.
  const isMailbox = last > first && written > 0 && length > SURE_WITHIN && words[first]?.text.length === 1;
  return hasDigit || written > 1 || isMailbox;
}

/** Digits of the longest number that is read out group by group. */
const LONGEST_NUMBER = 16;

/**
 * Whether the first `length` characters of a form are no value by themselves: "Maria Gonz" and "919-555" are none, but
 * "Maria Gonzalez" of "Maria Gonzalez Ruiz" is a name, and "7734219" of "7734219 maria@example.com" a number.
 */
export function isCutOff({ cut, chars, ends }: KnownForm, kind: EntityKind, length: number): boolean {
  if (!ends.includes(length)) return true;
  switch (cut) {
    case 'name':
    case 'never':
      return false;
    case 'code':
      return chars.length <= LONGEST_NUMBER && !/^[a-z]{2}/.test(chars.slice(length));
    case 'words':
      // The number of a house and the beginning of its street; the month and the day.
      return kind === 'ADDRESS' ? /^\d+[a-z]{2}/.test(chars.slice(0, length)) : kind !== 'EMAIL';
  }
}

/** Whether nothing follows in the same utterance but marks and what is left of the next word. */
function endsUtterance(words: readonly Word[], last: number): boolean {
  for (let at = last + 1; at <= last + MAX_MARKS; at++) {
    const word = words[at];
    if (word === undefined || word.newLine) return true;
    if (word.type !== 'mark' && !isCutWord(words, at)) return false;
  }
  return false;
}

/** "seven seven thr", "P as": a number word or an explanation that was cut at the end of an utterance. */
function isCutWord(words: readonly Word[], at: number): boolean {
  const word = words[at];
  const next = words[at + 1];
  if (next?.type === 'letters' && !(word?.lower === 'as' && next.lower === 'in')) return false;
  const lower = word?.lower ?? '';
  if (/^(?:as|in)$/.test(lower)) return words[at - 1]?.text.length === 1 || words[at - 1]?.lower === 'as';
  return (
    lower.length >= LEAST_CUT && NUMBERS.some((number) => number.length > lower.length && number.startsWith(lower))
  );
}

const LEAST_CUT = 2;
const NUMBERS: readonly string[] = [...DIGIT_WORDS.keys(), ...TEEN_WORDS.keys(), ...TENS_WORDS.keys()];

/** "May 12", but not "KLT seven seventy". */
function holdsPlainWord(words: readonly Word[], meanings: readonly Meaning[], first: number, last: number): boolean {
  return meanings
    .slice(first, last + 1)
    .some(({ isWord, letter }, at) => isWord && letter === '' && isPlainWord(words[first + at]?.lower ?? ''));
}

/** The last word with what is left of a number word behind it, where the utterance ends with that: "five fi". */
export function withCutNumber(words: readonly Word[], last: number): number {
  const at = words[last + 1]?.type === 'mark' ? last + 2 : last + 1;
  const word = words[at];
  if (word === undefined || word.newLine || word.lower === 'as') return last;
  const isCut = isCutWord(words, at);
  return isCut && endsUtterance(words, at) ? at : last;
}

/** "the 772 number", "that 772 area": the beginning of a telephone number as its name. */
function isCalledByArea(words: readonly Word[], first: number, last: number, said: string): boolean {
  return (
    /^\d{3}$/.test(said) &&
    /^(?:the|that|your|this)$/.test(words[first - 1]?.lower ?? '') &&
    /^(?:number|area|phone|cell|line|one)$/.test(words[last + 1]?.lower ?? '')
  );
}

/** "X as in x-ray, J as in Juliet". */
function isExplained(words: readonly Word[], first: number, last: number): boolean {
  return words.slice(first, last + 1).filter(({ lower }) => lower === 'as' || lower === 'like').length > 1;
}

/** Whether the last digits of a number are said to be its end, and nothing follows: "ending in ninety one". */
export function isEnding(
  words: readonly Word[],
  meanings: readonly Meaning[],
  first: number,
  last: number,
  chars: string,
): boolean {
  return endsAs(words, first) && endsUtterance(words, last) && isOwnRun(words, meanings, first, last, chars);
}

/** A dash or an ellipsis right behind the word, and no word that it joins. */
function isDashed(words: readonly Word[], last: number): boolean {
  const [mark, next] = [words[last + 1], words[last + 2]];
  if (mark?.glued !== true || (mark.text !== '-' && mark.text !== '.' && mark.text !== '~')) return false;
  if (mark.text === '.') return next?.text === '.' && next.glued;
  return next === undefined || !next.glued || next.type === 'mark';
}

/** Whether the words before say that a value follows, or nothing stands before. */
function isPointedAt(words: readonly Word[], first: number): boolean {
  if (first === 0) return true;
  for (let at = first - 1, seen = 0; at >= 0 && seen < MAX_POINTED; at--) {
    if (POINTING.has(words[at]?.lower ?? '')) return true;
    if (words[at]?.type !== 'mark') seen++;
  }
  return false;
}

/** "BL9033": letters and digits that are written as one. */
function isOneChunk(words: readonly Word[], first: number, last: number): boolean {
  return words.slice(first + 1, last + 1).every(({ glued, type }) => glued && type !== 'mark');
}

/** "ends in", "ending with", "ending". */
function endsAs(words: readonly Word[], first: number): boolean {
  const joint = /^(?:in|with|:)$/.test(words[first - 1]?.lower ?? '') ? 2 : 1;
  return /^(?:ends?|ending)$/.test(words[first - joint]?.lower ?? '') || isLastFew(words, first);
}

const AFTER_LAST = /^(?:is|are|being|were|was|as|:|,|digits?|numbers?|of|your|the|social|card)$/;
const MOST_AFTER_LAST = 6;

/** "the last four being", "last three digits are". */
function isLastFew(words: readonly Word[], first: number): boolean {
  let at = first - 1;
  while (at >= first - MOST_AFTER_LAST && AFTER_LAST.test(words[at]?.lower ?? '')) at--;
  return /^(?:four|three|two|[234])$/.test(words[at]?.lower ?? '') && words[at - 1]?.lower === 'last';
}

/** Whether a code goes on in letters: "A919555" and "919555B" are other codes. */
function joinsLetters(words: readonly Word[], first: number, last: number): boolean {
  const [before, after] = [words[first - 1], words[last + 1]];
  return (
    (words[first]?.glued === true && before?.type === 'letters') || (after?.glued === true && after.type === 'letters')
  );
}

const isLetter = (meaning: Meaning | undefined): boolean => /^[a-z]$/.test(meaning?.chars ?? '');
