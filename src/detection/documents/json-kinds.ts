/** The kind of value that the keys above a place say: its own, that of the object around it, those beside it. */
import type { EntityKind } from '../kinds.ts';
import { keyFacts } from './json-words.ts';
import { isPersonResource } from './json-fhir.ts';
import {
  beginsWithGivenName,
  isCodedName,
  isNameOfProvider,
  isNameOfRole,
  looksLikeName,
  mayBeName,
} from './json-name-values.ts';
import type { JsonPlace } from './json-place.ts';
import { arePresses } from './json-runs.ts';
import { isFields, ownField, ownText } from './json-value.ts';

/** Keys that repeat what the key above them says: `{"phone": {"number": ...}}`. */
const REPEATING: ReadonlySet<string> = new Set(
  (
    'value values number text raw formatted full digits display line lines primary secondary home work mobile main current alphabetic ' +
    'ideographic phonetic original normalized normalised e164 national local item items part parts string content data actual masked ' +
    'unmasked plain clear decrypted international complete official usual'
  ).split(' '),
);
/** Parts of an address whose keys are no words for one by themselves. */
const ADDRESS_PARTS: ReadonlySet<string> = new Set(
  'line lines district text unit floor suite formatted full postal l1 l2 line1 line2 cty z zip5 street1 street2'.split(
    ' ',
  ),
);
/** Parts of a telephone number: `{"phone": {"area": "520", "number": ...}}`. */
const PHONE_PART = /^(?:area|area_?code|npa|nxx|prefix|exchange|subscriber|suffix|extension|ext|line_?number)$/i;
/** Shorter ids number the rows of a result. */
const SHORTEST_ID = 3;
const PUBLIC_RESOURCES: ReadonlySet<string> = new Set(['Organization', 'Location', 'HealthcareService']);

