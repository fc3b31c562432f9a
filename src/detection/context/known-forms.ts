/** Which forms of a value are looked for once it is known. See docs/detection.md, Context of the call. */
import type { EntityKind } from '../kinds.ts';
import { COUNTRIES, STATES, STATE_CODES, STREET_KINDS } from '../vocabulary/places.ts';
import type { Word } from '../words.ts';
import { dayNamed, isMonthName } from './calendar.ts';
import { meaningsOf, type Meaning } from './meaning.ts';
import { isPlainWord } from './name-words.ts';
import { endOf } from '../../platform/text-end.ts';
import { NAME_PARTICLES } from '../vocabulary/name-particles.ts';

/** One form of a known value. */
export interface KnownForm {
  /** What it says (meaning.ts). */
  readonly chars: string;
  /** Written words that an occurrence may have at most: "will i am" does not spell "William". */
  readonly most: number;
  /** `run`: only as a number of its own. `name`: only where it is used like a name. `ending`: only after "ends in". */
  readonly guard: 'none' | 'run' | 'name' | 'ending';
  /** How it is told where only its beginning is said (known-parts.ts). */
  readonly cut: 'code' | 'name' | 'words' | 'never';
  /** How many characters its words end after. */
  readonly ends: readonly number[];
  /** For `explain`. */
  readonly rule: string;
}

/** Characters by which a long value is known: a search never follows more, but for the end of a word. */
const LONG_VALUE = 96;
/** Fewer characters are found everywhere. */
const MIN_CODE = 4;
const MIN_LETTERS = 3;
/** So many characters, and so many digits among them, are a code in whatever groups they stand. */
const LONG_CODE = 8;
const MIN_DIGITS = 3;
/** A number of so many digits is told from another wherever it stands, and by its last four. */
const LONG_NUMBER = 7;
const LAST = 4;
/** Digits that are said of the end of a number, where fewer are. */
const FEWER = [3, 2];

const TITLES: ReadonlySet<string> = new Set(
  'dr doctor mr mrs ms miss mister nurse professor prof jr sr md rn'.split(' '),
);

/** The forms of a value of this kind, the whole first. `words` are those of the folded value. */
export function formsOf(words: readonly Word[], kind: EntityKind): readonly KnownForm[] {
  const cut = cutOf(kind);
  return formsSaid(words, kind).map((form) => ({ ends: [], ...form, cut }));
}

/** How a value of this kind is told by its beginning. */
function cutOf(kind: EntityKind): KnownForm['cut'] {
  switch (kind) {
    case 'NAME':
      return 'name';
    case 'ADDRESS':
    case 'DATE':
    case 'DOB':
    case 'EMAIL':
      return 'words';
    case 'PHONE':
    case 'FAX':
    case 'SSN':
    case 'CREDIT_CARD':
    case 'ACCOUNT':
    case 'MRN':
    case 'HEALTH_PLAN':
    case 'LICENSE':
    case 'VEHICLE':
    case 'DEVICE':
    case 'OTHER_ID':
      return 'code';
    case 'AGE':
    case 'URL':
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'PHOTO':
    case 'ORG':
      return 'never';
  }
}

/** A form before it is known how it is told by its beginning. */
type SaidForm = Omit<KnownForm, 'cut' | 'ends'> & Partial<Pick<KnownForm, 'ends'>>;

function formsSaid(words: readonly Word[], kind: EntityKind): readonly SaidForm[] {
  const meanings = meaningsOf(words);
  const whole = wholeForm(words, meanings, kind);
  if (kind === 'NAME') return [...whole, ...nameParts(words, meanings)];
  if (kind === 'DATE' || kind === 'DOB') return [...whole, ...numericDates(words)];
  if (kind === 'EMAIL') return [...whole, ...mailbox(words, meanings)];
  if (kind === 'ADDRESS') return [...whole, ...addressParts(words, meanings)];
  return cutOf(kind) === 'code' ? [...whole, ...numberEnds(charsOf(lettersOf(meanings)), kind)] : whole;
}

