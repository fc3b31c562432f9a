/**
 * The ways in which a value that was said may be written, the usual one first. Pure. A value that can be read in two
 * ways has no written form but its own.
 */
import type { EntityKind } from '../../../detection/kinds.ts';
import { findChunks } from '../../../detection/chunks.ts';
import { foldText } from '../../../detection/folding.ts';
import { readCalendarDate, type CalendarDate } from '../../../detection/spoken/calendar-date.ts';
import { findCodes, type Code } from '../../../detection/spoken/codes.ts';
import { ageEnd, readNumber } from '../../../detection/recognisers/age-words.ts';
import { scanWords, type Word } from '../../../detection/words.ts';
import { normalise } from '../../../tokens/normalise.ts';
import { dateLayout, layOutDate, layOutDigits, phoneLayout } from './layouts.ts';

/** The written forms of a value. */
export interface WrittenForms {
  /** Whether the value was spoken: then a place that demands no form gets the first one, else the value as it is. */
  readonly spoken: boolean;
  /** The form that the hints ask for; null where they ask for none. */
  readonly asked: string | null;
  /** The usual form first. Empty where no form is unambiguous. */
  readonly forms: readonly string[];
}

const NONE: WrittenForms = { spoken: false, asked: null, forms: [] };

/** The written forms of `value`. `hints` is what people say of the place: its name, description and examples. */
export function writtenForms(kind: EntityKind, value: string, hints: string): WrittenForms {
  switch (kind) {
    case 'DATE':
    case 'DOB':
      return dateForms(value, hints);
    case 'PHONE':
    case 'FAX':
      return phoneForms(value, hints);
    case 'SSN':
      return ssnForms(value);
    case 'EMAIL':
      return emailForms(value);
    case 'NAME':
      return nameForms(value);
    case 'ADDRESS':
      return addressForms(value);
    case 'AGE':
      return ageForms(value);
    case 'CREDIT_CARD':
    case 'MRN':
    case 'HEALTH_PLAN':
    case 'ACCOUNT':
    case 'LICENSE':
    case 'VEHICLE':
    case 'DEVICE':
    case 'OTHER_ID':
      return codeForms(value);
    case 'URL':
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'PHOTO':
    case 'ORG':
      return NONE;
  }
}

/** The words of a value, and the codes among them. */
interface Said {
  readonly words: readonly Word[];
  readonly codes: readonly Code[];
  /** The characters of all codes. */
  readonly chars: string;
  /** Whether the codes are all that is said. */
  readonly whole: boolean;
}

function readSaid(value: string): Said {
  const words = scanWords(foldText(value).text);
  const codes = findCodes(words, findChunks(words), () => false);
  const whole = words.every((_, at) => codes.some(({ first, last }) => first <= at && at <= last));
  return { words, codes, chars: codes.map(({ chars }) => chars).join(''), whole };
}

/** Whether a code was read aloud: in words, or one character at a time. */
function isSpoken({ words, codes }: Said): boolean {
  if (codes.some(({ spoken }) => spoken > 0)) return true;
  const digits = words.filter(({ type }) => type === 'digits');
  return digits.length >= 3 && digits.every(({ text }) => text.length === 1);
}

function dateForms(value: string, hints: string): WrittenForms {
  const date = readCalendarDate(value);
  if (date === null) return NONE;
  const words = scanWords(foldText(value).text);
  const isNumberInWords = ({ type, text }: Word): boolean =>
    type === 'letters' && !/^(?:[A-Z]?[a-z]{2,8}|of)$/.test(text);
  const spoken =
    !/\d/.test(value) || words.some(isNumberInWords) || isSpoken({ words, codes: [], chars: '', whole: true });
  const layout = dateLayout(hints);
  return { spoken, asked: layout === null ? null : layOutDate(date, layout), forms: dateLayouts(date) };
}

const DATE_LAYOUTS = ['YYYY-MM-DD', 'MM/DD/YYYY', 'MM-DD-YYYY', 'YYYYMMDD', 'MMDDYYYY', 'YYYY/MM/DD'];

function dateLayouts(date: CalendarDate): string[] {
  const short = `${date.month}/${date.day}/${date.year}`;
  // Last, for a date and time that nothing but the date is known of.
  return [
    ...DATE_LAYOUTS.map((layout) => layOutDate(date, layout)),
    short,
    `${layOutDate(date, 'YYYY-MM-DD')}T00:00:00Z`,
  ];
}

