import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { readLetter } from '../spoken/alphabet.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { BOUNDARY_WORDS } from '../vocabulary/boundary-words.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { GIVEN_WORDS } from '../vocabulary/word-names.ts';
import { SPOKEN_JOINTS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';
import { spokenHostEnd } from './host-name.ts';
import { wordsFinding } from './ranges.ts';
import { spokenNameStart } from './spoken-name.ts';

/** "j dot smith at gmail dot com", "s m i t h at ...", "john smith, all one word, at ...", "john [at] example [dot] com". */
export function findSpokenEmails(reading: Reading): Finding[] {
  const { words, text } = reading;
  // "okonjo, at, larkmail, dot, com", "okonjo(at)larkmail(dot)com": read without the pauses and the brackets.
  const isPaused = PAUSED.test(text);
  const isBracketed = BRACKETED.test(text);
  const isPassed = (word: Word, at: number): boolean =>
    (isPaused && word.text === ',') || (isBracketed && isAroundJoint(words, at));
  const places = isPaused || isBracketed ? words.flatMap((word, at) => (isPassed(word, at) ? [] : [at])) : null;
  const said = places === null ? words : places.flatMap((at) => words[at] ?? []);
  return emailsIn(said).map(({ first, last, confidence }) =>
    wordsFinding(reading, places?.[first] ?? first, places?.[last] ?? last, 'EMAIL', 'email.spoken', confidence),
  );
}

const PAUSED = /,\s{0,2}(?:at|dot|underscore)\b|\b(?:at|dot|underscore),/i;

const BRACKETED = /[[({]\s{0,2}dot\s{0,2}[\])}]/i;

/** One of the brackets of "(dot)" and "[at]". */
function isAroundJoint(words: readonly Word[], at: number): boolean {
  if (!isBracket(words[at])) return false;
  const isJoint = (k: number): boolean => /^(?:dot|at)$/.test(words[k]?.lower ?? '');
  return (isJoint(at + 1) && isBracket(words[at + 2])) || (isJoint(at - 1) && isBracket(words[at - 2]));
}

interface SpokenEmail {
  readonly first: number;
  readonly last: number;
  readonly confidence: number;
}

function emailsIn(words: readonly Word[]): SpokenEmail[] {
  const found: SpokenEmail[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    const bracketed = isBracket(words[at - 1]) && isBracket(words[at + 1]);
    if (word?.lower !== 'at' && word?.text !== '@' && !(word?.lower === 'a' && bracketed)) continue;
    const last = spokenHostEnd(words, hostStart(words, bracketed ? at + 1 : at));
    const named = last === null && !bracketed && word.lower === 'at' ? namedHostEnd(words, hostStart(words, at)) : null;
    if (last === null && named === null) continue;
    const end = skipRemarks(words, bracketed ? at - 1 : at);
    const near = localStart(words, end);
    const whole =
      last === null && (named === null || !isProvider(words, named)) ? null : phraseStart(words, end, at, near);
    if (near === null && whole === null) continue;
    const first = Math.min(near ?? end, whole ?? end);
    if (last !== null) found.push({ first, last, confidence: 0.93 });
    else if (named !== null) {
      const domain = bareDomainEnd(words, named);
      if (domain !== null || isProvider(words, named) || isCalledEmail(words, first, named))
        found.push({ first, last: domain ?? named, confidence: 0.8 });
    }
  }
  return found;
}

/** A provider without its domain: "larkmail", "g mail". */
function namedHostEnd(words: readonly Word[], at: number): number | null {
  const [word, next] = [words[at], words[at + 1]];
  if (word?.type !== 'letters' || word.newLine) return null;
  if (word.text.length === 1) return next?.lower === 'mail' ? at + 1 : null;
  return word.text.length < LEAST_HOST || COMMON_WORDS.has(word.lower) ? null : at;
}

/** "letterbarn org", "larkmail dotcom": a domain whose point was lost; null for none. */
function bareDomainEnd(words: readonly Word[], named: number): number | null {
  const next = words[named + 1];
  return next?.newLine === false && /^(?:dot)?(?:com|org|net|edu|gov)$/.test(next.lower) ? named + 1 : null;
}

const PROVIDERS: ReadonlySet<string> = new Set(
  'gmail yahoo hotmail outlook aol icloud comcast protonmail ymail fastmail zoho msn sbcglobal rocketmail live'.split(
    ' ',
  ),
);

const MOST_PHRASE_WORDS = 8;
const MOST_BARE_WORDS = 6;
/** What stands before a mailbox that is a phrase. */
const BEFORE_PHRASE = /^(?:is|'s|its|it's|was|email|emails|address|to|as|use|:)$/;
const ANNOUNCES = /^(?:is|'s|it's|its|email|emails)$/;
const OF_SENTENCES =
  /^(?:i|i'm|you|we|they|he|she|it|that|this|my|your|his|her|an|and|or|be|do|does|did|can|could|would|will|going|gonna|just|still|same|name|names|first|last|all|old|new|work|home|personal|probably|actually|sorry|under|with|for|from|by|about|now|like|called|spelled|use|using|have|has|got|said|no|not)$/;
const FILLERS = /^(?:um|uh|er|yeah|yes|okay|ok|so|well|sure|oh)$/;
/** Words that "is" and "to" lead to where no mailbox follows: "is that at gmail", "write to me at ...". */
const OTHER_THAN_MAILBOXES = /^(?:that|this|it|what|which|me|you|him|her|them|us|he|she|they|we|there|not|in)$/;
const NOT_FIRST =
  /^(?:still|under|with|for|from|by|about|now|just|then|i|i'm|i'll|you|we|they|he|she|it|do|does|did|can|could|would|is|are|was|what|who|how|when|where|if|or|and|but|because|please|my|the|look|let|on|that|this|reach|contact|send|sent|write)$/;

/**
 * The first word of a mailbox that is a phrase of everyday words: "it's one tired mom at gmail dot com". Only a mailbox is
 * at a provider of mail, or what "email is" announces. Null for
 * another host, and where a sentence runs into the phrase.
 */
function phraseStart(words: readonly Word[], end: number, at: number, near: number | null): number | null {
  if (words[at]?.text === '@') return null;
  const isMail = isProvider(words, hostStart(words, at)) || isProvider(words, hostStart(words, at) + 1);
  let first = end;
  while (first > 0 && end - first <= MOST_PHRASE_WORDS) {
    const before = words[first - 1];
    if (before === undefined || BEFORE_PHRASE.test(before.lower) || FILLERS.test(before.lower)) break;
    if (words[first]?.newLine === true || before.lower === 'at') break;
    if (before.type === 'mark' && !/^[-_']$/.test(before.text)) break;
    first--;
  }
  if (first === end || end - first > MOST_PHRASE_WORDS) return null;
  const before = words[first - 1];
  const isCued = before !== undefined && BEFORE_PHRASE.test(before.lower);
  const isEmail = words.slice(Math.max(0, first - MAX_CUE_WORDS), first).some(({ lower }) => /^e?mails?$/.test(lower));
  if (OTHER_THAN_MAILBOXES.test(words[first]?.lower ?? '')) return null;
  // Where a plainer reading begins, only what is said to be the address goes before it.
  if (near !== null && words.slice(first, near).some(({ lower }) => OF_SENTENCES.test(lower))) return null;
  if (near !== null && !ANNOUNCES.test(before?.lower ?? '')) return null;
  if (isCued && (isMail || isEmail)) return first;
  return isMail && end - first <= MOST_BARE_WORDS && !NOT_FIRST.test(words[first]?.lower ?? '') ? first : null;
}

/** "at gmail", "at g mail": hardly a place. */
function isProvider(words: readonly Word[], last: number): boolean {
  return PROVIDERS.has(words[last]?.lower ?? '') || (words[last]?.lower === 'mail' && words[last - 1]?.lower === 'g');
}

const LEAST_HOST = 3;
const MAX_CUE_WORDS = 4;

/** "my email is ..." before it, or "... that's my email" behind it. */
function isCalledEmail(words: readonly Word[], first: number, last: number): boolean {
  const isCue = (at: number): boolean => /^(?:e?mail|emails)$/.test(words[at]?.lower ?? '');
  for (let at = first - 1; at >= first - MAX_CUE_WORDS && at >= 0; at--) {
    if (isCue(at)) return true;
    if (!/^(?:address|is|'s|it|it's|its|:|would|be|-)$/.test(words[at]?.lower ?? '')) break;
  }
  for (let at = last + 1; at <= last + MAX_CUE_WORDS + 1; at++) {
    if (isCue(at)) return true;
    if (!/^(?:,|\.|that|that's|'s|is|my|the|e|-)$/.test(words[at]?.lower ?? '')) break;
  }
  return false;
}

function isBracket(word: Word | undefined): boolean {
  return word?.type === 'mark' && /[[\](){}<>]/.test(word.text);
}

/** After "at", "at sign", "at the rate". */
function hostStart(words: readonly Word[], at: number): number {
  const next = words[at + 1]?.lower;
  if (next === 'sign' || next === 'symbol') return at + 2;
  return next === 'the' && words[at + 2]?.lower === 'rate' ? at + (words[at + 3]?.lower === 'of' ? 4 : 3) : at + 1;
}

const REMARKS: readonly (readonly string[])[] = [
  ['all', 'one', 'word'],
  ['one', 'word'],
  ['all', 'lower', 'case'],
  ['all', 'lowercase'],
  ['lower', 'case'],
  ['lowercase'],
  ['no', 'spaces'],
  ['no', 'space'],
  ['all', 'together'],
  ['altogether'],
  ['no', 'dots'],
  ['in', 'lowercase'],
  ['all', 'small', 'letters'],
  ['all', 'caps'],
  ['and', 'then'],
  ['then'],
];

/** The place after the local part, before "all one word" and commas, if that was said. */
function skipRemarks(words: readonly Word[], end: number): number {
  let at = end;
  for (let count = 0; count < 3; count++) {
    while (words[at - 1]?.text === ',') at--;
    const remark = REMARKS.find((phrase) => phrase.every((word, n) => words[at - phrase.length + n]?.lower === word));
    if (!remark) break;
    at -= remark.length;
  }
  while (words[at - 1]?.text === ',' && at < end) at--;
  return at;
}

const MAX_LOCAL_WORDS = 40;
const CUED_LOCAL_WORDS = 6;
const CUES: ReadonlySet<string> = new Set([
  'email',
  'mail',
  'is',
  "'s",
  'address',
  'to',
  'it',
  'its',
  'as',
  'use',
  ':',
  'emails',
]);
// After "email is" these may be in the name of a mailbox.
const LINKING: ReadonlySet<string> = new Set([
  'the',
  'and',
  'of',
  'my',
  'a',
  'for',
  'in',
  'i',
  'love',
  'big',
  'mr',
  'mrs',
  'doctor',
  'dr',
  'mom',
  'dad',
  'dog',
  'cat',
]);
// Common words that are mailboxes of offices: "info at example dot com".
const MAILBOXES: ReadonlySet<string> = new Set(
  'info help support contact office billing admin sales hello mail appointments appointment records team care service services desk reception pharmacy clinic nurse doctor test name user family'.split(
    ' ',
  ),
);
// "we met at example dot com"
const NOT_MAILBOXES: ReadonlySet<string> = new Set(
  'met shop shopped bought browse browsed ordered found online login logged log looked searched search signed sign'.split(
    ' ',
  ),
);

/** The first word of the local part that ends before word `at`; null if what stands there is no name of a mailbox. */
function localStart(words: readonly Word[], at: number): number | null {
  const last = words[at - 1];
  if (NOT_MAILBOXES.has(last?.lower ?? '')) return null;
  if (!isLocalWord(last) && !isJoined(words, at - 1) && !MAILBOXES.has(last?.lower ?? ''))
    return severalWordsStart(words, at - 1);
  let start = at - 1;
  while (start > 0 && at - start < MAX_LOCAL_WORDS) {
    const current = words[start];
    const before = words[start - 1];
    if (!current || !before || current.newLine) break;
    const explained = explainedLetter(words, start);
    if (explained !== null) start = explained;
    else if (
      isJoint(before, current) &&
      isSpokenWord(words[start - 2]) &&
      (!COMMON_WORDS.has(words[start - 2]?.lower ?? '') ||
        isPiece(words[start - 2] ?? before) ||
        explainedLetter(words, start - 2) !== null ||
        SPOKEN_JOINTS.has(before.lower))
    )
      start -= 2;
    else if (CASE_WORDS.has(before.lower)) start -= 1;
    else if (isPiece(before) && isLocalWord(before)) start -= 1;
    else if (isPiece(current) && isLocalWord(before) && before.type === 'letters') start -= 1;
    else break;
  }
  // Before a written @ stands one word.
  const written = words[at]?.text === '@' && words[at].glued;
  return cuedStart(words, start) ?? (written ? start : Math.min(start, spokenNameStart(words, at - 1) ?? start));
}

/** "dee finch bird lady at ...": a common word ends the name of a mailbox if three words of it stand before, one of them no common one. */
function severalWordsStart(words: readonly Word[], last: number): number | null {
  const word = words[last];
  if (word?.type !== 'letters' || BOUNDARY_WORDS.has(word.lower)) return null;
  // "joy day at mailbarn dot org": a given name before a family name that is a word.
  const given = words[last - 1]?.lower ?? '';
  const isGiven = GIVEN_NAMES.has(given) || GIVEN_WORDS.has(given);
  if (isGiven && (last === 1 || CUES.has(words[last - 2]?.lower ?? ''))) return last - 1;
  const bare = spokenNameStart(words, last);
  // "email me at the bird lady at ..."
  const named = bare !== null && words[bare - 1]?.lower === 'the' && words[bare - 2]?.lower === 'at' ? bare - 1 : bare;
  if (named === null || last - named < 2) return null;
  for (let at = named; at < last; at++)
    if (isLocalWord(words[at]) && !isPiece(words[at] ?? word)) return cuedStart(words, named) ?? named;
  return null;
}

const CASE_WORDS: ReadonlySet<string> = new Set(['capital', 'uppercase', 'lowercase', 'cap']);

function isSpokenWord(word: Word | undefined): boolean {
  return word !== undefined && (word.type === 'letters' || word.type === 'digits');
}

/** "plus test": whatever stands after a joint belongs to the address. */
function isJoined(words: readonly Word[], at: number): boolean {
  const [word, joint] = [words[at], words[at - 1]];
  return (
    word !== undefined &&
    joint !== undefined &&
    isSpokenWord(word) &&
    isJoint(joint, word) &&
    isSpokenWord(words[at - 2])
  );
}

/** "my email is john smith at ...": all words between the cue and the local part belong to it. */
function cuedStart(words: readonly Word[], from: number): number | null {
  for (let at = from - 1; at >= 0 && from - at <= CUED_LOCAL_WORDS; at--) {
    if (words[at + 1]?.newLine) return null;
    const lower = words[at]?.lower ?? '';
    if (CUES.has(lower)) return at + 1;
    if (words[at]?.type === 'mark' || (!isLocalWord(words[at]) && !LINKING.has(lower))) return null;
  }
  return null;
}

/** A letter, a digit, a number word: mailboxes are spelled out of these. */
function isPiece(word: Word): boolean {
  return word.text.length === 1
    ? word.type !== 'mark'
    : word.type === 'digits' || isNumberWord(word.lower) || word.lower === 'double' || word.lower === 'triple';
}

function isLocalWord(word: Word | undefined): boolean {
  if (!word || word.type === 'mark' || word.type === 'ordinal') return false;
  return (
    word.text.length === 1 ||
    isNumberWord(word.lower) ||
    word.lower === 'double' ||
    word.lower === 'triple' ||
    !COMMON_WORDS.has(word.lower)
  );
}

/** Where the letter stands that the word explains: "b as in boy", "b for boy"; null if it explains none. */
function explainedLetter(words: readonly Word[], example: number): number | null {
  const explainer = words[example - 1]?.lower;
  const letter =
    explainer === 'in' && words[example - 2]?.lower === 'as'
      ? example - 3
      : explainer === 'for' || explainer === 'like'
        ? example - 2
        : -1;
  const read = letter < 0 ? null : readLetter(words, letter);
  return read?.next === example + 1 ? letter : null;
}

function isJoint(word: Word, after: Word): boolean {
  if (SPOKEN_JOINTS.has(word.lower)) return true;
  return (word.text === '.' || word.text === '_' || word.text === '-') && word.glued && after.glued;
}
