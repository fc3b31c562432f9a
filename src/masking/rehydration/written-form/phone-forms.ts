/** The ways in which a telephone number that was said may be written. Pure. */
import { foldText } from '../../../detection/folding.ts';
import { layOutDigits, phoneLayout } from './layouts.ts';
import { isSpoken, NONE, readSaid, type WrittenForms } from './said.ts';

const E164_HINT = /e\.?\s?164|international|country code|\+1/i;

/** "+44 ..." and "plus forty-four ...": the country code is said. */
const COUNTRY = /^\s*(?:\+|plus\b)\s*/i;
/** "+44 (0)20 ...": dialled only within the country. */
const TRUNK = /(?<=^\d{1,3}[ -]?)\(0\)/;
/** What is dialled in front of a country code. */
const DIALLED = /^(?:011|00)(?=[1-9]\d{8})/;
/** "x42", "ext. 42", ";ext=42", "extension four two" at the end. */
const EXTENSION = /(?<![a-z])(?:extension|extn?|x)(?![a-z])(.+)$/i;
const LONGEST_EXTENSION = 6;

/** The forms of a number, of which none is given out with a part of it missing. */
export function phoneForms(value: string, hints: string): WrittenForms {
  const whole = numberForms(value, hints);
  if (whole.forms.length > 0) return whole;
  const text = foldText(value).text;
  const extension = EXTENSION.exec(text);
  const said = readSaid((extension?.[1] ?? '').replace(/^[\s.:=-]+/, ''));
  if (extension === null || !said.whole || !/^\d+$/.test(said.chars) || said.chars.length > LONGEST_EXTENSION)
    return NONE;
  const { spoken, asked, forms } = numberForms(text.slice(0, extension.index), hints);
  if (forms.length === 0) return NONE;
  const isSpokenThere = spoken || isSpoken(said);
  // A place that takes digits alone gets the number without its extension, rather than words. RFC 3966 writes `;ext=`.
  return {
    spoken: isSpokenThere,
    asked: asked === null ? null : `${asked}${asked.startsWith('+') ? ';ext=' : ' ext. '}${said.chars}`,
    forms: [...forms.map((form) => `${form} ext. ${said.chars}`), ...forms],
  };
}

function numberForms(value: string, hints: string): WrittenForms {
  const text = foldText(value).text;
  const isInternational = COUNTRY.test(text);
  const said = readSaid(isInternational ? text.replace(COUNTRY, '').replace(TRUNK, ' ') : value);
  const dialled = said.chars.replace(/\D/g, '');
  const digits = isInternational ? dialled : dialled.replace(DIALLED, '');
  if (!said.whole || /[A-Z]/.test(said.chars) || digits.length < 7 || digits.length > 15) return NONE;
  const spoken = isSpoken(said) || /^\s*plus\b/i.test(text);
  const hasCountry = isInternational || digits !== dialled;
  // A number of North America that is cut.
  if (hasCountry && digits.startsWith('1') && digits.length !== 11) return NONE;
  if (hasCountry && !digits.startsWith('1')) {
    const e164 = `+${digits}`;
    return { spoken, asked: E164_HINT.test(hints) ? e164 : null, forms: [e164, digits, `00${digits}`] };
  }
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits;
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
  // No country code begins with zero.
  return digits.length > 10 && !digits.startsWith('0') ? [digits, `+${digits}`] : [digits];
}
