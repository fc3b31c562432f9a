import { dea, nanp, npi } from '../checksums.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { isLicenceOf } from '../vocabulary/licence-formats.ts';
import { STATES } from '../vocabulary/places.ts';
import { claimConfidence, findByShape, isClaimedByOther } from './claimed-codes.ts';
import { joinedShape } from './joined-shape.ts';
import { wordsFinding } from './ranges.ts';
import { stateEndingAt } from './state.ts';

// The length of a state's licence of the long kind, which no other number has: Florida, Illinois, Michigan, New Jersey, Wisconsin.
const LONG_LICENCE = /^[A-Z]\d{11,14}$/;
// A laboratory's certificate under CLIA: two digits of the state, D, seven digits.
const CLIA = /^\d{2}D\d{7}$/;

/**
 * Driver's licences by cue and by the grammar of a state that is named with them, passports and medical licences by cue,
 * NPI (Luhn over 80840) and DEA registrations by their check digits, too.
 */
export const license: Recogniser = {
  name: 'license',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimedLicences(reading),
    ...findByShape(reading, 'LICENSE', 'license.dea', (code) => dea(code.chars), { confidence: 0.85, validated: true }),
    ...findByShape(
      reading,
      'LICENSE',
      'license.npi',
      (code) => !code.quantity && npi(code.chars) && !nanp(code.chars),
      { confidence: 0.7, validated: true },
    ),
    ...findByShape(reading, 'LICENSE', 'license.clia', (code) => CLIA.test(code.chars), {
      confidence: 0.65,
      validated: false,
    }),
    ...findByShape(reading, 'LICENSE', 'license.long', (code) => LONG_LICENCE.test(code.chars), {
      confidence: 0.6,
      validated: false,
    }),
    ...findByShape(
      reading,
      'LICENSE',
      'license.state',
      (code) => code.letters > 0 && code.digits.length >= 4 && isOfState(reading, code, code.first - 1),
      { confidence: 0.65, validated: true },
    ),
  ],
};

function findClaimedLicences(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const [code, claim] of reading.claims) {
    if (claim.cue.kind !== 'LICENSE') continue;
    const validated = npi(code.chars) || dea(code.chars) || isOfState(reading, code, claim.cue.first - 1);
    const { first, last } = joinedShape(reading.words, code, claim.cue.last);
    findings.push(
      wordsFinding(
        reading,
        first,
        last,
        'LICENSE',
        'license.cue',
        validated ? 0.97 : claimConfidence(claim),
        validated,
      ),
    );
  }
  return findings;
}

const MARKS: ReadonlySet<string> = new Set([':', '#', '-', '(', ')', ',', "'s"]);

/** Whether the word, over a mark or two, names a state whose licences look like the code. */
function isOfState(reading: Reading, code: Code, before: number): boolean {
  let at = before;
  while (at > before - 2 && MARKS.has(reading.words[at]?.lower ?? '')) at--;
  if (at < 0 || isClaimedByOther(reading, code, 'LICENSE')) return false;
  const state = stateEndingAt(reading.words, at);
  if (!state) return false;
  let name = reading.words[state.first]?.lower ?? '';
  for (let k = state.first + 1; k <= state.last; k++) name += ` ${reading.words[k]?.lower ?? ''}`;
  return isLicenceOf(state.isCode ? (reading.words[state.first]?.text ?? '') : (STATES.get(name) ?? ''), code.chars);
}
