/** What a place in a JSON document says of the string or number that stands there. */
import type { EntityKind } from '../kinds.ts';
import { canHold } from './field-values.ts';
import { isOldAge } from './json-ages.ts';
import { mayBeName } from './json-name-values.ts';

export type JsonSense =
  /** Words: detection reads them. With `isCued` the key is read before them, as a cue. */
  | { readonly as: 'text'; readonly isCued: boolean }
  /** A value of a person, whatever detection thinks of it. What stands before `from`, in UTF-16 units, is none of it. */
  | { readonly as: 'value'; readonly kind: EntityKind; readonly from: number }
  /** A code, a name of a state or a constant of a program: replaced only where it equals a value of the call. */
  | { readonly as: 'code' }
  /** A count, an amount, a measure or a time stamp: replaced only where all of it is a long number of the call. */
  | { readonly as: 'quantity' };

/** Words of which nothing is said. */
export const PLAIN_TEXT: JsonSense = { as: 'text', isCued: false };
/** Words that are read behind their key. */
export const CUED_TEXT: JsonSense = { as: 'text', isCued: true };
export const CODE: JsonSense = { as: 'code' };
export const QUANTITY: JsonSense = { as: 'quantity' };

/** A value of a person; what stands before `from` is none of it. */
export function valueOf(kind: EntityKind, from = 0): JsonSense {
  return { as: 'value', kind, from };
}

const LONGEST_VALUE = 200;
/** `${mrn}`, `{{mrn}}`, `$mrn`, `:mrn`. */
const TEMPLATE = /^\s*(?:\$?\{+[^{}]*\}+|[$:]\w+|<[\w ]+>|\[[\w ]+\])\s*$/;
const LONGEST_ID = 80;
const YEAR = /^(?:18|19|20)\d\d$/;
/** Who was born in this year or before is over 89, which the year alone tells. Any later year is nobody's. */
const OLD_BIRTH = 1936;

/** What the text is under the key of this kind; null where it can be none of it: "N/A", a sentence, a year. */
export function senseOfKind(kind: EntityKind, source: string): JsonSense | null {
  if (kind === 'AGE') return isOldAge(source, null) ? valueOf('AGE') : null;
  if ((kind === 'DOB' || kind === 'DATE') && YEAR.test(source.trim()))
    return Number(source) > OLD_BIRTH ? CODE : valueOf(kind);
  if (TEMPLATE.test(source) || !canHold(kind, source) || source.length > LONGEST_VALUE) return null;
  switch (kind) {
    case 'NAME':
      return mayBeName(source) ? valueOf(kind) : null;
    case 'ADDRESS':
    case 'ORG':
    case 'PHOTO':
      return valueOf(kind);
    default:
      return isIdForm(source) ? valueOf(kind) : null;
  }
}

/** Written values: letters, digits and few marks, and no sentence. Spoken ones are words, which detection reads. */
function isIdForm(source: string): boolean {
  return source.trim().length <= LONGEST_ID && !/[a-z]{2} [a-z]{2}/.test(source);
}
