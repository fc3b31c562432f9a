import { mbi, ssn } from '../checksums.ts';
import type { Recogniser } from '../recogniser.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';

// The Medicare number before 2020: the wage earner's social security number and a beneficiary code.
const HICN = /^(\d{9})(?:[A-DTMW]\d?|[EFJK]\d|HA|HB|HC)$/;
// Blue Cross Blue Shield: three letters of the plan, then nine to fourteen characters that begin with digits.
const BLUE_CROSS = /^[A-Z]{3}\d{9,12}$/;

/** Health plan identifiers: Medicare's by their grammar, Blue Cross by prefix, member, group and policy numbers by cue. */
export const healthPlan: Recogniser = {
  name: 'health_plan',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'HEALTH_PLAN', 'health_plan', (code) => mbi(code.chars)),
    ...findByShape(reading, 'HEALTH_PLAN', 'health_plan.mbi', (code) => mbi(code.chars), {
      confidence: 0.95,
      validated: true,
    }),
    ...findByShape(reading, 'HEALTH_PLAN', 'health_plan.hicn', (code) => ssn(HICN.exec(code.chars)?.[1] ?? ''), {
      confidence: 0.8,
      validated: false,
    }),
    ...findByShape(reading, 'HEALTH_PLAN', 'health_plan.blue_cross', (code) => BLUE_CROSS.test(code.chars), {
      confidence: 0.65,
      validated: false,
    }),
  ],
};
