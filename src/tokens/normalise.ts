/**
 * One form for each value, however it was written or said, so that one person has one token. See docs/tokens.md, Grammar.
 *
 * A form is never shown and never restored: it only goes into the HMAC. Where two ways of writing might be two values,
 * they stay apart: a second token for one person is a blemish, one token for two persons is a breach.
 */
import { findChunks } from '../detection/chunks.ts';
import { foldText } from '../detection/folding.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { readCalendarDate } from '../detection/spoken/calendar-date.ts';
import { findCodes } from '../detection/spoken/codes.ts';
import { readBelowHundred } from '../detection/spoken/numbers.ts';
import { scanWords } from '../detection/words.ts';
import { findTokens } from './grammar.ts';

/** NFKC without invisible characters, case folded, white space single. */
function plain(value: string): string {
  return foldText(value).text.toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * The longest value that is read as a code, in UTF-16 code units. What people and systems number is
 * shorter; reading takes time that a megabyte of numbers must not cost.
 */
export const LONGEST_CODE = 512;

/** The codes in a value, as spoken or written, and whether they are all that is in it. A longer value holds none. */
function read(value: string): { readonly chars: string; readonly whole: boolean } {
  if (value.length > LONGEST_CODE) return { chars: '', whole: false };
  const words = scanWords(foldText(value).text);
  const codes = findCodes(words, findChunks(words), () => false);
  return { chars: codes.map(({ chars }) => chars).join(''), whole: coversAll(words.length, codes) };
}

/** Whether each of `count` words is in one of the codes, which are in order. */
function coversAll(count: number, codes: readonly { readonly first: number; readonly last: number }[]): boolean {
  let next = 0;
  for (const { first, last } of codes) {
    if (first > next) return false;
    next = Math.max(next, last + 1);
  }
  return next >= count;
}

/** The digits and letters meant; the plain form where a part of the value is no code: `smith.77` is not `jones.77`. */
function characters(value: string): string {
  const { chars, whole } = read(value);
  return whole && chars !== '' ? chars : plain(value);
}

const digits = (value: string): string => (read(value).chars || plain(value)).replace(/\D/g, '');

/** Digits of the shortest number that can be told from another by its digits alone. */
const LOCAL_NUMBER = 7;

/** E.164 digits where the number is North American, else the digits that there are. */
function phone(value: string): string {
  const all = digits(value);
  if (all.length < LOCAL_NUMBER) return plain(value);
  return all.length === 10 ? `1${all}` : all;
}

const SPOKEN_MARKS: readonly (readonly [RegExp, string])[] = [
  [/ (?:dot|period|point) /g, '.'],
  [/ underscore /g, '_'],
  [/ (?:dash|hyphen) /g, '-'],
  [/ plus /g, '+'],
  [/ at /g, '@'],
];

/** Number words as digits. "o" and "oh" may be the letter, and stay. */
function withDigits(text: string): string {
  const words = scanWords(text);
  let out = '';
  for (let at = 0; at < words.length;) {
    const word = words[at];
    const isLetter = word?.lower === 'o' || word?.lower === 'oh';
    const number = isLetter ? null : readBelowHundred(words, at);
    out += (word?.glued === true ? '' : ' ') + (number === null ? (word?.text ?? '') : String(number.value));
    at = number?.next ?? at + 1;
  }
  return out.trim();
}

function email(value: string): string {
  const written = plain(value);
  if (written.includes('@')) return written;
  const spoken = ` ${withDigits(written)} `;
  // Each mark keeps its spaces until the end: "a dot b dot c" has one space between two marks.
  const once = SPOKEN_MARKS.reduce((text, [words, mark]) => text.replace(words, ` ${mark} `), spoken);
  return joinSpelled(once.replace(/\s+/g, ''));
}

/** "q-u-i-n-t" as "quint": three letters or more, one by one. */
function joinSpelled(text: string): string {
  return /^[a-z](?:[ .,-]+[a-z]){2,}$/.test(text) ? text.replace(/[^a-z]/g, '') : text;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const two = (n: number): string => String(n).padStart(2, '0');

function iso(year: number, month: number, day: number): string | null {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? `${year}-${two(month)}-${two(day)}` : null;
}

/** ISO 8601 where year, month and day are all there and cannot be read in two ways; null otherwise. */
function isoDate(text: string): string | null {
  const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (yearFirst !== null) return iso(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
  // Month first: callers are in the United States. 14/03/1982 can only be the other way round.
  const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (yearLast !== null) {
    const [a, b, year] = [Number(yearLast[1]), Number(yearLast[2]), Number(yearLast[3])];
    return a > 12 ? iso(year, b, a) : iso(year, a, b);
  }
  const named = /^([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text);
  const dayFirst = /^(?:the )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3})[a-z]*\.?,? (\d{4})$/.exec(text);
  const month = MONTHS.indexOf(named?.[1] ?? dayFirst?.[2] ?? '') + 1;
  return month === 0 ? null : iso(Number(named?.[3] ?? dayFirst?.[3]), month, Number(named?.[2] ?? dayFirst?.[1]));
}

function date(value: string): string {
  const text = plain(value);
  const iso = isoDate(text);
  if (iso !== null) return iso;
  const read = readCalendarDate(text);
  return read === null ? text : `${read.year}-${two(read.month)}-${two(read.day)}`;
}

/**
 * The longest value that has one form for several ways of writing it, in UTF-16 code units: a longer one is nothing that a
 * person writes in two ways, and to read a megabyte takes half a second.
 */
const LONGEST_FOLDED = 16_384;

/** The form of a value that its deterministic token is made of. */
export function normalise(kind: EntityKind, value: string): string {
  if (value.length > LONGEST_FOLDED) return value;
  // What a caller pasted must come back as it was: no two texts that look like tokens are one value.
  if (findTokens(value).length > 0) return value;
  switch (kind) {
    case 'PHONE':
    case 'FAX':
      return phone(value);
    case 'SSN':
    case 'CREDIT_CARD':
      return digits(value) || plain(value);
    case 'EMAIL':
      return email(value);
    case 'DATE':
    case 'DOB':
      return date(value);
    case 'MRN':
    case 'HEALTH_PLAN':
    case 'ACCOUNT':
    case 'LICENSE':
    case 'VEHICLE':
    case 'DEVICE':
    case 'OTHER_ID':
      return characters(value);
    case 'NAME':
      return joinSpelled(plain(value));
    case 'ADDRESS':
    case 'AGE':
    case 'URL':
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'PHOTO':
    case 'ORG':
      return plain(value);
  }
}
