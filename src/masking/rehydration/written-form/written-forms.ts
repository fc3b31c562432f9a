/**
 * The ways in which a value that was said may be written, the usual one first. Pure. A value that can be read in two
 * ways has no written form but its own.
 */
import type { EntityKind } from '../../../detection/kinds.ts';
import { foldText } from '../../../detection/folding.ts';
import { readCalendarDate, type CalendarDate } from '../../../detection/spoken/calendar-date.ts';
import { ageEnd, readNumber } from '../../../detection/recognisers/age-words.ts';
import { scanWords, type Word } from '../../../detection/words.ts';
import { emailForms } from './email-forms.ts';
import { dateLayout, layOutDate } from './layouts.ts';
import { nameForms } from './name-forms.ts';
import { phoneForms } from './phone-forms.ts';
import { isSpoken, NONE, readSaid, type Said, type WrittenForms } from './said.ts';

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

function ssnForms(value: string): WrittenForms {
  const said = readSaid(value);
  const digits = said.chars;
  if (!said.whole || !/^\d{4,9}$/.test(digits)) return NONE;
  const grouped = `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`;
  return { spoken: isSpoken(said), asked: null, forms: digits.length === 9 ? [grouped, digits] : [digits] };
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