const E164_HINT = /e\.?\s?164|international|country code|\+1/i;

function phoneForms(value: string, hints: string): WrittenForms {
  const said = readSaid(value);
  const digits = said.chars.replace(/\D/g, '');
  if (!said.whole || /[A-Z]/.test(said.chars) || digits.length < 7 || digits.length > 15) return NONE;
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
  const spoken = isSpoken(said);
  const layout = phoneLayout(hints, national.length);
  const shown = layout === null ? null : layOutDigits(national, layout);
  if (national.length !== 10) return { spoken, asked: shown, forms: localForms(digits) };
  const e164 = `+1${national}`;
  const [area, exchange, line] = [national.slice(0, 3), national.slice(3, 6), national.slice(6)];
  const grouped = [`${area}-${exchange}-${line}`, `(${area}) ${exchange}-${line}`, `${area}.${exchange}.${line}`];
  const asked = shown ?? (E164_HINT.test(hints) ? e164 : null);
  return { spoken, asked, forms: [national, e164, ...grouped, `1${national}`] };
}

function localForms(digits: string): string[] {
  if (digits.length === 7) return [digits, `${digits.slice(0, 3)}-${digits.slice(3)}`];
  return digits.length > 10 ? [digits, `+${digits}`] : [digits];
}

function ssnForms(value: string): WrittenForms {
  const said = readSaid(value);
  const digits = said.chars;
  if (!said.whole || !/^\d{4,9}$/.test(digits)) return NONE;
  const grouped = `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`;
  return { spoken: isSpoken(said), asked: null, forms: digits.length === 9 ? [grouped, digits] : [digits] };
}

function emailForms(value: string): WrittenForms {
  const spoken = !value.includes('@');
  const form = normalise('EMAIL', value);
  return /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/.test(form) ? { spoken, asked: null, forms: [form] } : NONE;
}

/** The value with its spoken numbers in digits. */
function withDigits({ words, codes }: Said, value: string): string {
  const folded = foldText(value).text;
  let out = '';
  let copied = 0;
  for (const { first, last, chars, digits, spoken } of codes) {
    const [start, end] = [words[first]?.start ?? 0, words[last]?.end ?? 0];
    if (chars !== digits || spoken === 0) continue;
    out += folded.slice(copied, start) + digits;
    copied = end;
  }
  return out + folded.slice(copied);
}

/** "Q-U-I-N-T-A-N-I-L-L-A", and a name that is said before it is spelled. */
function nameForms(value: string): WrittenForms {
  const { words, codes } = readSaid(value);
  const spelled = codes.at(-1);
  if (spelled === undefined || !/^[A-Z]{2,}$/.test(spelled.chars) || spelled.last !== words.length - 1) return NONE;
  const letters = words.slice(spelled.first, spelled.last + 1).filter(({ type }) => type === 'letters');
  if (letters.length < spelled.chars.length) return NONE;
  const name = spelled.chars.charAt(0) + spelled.chars.slice(1).toLowerCase();
  const before = words.slice(0, spelled.first).filter(({ type }) => type === 'letters');
  const said = before.at(-1)?.lower === name.toLowerCase() ? before.slice(0, -1) : before;
  return { spoken: true, asked: null, forms: [[...said.map(({ text }) => text), name].join(' ')] };
}

function addressForms(value: string): WrittenForms {
  const form = withDigits(readSaid(value), value);
  return form === foldText(value).text ? NONE : { spoken: true, asked: null, forms: [form] };
}

function ageForms(value: string): WrittenForms {
  const words = scanWords(foldText(value).text);
  // "94 years old", "ninety-four-year-old": the number is what a form asks for.
  const read = readNumber(words, 0);
  if (read === null || ageEnd(words, read.next) !== words.length) return NONE;
  const isNumber = /^\d+$/.test(value);
  return { spoken: !isNumber, asked: null, forms: isNumber ? [] : [String(read.value)] };
}

function codeForms(value: string): WrittenForms {
  const said = readSaid(value);
  const { chars, whole } = said;
  if (!whole || chars === '') return NONE;
  const fours = chars.replace(/(.{4})(?=.)/g, '$1 ');
  return {
    spoken: isSpoken(said),
    asked: null,
    forms: [chars, chars.toLowerCase(), fours, fours.replaceAll(' ', '-')],
  };
}
