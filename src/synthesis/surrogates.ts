/**
 * Synthetic data: every identifier of a text replaced by another one of the same kind and form. See docs/synthetic.md.
 *
 * What is drawn depends on the seed and the value alone, but for values that must differ from others of the text. Without
 * the seed nothing leads back.
 */
import { unescaped } from '../detection/escapes.ts';
import { foldText } from '../detection/folding.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { isNumberWord, readCardinal } from '../detection/spoken/numbers.ts';
import { scanWords } from '../detection/words.ts';
import { AddressSurrogates } from './address-surrogates.ts';
import { readCode, writeCode } from './code-pieces.ts';
import { sameClasses, surrogateChars } from './code-values.ts';
import { DateSurrogates } from './date-surrogates.ts';
import { compared, Drawing } from './drawing.ts';
import type { Draws } from './draws.ts';
import { NameSurrogates } from './name-surrogates.ts';
import { OnlineSurrogates } from './online-surrogates.ts';
import { inventedName, nameKey } from './people.ts';
import { belowHundredWords, inCaseOf } from './spoken-forms.ts';

/** A value that was found, as it stands in a text. */
export interface FoundValue {
  readonly kind: EntityKind;
  readonly text: string;
}

/** Ages over 89 are identifiers: a surrogate is one too. */
const [OLDEST, OVER_89] = [105, 90];
/** One grey pixel. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
/** Names of codes, between two of them. */
const BETWEEN_CODES = /(\b(?:imei|mac|udi|serial|npi|dea|mrn|vin)\b)/i;
const SHORTEST_PART = 4;
/** Longer codes have no parts that people give by themselves. */
const LONGEST_WHOLE = 40;
/** After as many attempts a code is made longer: all of its length may be real. */
const ATTEMPTS_A_LENGTH = 32;
const CODE_KINDS: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'PHONE',
  'FAX',
  'SSN',
  'MRN',
  'HEALTH_PLAN',
  'ACCOUNT',
  'CREDIT_CARD',
  'LICENSE',
  'VEHICLE',
  'DEVICE',
  'BIOMETRIC',
  'OTHER_ID',
]);
/** Words in the names of organisations that say nothing of which one. */
const ORGANISATION_WORDS: ReadonlySet<string> = new Set(
  'the of and for inc llc corp company co group partners services hospital clinic medical center centre health care healthcare general memorial regional university school college bank insurance pharmacy dental family medicine plan church st saint'.split(
    ' ',
  ),
);

/** A code that stands in the text as a whole. */
interface WholeCode extends FoundValue {
  readonly chars: string;
}

/** Surrogates of the values of one text, which are all known before the first is made. */
export class Surrogates {
  readonly #drawing: Drawing;
  readonly #names: NameSurrogates;
  readonly #addresses: AddressSurrogates;
  readonly #dates: DateSurrogates;
  readonly #online: OnlineSurrogates;
  /** The longest code of the text that begins or ends with a shorter one. */
  readonly #wholes = new Map<string, WholeCode>();
  readonly #real = new Set<string>();

  /** `isTaken` tells what else no surrogate may be, as {@link compared}. */
  constructor(seed: Uint8Array, values: readonly FoundValue[], isTaken: (form: string) => boolean = () => false) {
    this.#drawing = new Drawing(seed, { has: (form) => this.#real.has(form) || isTaken(form) });
    this.#names = new NameSurrogates(this.#drawing);
    this.#addresses = new AddressSurrogates(this.#drawing);
    this.#dates = new DateSurrogates(this.#drawing);
    this.#online = new OnlineSurrogates(this.#drawing, this.#names);
    this.learn(values);
  }

  /** Learns values that no surrogate may be from now on. Surrogates that were made stay. */
  learn(values: readonly FoundValue[]): void {
    const plain = values.map(({ kind, text }) => ({ kind, text: plainText(kind, text) }));
    for (const form of realForms(plain)) this.#real.add(form);
    const longestFirst = [...plain].sort((a, b) => b.text.length - a.text.length);
    for (const { kind, text } of longestFirst) this.#learnOne(kind, text);
    for (const { kind, text } of longestFirst)
      if (CODE_KINDS.has(kind))
        for (const part of codeParts(text)) this.#index({ kind, text: part, chars: readCode(part).chars });
  }

