/** What the elements and attributes of XML documents hold: C-CDA and FHIR by their standards, others by their names. */
import type { EntityKind } from '../kinds.ts';
import type { FieldContent } from './document.ts';
import { fieldMeaning } from './field-names.ts';
import { canHold, isBareCode } from './field-values.ts';

/** Elements of C-CDA and FHIR whose names alone say it, or say something else elsewhere. HL7 CDA R2; FHIR R4. */
const ELEMENTS: ReadonlyMap<string, EntityKind | 'keep'> = new Map<string, EntityKind | 'keep'>([
  ...all('NAME', 'given family prefix_ suffix_'),
  ...all(
    'ADDRESS',
    'streetaddressline city postalcode county houseNumber streetname additionallocator unitid precinct line district',
  ),
  ...all('DOB', 'birthtime birthdate sdtc:birthtime'),
  ...all('DATE', 'deceasedtime sdtc:deceasedtime deceaseddatetime'),
  ...all('PHONE', 'telecom'),
  // HL7 v2 in its XML encoding: components of the data types of names, addresses, numbers and identifiers.
  ...all('NAME', 'fn.1 fn.3 xpn.1 xpn.2 xpn.3 xpn.4 xcn.2 xcn.3 xcn.4 pn.1 pn.2 pn.3 cnn.2 cnn.3 cnn.4'),
  ...all('ADDRESS', 'sad.1 sad.2 sad.3 xad.1 xad.2 xad.3 xad.5 xad.8 xad.9 ad.1 ad.2 ad.3 ad.5'),
  ...all('PHONE', 'xtn.1 xtn.6 xtn.7 xtn.8 xtn.12'),
  ...all('EMAIL', 'xtn.4'),
  ...all('MRN', 'cx.1'),
  ...all('SSN', 'pid.19 gt1.12 nk1.37'),
  ...all('DOB', 'pid.7 gt1.8 in1.18 nk1.16'),
  ...all(
    'keep',
    'state country code templateid typeid realmcode confidentialitycode languagecode statuscode administrativegendercode racecode ' +
      'ethnicgroupcode maritalstatuscode religiousaffiliationcode routecode dosequantity translation versionnumber priority ' +
      'interpretationcode methodcode targetsitecode valueset system coding gender active use unit quantity prefix suffix ' +
      'functioncode standardindustryclasscode modecode',
  ),
]);

function all(holds: EntityKind | 'keep', names: string): [string, EntityKind | 'keep'][] {
  return names.split(' ').map((name) => [name.toLowerCase(), holds]);
}

/** Elements whose point in time is that of something that happened to the patient. */
const TIMES: ReadonlySet<string> = new Set([
  'effectivetime',
  'time',
  'low',
  'high',
  'center',
  'start',
  'end',
  'period',
  'authoredon',
  'recordeddate',
]);
/** Attributes that are structure in every document. */
const STRUCTURE =
  /^(?:xmlns(?::.*)?|xsi:.*|xml:.*|root|code|codesystem|codesystemname|codesystemversion|displayname|typecode|classcode|moodcode|contextcontrolcode|nullflavor|use|unit|type|version|class|style|href|lang|inversionind|negationind|determinercode|assigningauthorityname|rel|encoding|standalone|mediatype|representation|url|sdtc:.*)$/;
const ORGANISATIONS =
  /organi[sz]ation|custodian|facility|location|payer|payor|insurer|clinic|pharmacy|hospital|department|device|product|manufactured|medication|drug|test|plan$/;
const PEOPLE =
  /patient|person|subscriber|member|guarantor|guardian|contact|insured|caller|customer|client|relative|author|performer|participant|assigned|provider|practitioner|doctor|physician|employee|user|beneficiary|informant/;

/** Fields of HL7 v2 that hold a birth date, and their parts in a time stamp. */
const BIRTH_FIELDS: ReadonlySet<string> = new Set(['pid.7', 'gt1.8', 'in1.18', 'nk1.16']);
const TIME_STAMP = /^(?:ts|dtm|dr)\.1$/;

/** What the words between the tags of an element hold; `above` are the names of the elements that it stands in. */
export function elementContent(name: string, above: readonly string[], value: string): FieldContent | null {
  const lower = name.toLowerCase();
  const local = lower.slice(lower.indexOf(':') + 1);
  const known = ELEMENTS.get(lower) ?? ELEMENTS.get(local);
  if (known !== undefined) return contentOf(known, value);
  if (TIME_STAMP.test(lower) && above.some((each) => BIRTH_FIELDS.has(each.toLowerCase())))
    return contentOf('DOB', value);
  const meaning = fieldMeaning(name.slice(name.indexOf(':') + 1));
  if (meaning === null) return null;
  if (meaning === 'keep') return isBareCode(value) ? 'keep' : null;
  if (!meaning.sure && !isOfPerson(above)) return null;
  return contentOf(meaning.kind, value);
}

/** What an attribute holds; null where nothing says it. */
export function attributeContent(
  element: string,
  above: readonly string[],
  attribute: string,
  value: string,
): FieldContent | null {
  const name = attribute.toLowerCase();
  const owner = element.toLowerCase().slice(element.indexOf(':') + 1);
  if (STRUCTURE.test(name)) return 'keep';
  if (name === 'value') {
    if (TIMES.has(owner)) return /^\d{5,8}/.test(value) || /^\d{4}-\d\d-/.test(value) ? 'DATE' : 'keep';
    return owner === 'value' ? null : elementContent(element, above, value);
  }
  if (name === 'extension')
    return owner === 'id' || owner === 'setid' ? contentOf(isPatient(above) ? 'MRN' : 'OTHER_ID', value) : 'keep';
  const meaning = fieldMeaning(attribute);
  if (meaning === null || meaning === 'keep') return meaning;
  return meaning.sure || isOfPerson([...above, element]) ? contentOf(meaning.kind, value) : null;
}

function contentOf(holds: EntityKind | 'keep', value: string): FieldContent | null {
  if (holds === 'keep') return isBareCode(value, true) ? 'keep' : null;
  if (canHold(holds, value)) return holds;
  return holds === 'AGE' || holds === 'DOB' || holds === 'DATE' ? 'keep' : null;
}

/** The nearest element that says whose a name is. */
function isOfPerson(above: readonly string[]): boolean {
  for (let at = above.length - 1; at >= 0; at--) {
    const name = (above[at] ?? '').toLowerCase();
    if (ORGANISATIONS.test(name)) return false;
    if (PEOPLE.test(name)) return true;
  }
  return false;
}

function isPatient(above: readonly string[]): boolean {
  return above.some((name) => /patient/i.test(name));
}
