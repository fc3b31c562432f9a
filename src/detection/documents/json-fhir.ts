/**
 * FHIR (R4, R5) in JSON: what the standard says is a person's, by resource and element. Names, addresses and identifiers of
 * all resources are found by their keys, as in any JSON; here is what only the standard tells. https://hl7.org/fhir/R4
 */
import type { EntityKind } from '../kinds.ts';
import { mayBeName } from './json-name-values.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, PLAIN_TEXT, senseOfKind, valueOf, type JsonSense } from './json-sense.ts';
import { firstText, isItems, ownField, ownText, type JsonDocument } from './json-value.ts';

/** Resources about one person: their `id` is a record number. */
const PERSONS: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson', 'Person', 'Practitioner']);

/** Resources whose dates are nobody's: schedules, places and definitions. */
const IMPERSONAL: ReadonlySet<string> = new Set([
  'Slot',
  'Schedule',
  'Location',
  'Organization',
  'HealthcareService',
  'Endpoint',
  'InsurancePlan',
  'Medication',
  'Substance',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'StructureDefinition',
  'CapabilityStatement',
  'OperationOutcome',
  'OperationDefinition',
  'SearchParameter',
  'PlanDefinition',
  'ActivityDefinition',
  'Questionnaire',
  'Library',
  'Measure',
  'Bundle',
  'Parameters',
  'Subscription',
  'MedicationKnowledge',
  'NamingSystem',
  'ImplementationGuide',
  'CompartmentDefinition',
  'GraphDefinition',
  'MessageDefinition',
]);

/** Elements that hold a date of what happened to a person. */
const DATES =
  /(?:DateTime|Date|Instant|Time)$|^(?:issued|authoredOn|started|ended|start|end|date|sent|received|created|recorded|recordedOn|assertedDate|dateAsserted|dateRecorded|occurrence|performed|effective|onset|abatement|whenPrepared|whenHandedOver|statusDate|lastOccurrence|servicedDate|billablePeriod|timingDate|deceased|authored)$/;

/** References to a person, for example `Patient/88213`; an address may stand before it, a version behind it. */
const REFERENCE = /^(?:https?:\/\/\S*\/)?(?:Patient|RelatedPerson|Person|Practitioner|PractitionerRole)\//;

/** Elements that refer to a person. */
const PERSONAL_REFERENCES: ReadonlySet<string> = new Set([
  'subject',
  'patient',
  'beneficiary',
  'subscriber',
  'policyHolder',
  'performer',
  'author',
  'recorder',
  'asserter',
  'individual',
  'actor',
  'requester',
  'recipient',
  'sender',
  'informant',
  'informationSource',
  'source',
  'generalPractitioner',
  'practitioner',
  'member',
  'payee',
  'party',
  'enterer',
  'provider',
  'signer',
  'who',
  'onBehalfOf',
  'participant',
  'attester',
  'verifier',
  'responsible',
  'focus',
  'for',
  'owner',
]);

/** Kinds of the numbers of persons, by the address of their system. */
const IDENTIFIER_SYSTEMS: readonly (readonly [RegExp, EntityKind])[] = [
  [/us-ssn|2\.16\.840\.1\.113883\.4\.1$/i, 'SSN'],
  [
    /us-npi|2\.16\.840\.1\.113883\.4\.6$|us-dea|drivers?-?licen[cs]e|2\.16\.840\.1\.113883\.4\.3\.\d+$|passport/i,
    'LICENSE',
  ],
  [/us-mbi|us-medicare|medicaid|member|subscriber|hicn/i, 'HEALTH_PLAN'],
  [/account/i, 'ACCOUNT'],
  [/mrn|patient/i, 'MRN'],
];

/** Kinds of numbers by the code of their type. HL7 table 0203. */
const IDENTIFIER_TYPES: Readonly<Record<string, EntityKind>> = {
  MR: 'MRN',
  MRT: 'MRN',
  PI: 'MRN',
  PT: 'MRN',
  SS: 'SSN',
  SB: 'SSN',
  DL: 'LICENSE',
  NPI: 'LICENSE',
  DEA: 'LICENSE',
  PPN: 'LICENSE',
  MD: 'LICENSE',
  LN: 'LICENSE',
  PRN: 'LICENSE',
  MB: 'HEALTH_PLAN',
  MC: 'HEALTH_PLAN',
  MA: 'HEALTH_PLAN',
  SN: 'HEALTH_PLAN',
  HC: 'HEALTH_PLAN',
  AN: 'ACCOUNT',
  VN: 'ACCOUNT',
  CC: 'CREDIT_CARD',
  UDI: 'DEVICE',
  SNO: 'DEVICE',
};

