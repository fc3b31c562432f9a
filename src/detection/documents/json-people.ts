/** Whose a JSON object is: a person's, a thing's or a place's that is open to the public, by its own keys and by the key above it. */
import type { EntityKind } from '../kinds.ts';
import type { FieldMeaning } from './field-names.ts';

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

const PERSONS = words(
  'patient pt member subscriber insured enrollee beneficiary guarantor caller customer client user contact person people individual guardian parent mother mom father ' +
    'dad spouse husband wife partner child son daughter sibling brother sister dependent kin relative caregiver policyholder cardholder employee applicant resident ' +
    'recipient respondent holder payee attendee participant requester requestor newborn decedent donor proxy grandparent grandmother grandfather aunt uncle neighbor friend ' +
    'owner tenant visitor witness sender signer referrer lead prospect student',
);

const THINGS = words(
  'drug medication medicine product item test lab panel procedure service tool function parameter param model event step template queue campaign plan group category ' +
    'type tag label file field column table server host domain language currency country state role department dept unit order option choice menu page step task ' +
    'project diagnosis condition problem allergy allergen immunization vaccine specimen instrument form question intent slot variable metric feature program ingredient brand ' +
    'segment loop element schema code coding status workflow node action header cookie attribute property setting topic section workspace team app application voice transcriber',
);

const PLACES = words(
  'clinic facility hospital pharmacy office branch store organization organisation org company practice business vendor payer payor insurer carrier site venue department lab laboratory school ' +
    'center centre institution agency dealer restaurant hotel warehouse',
);

/** Keys that only things have. */
const THING_KEYS = words(
  'dose dosage strength ndc rxcui icd cpt loinc price sku parameters schema arguments properties enum version refills unit result results color priority score weight ' +
    'ingredients reference_range category code quantity qty frequency required default vr tag',
);
/** Keys that only places with opening hours have. */
const PLACE_KEYS = words(
  'hours opening_hours openinghours open_hours business_hours timezone website services departments specialties capacity facility_name clinic_name',
);

const PERSONAL: ReadonlySet<EntityKind> = new Set(['DOB', 'SSN', 'MRN', 'AGE', 'HEALTH_PLAN']);
const PERSONAL_KEYS = words('gender sex relationship relation marital_status maritalstatus pronouns race ethnicity');

/** What the words of a key mean in JSON, where it is not what they mean as the head of a column. */
export function ownMeaning(words: readonly string[]): FieldMeaning | null {
  return OWN.get(words.join(' ')) ?? null;
}

const SECRETS = (
  'pin, pin code, pin number, passcode, pass code, otp, one time code, one time password, security code, access code, ' +
  'verification code, password, confirmation pin, voicemail pin'
).split(', ');

const OWN: ReadonlyMap<string, FieldMeaning> = new Map([
  ['given', { kind: 'NAME', sure: true }],
  ['givens', { kind: 'NAME', sure: true }],
  ['contact', { kind: 'NAME', sure: false }],
  ['last 4', { kind: 'SSN', sure: true }],
  ...SECRETS.map((name): [string, FieldMeaning] => [name, { kind: 'OTHER_ID', sure: true }]),
]);

/** The key in the singular. */
export function singular(name: string): string {
  if (/(?:ss|us|is)$/i.test(name) || !/[a-z]s$/i.test(name)) return name;
  return /(?:sse|she|xe)s$/i.test(name) ? name.slice(0, -2) : name.slice(0, -1);
}

/** Returns true if the word is one for a person. */
export function namesPersons(word: string): boolean {
  return PERSONS.has(word);
}

/** Returns true if the word is one for a thing. */
export function namesThings(word: string): boolean {
  return THINGS.has(word);
}

/** Returns true if the word is one for a place that is open to the public. */
export function namesPlaces(word: string): boolean {
  return PLACES.has(word);
}

/** Whose the object is that has the key; null where the key does not say. */
export function tellsOfWhom(key: string, meaning: FieldMeaning | null): 'person' | 'thing' | 'place' | null {
  const lower = key.toLowerCase();
  if (PERSONAL_KEYS.has(lower)) return 'person';
  if (THING_KEYS.has(lower)) return 'thing';
  if (PLACE_KEYS.has(lower)) return 'place';
  if (meaning === null || meaning === 'keep' || !meaning.sure) return null;
  const isName = meaning.kind === 'NAME' && !/display|user/i.test(key);
  return isName || PERSONAL.has(meaning.kind) ? 'person' : null;
}

/** What the keys of one object say of whose it is. */
export interface Belongings {
  readonly isPersons: boolean;
  readonly isThings: boolean;
  readonly isPlaces: boolean;
}
