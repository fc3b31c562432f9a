/**
 * The texts by which a model may name a surrogate, each with its value: the surrogate as it was sent, the words of a
 * name by themselves, and the usual written forms of dates and numbers. Pure. See docs/tokens.md, Surrogates.
 */
import type { EntityKind } from '../detection/kinds.ts';
import { readCalendarDate, type CalendarDate } from '../detection/spoken/calendar-date.ts';
import { normalise } from './normalise.ts';

/** A text that stands for a real one. */
export interface SurrogateKey {
  readonly key: string;
  /** The real text in the same form. */
  readonly value: string;
}

/** Letters of the shortest word of a name that is looked for by itself. */
const SHORTEST_WORD = 3;
/** Characters of the shortest number that is looked for without its marks. */
const SHORTEST_NUMBER = 5;
/** Letters one by one. */
const SPELLED = /^\p{L}(?:[ .,-]+\p{L}){2,}$/u;
const WORD = /\p{L}[\p{L}\p{M}'\u2019-]*/gu;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Returns the keys of a surrogate, the surrogate itself first. No two of them are the same text. */
export function surrogateKeys(kind: EntityKind, surrogate: string, value: string): readonly SurrogateKey[] {
  const keys = new Map<string, string>([[surrogate, value]]);
  for (const { key, value: real } of formsOf(kind, surrogate, value)) if (!keys.has(key)) keys.set(key, real);
  return [...keys].map(([key, real]) => ({ key, value: real }));
}

function formsOf(kind: EntityKind, surrogate: string, value: string): readonly SurrogateKey[] {
  switch (kind) {
    case 'NAME':
      return wordsOf(surrogate, value);
    case 'DATE':
    case 'DOB':
      return paired(dateForms(surrogate), dateForms(value));
    case 'PHONE':
    case 'FAX':
      return paired(phoneForms(normalise('PHONE', surrogate)), phoneForms(normalise('PHONE', value)));
    case 'SSN':
      return paired(ssnForms(normalise('SSN', surrogate)), ssnForms(normalise('SSN', value)));
    case 'EMAIL':
    case 'CREDIT_CARD':
    case 'MRN':
    case 'HEALTH_PLAN':
    case 'ACCOUNT':
    case 'LICENSE':
    case 'VEHICLE':
    case 'DEVICE':
    case 'OTHER_ID':
      return paired(codeForms(normalise(kind, surrogate)), codeForms(normalise(kind, value)));
    case 'ADDRESS':
    case 'AGE':
    case 'URL':
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'PHOTO':
    case 'ORG':
      return [];
  }
}

/** Forms of the surrogate with those of the value; none where the two cannot be written alike. */
function paired(keys: readonly string[], values: readonly string[]): readonly SurrogateKey[] {
  if (keys.length !== values.length) return [];
  return keys.flatMap((key, at) => {
    const value = values[at];
    return value === undefined ? [] : [{ key, value }];
  });
}

/** Each word of a name by itself: surrogates of names are made word by word. Of a spelled name, what it spells. */
function wordsOf(surrogate: string, value: string): readonly SurrogateKey[] {
  const [spelled, real] = [spelledName(surrogate), spelledName(value)];
  if (spelled !== null && real !== null) return [{ key: spelled, value: real }];
  const [keys, values] = [surrogate.match(WORD) ?? [], value.match(WORD) ?? []];
  return paired(keys, values).filter(({ key, value: own }) => key !== own && key.length >= SHORTEST_WORD);
}

function spelledName(text: string): string | null {
  const joined = SPELLED.test(text) ? normalise('NAME', text) : '';
  return /^\p{L}{3,}$/u.test(joined) ? joined.charAt(0).toUpperCase() + joined.slice(1) : null;
}

/** Whether each word of a name has a word of its surrogate: else a model that uses one of them would not be understood. */
export function isAligned(kind: EntityKind, surrogate: string, value: string): boolean {
  return (
    kind !== 'NAME' || SPELLED.test(value) || (surrogate.match(WORD) ?? []).length === (value.match(WORD) ?? []).length
  );
}

const two = (n: number): string => String(n).padStart(2, '0');

function dateForms(text: string): readonly string[] {
  const date = readCalendarDate(text);
  return date === null ? [] : layouts(date);
}

function layouts({ year, month, day }: CalendarDate): readonly string[] {
  const name = MONTHS[month - 1] ?? '';
  const ordinal = `${day}${ending(day)}`;
  return [
    `${year}-${two(month)}-${two(day)}`,
    `${two(month)}/${two(day)}/${year}`,
    `${month}/${day}/${year}`,
    `${two(month)}-${two(day)}-${year}`,
    ...[day, ordinal].flatMap((said) => [`${name} ${said}, ${year}`, `${name} ${said} ${year}`]),
    `${day} ${name} ${year}`,
  ];
}

function ending(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function phoneForms(digits: string): readonly string[] {
  const [, area = '', exchange = '', line = ''] = /^1(\d{3})(\d{3})(\d{4})$/.exec(digits) ?? [];
  if (area === '') return /^\d{7,15}$/.test(digits) ? [digits] : [];
  const national = area + exchange + line;
  return [
    national,
    `+1${national}`,
    `1${national}`,
    `${area}-${exchange}-${line}`,
    `(${area}) ${exchange}-${line}`,
    `${area}.${exchange}.${line}`,
    `${area} ${exchange} ${line}`,
  ];
}

function ssnForms(digits: string): readonly string[] {
  if (!/^\d{9}$/.test(digits)) return codeForms(digits);
  return [`${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`, digits];
}

const codeForms = (form: string): readonly string[] =>
  form.length >= SHORTEST_NUMBER && !/\s/.test(form) ? [form] : [];

/** One code unit as keys are compared by: lower case, and any white space a space. */
export function foldKeyUnit(code: number): number {
  if (code === 0x09 || code === 0x0a || code === 0x0d || code === 0xa0 || code === 0x202f) return 0x20;
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  if (code < 0x80) return code;
  if (code === 0x2019) return 0x27;
  if (code === 0x2010 || code === 0x2011) return 0x2d;
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}

/** A key as keys are compared by. */
export function foldKey(key: string): string {
  let folded = '';
  for (let at = 0; at < key.length; at++) folded += String.fromCharCode(foldKeyUnit(key.charCodeAt(at)));
  return folded;
}

/** Whether a text that begins with this character may be the key: "rose" is not the name "Rose". */
export function beginsLike(key: string, first: string): boolean {
  const own = key.charAt(0);
  const isCapital = own !== own.toLowerCase();
  return !isCapital || first === first.toUpperCase();
}

/** Returns true if a word goes on with the character. */
export function isWordCharacter(char: string): boolean {
  return LETTER_OR_DIGIT.test(char);
}