/** The kind; `keep` where the key is one of codes and quantities; null where the keys say nothing. `source` is the value. */
export function kindAt(place: JsonPlace, source: string): EntityKind | 'keep' | null {
  const own = place.name;
  if (own === null) return null;
  if (/^(?:id|number|no|#)$/i.test(own) && source.length >= SHORTEST_ID && isPersons(place)) return 'MRN';
  const isRepeating = place.column === null && REPEATING.has(own.toLowerCase());
  const meaning = isRepeating ? null : keyFacts(own).meaning;
  if ((meaning === null || meaning === 'keep') && arePresses(own, source)) return 'OTHER_ID';
  if (meaning === 'keep') return 'keep';
  if (meaning !== null) {
    // "max age" is no age.
    if (meaning.kind === 'PHONE' && PHONE_PART.test(own)) return 'PHONE';
    if (meaning.kind === 'AGE' && !keyFacts(own).isAge) return null;
    if (meaning.kind === 'NAME' && keyFacts(own).isPerson) return isNameOfRole(source) ? 'NAME' : null;
    return meaning.sure || isSure(place, own, source) ? privateKind(place, meaning.kind) : null;
  }
  if (/^(?:lat|lng|lon|latitude|longitude)$/i.test(own))
    return isPersons(place) || holdsAddress(place) || isBesidePersonsField(place) ? 'ADDRESS' : null;
  const inherited = inheritedKind(place, own, source, isRepeating);
  if (inherited !== null) return privateKind(place, inherited);
  return keyFacts(own).isPerson && isNameOfRole(source) ? 'NAME' : null;
}

/** What the key of the object around says: `{"phone": {"number": ...}}`, `{"address": {"line": [...]}}`. */
function inheritedKind(place: JsonPlace, own: string, source: string, isRepeating: boolean): EntityKind | null {
  const { holderKey } = place;
  if (holderKey === null) return null;
  if (isRepeating && /^names?$/i.test(holderKey)) return isPersons(place) ? 'NAME' : null;
  const meaning = keyFacts(holderKey).meaning;
  if (meaning === null || meaning === 'keep') return null;
  if (meaning.kind === 'ADDRESS' && ADDRESS_PARTS.has(own.toLowerCase())) return 'ADDRESS';
  if ((meaning.kind === 'PHONE' || meaning.kind === 'FAX') && PHONE_PART.test(own) && /\d/.test(source))
    return meaning.kind;
  if (isRepeating) return meaning.sure || isSure(place, holderKey, source) ? meaning.kind : null;
  if (meaning.kind === 'AGE' && /^(?:years?|yrs?|y|a)$/i.test(own)) return 'AGE';
  const isDay =
    (meaning.kind === 'DOB' || meaning.kind === 'DATE') && /^(?:year|month|day|y|m|d|yyyy|mm|dd)$/i.test(own);
  return isDay ? meaning.kind : null;
}

/** Whether a string stands under the key beside the place, in any case: `First`. */
function hasText({ holder }: JsonPlace, key: string): boolean {
  const object = holder?.value;
  if (typeof ownField(object, key) === 'string') return true;
  return typeof ownField(object, `${key.charAt(0).toUpperCase()}${key.slice(1)}`) === 'string';
}

/** Keys that only people have both of. */
const NAME_PAIRS: readonly (readonly string[])[] = [
  ['first', 'last'],
  ['fn', 'ln'],
];

/** Returns true if a name that may be anybody's or any thing's is that of a person here. */
function isSure(place: JsonPlace, name: string, source: string): boolean {
  const lower = name.toLowerCase();
  const last = keyFacts(name).words.at(-1) ?? lower;
  if (/^(?:first|last|middle|fn|ln|mn|nm)$/.test(last)) {
    const isPair = NAME_PAIRS.some((pair) => pair.every((key) => hasText(place, key)));
    // The heads of a table: nothing else has a first and a last.
    const isHeaded = place.column !== null && (name !== lower || isPair);
    return mayBeName(source) && (isPersons(place) || isPair || isHeaded);
  }
  if (lower === 'name' || lower === 'names')
    return (isPersons(place) && !isCodedName(source)) || (isOnlyField(place) && beginsWithGivenName(source));
  return /provider|physician|doctor|nurse/.test(lower) ? isNameOfProvider(source) : looksLikeName(source);
}

/** Returns true for the one field of a document: what a tool is asked to look up by its name. */
function isOnlyField({ holder, holderKey }: JsonPlace): boolean {
  return holderKey === null && isFields(holder?.value) && Object.keys(holder.value).length === 1;
}

function holdsAddress({ holderKey }: JsonPlace): boolean {
  const meaning = holderKey === null ? null : keyFacts(holderKey).meaning;
  return meaning !== null && meaning !== 'keep' && meaning.kind === 'ADDRESS';
}

/** `{"lat": ..., "patient_street": ...}`: a key beside the place begins with the word for a person. */
function isBesidePersonsField({ holder }: JsonPlace): boolean {
  return (
    isFields(holder?.value) &&
    Object.keys(holder.value).some((key) =>
      /^(?:patient|member|caller|client|customer|subscriber|home)[_-]?[a-z]/i.test(key),
    )
  );
}

/** Returns true if the fields beside the place, or the key above them, say that they are a person's. */
function isPersons(place: JsonPlace): boolean {
  const { holderKey, holder } = place;
  if (holderKey !== null && keyFacts(holderKey).isPerson) return true;
  if (holder !== null && holderKey !== null && /^names?$/i.test(holderKey)) return isPersons(holder);
  if (isPersonResource(place.resource)) return true;
  return place.belongings.isPersons && !(holderKey !== null && keyFacts(holderKey).isThing);
}

/** The address and the telephone number of a clinic are public; then null, and what it says of itself is read as words. */
function privateKind(place: JsonPlace, kind: EntityKind): EntityKind | null {
  const mayBePublic = kind === 'ADDRESS' || kind === 'PHONE' || kind === 'FAX';
  return mayBePublic && isPublic(place) ? null : kind;
}

function isPublic(place: JsonPlace): boolean {
  for (const holder of place.holders()) {
    const { facts, nearestKey } = holder;
    if (facts?.isPersons === true || (nearestKey !== null && keyFacts(nearestKey).isPerson)) return false;
    if (facts?.isPlaces === true || (nearestKey !== null && keyFacts(nearestKey).isPlace)) return true;
    const resource = ownText(holder.value, 'resourceType');
    if (resource !== null) return PUBLIC_RESOURCES.has(resource);
  }
  return false;
}
