/** Whether a value can be what the name of its field says: "N/A" in a column of names is nobody's name. */
import type { EntityKind } from '../kinds.ts';

/** What is written where there is no value. */
const NOTHING =
  /^(?:n\/?a|none|null|nil|unknown|unk|undefined|not (?:available|applicable|known|provided|given|on file|listed|recorded|set)|no|yes|y|n|true|false|tbd|missing|empty|blank|pending|same|self|[-–—?.*x_ ]+|\[.*\]|<.*>|\{.*\}|%[sd])$/i;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
/** Ages above are identifiers. Safe Harbor, 45 CFR 164.514(b)(2)(i)(C). */
const OLDEST = 89;
/** Types and templates: `string`, `integer`, "first last". */
const TYPE = /^(?:string|integer|number|boolean|object|array|date|datetime|text|varchar|int|float)$/i;

/** Returns true if the value can be one of the kind. Pure; looks at no more than the value. */
export function canHold(kind: EntityKind, value: string): boolean {
  const text = value.trim();
  if (text === '' || NOTHING.test(text) || TYPE.test(text)) return false;
  switch (kind) {
    case 'NAME':
    case 'ORG':
      return LETTER.test(text);
    case 'AGE':
      return isOld(text);
    case 'EMAIL':
      return text.includes('@') || /\bat\b/i.test(text);
    case 'ADDRESS':
      return LETTER.test(text) || DIGIT.test(text);
    case 'DATE':
    case 'DOB':
      // A year alone identifies no person.
      return (DIGIT.test(text) && !/^(?:19|20)\d\d$/.test(text)) || (LETTER.test(text) && text.includes(' '));
    case 'URL':
      return text.includes('.') || text.includes(':');
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
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'OTHER_ID':
      return (
        DIGIT.test(text) || (LETTER.test(text) && !text.includes(' ') && text.length >= 4 && !/^[a-z]+$/.test(text))
      );
    case 'PHOTO':
      return false;
  }
}

/** Longest value of a code or a state; longer ones are prose. */
const LONGEST_CODE = 40;
/** Digits of the shortest number of a person. */
const PERSONS_NUMBER = 7;

/**
 * Returns true if the value is a code, a state or a quantity, and no words in which a person may be named. `isCode`: the
 * field holds codes of a published system, which may have any number of digits.
 */
export function isBareCode(value: string, isCode = false): boolean {
  const text = value.trim();
  if (text.length > LONGEST_CODE || text.includes('@')) return false;
  return isCode || text.replace(/\P{Nd}/gu, '').length < PERSONS_NUMBER;
}

function isOld(text: string): boolean {
  const years = /\d{1,3}/.exec(text)?.[0];
  return (
    years !== undefined &&
    Number(years) > OLDEST &&
    /^(?:P?0?\d{2,3}(?:[ -]?(?:y|yo|yr|yrs|years?|a)\b.*)?)$/i.test(text)
  );
}
