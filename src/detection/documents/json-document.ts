/**
 * What the strings and numbers of a JSON document are, by where they stand. Standards come first (DICOM, FHIR, published code
 * systems), then what the keys mean in plain words.
 */
import { keyFacts } from './json-words.ts';
import { isBareCode } from './field-values.ts';
import { isOldAge, unitOfName } from './json-ages.ts';
import { codedSense } from './json-coded.ts';
import { dicomSense } from './json-dicom.ts';
import { elementSense } from './json-elements.ts';
import { fhirSense } from './json-fhir.ts';
import { kindAt } from './json-kinds.ts';
import { isCodedName, isPlaceName, looksLikeName } from './json-name-values.ts';
import { licenceSense } from './json-licence.ts';
import { isQuantity } from './json-numbers.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, CUED_TEXT, PLAIN_TEXT, QUANTITY, senseOfKind, valueOf, type JsonSense } from './json-sense.ts';
import { firstText } from './json-value.ts';

/** A string or a number of a document. */
export interface JsonScalar {
  /** The string, or the number as it is written. */
  readonly source: string;
  readonly isNumber: boolean;
}

/** What the place says of the string or number in it. Pure, never throws. */
export function senseAt(place: JsonPlace, scalar: JsonScalar): JsonSense {
  if (scalar.source.trim() === '') return CODE;
  return (
    dicomSense(place, scalar.source) ??
    codedSense(place, scalar.source, scalar.isNumber) ??
    fhirSense(place, scalar.source) ??
    elementSense(place, scalar.source) ??
    licenceSense(place, scalar.source) ??
    ageSense(place, scalar) ??
    namedSense(place, scalar)
  );
}

function ageSense(place: JsonPlace, { source, isNumber }: JsonScalar): JsonSense | null {
  const { name, holderKey } = place;
  const { isAge, words } = keyFacts(name ?? '');
  if (!isAge && !(name === 'value' && keyFacts(holderKey ?? '').isAge)) return null;
  const unit = firstText(place.holder?.value, ['unit', 'units', 'code', 'uom']) ?? unitOfName(words);
  if (isOldAge(source, unit)) return valueOf('AGE');
  return isNumber ? QUANTITY : null;
}

/** What the keys mean in plain words. */
function namedSense(place: JsonPlace, { source, isNumber }: JsonScalar): JsonSense {
  const { name } = place;
  if (name === null) return isNumber && isQuantity(source, null) ? QUANTITY : PLAIN_TEXT;
  const kind = kindAt(place, source);
  if (kind === 'keep' && !isNumber) return isBareCode(source) && !/\p{L}\s+\p{L}/u.test(source) ? CODE : PLAIN_TEXT;
  const sense = kind === null || kind === 'keep' ? null : senseOfKind(kind, source);
  if (sense !== null) return sense;
  if (isNumber) return hasUnit(place) || isQuantity(source, name) ? QUANTITY : CUED_TEXT;
  if (isTimeStamp(source)) return valueOf('DATE');
  if (isReference(name, source.trim())) return QUANTITY;
  if (kind === null && /^\d{1,3}$/.test(source)) return CODE;
  if (kind === null && isAmount(source, name)) return QUANTITY;
  if (isBareName(place)) return bareNameSense(place, source);
  if (!isPlaceName(source)) return CUED_TEXT;
  return keyFacts(name).isPlace ? CODE : keyFacts(name).meaning === null ? CUED_TEXT : PLAIN_TEXT;
}

/** Keys of the interval that a result is compared with. Those of the first may hold the number of a reference as well. */
const REFERENCE = /^(?:ref(?:erence)?|normal|target)s?$/i;
const REFERENCE_RANGE =
  /^(?:(?:ref(?:erence)?|normal|expected|target)[_ ]?(?:range|interval|limit|value)|range|interval|limit)s?$/i;
const RANGE = /^([<>≤≥]{1,2} ?)?(\d{1,4}(?:\.\d{1,3})?)(?: ?[-–] ?(\d{1,4}(?:\.\d{1,3})?))?(?: ?[a-zA-Zµ/%]{1,8})?$/;
const HIGHEST = 999;

/** Returns true for "70-99" and "<5.7 %" under the key of such an interval; false for "4471-2298" and "8837 A". */
function isReference(name: string, source: string): boolean {
  const isRange = REFERENCE_RANGE.test(name);
  if (!isRange && !REFERENCE.test(name)) return false;
  const [whole, sign, low = '', high] = RANGE.exec(source) ?? [];
  if (whole === undefined) return false;
  if (high === undefined) return (isRange && sign !== undefined) || Number(low) <= HIGHEST;
  return Number(low) < Number(high) && (isRange || Number(high) <= HIGHEST);
}

/** Returns true for "4250.00", "$125,000" and "12 ms" under the name of a quantity. */
function isAmount(source: string, name: string): boolean {
  const amount = /^[-+]?[$€£]? ?([\d,]*\d(?:\.\d+)?)(?:%| ?[a-zA-Z]{1,3})?$/.exec(source.trim())?.[1];
  return amount !== undefined && keyFacts(name).isQuantity && isQuantity(amount.replaceAll(',', ''), name);
}

/** Returns true where a unit or a currency stands beside the number. */
function hasUnit({ key, holder }: JsonPlace): boolean {
  return (
    key !== null &&
    AMOUNTS.has(key) &&
    firstText(holder?.value, ['unit', 'units', 'uom', 'currency', 'unitCode']) !== null
  );
}

const AMOUNTS: ReadonlySet<string> = new Set([
  'value',
  'amount',
  'low',
  'high',
  'min',
  'max',
  'result',
  'quantity',
  'total',
  'reading',
  'measurement',
]);

/** `YYYYMMDDHHMM` with or without seconds: a time, and not the telephone number that it looks like. */
function isTimeStamp(source: string): boolean {
  return /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\.\d+)?)?$/.test(
    source.trim(),
  );
}

function isBareName({ key }: JsonPlace): boolean {
  return key === 'name' || key === 'Name' || key === 'display' || key === 'title';
}

/** A "name" that nothing says to be a person's: what looks like one is read as a name, all else as words. */
function bareNameSense(place: JsonPlace, source: string): JsonSense {
  if (isCodedName(source)) return CODE;
  const { holderKey } = place;
  if (holderKey !== null && keyFacts(holderKey).isPlace && isPlaceName(source)) return CODE;
  const isThings = (holderKey !== null && keyFacts(holderKey).isThing) || place.belongings.isThings;
  return !isThings && place.key !== 'title' && looksLikeName(source) ? CUED_TEXT : PLAIN_TEXT;
}
