import type { EntityKind } from '../kinds.ts';

/** Phrases in lower case, words separated by one space, single letters for abbreviations that are spelled out. */
export interface CuePhrases {
  readonly kind: EntityKind;
  readonly strong: boolean;
  readonly phrases: readonly string[];
}

function list(kind: EntityKind, strength: 'strong' | 'weak', text: string): CuePhrases {
  return { kind, strong: strength === 'strong', phrases: text.split(',').map((phrase) => phrase.trim()) };
}

/** "claim number", "claim id", "claim code": every noun with every word for an identifier. */
function numbered(kind: EntityKind, nouns: string): CuePhrases {
  const phrases = nouns
    .split(',')
    .map((noun) => noun.trim())
    .flatMap((noun) =>
      ['number', 'no', 'num', 'id', 'i d', 'identifier', 'code', 'numbers', 'ids'].map((word) => `${noun} ${word}`),
    );
  return { kind, strong: true, phrases };
}

/** What callers, agents and forms say before (or after) an identifier. A phrase stands in one list only. */
export const CUE_PHRASES: readonly CuePhrases[] = [
  list(
    'SSN',
    'strong',
    'ssn, s s n, social security number, social security no, social security, social security card, social security card number, social security card ending, social security card ending in, social number, soc sec, soc sec number, social sec, ss number, ssns, itin, i t i n, taxpayer identification number, ' +
      'individual taxpayer identification number, taxpayer id, taxpayer number',
  ),
  list('SSN', 'weak', 'social, ss'),
  numbered(
    'MRN',
    'medical record, medical records, health record, chart, patient, patient record, mrn, emr, ehr, hospital',
  ),
  list('MRN', 'strong', 'mrn, m r n, medical record, record number'),
  list('MRN', 'weak', 'chart, record, patient'),
  numbered(
    'HEALTH_PLAN',
    'member, subscriber, group, policy, plan, health plan, insurance, insurance policy, insurance card, medicare, medicaid, beneficiary, medicare beneficiary, mbi, hicn, payer, ' +
      'enrollee, membership, insurance member, insurance group, policyholder, coverage, dependent',
  ),
  list(
    'HEALTH_PLAN',
    'strong',
    'mbi, m b i, hicn, medicare number, subscriber, bin number, rx bin, rx group, rxbin, rxgrp, pcn, blue cross id, bcbs, bcbs id, bcbs number, blue cross number, blue shield, blue shield id, insurance card, medi cal, medicare id, medicaid id',
  ),
  list(
    'HEALTH_PLAN',
    'weak',
    'medicare, medicaid, insurance, member, policy, group, plan, beneficiary, blue cross, united healthcare, tricare, aetna, cigna, humana, anthem, kaiser',
  ),
  numbered(
    'ACCOUNT',
    'account, acct, bank account, checking account, savings account, routing, aba, transit, bank, billing account, patient account, iban, swift',
  ),
  list(
    'ACCOUNT',
    'strong',
    'acct, iban, routing, aba, a b a, bank account, checking account, savings account, sort code, swift code, bic, wallet address, bitcoin address, bank details, account ending, checking ending',
  ),
  list('ACCOUNT', 'weak', 'account, checking, savings, bank, wallet, bitcoin, btc, ethereum, crypto, deposit'),
  numbered(
    'CREDIT_CARD',
    'card, credit card, debit card, visa, mastercard, amex, american express, discover, hsa card, payment card, cvv, cvc',
  ),
  list(
    'CREDIT_CARD',
    'strong',
    'cvv, c v v, cvc, cvv2, c v c, credit card, debit card, visa, mastercard, master card, amex, card security code, security code on the back, code on the back, code on the back of the card, three digit code, ' +
      'code on the front, security code on the front, card ending, card ending in, visa ending, jcb, diners club, diners',
  ),
  list('CREDIT_CARD', 'weak', 'card, american express, discover card'),
  numbered(
    'LICENSE',
    'license, licence, driver license, driver licence, drivers license, drivers licence, driving licence, driving license, medical license, nursing license, state license, npi, n p i, dea, d e a, passport, ' +
      'provider, dl, certificate, registration, permit',
  ),
  list(
    'LICENSE',
    'strong',
    'npi, n p i, dea, d e a, clia, passport, passport card, travel document, driving license, driving licence, license, licence, driver license, driver licence, drivers license, drivers licence, medical license, national provider identifier, dea registration',
  ),
  list('LICENSE', 'weak', 'dl, d l, lic, permit, prescriber'),
  numbered(
    'VEHICLE',
    'vin, license plate, licence plate, plate, tag, vehicle, vehicle identification, registration plate',
  ),
  list(
    'VEHICLE',
    'strong',
    'vin, v i n, license plate, licence plate, plate, plates, plate ended, plate ended in, plate ending, plate ending in, license tag, number plate, tag number, plate number, license plates',
  ),
  list('VEHICLE', 'weak', 'tag, tags, vehicle, registration plate'),
  numbered(
    'DEVICE',
    'serial, device, pump, pump serial, device serial, pacemaker, implant, imei, mac, monitor, sensor, glucometer, cpap, model serial, udi, lot',
  ),
  list(
    'DEVICE',
    'strong',
    'serial, s n, imei, i m e i, mac address, udi, unique device identifier, device identifier, pump serial, meter serial, serial no',
  ),
  list('DEVICE', 'weak', 'device, pump, pacemaker, implant, sensor'),
  numbered(
    'PHONE',
    'phone, telephone, cell, cell phone, mobile, mobile phone, contact, callback, call back, home, work, office, landline, daytime',
  ),
  list(
    'PHONE',
    'strong',
    'phone, telephone, cell, mobile, tel, callback, cellphone, my number, your number, landline, whatsapp, area code',
  ),
  list(
    'PHONE',
    'weak',
    'call, text, reach, dial, contact, number, line, home, work, office, desk, caller id, message, ring',
  ),
  numbered('FAX', 'fax, facsimile'),
  list('FAX', 'strong', 'fax, facsimile, fax line'),
  list('ADDRESS', 'strong', 'zip code, zip, zipcode, postal code, postcode, post code, zip plus four'),
  list(
    'DOB',
    'strong',
    'dob, d o b, date of birth, birth date, birthdate, birthday, born, born on, birth, day of birth, birthdays',
  ),
  list(
    'DATE',
    'strong',
    'expiration date, expiry date, expires, expiration, expiry, exp date, exp, valid through, valid thru, date of service, service date, admission date, date of admission, discharge date, date of discharge, ' +
      'date of visit, visit date, date of death, date of injury, date of surgery, surgery date, appointment date, start date, end date, due date, effective date, issue date, fill date, collection date, dos, doa, dod',
  ),
  list('DATE', 'weak', 'date, dated'),
  numbered(
    'BIOMETRIC',
    'voiceprint, voice print, fingerprint, finger print, biometric, biometric template, face, faceprint, face template, iris, retina, template, palm print, voice template, palm scan, palm vein, hand print, handprint, thumbprint, iris scan, face scan, enrollment template, fingerprint template, iris template',
  ),
  list(
    'BIOMETRIC',
    'strong',
    'voiceprint, voice print, fingerprint, biometric, faceprint, biometric template, iris scan, retina scan, retinal scan, voiceprints, voice prints, fingerprints, faceprints, palm scan, palm scans, palm print, palm vein, ' +
      'face scan, face ids, thumbprint, iris template, face template, voice template, fingerprint template',
  ),
  list('BIOMETRIC', 'weak', 'template, templates'),
  numbered(
    'OTHER_ID',
    'claim, case, prescription, rx, confirmation, reference, ref, order, invoice, ticket, tracking, authorization, auth, prior authorization, employee, booking, reservation, referral, ' +
      'encounter, visit, accession, specimen, appointment, transaction, user, customer, student, badge, receipt, incident, request, application, file, session, verification, security, access, ' +
      'extension, tax, ein, study, trial, lab, sample, report, script, dispense, intake, enrollment, client, identification, military, dod, tribal, alien, visa case, screening, randomization, temporary, subject, donor, docket, authorisation',
  ),
  list(
    'OTHER_ID',
    'strong',
    'rx, r x, confirmation, reference, ref, passcode, pin, p i n, pin code, pin number, password, username, user name, id number, i d number, identification number, tracking, one time code, ' +
      'ein, id, i d, security code, prior authorization, prior auth, screening numbers, reference numbers, claim numbers, case numbers, references',
  ),
  list(
    'OTHER_ID',
    'weak',
    'ext, login, case, claim, order, prescription, code, ticket, invoice, authorization, extension, referral, appointment, employee, badge, specimen, identifier, digits, tracking, key, serial code',
  ),
];