function wholeForm(words: readonly Word[], meanings: readonly Meaning[], kind: EntityKind): SaidForm[] {
  const said = kind === 'NAME' || kind === 'ADDRESS' ? meanings : lettersOf(meanings);
  const chars = charsOf(said);
  const ends = endsOf(said);
  const most = Math.max(1, meanings.filter(({ isWord }) => isWord).length);
  const short = chars.length < (/\d/.test(chars) ? MIN_CODE : MIN_LETTERS);
  if (kind === 'NAME') {
    const plain =
      short ||
      (most === 1 && words.every(({ type, lower }) => type !== 'letters' || lower === "'s" || isPlainWord(lower)));
    return chars.length < 2 ? [] : [{ chars, most, guard: plain ? 'name' : 'none', rule: 'known', ends }];
  }
  // "Hope" and "Mobile" are cities; the words are in every text.
  if (
    kind === 'ADDRESS' &&
    most === 1 &&
    chars.length > 1 &&
    words.every(({ type, lower }) => type === 'letters' && isPlainWord(lower))
  )
    return [{ chars, most, guard: 'name', rule: 'known' }];
  // A year and an age are in every text.
  if (short || ((kind === 'DATE' || kind === 'DOB' || kind === 'AGE') && /^\d{1,4}$/.test(chars))) return [];
  // Whoever writes a code in groups makes two words of one: "KX12" is "K X1 2".
  if (chars.length >= LONG_CODE && chars.replace(/\D/g, '').length >= MIN_DIGITS)
    return [{ chars, most: chars.length, guard: 'none', rule: 'known', ends }];
  const guard = /^\d+$/.test(chars) && chars.length < LONG_NUMBER ? 'run' : 'none';
  return [{ chars, most, guard, rule: 'known', ends }];
}

/** A day that was named by its month, as its numbers are said: "seven twenty two nineteen fifty nine". */
function numericDates(words: readonly Word[]): SaidForm[] {
  const [month, day, year] = words.some(({ lower }) => isMonthName(lower)) ? (dayNamed(words)?.split('-') ?? []) : [];
  const full = words.map(({ text }) => text).find((text) => /^(?:19|20)\d\d$/.test(text)) ?? year;
  if (month === undefined || day === undefined || full === undefined) return [];
  const plain = `${Number(month)}${Number(day)}${full}`;
  const forms = [
    plain,
    `${Number(month)}${day}${full}`,
    `${month}${day}${full}`,
    `${Number(month)}${Number(day)}${full.slice(-2)}`,
  ];
  return [...new Set(forms)].map((chars) => ({ chars, most: 0, guard: 'run' as const, rule: 'known.part', ends: [] }));
}

/** The first name alone, and the last, with the particles before it and without. */
function nameParts(words: readonly Word[], meanings: readonly Meaning[]): SaidForm[] {
  const parts = words
    .map((_, at) => at)
    .filter((at) => meanings[at]?.isWord === true && !TITLES.has(words[at]?.lower ?? ''));
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined || meanings.filter(({ isWord }) => isWord).length < 2) return [];
  let from = last;
  while (parts.includes(from - 1) && NAME_PARTICLES.has(words[from - 1]?.lower ?? '')) from--;
  const forms = [first, last].map((at) => wordForm(words[at]?.lower ?? '', meanings[at]?.chars ?? '', 'known.part'));
  const surname =
    from < last
      ? [
          {
            chars: charsOf(meanings.slice(from, last + 1)),
            ends: endsOf(meanings.slice(from, last + 1)),
            most: last - from + 1,
            guard: 'none' as const,
            rule: 'known.part',
          },
        ]
      : [];
  return [...forms, ...surname].filter(({ chars }) => chars.length >= 2 && !NAME_PARTICLES.has(chars));
}

function wordForm(lower: string, chars: string, rule: string): SaidForm {
  const guard = chars.length < MIN_LETTERS || isPlainWord(lower) ? 'name' : 'none';
  return { chars, most: 1, guard, rule, ends: [chars.length] };
}

/** The rule of a span that is the mailbox of a known e-mail address. A name that is found in the same place stays a name. */
export const MAILBOX = 'known.mailbox';

/** The name of the mailbox, before the at sign: agents read it back alone. */
function mailbox(words: readonly Word[], meanings: readonly Meaning[]): SaidForm[] {
  const at = words.findIndex(({ text, lower }) => text === '@' || lower === 'at');
  const chars = charsOf(meanings.slice(0, Math.max(at, 0)));
  const named = meanings.slice(0, Math.max(at, 0)).filter(({ isWord }) => isWord).length;
  if (chars.length < MIN_CODE || (named === 1 && !/\d/.test(chars) && isPlainWord(chars))) return [];
  // "john smith" inside "johnsmith": the words of a mailbox are not told apart in writing.
  return [{ chars, most: Math.max(4, named), guard: 'none', rule: MAILBOX }];
}

