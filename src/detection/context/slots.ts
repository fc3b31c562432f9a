/** What a question can ask for, and how an answer to it looks. See docs/detection.md, Context of the call. */
import type { EntityKind } from '../kinds.ts';

/** How an answer is read: digits; digits and letters; a day; a person; a town; a street and what follows; a mailbox; a word. */
export type AnswerShape = 'number' | 'code' | 'date' | 'name' | 'place' | 'address' | 'email' | 'age' | 'secret' | 'ip';

/** One thing that can be asked for. */
export interface SlotRule {
  readonly kind: EntityKind;
  readonly shape: AnswerShape;
  /** Most characters of the whole answer. */
  readonly most: number;
  /** Lengths at which an answer is whole; empty where any may be. */
  readonly whole: readonly number[];
}

const number = (kind: EntityKind, most: number, ...whole: number[]): SlotRule => ({
  kind,
  shape: 'number',
  most,
  whole,
});
const code = (kind: EntityKind, most = 24, ...whole: number[]): SlotRule => ({ kind, shape: 'code', most, whole });
const other = (kind: EntityKind, shape: AnswerShape): SlotRule => ({ kind, shape, most: 64, whole: [] });

export const SLOTS = {
  ssn: number('SSN', 9, 9),
  ssn_last_four: number('SSN', 9, 4, 9),
  phone: number('PHONE', 15, 10, 11),
  phone_last_four: number('PHONE', 15, 4, 10, 11),
  fax: number('FAX', 15, 10, 11),
  card: number('CREDIT_CARD', 19, 15, 16),
  card_last_four: number('CREDIT_CARD', 19, 4, 15, 16),
  cvv: number('CREDIT_CARD', 4, 3, 4),
  zip: number('ADDRESS', 9, 5, 9),
  account: code('ACCOUNT', 34),
  account_last_four: code('ACCOUNT', 34, 4),
  mrn: code('MRN'),
  member: code('HEALTH_PLAN'),
  license: code('LICENSE'),
  vin: code('VEHICLE', 17, 17),
  plate: code('VEHICLE', 10),
  serial: code('DEVICE', 40),
  reference: code('OTHER_ID', 40),
  secret: other('OTHER_ID', 'secret'),
  unexplained: code('OTHER_ID', 40),
  dob: other('DOB', 'date'),
  date: other('DATE', 'date'),
  age: other('AGE', 'age'),
  name: other('NAME', 'name'),
  spelling: other('NAME', 'name'),
  email: other('EMAIL', 'email'),
  address: other('ADDRESS', 'address'),
  place: other('ADDRESS', 'place'),
  ip: other('IP_ADDRESS', 'ip'),
} as const satisfies Readonly<Record<string, SlotRule>>;

export type SlotName = keyof typeof SLOTS;

/** The slot that a value found without a question belongs to, so that it can go on in the next turn; null for kinds that do not. */
export function slotOfKind(kind: EntityKind): SlotName | null {
  switch (kind) {
    case 'SSN':
      return 'ssn';
    case 'PHONE':
      return 'phone';
    case 'FAX':
      return 'fax';
    case 'CREDIT_CARD':
      return 'card';
    case 'ACCOUNT':
      return 'account';
    case 'MRN':
      return 'mrn';
    case 'HEALTH_PLAN':
      return 'member';
    case 'LICENSE':
      return 'license';
    case 'VEHICLE':
      return 'vin';
    case 'DEVICE':
      return 'serial';
    case 'OTHER_ID':
      return 'reference';
    case 'DOB':
      return 'dob';
    case 'DATE':
      return 'date';
    case 'NAME':
      return 'spelling';
    case 'EMAIL':
      return 'email';
    case 'ADDRESS':
      return 'address';
    case 'AGE':
    case 'URL':
    case 'IP_ADDRESS':
    case 'BIOMETRIC':
    case 'PHOTO':
    case 'ORG':
      return null;
  }
}

/** The slot for the last four digits of what another slot asks for. */
export function lastFourOf(slot: SlotName): SlotName {
  switch (SLOTS[slot].kind) {
    case 'SSN':
      return 'ssn_last_four';
    case 'PHONE':
    case 'FAX':
      return 'phone_last_four';
    case 'CREDIT_CARD':
      return 'card_last_four';
    case 'ACCOUNT':
      return 'account_last_four';
    default:
      return slot;
  }
}