  #index(found: WholeCode): void {
    const chars = nationalDigits(found.kind, found.chars) ?? found.chars;
    const whole = chars === found.chars ? found : { ...found, text: chars, chars };
    if (chars.length > LONGEST_WHOLE) return;
    for (let length = SHORTEST_PART; length < chars.length; length++)
      for (const part of [chars.slice(-length), chars.slice(0, length)])
        if ((this.#wholes.get(part)?.chars.length ?? 0) < chars.length) this.#wholes.set(part, whole);
  }

  #learnOne(kind: EntityKind, text: string): void {
    if (kind === 'NAME') this.#names.learn(text);
    else if (kind === 'ADDRESS') this.#addresses.learn(text);
    else if (kind === 'DATE' || kind === 'DOB') this.#dates.learn(text);
  }

  /** Returns the surrogate of a value, in the form in which the value is written or said. It never equals the value. */
  of({ kind, text }: FoundValue): string {
    const plain = plainText(kind, text);
    const made = this.#made(kind, plain);
    const other = compared(made) === compared(plain) ? this.#another(kind, plain) : made;
    // An escape belongs to the document around the value: no line may break there.
    return plain === foldText(text).text ? other : other.replace(/\s+/g, ' ');
  }

  #made(kind: EntityKind, text: string): string {
    switch (kind) {
      case 'NAME':
        return this.#names.of(text);
      case 'ADDRESS':
        return this.#addresses.of(text);
      case 'DATE':
      case 'DOB':
        return this.#dates.of(text);
      case 'AGE':
        return this.#age(text);
      case 'EMAIL':
        return this.#online.email(text);
      case 'URL':
        return text.includes('@') ? this.#online.email(text) : this.#online.url(text);
      case 'IP_ADDRESS':
        return this.#online.ipAddress(text);
      case 'PHOTO':
        return text.startsWith('data:') ? PIXEL : this.#code(kind, text);
      case 'ORG':
        return this.#organisation(text);
      case 'PHONE':
      case 'FAX':
      case 'SSN':
      case 'MRN':
      case 'HEALTH_PLAN':
      case 'ACCOUNT':
      case 'CREDIT_CARD':
      case 'LICENSE':
      case 'VEHICLE':
      case 'DEVICE':
      case 'BIOMETRIC':
      case 'OTHER_ID':
        return this.#code(kind, text);
    }
  }

  #another(kind: EntityKind, text: string): string {
    return this.#drawing.distinct(`ANOTHER\0${kind}\0${compared(text)}`, inventedName, inventedName);
  }

  /** Adjacent identifiers of one kind are found as one: each is a code of its own. */
  #code(kind: EntityKind, text: string): string {
    return text
      .split(BETWEEN_CODES)
      .map((part, index) => (index % 2 === 0 ? this.#oneCode(kind, part) : part))
      .join('');
  }

  #oneCode(kind: EntityKind, text: string): string {
    const code = readCode(text);
    if (code.chars === '') return text;
    return writeCode(code, this.#chars(kind, code.chars, text));
  }

  /** The beginning or end of a longer code of the text is that of its surrogate: the last four of a number. */
  #chars(kind: EntityKind, chars: string, text: string): string {
    // With the code of the country or without it, it is one number.
    const national = nationalDigits(kind, chars);
    if (national !== null) return chars.charAt(0) + this.#chars(kind, national, national);
    const whole = this.#wholes.get(chars);
    if (whole !== undefined && whole.chars.length > chars.length) {
      const other = this.#chars(whole.kind, whole.chars, whole.text);
      const part = whole.chars.endsWith(chars) ? other.slice(-chars.length) : other.slice(0, chars.length);
      if (part !== chars && !this.#drawing.isReal(part)) return part;
    }
    const isInternational = /^\s*(?:\+|plus\b|00)/i.test(text);
    return this.#drawing.distinct(
      `CODE\0${chars}`,
      (draws) => surrogateChars(kind, chars, draws, isInternational),
      (draws, attempt) => sameClasses(chars, draws) + draws.digits(Math.floor(attempt / ATTEMPTS_A_LENGTH)),
    );
  }

  #age(text: string): string {
    const words = scanWords(text);
    const at = words.findIndex(({ type, lower }) => type === 'digits' || isNumberWord(lower));
    const word = words[at];
    if (word === undefined) return this.#code('AGE', text);
    const read = word.type === 'digits' ? { value: Number(word.text), next: at + 1 } : readCardinal(words, at);
    const [own, next] = [read?.value ?? 0, read?.next ?? at + 1];
    const drawn = Number(this.#drawing.other(`AGE\0${own}`, String(own), (draws) => ageLike(own, draws)));
    const said = word.type === 'digits' ? String(drawn) : inCaseOf(word.text, ageWords(drawn));
    return text.slice(0, word.start) + said + text.slice(words[next - 1]?.end ?? word.end);
  }

  #organisation(text: string): string {
    return text.replace(/\p{L}[\p{L}\p{M}']+/gu, (word) =>
      ORGANISATION_WORDS.has(word.toLowerCase()) ? word : inCaseOf(word, this.#names.word(word.toLowerCase())),
    );
  }
}

