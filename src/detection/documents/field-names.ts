/**
 * What the name of a field says of its value: the head of a column, an XML element, a JSON key, the label of a form. One
 * table for all formats, so that `lastName`, `last_name`, `Last Name` and `<LastName>` mean the same.
 */
import type { EntityKind } from '../kinds.ts';

/**
 * - `kind`: values of this kind. With `sure: false` the name alone does not say whose: "name" may be that of a drug.
 * - `keep`: codes, states and quantities, which identify no person.
 */
export type FieldMeaning = { readonly kind: EntityKind; readonly sure: boolean } | 'keep';

/** Longer names are sentences. */
const MAX_NAME = 60;
const MAX_WORDS = 7;
/** Names that are kept with their meaning. */
const KNOWN_NAMES = 2048;
const known = new Map<string, FieldMeaning | 'none'>();

/** What the name says; null where it says nothing of the value. Pure. */
export function fieldMeaning(name: string): FieldMeaning | null {
  if (name.length > MAX_NAME) return null;
  let meaning = known.get(name);
  if (meaning === undefined) {
    meaning = readName(wordsOfName(name)) ?? 'none';
    // Names are few and the same in every call; what fills the map is no name, and goes with it.
    if (known.size >= KNOWN_NAMES) known.clear();
    known.set(name, meaning);
  }
  return meaning === 'none' ? null : meaning;
}