/** What commas part in an address, but no state or country; and its ZIP code. */
function addressParts(words: readonly Word[], meanings: readonly Meaning[]): SaidForm[] {
  const forms: SaidForm[] = streetForm(words, meanings);
  let from = 0;
  for (let at = 0; at <= words.length; at++) {
    if (at < words.length && words[at]?.text !== ',' && words[at]?.newLine !== true) continue;
    if (from > 0 || at < words.length) forms.push(...placeForm(words.slice(from, at), meanings.slice(from, at)));
    from = words[at]?.text === ',' ? at + 1 : at;
  }
  const zip = /\d{5}$/.exec(charsOf(meanings.slice(Math.max(0, meanings.length - 5))))?.[0];
  if (zip !== undefined) forms.push({ chars: zip, most: 0, guard: 'run', rule: 'known.part' });
  return forms;
}

/** The street without the number of the house: "Cedar Hollow Lane". */
function streetForm(words: readonly Word[], meanings: readonly Meaning[]): SaidForm[] {
  const isDigits = (at: number): boolean => /^\d+$/.test(meanings[at]?.chars ?? '');
  let from = 0;
  while (from < words.length && (isDigits(from) || (from > 0 && meanings[from]?.skippable === true))) from++;
  if (from === 0) return [];
  let end = from;
  while (end < words.length && words[end]?.text !== ',' && words[end]?.newLine !== true) end++;
  const street = meanings.slice(from, end);
  const named = words.slice(from, end).filter(({ type }) => type === 'letters');
  const isNamed = named.length > 1 && named.some(({ lower }) => STREET_KINDS.has(lower));
  return isNamed
    ? [{ chars: charsOf(street), most: named.length, guard: 'none', rule: 'known.part', ends: endsOf(street) }]
    : placeForm(words.slice(from, end), street);
}

function placeForm(words: readonly Word[], meanings: readonly Meaning[]): SaidForm[] {
  const chars = charsOf(meanings);
  const letters = words.filter(({ type }) => type === 'letters');
  const lower = letters.map((word) => word.lower).join(' ');
  const isState = STATES.has(lower) || COUNTRIES.has(lower) || STATE_CODES.has(letters[0]?.text ?? '');
  if (isState || letters.length === 0 || chars.length < MIN_CODE || letters.every((word) => isPlainWord(word.lower)))
    return [];
  return [{ chars, most: letters.length, guard: 'none', rule: 'known.part', ends: endsOf(meanings) }];
}

/** A long number by its last four digits; a telephone number without its country and its area. */
function numberEnds(chars: string, kind: EntityKind): SaidForm[] {
  const digits = endOf(chars, /\d/);
  const ends: SaidForm[] = [];
  if (digits.length >= LONG_NUMBER)
    ends.push({ chars: digits.slice(-LAST), most: 0, guard: 'run', rule: 'known.last_four' });
  // "ending in ninety one"
  if (digits.length >= LAST)
    for (const said of FEWER) ends.push({ chars: digits.slice(-said), most: 0, guard: 'ending', rule: 'known.part' });
  // An interruption may leave the number from any digit on.
  const isWhole = digits.length === chars.length;
  if (digits.length >= LONG_NUMBER || !isWhole)
    for (let from = isWhole ? 1 : 0; digits.length - from > LAST; from++)
      ends.push({ chars: digits.slice(from), most: 0, guard: 'run', rule: 'known.part' });
  if (kind !== 'PHONE' && kind !== 'FAX') return ends;
  const national = digits.length === 11 ? digits.slice(1) : digits;
  if (national.length !== 10) return ends;
  const local: SaidForm = { chars: national.slice(3), most: 0, guard: 'run', rule: 'known.local_number' };
  return [
    ...ends,
    local,
    ...(national === chars ? [] : [{ chars: national, most: 0, guard: 'none' as const, rule: 'known' }]),
  ];
}

/** How many characters the words that are said end after. */
function endsOf(meanings: readonly Meaning[]): readonly number[] {
  const ends: number[] = [];
  let length = 0;
  for (const { chars, skippable } of meanings) {
    if (skippable) continue;
    length += chars.length;
    ends.push(length);
  }
  return ends;
}

/** Code words as the letters that they stand for. */
function lettersOf(meanings: readonly Meaning[]): readonly Meaning[] {
  return meanings.map((meaning) => (meaning.letter === '' ? meaning : { ...meaning, chars: meaning.letter }));
}

/** What the words say together, up to the word that makes it long; of skippable words only where nothing else is said. */
function charsOf(meanings: readonly Meaning[]): string {
  const said = meanings.filter(({ skippable }) => !skippable);
  let chars = '';
  for (const meaning of said.length > 0 ? said : meanings) {
    chars += meaning.chars;
    if (chars.length >= LONG_VALUE) break;
  }
  return chars;
}
