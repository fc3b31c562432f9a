/** What a field is that no standard lists, as those of Z segments: told by the form of its components. */
import { isPlainWord } from '../context/name-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { kindOfIdType } from './hl7-id-types.ts';
import type { FieldRule } from './hl7-segments.ts';

/** Uses of a telephone number and kinds of equipment. HL7 tables 0201 and 0202. */
const PHONE_USES: ReadonlySet<string> = new Set(['PRN', 'WPN', 'ORN', 'VHN', 'ASN', 'EMR', 'NET', 'BPN', 'PRS']);
const EQUIPMENT: ReadonlySet<string> = new Set([
  'PH',
  'FX',
  'MD',
  'CP',
  'BP',
  'INTERNET',
  'SAT',
  'TDD',
  'TTY',
  'X.400',
]);
/** Coding systems. HL7 table 0396, and `HL70063`, `99ABC`, `L`. */
const CODING_SYSTEM =
  /^(?:I9C?|I10C?|I10P|ICD-?10(?:-CM|-PCS)?|ICD-?9(?:-CM)?|LN|LOINC|SCT|SNM|SNOMED(?:-?CT)?|C4|C5|CPT|HCPCS|HPC|NDC|RXNORM|RXN|CVX|MVX|UCUM|ISO\+?|HL7\d{2,4}|99[A-Z0-9]+|CDT2?|DRG|FDDC|NUBC|NUCC|W[1-4]|ANS\+|ART|ATC|CDCREC|PHINVADS)$/i;
const NAME_PART = /^\p{L}[\p{L}\p{M}'’. -]{0,39}$/u;
const CODE = /^[A-Z]{1,4}$/;

/** The rule for a field with these components; null where its form says nothing. */
export function formOf(parts: readonly string[]): FieldRule | null {
  const values = parts.map((part) => part.trim());
  if (values.length === 1) return singleForm(values[0] ?? '');
  if (isTelephone(values)) return { type: 'XTN', kind: 'PHONE' };
  const idKind = /\d/.test(values[0] ?? '') ? kindOfIdType(values[4] ?? '') : undefined;
  if (idKind !== undefined) return { type: 'CX', kind: idKind };
  if (values.some((value, at) => at > 1 && CODING_SYSTEM.test(value)) || isLocalCode(values))
    return { type: 'K', kind: 'OTHER_ID' };
  if (isAddress(values)) return { type: 'XAD', kind: 'ADDRESS' };
  if (looksLikeNames(values)) return { type: 'XPN', kind: 'NAME' };
  if (/\d/.test(values[0] ?? '') && looksLikeNames(values.slice(1))) return { type: 'XCN', kind: 'OTHER_ID' };
  return null;
}

/** A code of the sender's own system, which is named `L`: an initial is no system. */
function isLocalCode([code = '', text = '', system = '']: readonly string[]): boolean {
  return system === 'L' && (/\d/.test(code) || isCodeWithText(code, text));
}

/** A point in time is one by its length; anything else alone is read as prose. HL7 v2.5.1, 2A.21 and 2A.22. */
function singleForm(value: string): FieldRule | null {
  return /^(?:19|20)\d{6}(?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,4})?)?)?)?(?:[+-]\d{4})?$/.test(value)
    ? { type: 'TS', kind: 'DATE' }
    : null;
}

function isTelephone([number = '', use = '', equipment = '', , , area = '', local = '']: readonly string[]): boolean {
  const isMarked = PHONE_USES.has(use.toUpperCase()) || EQUIPMENT.has(equipment.toUpperCase());
  return isMarked && (/\d/.test(number) || /\d/.test(area + local) || number.includes('@') || number === '');
}

/** A street with its number, a ZIP code in its place, or a city and a state. */
function isAddress([street = '', , city = '', state = '', zip = '']: readonly string[]): boolean {
  if (/^\d{5}(?:-?\d{4})?$/.test(zip) && (city !== '' || street !== '')) return true;
  return /^\d+ \p{L}/u.test(street) && (city !== '' || state !== '');
}

/**
 * Whether components are the parts of a name: letters in the first two, and no code with its text (`MTH^Mother`).
 */
export function looksLikeNames(parts: readonly string[]): boolean {
  const [family = '', given = ''] = parts;
  if (!NAME_PART.test(family) || (family.length < 2 && given.length < 2)) return false;
  if (!NAME_PART.test(given))
    return given === '' && parts.slice(2).some((part) => NAME_PART.test(part)) && !CODE.test(family);
  if (parts.length > 2 && !/^(?:\p{L}[\p{L}\p{M}'’. -]{0,39})?$/u.test(parts[2] ?? '')) return false;
  return !isCodeWithText(family, given);
}

function isCodeWithText(code: string, text: string): boolean {
  if (!CODE.test(code) || (text.length > 1 && text === text.toUpperCase())) return false;
  const lower = text.toLowerCase();
  return lower.includes(' ') || (isPlainWord(lower) && !GIVEN_NAMES.has(lower)) || isRelation(lower);
}

const RELATIONS: ReadonlySet<string> = new Set(
  'mother father spouse self child sister brother son daughter guardian grandparent parent friend partner wife husband other unknown employer sibling'.split(
    ' ',
  ),
);

function isRelation(word: string): boolean {
  return RELATIONS.has(word);
}
