/**
 * Record, licence, vehicle and biometric numbers: what a cue announces, and what the characters give away by themselves.
 */

import { dea, npi, vin } from '../checksums.ts';
import type { Recogniser } from '../recogniser.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';

/** Medical record numbers, by cue. */
export const mrn: Recogniser = {
  name: 'mrn',
  passes: ['regex'],
  find: (reading) => findClaimed(reading, 'MRN', 'mrn'),
};

/** Driver's licences, passports, NPI (Luhn over 80840) by cue; DEA registrations by their check digit, too. */
export const license: Recogniser = {
  name: 'license',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'LICENSE', 'license', (code) => npi(code.chars) || dea(code.chars)),
    ...findByShape(reading, 'LICENSE', 'license.dea', (code) => dea(code.chars), { confidence: 0.85, validated: true }),
  ],
};

/** Vehicle identification numbers by their check digit, and with plates by cue. */
export const vehicle: Recogniser = {
  name: 'vehicle',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'VEHICLE', 'vehicle', (code) => vin(code.chars)),
    ...findByShape(reading, 'VEHICLE', 'vehicle.vin', (code) => vin(code.chars), { confidence: 0.95, validated: true }),
  ],
};

/** References to a stored voiceprint, fingerprint or template, by cue. */
export const biometric: Recogniser = {
  name: 'biometric',
  passes: ['regex'],
  find: (reading) => findClaimed(reading, 'BIOMETRIC', 'biometric'),
};
