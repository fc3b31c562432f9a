/** The surrogates of one session or subject: one for each value, and for each value another one. */
import type { EntityKind } from '../detection/kinds.ts';
import { HmacKey } from '../platform/hmac.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import { sha256 } from '../platform/sha256.ts';
import { normalise } from '../tokens/normalise.ts';
import { addressSurrogate } from './addresses.ts';
import { codeForm } from './code-form.ts';
import { cardSurrogate, codeSurrogate, phoneSurrogate, ssnSurrogate } from './codes.ts';
import { ageSurrogate, dateSurrogate, drawOffset } from './dates.ts';
import { DrawStream } from './draw-stream.ts';
import { nameSurrogate } from './names.ts';
import type { WordMemory } from './names.ts';
import { emailSurrogate, ipSurrogate, macSurrogate, urlSurrogate } from './online.ts';

const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
/** Draws of one value before a kind with few surrogates takes them from a wider range, and the most draws. */
const CROWDED = 40;
const MOST_DRAWS = 120;

/** Without a seed, nobody can compute the surrogates again. */
export class Surrogates {
  readonly #key: HmacKey;
  readonly #offset: number;
  /** The form of the value behind each surrogate that was given, by family and form of the surrogate. */
  readonly #taken = new Map<string, string>();
  readonly #drawn = new Map<string, string>();
  readonly #attempts = new Map<string, number>();

  constructor(seed: string | null) {
    this.#key = new HmacKey(seed === null ? freshBytes(32) : sha256(Buffer.from(`masker/synthetic/v1|${seed}`)));
    this.#offset = drawOffset(new DrawStream(this.#key, 'offset'));
  }

  /** Returns the surrogate of a value, in the form in which the value is written or said; never the value itself. */
  for(kind: EntityKind, value: string): string {
    const family = familyOf(kind);
    const form = normalise(kind, value);
    const known = this.#drawn.get(`${family}\0${value}`);
    if (known !== undefined) return known;
    const name = `${family}\0${form}`;
    for (let attempt = this.#attempts.get(name) ?? 0; ; attempt += 1) {
      const drawn = this.#draw(kind, value, `${name}\0${attempt}`, attempt >= CROWDED);
      const drawnName = `${family}\0${normalise(kind, drawn)}`;
      const owner = this.#taken.get(drawnName);
      const isFree = drawn !== value && (owner === undefined || owner === name);
      if (!isFree && attempt < MOST_DRAWS) continue;
      this.#attempts.set(name, attempt);
      this.#taken.set(drawnName, name);
      this.#drawn.set(`${family}\0${value}`, drawn);
      return drawn;
    }
  }

  #draw(kind: EntityKind, value: string, context: string, isCrowded: boolean): string {
    const stream = new DrawStream(this.#key, context);
    const form = codeForm(value);
    switch (kind) {
      case 'NAME':
      case 'ORG':
        return nameSurrogate(value, this.#words);
      case 'ADDRESS':
        return addressSurrogate(value, stream);
      case 'DATE':
      case 'DOB':
        return dateSurrogate(value, this.#offset, stream);
      case 'AGE':
        return ageSurrogate(value, stream);
      case 'PHONE':
      case 'FAX':
        return form.render(phoneSurrogate(form.chars, stream, isCrowded));
      case 'SSN':
        return form.render(ssnSurrogate(form.chars, stream));
      case 'CREDIT_CARD':
        return form.render(cardSurrogate(form.chars, stream));
      case 'EMAIL':
        return emailSurrogate(value, stream);
      case 'URL':
      case 'PHOTO':
        return urlSurrogate(value, stream);
      case 'IP_ADDRESS':
        return ipSurrogate(value, stream);
      case 'DEVICE':
        return form.render(
          MAC.test(value) ? macSurrogate(form.chars, stream, isCrowded) : codeSurrogate(form.chars, stream),
        );
      case 'MRN':
      case 'HEALTH_PLAN':
      case 'ACCOUNT':
      case 'LICENSE':
      case 'VEHICLE':
      case 'BIOMETRIC':
      case 'OTHER_ID':
        return form.render(codeSurrogate(form.chars, stream));
    }
  }

  /** One word of a name has one surrogate, so that "Jane" and "Jane Roe" stay one person. */
  readonly #words: WordMemory = (word, draw) => {
    const known = this.#drawn.get(`word\0${word}`);
    if (known !== undefined) return known;
    for (let attempt = 0; ; attempt += 1) {
      const drawn = draw(new DrawStream(this.#key, `word\0${word}\0${attempt}`));
      const isFree = drawn !== word && (word.length === 1 || !this.#taken.has(`word\0${drawn}`));
      if (!isFree && attempt < MOST_DRAWS) continue;
      this.#taken.set(`word\0${drawn}`, word);
      this.#drawn.set(`word\0${word}`, drawn);
      return drawn;
    }
  };
}

/** A day of birth is a date, and one number may be both a telephone and a fax. */
function familyOf(kind: EntityKind): string {
  if (kind === 'DOB') return 'DATE';
  return kind === 'FAX' ? 'PHONE' : kind;
}
