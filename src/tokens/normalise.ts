/**
 * One form for each value, however it was written or said, so that one person has one token. Spec tokens.md, Grammar.
 *
 * A form is never shown and never restored: it only goes into the HMAC. Where two ways of writing might be two values,
 * they stay apart: a second token for one person is a blemish, one token for two persons is a breach.
 */
import { findChunks } from '../detection/chunks.ts';
import { foldText } from '../detection/folding.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { findCodes } from '../detection/spoken/codes.ts';
import { scanWords } from '../detection/words.ts';

/** NFKC without invisible characters, case folded, white space single. */
function plain(value: string): string {
  return foldText(value).text.toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The digits and letters meant, as spoken or written; the plain form where the value holds no code. */
function characters(value: string): string {
  const words = scanWords(foldText(value).text);
  const codes = findCodes(words, findChunks(words), () => false);
  return codes.map(({ chars }) => chars).join('') || plain(value);
}

const digits = (value: string): string => characters(value).replace(/\D/g, '');

/** E.164 digits where the number is North American, else the digits that there are. */
function phone(value: string): string {
  const all = digits(value);
  if (all.length === 0) return plain(value);
  return all.length === 10 ? `1${all}` : all;
}

const SPOKEN_MARKS: readonly (readonly [RegExp, string])[] = [
  [/ (?:dot|period|point) /g, '.'],
  [/ underscore /g, '_'],
  [/ (?:dash|hyphen) /g, '-'],
  [/ plus /g, '+'],
  [/ at /g, '@'],
];

function email(value: string): string {
  const spoken = ` ${plain(value)} `;
  if (spoken.includes('@')) return spoken.trim();
  // Each mark keeps its spaces until the end: "a dot b dot c" has one space between two marks.
  const once = SPOKEN_MARKS.reduce((text, [words, mark]) => text.replace(words, ` ${mark} `), spoken);
  return once.replace(/\s+/g, '');
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
  return isoDate(text) ?? text;
}

/** The form of a value that its deterministic token is made of. */
export function normalise(kind: EntityKind, value: string): string {
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