/** What is asked for, in lower case, words apart by one space, a possessive s left out. The longest phrase at a place counts. */
export const ASKED: readonly (readonly [SlotName, string])[] = [
  ['ssn', 'social security number, social security, ssn, s s n, social, soc sec'],
  [
    'phone',
    'phone number, telephone number, phone, telephone, cell phone number, cell phone, cell number, cell, mobile number, mobile, callback number, call back number, contact number, home number, work number, daytime number, ' +
      'best number, good number, another number, number to reach you, number where we can reach you, number i can reach you, number we can reach you, reach you at, number you are calling from, number you re calling from, ' +
      "number you're calling from, area code, phone on file, landline",
  ],
  ['fax', 'fax number, fax'],
  [
    'card',
    'card number, credit card number, debit card number, credit card, debit card, number on the card, number on your card, long number, sixteen digit number, payment card',
  ],
  [
    'cvv',
    'cvv, c v v, cvc, security code, three digit code, 3 digit code, three digits on the back, code on the back, card code',
  ],
  ['zip', 'zip code, zip, zipcode, postal code, postcode'],
  [
    'account',
    'account number, account no, bank account number, bank account, checking account number, savings account number, routing number, iban, account id',
  ],
  [
    'mrn',
    'medical record number, mrn, m r n, record number, chart number, patient id, patient number, patient i d, hospital number',
  ],
  [
    'member',
    'member id, member i d, member number, membership number, membership id, subscriber id, subscriber number, insurance id, insurance number, insurance i d, policy number, group number, plan number, medicare number, ' +
      'medicaid number, medicare id, medicaid id, beneficiary number, beneficiary id, beneficiary identifier, insurance card number, number on your insurance card, id on your insurance card, id number on your insurance card, ' +
      'health plan id, health plan number, member identification number, subscriber',
  ],
  [
    'license',
    'driver license number, drivers license number, driver license, drivers license, driver licence, drivers licence, driver licence number, driving licence, license number, licence number, license, npi, npi number, ' +
      'n p i, dea number, dea, passport number, passport, medical license, medical license number, state id',
  ],
  ['vin', 'vin, v i n, vin number, vehicle identification number, vehicle id'],
  [
    'plate',
    'license plate, licence plate, license plate number, plate number, plate, tag number, registration plate, number plate, plates',
  ],
  [
    'serial',
    'serial number, serial, device id, device number, device serial number, device identifier, imei, pump serial number, lot number, model and serial number',
  ],
  [
    'reference',
    'claim number, claim id, case number, case id, reference number, reference id, confirmation number, confirmation code, prescription number, rx number, r x number, order number, ticket number, tracking number, ' +
      'authorization number, prior authorization number, auth number, invoice number, employee id, employee number, referral number, booking number, reservation number, transaction id, student id, badge number, ' +
      'customer number, customer id, user id, id number, i d number, identification number, reference, claim, one time code, verification code, access code, code i just sent, code we sent, code we just sent, ' +
      'code that was sent, tax id, ein, incident number, accession number, specimen number, visit number, encounter number, extension, script number',
  ],
  [
    'secret',
    'pin, p i n, pin number, pin code, passcode, pass code, password, security answer, security word, safe word, username, user name, login',
  ],
  [
    'dob',
    'date of birth, dob, d o b, birth date, birthdate, birthday, day you were born, when were you born, when was he born, when was she born, year of birth, year you were born, month and day of birth, birth year, ' +
      'birth month, were you born, was he born, was she born',
  ],
  [
    'date',
    'expiration date, expiration, expiry date, expiry, exp date, expires, date of service, date of your appointment, date of the appointment, date of your visit, date of your last visit, date of admission, date of discharge, date of injury, date of the accident, date of death',
  ],
  ['age', 'how old, your age, age'],
  [
    'name',
    'first name, last name, full name, your name, legal name, middle name, maiden name, family name, given name, surname, name, names, who am i speaking with, who i am speaking with, ' +
      "who i'm speaking with, who am i talking to, who i'm talking to, who is this, who's this, who should i say, who shall i say, who may i say, who is calling, who's calling, with whom am i speaking, whom am i speaking, who do i have the pleasure, " +
      'who is the patient, who is your doctor, who is your provider, who is your primary, who is the doctor, who was the doctor, who is your emergency contact, emergency contact, what do i call you, ' +
      'should i call you, to call you, can i call you, may i call you, who prescribed, who referred you, which doctor, which provider, what doctor, next of kin, whose appointment, whose prescription, whose refill, whose chart, ' +
      'whose account, whose visit, who is the appointment for, who is this for, who is it for, who is the prescription for, who is the visit for, who are you calling about, who should we call, ' +
      'who can we call, who will drive, who drives you, which nurse, what nurse, which pharmacist, which technician, who should i ask for, who should we contact, who can we contact, who should we notify, who is picking, who will be picking, who will pick, who can pick, who is driving, who will be driving, ' +
      'who is bringing, who helped you, who did you speak, who did you talk, who did you see, who do you see, who do you usually see, who lives with, who filled, who signed, who ordered it, who told you, who sent you, ' +
      'who takes care, who ordered, who prescribed it, who took your, who answered, under what name, under which name, name is it under, name would it be under, who is your caregiver, who is the guardian, who is with you, pharmacist, pharmacist on duty, nurse on duty, who is on duty, middle initial',
  ],
  ['ip', 'ip address, i p address, ip, i p'],
  [
    'email',
    'email address, email, e mail address, e mail, mail address on file, before the at sign, before the at, after the at sign, after the at',
  ],
  [
    'address',
    'home address, mailing address, street address, billing address, shipping address, current address, address, street name and number, street, house number, apartment number, unit number, street number, apartment, apt, suite, suite number, unit, where do you live, where you live, ' +
      'where are you living, where should we send, where should we ship, where do you stay, where do we send, cross street, nearest cross street, which street, what street, where do you want it delivered, where should we deliver',
  ],
  [
    'place',
    'what city, which city, city and state, your city, city, what town, which town, town, what county, which county, county, where are you calling from, where are you located, where you are located, where were you born, where was she born, where was he born, your hometown, home town, what neighborhood, which neighborhood, what part of town, where did you move, where did you grow up',
  ],
];

/** What stands before "name" where a thing and not a person is meant, and after "name of the". */
export const THINGS: ReadonlySet<string> = new Set(
  (
    'medication medicine drug generic brand pharmacy hospital clinic insurance company carrier plan practice facility product file business store street bank lab test model device user domain event prescription employer school ' +
    'procedure condition group organization pet account code host city town'
  ).split(' '),
);