/** The words of a field's name in lower case: `patientDOB`, `patient_dob` and "Patient D.O.B." are "patient dob". */
export function wordsOfName(name: string): readonly string[] {
  return (
    name
      .normalize('NFD')
      .replace(/\p{M}+/gu, '')
      // `Last_Name__c`: a field that a customer added to Salesforce.
      .replace(/__[cr]$/, '')
      .replace(/\b(?:[A-Za-z]\.){2,}/g, (letters) => letters.replaceAll('.', ''))
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .replace(/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/gi, ' ')
      .toLowerCase()
      .replace(/(?<=[a-z])['\u2019]s?\b/g, '')
      .split(/[^a-z0-9#]+/)
      .flatMap((word) => (word === '#' ? ['number'] : word.endsWith('#') ? [word.slice(0, -1), 'number'] : [word]))
      .filter((word) => word !== '')
  );
}

/** Returns true if a name of a field may end with the word; false for nearly all words. Cheaper than reading the name. */
export function mayEndName(word: string): boolean {
  return LAST_WORDS.has(word.toLowerCase()) || /[^A-Za-z]|[a-z][A-Z]/.test(word);
}

function readName(words: readonly string[]): FieldMeaning | null {
  if (words.length === 0 || words.length > MAX_WORDS) return null;
  const phrase = words.join(' ').replace(/ (?:no|num|nbr|nr)$/, ' number');
  const whole = MEANINGS.get(phrase);
  if (whole !== undefined) return whole;
  // "patient's home phone", "emergency contact last name": the last words say what it is, those before them whose.
  const parts = phrase.split(' ');
  for (let from = 1; from < parts.length; from++) {
    const tail = parts.slice(from).join(' ');
    const meaning = MEANINGS.get(tail);
    if (meaning === undefined) continue;
    const owners = parts.slice(0, from);
    if (owners.every((word) => PERSONS.has(word) || QUALIFIERS.has(word))) return ofPerson(meaning, owners);
    if (meaning !== 'keep' && meaning.sure && !owners.some((word) => THINGS.has(word))) return meaning;
    if (owners.some((word) => THINGS.has(word))) return null;
  }
  // "pt_1", "phone 2"
  const last = parts.at(-1) ?? '';
  return parts.length > 1 && /^\d{1,2}$/.test(last) ? readName(parts.slice(0, -1)) : null;
}

/** "name" of a patient is a name; an "id" of one is a record number. */
function ofPerson(meaning: FieldMeaning, owners: readonly string[]): FieldMeaning {
  if (meaning === 'keep' || meaning.sure || !owners.some((word) => PERSONS.has(word))) return meaning;
  return { kind: meaning.kind, sure: true };
}

function set(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** Words for the person that a value is of. */
const PERSONS = set(
  'patient pt pat member subscriber insured enrollee beneficiary guarantor caller customer client user contact person ' +
    'emergency spouse husband wife partner mother mom father dad parent guardian child son daughter sibling dependent ' +
    'kin holder policyholder cardholder employee provider physician doctor dr attending referring ordering rendering ' +
    'prescriber pcp nurse surgeon therapist clinician practitioner author witness recipient sender resident visitor ' +
    'responsible party relative caregiver decedent newborn applicant agent requester requestor donor',
);

/** Words that tell one value of a person from another, and change nothing of what it is. */
const QUALIFIERS = set(
  'home work business office personal primary secondary alternate alternative alt other new old current previous prior ' +
    'former legal preferred mailing billing shipping permanent temporary residential physical main daytime evening night ' +
    'day cell mobile verified confirmed given requested callback call return the of s my your his her their first second ' +
    'next last full complete raw formatted masked normalized input original primary1 us usa national international',
);

/** Words for things whose "name", "id" or "number" is nobody's. */
const THINGS = set(
  'drug medication medicine med product brand generic item test lab panel procedure department dept facility hospital ' +
    'clinic pharmacy company organization organisation org employer school payer payor insurance insurer plan carrier ' +
    'vendor event tool function class file field column table host domain server template model event step node group ' +
    'category type tag label queue campaign program language country state county room unit ward bed building service ' +
    'session run build version app application project task job error status parameter variable schema key color font ' +
    'order message trace request span thread assistant call system code set value page line row sort',
);

const MEANINGS: ReadonlyMap<string, FieldMeaning> = new Map<string, FieldMeaning>([
  ...named('NAME', true, [
    'first name, last name, middle name, given name, given names, given, family name, family, surname, forename, fname',
    'lname, mname, l name, f name, m name, firstname, lastname, middlename, fullname, full name, maiden name, birth name, nickname, nick name',
    'preferred name, legal name, alias, aliases, also known as, aka, middle initial, mi, first initial, last initial',
    'patient, patient name, pt, pt name, member name, subscriber name, insured name, guarantor, guarantor name',
    'caller name, customer name, client name, contact name, contact person, emergency contact, next of kin, nok, spouse',
    'mother, father, guardian, policyholder, policy holder, cardholder, card holder, cardholder name, responsible party',
    'display name, person name, patients name, mothers maiden name, attending physician, referring physician',
    'primary care physician, primary care provider, pcp, prescriber, attending, referring provider, ordering provider',
    'name of patient, name first, name last, name given, name family, last first, first last, pat name, patientname',
    'last name first name, name last first, last first middle, first and last name, ordering physician, performed by',
    'nachname, vorname, apellido, apellidos, primer apellido, segundo apellido, primer nombre, prenom, nom de famille',
    'signed by, entered by, ordered by, collected by, name on card, name on account, account holder, resident name',
  ]),
  ...named('NAME', false, [
    'name, first, last, middle, fn, ln, mn, nm, nombre, provider, physician, doctor, nurse, member, subscriber, contact, callee',
  ]),
  ...named('DOB', true, [
    'dob, date of birth, birth date, birthdate, birthday, birth day, birth time, birth datetime, bday, bdate, dateofbirth',
    'patient dob, born, born on, birth dt, dt of birth, birth, birth year, year of birth, birth month, birth day, yob',
    'fecha de nacimiento, geburtsdatum, date de naissance, birthdt',
  ]),
  ...named('DATE', true, [
    'date of death, death date, deceased date, deceased date time, admission date, admit date, date admitted, admitted',
    'discharge date, date discharged, discharged, date of admission, date of discharge, date of service, dos',
    'service date, date of surgery, surgery date, date of injury, injury date, accident date, date of accident',
    'onset date, date of onset, last visit, last visit date, last seen, encounter date, hire date, admit dt',
    'deceased, dod, doi, visit date, date of visit, collected date, collection date, specimen date',
  ]),
  ...named('PHONE', true, [
    'phone, phone number, telephone, telephone number, tel, tel number, cell, cell phone, cell number, cellphone, mobile',
    'mobile phone, mobile number, home phone, work phone, contact number, callback number, call back number, callback',
    'call back, phones, phone numbers, telecom, msisdn, caller id, callerid, ani, whatsapp, pager, from number, to number',
    'home phone number, work phone number, ph, ph number, landline, phonenumber, best number, sms, sms number',
    'telefono, numero de telefono, movil, celular, wireless phone, hm phone, wk phone',
  ]),
  ...named('FAX', true, ['fax, fax number, fax phone, facsimile']),
  ...named('EMAIL', true, ['email, e mail, email address, e mail address, emails, mail address, emailaddress']),
  ...named('SSN', true, [
    'ssn, ss number, social security, social security number, social, social number, soc sec, ssn last 4, ssn 4, last 4',
    'last four, ssn last four, last 4 ssn, last four ssn, last 4 of ssn, last four of ssn, tin, itin, tax id, last 4 digits',
    'socialsecuritynumber, last 4 social, ssn digits, last 4 of social, taxpayer id',
  ]),
  ...named('MRN', true, [
    'mrn, medical record number, medical record, med rec, med rec number, medrec, record number, chart, chart number',
    'patient id, patient number, patient identifier, pat id, pt id, empi, mpi, emr id, ehr id, hospital number, patientid',
    'pat number, pt number, patnum, medical record id, mrn number, health record number, chart id, unit number, umrn, person id, resident id',
  ]),
  ...named('HEALTH_PLAN', true, [
    'member id, member number, memberid, subscriber id, subscriber number, policy number, policy id, policy, group number',
    'group id, insurance id, insurance number, insurance id number, insurance policy number, medicaid id, medicaid number',
    'medicare id, medicare number, mbi, hicn, beneficiary id, beneficiary number, insured id, insured id number, plan number',
    'certificate number, enrollee id, member identifier, cardholder id, health plan id, payer member id, membership number',
  ]),
  ...named('ACCOUNT', true, [
    'account, account number, account id, acct, acct number, acct id, patient account, patient account number, iban',
    'bank account, bank account number, routing number, aba, visit number, encounter number, csn, har, visit id, accountid',
    'guarantor account, billing account, customer id, customer number, client id, client number, encounter id',
  ]),
  ...named('CREDIT_CARD', true, [
    'credit card, credit card number, card number, cc number, debit card, pan, cvv, cvc, ccn',
  ]),
  ...named('LICENSE', true, [
    'npi, npi number, dea, dea number, license, license number, licence, licence number, drivers license, driver license',
    'driver license number, drivers license number, dl, dl number, passport, passport number, medical license, license id',
    'driver licence, drivers licence, state license, upin',
  ]),
  ...named('VEHICLE', true, ['vin, vin number, license plate, plate, plate number, vehicle id, licence plate']),
  ...named('DEVICE', true, [
    'device id, device serial, device serial number, serial, serial number, udi, imei, mac, mac address, implant serial',
  ]),
  ...named('IP_ADDRESS', true, ['ip, ip address, ip addr, ipv 4, ipv 6, remote addr, client ip']),
  ...named('ADDRESS', true, [
    'address, addr, street, street address, address line, address line 1, address line 2, address 1, address 2, addr 1',
    'addr 2, city, town, zip, zip code, zipcode, postal code, postalcode, postcode, post code, home address',
    'mailing address, street name, street number, house number, apartment, apt, apt number, street line, residence',
    'street 1, street 2, line 1, line 2, municipality, suburb, village, birthplace, birth place, place of birth, suite',
    'street address line, full address, residential address, city name, neighborhood, county, zip 4',
  ]),
  ...named('AGE', true, ['age, age years, age in years, patient age, current age, age y, age yrs, ageyears']),
  ...named('OTHER_ID', true, [
    'claim number, claim id, claim, case number, case id, reference number, ref number, confirmation number',
    'confirmation code, prescription number, rx number, rx id, referral number, authorization number, auth number',
    'authorisation number, prior auth number, order number, accession, accession number, ticket number, employee id',
    'employee number, tracking number, claim control number, prior authorization number, external id, national id',
    'id number, identification number, document number, specimen id, student id, user id, username, user name, login',
  ]),
  ...kept([
    'state, province, country, state code, country code, sex, gender, rel, room, room number, bed, status, dose, dosage, qty',
    'quantity, code, icd, icd 10, icd 9, icd code, icd 10 code, cpt, cpt code, hcpcs, hcpcs code, ndc, ndc code, loinc',
    'loinc code, snomed, snomed code, rxnorm, rxcui, cvx, cvx code, taxonomy, taxonomy code, revenue code, rev code, drg',
    'diagnosis code, dx, dx code, procedure code, proc code, modifier, modifiers, unit, units, uom, system, language',
    'race, ethnicity, marital status, relationship, relation, price, amount, balance, copay, total, count, charge',
    'specialty, department, dept, timezone, time zone, priority, frequency, route, strength, duration, days supply',
    'refills, refills left, currency, gender identity, blood type, height, weight, bmi, temp, pulse, bp, plan, payer',
    'place of service, pos, lab code, test code, order code, type, category, class, flag, abnormal flag, severity, floor',
    'lang, locale, preferred language, ward, level, score, percent, length of stay, los, insurance type, plan type, coverage type, copay amount',
  ]),
]);

/** The last words of all names, alone and joined as identifiers have them. */
const LAST_WORDS: ReadonlySet<string> = new Set(
  [...MEANINGS.keys()]
    .flatMap((phrase) => [phrase.slice(phrase.lastIndexOf(' ') + 1), phrase.replaceAll(' ', '')])
    .concat('no', 'num', 'nbr', 'nr', 's'),
);

function named(kind: EntityKind, sure: boolean, lists: readonly string[]): [string, FieldMeaning][] {
  return phrasesOf(lists).map((phrase) => [phrase, { kind, sure }]);
}

function kept(lists: readonly string[]): [string, FieldMeaning][] {
  return phrasesOf(lists).map((phrase) => [phrase, 'keep']);
}

function phrasesOf(lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.split(',').map((phrase) => phrase.trim()));
}