/** Returns true if the resource is of one person. */
export function isPersonResource(resource: string | null): boolean {
  return resource !== null && PERSONS.has(resource);
}

/** Returns true if the element, in a resource of this type, holds a date of somebody. */
function isPersonalDate(resource: string, element: string, text: string): boolean {
  if (IMPERSONAL.has(resource) || element === 'lastUpdated') return false;
  return DATES.test(element) && /^\d{4}-?\d{2}/.test(text.trim());
}

/** Where the id begins in a reference to a person, in UTF-16 units; null where the text is none. */
function personReferenceStart(text: string): number | null {
  return REFERENCE.exec(text)?.[0].length ?? null;
}

/** Returns true if the element refers to a person, so that its `display` is a name. */
function refersToPerson(element: string): boolean {
  return PERSONAL_REFERENCES.has(element);
}

/** The kind of an identifier, by the system and the code of the type that stand beside it. */
function identifierKind(system: string | null, type: string | null): EntityKind {
  const byType = type === null ? undefined : Object.hasOwn(IDENTIFIER_TYPES, type) ? IDENTIFIER_TYPES[type] : undefined;
  if (byType !== undefined) return byType;
  return IDENTIFIER_SYSTEMS.find(([form]) => form.test(system ?? ''))?.[1] ?? 'MRN';
}

/** The kind of a contact point by its `system`; null for one that is none. */
function contactKind(system: string | null): EntityKind | null {
  switch (system?.toLowerCase()) {
    case 'phone':
    case 'sms':
    case 'pager':
    case 'mobile':
    case 'cell':
    case 'home':
    case 'work':
      return 'PHONE';
    case 'fax':
      return 'FAX';
    case 'email':
      return 'EMAIL';
    case 'url':
      return 'URL';
    default:
      return null;
  }
}

/** Where a contact point may stand. */
const CONTACTS = /^(?:telecom|contactPoints?|contacts?|phones?|emails?)$/i;

/** What the standard says of the string at the place; null where it says nothing. */
export function fhirSense(place: JsonPlace, source: string): JsonSense | null {
  const { nearestKey: key, holder } = place;
  if (key === null || holder === null) return null;
  const object = holder.value;
  return (
    valueSense(key, object, place.holderKey, source) ??
    referenceSense(key, object, place.holderKey, source) ??
    elementSense(place, key, source)
  );
}

function valueSense(
  key: string,
  object: JsonDocument | undefined,
  holderKey: string | null,
  source: string,
): JsonSense | null {
  if (key !== 'value' || holderKey === null) return null;
  if (/^identifiers?$/i.test(holderKey)) {
    const type = ownField(object, 'type');
    const coding = ownField(type, 'coding');
    const code = isItems(coding) ? ownText(coding[0], 'code') : ownText(object, 'type');
    return senseOfKind(identifierKind(ownText(object, 'system'), code), source);
  }
  const kind = CONTACTS.test(holderKey) ? contactKind(firstText(object, ['system', 'type', 'kind'])) : null;
  return kind === null ? null : senseOfKind(kind, source);
}

function referenceSense(
  key: string,
  object: JsonDocument | undefined,
  holderKey: string | null,
  source: string,
): JsonSense | null {
  const start = key === 'reference' || key === 'fullUrl' ? personReferenceStart(source) : null;
  if (start !== null) return start < source.length ? valueOf('MRN', start) : CODE;
  if (key !== 'display' || (ownField(object, 'reference') ?? ownField(object, 'identifier')) === undefined) return null;
  const reference = ownText(object, 'reference');
  const isPersons = reference === null ? refersToPerson(holderKey ?? '') : personReferenceStart(reference) !== null;
  return isPersons && mayBeName(source) ? valueOf('NAME') : PLAIN_TEXT;
}

function elementSense(place: JsonPlace, key: string, source: string): JsonSense | null {
  const { resource } = place;
  if (resource === null) return null;
  if (key === 'resourceType') return CODE;
  const isOwnId = key === 'id' && ownField(place.holder?.value, 'resourceType') !== undefined;
  if (isOwnId && isPersonResource(resource)) return senseOfKind('MRN', source);
  if (/^(?:profile|url|versionId)$/.test(key) && /^https?:\/\/(?:[\w.-]*\.)?hl7\.org\//.test(source)) return CODE;
  return isPersonalDate(resource, key, source) ? senseOfKind(/birth/i.test(key) ? 'DOB' : 'DATE', source) : null;
}
