/**
 * Record, vehicle and biometric numbers: what a cue announces, and what the characters give away by themselves.
 */

import { hasVinShape, vin } from '../checksums.ts';
import type { Recogniser } from '../recogniser.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';

/** Medical record numbers, by cue. */
export const mrn: Recogniser = {
  name: 'mrn',
  passes: ['regex'],
  find: (reading) => findClaimed(reading, 'MRN', 'mrn'),
};

/** Vehicle identification numbers by their check digit, and with plates by cue. */
export const vehicle: Recogniser = {
  name: 'vehicle',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'VEHICLE', 'vehicle', (code) => vin(code.chars)),
    ...findByShape(reading, 'VEHICLE', 'vehicle.vin', (code) => vin(code.chars), { confidence: 0.95, validated: true }),
    ...findByShape(reading, 'VEHICLE', 'vehicle.vin_shape', (code) => isLikelyVin(code.chars), {
      confidence: 0.6,
      validated: false,
    }),
  ],
};

/** Outside North America the ninth place checks nothing: letters first, a serial number of digits last. */
function isLikelyVin(chars: string): boolean {
  return (
    hasVinShape(chars) && /^[A-Z]/.test(chars) && /\d{4}$/.test(chars) && (chars.match(/[A-Z]/g)?.length ?? 0) >= 3
  );
}

/** References to a stored voiceprint, fingerprint or template, by cue. */
export const biometric: Recogniser = {
  name: 'biometric',
  passes: ['regex'],
  find: (reading) => findClaimed(reading, 'BIOMETRIC', 'biometric'),
};