/** The digits of a North American telephone number behind the code of the country; null for anything else. */
function nationalDigits(kind: EntityKind, chars: string): string | null {
  return (kind === 'PHONE' || kind === 'FAX') && /^1\d{10}$/.test(chars) ? chars.slice(1) : null;
}

/** The codes of a value, without what names them. */
const codeParts = (text: string): readonly string[] =>
  text.split(BETWEEN_CODES).filter((_part, index) => index % 2 === 0);

/** The text of a value without the escapes of the document around it. */
function plainText(kind: EntityKind, text: string): string {
  if (kind === 'URL' || kind === 'PHOTO') return text;
  const decoded = text.replace(/\\u([0-9a-f]{4})/gi, (_escape, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
  return foldText(unescaped(decoded)?.text ?? decoded).text;
}

/** All that no surrogate may be, as {@link compared}: the values, the words of names, the parts of addresses. */
function realForms(values: readonly FoundValue[]): ReadonlySet<string> {
  const real = new Set<string>();
  const add = (text: string): void => {
    real.add(compared(text));
  };
  for (const { kind, text } of values) {
    add(text);
    if (CODE_KINDS.has(kind)) {
      const { chars } = readCode(text);
      add(chars);
      add(nationalDigits(kind, chars) ?? chars);
    } else if (kind === 'ADDRESS') AddressSurrogates.parts(text).forEach(add);
    else if (kind === 'EMAIL') add(text.slice(0, Math.max(0, text.lastIndexOf('@'))));
    if (kind === 'NAME' || kind === 'EMAIL' || kind === 'ORG')
      for (const { type, text: word } of scanWords(text)) if (type === 'letters' && word.length > 1) add(nameKey(word));
  }
  real.delete('');
  return real;
}

/** Of an age over 89 another one, of any other one that is near. */
const ageLike = (own: number, draws: Draws): string =>
  String(own >= OVER_89 ? OVER_89 + draws.below(OLDEST - OVER_89) : Math.max(1, own - 5) + draws.below(11));

function ageWords(age: number): string {
  if (age < 100) return belowHundredWords(age);
  return age === 100 ? 'one hundred' : `one hundred and ${belowHundredWords(age - 100)}`;
}

/** A piece of a text that was found: UTF-16 units, end exclusive. */
export interface FoundSpan {
  readonly kind: EntityKind;
  readonly start: number;
  readonly end: number;
}

/** A text with surrogates, and where each is. */
export interface Synthetic {
  readonly text: string;
  /** One for each span, in their order: [start, end) in the new text. */
  readonly spans: readonly (readonly [number, number])[];
}

/** Replaces what was found in the text. The spans are in order and do not overlap. */
export function synthesise(text: string, found: readonly FoundSpan[], seed: Uint8Array): Synthetic {
  const values = found.map(({ kind, start, end }) => ({ kind, text: text.slice(start, end) }));
  const surrogates = new Surrogates(seed, values);
  const spans: [number, number][] = [];
  let out = '';
  let from = 0;
  found.forEach(({ kind, start, end }) => {
    out += text.slice(from, start);
    const surrogate = surrogates.of({ kind, text: text.slice(start, end) });
    spans.push([out.length, out.length + surrogate.length]);
    out += surrogate;
    from = end;
  });
  return { text: out + text.slice(from), spans };
}
