import { itin, ssn as isAllocated } from '../checksums.ts';
import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { claimConfidence } from './claimed-codes.ts';
import { wordsFinding } from './ranges.ts';

// The first five digits hidden: ***-**-6789, xxx-xx-6789.
const HIDDEN = /(?<![\w*#])[xX*#]{3}-[xX*#]{2}-\d{4}(?!\w)/g;

/** Social security numbers: nine digits by the allocation rules, any number and the last four after a cue; and taxpayer numbers (ITIN), which stand in for them. */
export const ssn: Recogniser = {
  name: 'ssn',
  passes: ['regex'],
  find(reading) {
    if (reading.codes.length === 0) return reading.hasDigits ? findHidden(reading) : [];
    return [...reading.codes.flatMap((code) => recognise(reading, code) ?? []), ...findHidden(reading)];
  },
};

function recognise(reading: Reading, code: Code): Finding | null {
  if (code.letters > 0) return null;
  const claim = reading.claims.get(code);
  const allocated = isAllocated(code.digits);
  const found = (rule: string, confidence: number, validated: boolean) =>
    wordsFinding(reading, code.first, code.last, 'SSN', `ssn.${rule}`, confidence, validated);
  if (claim?.cue.kind === 'SSN') {
    if (code.digits.length === 9) return found('cue', allocated ? 0.97 : 0.7, allocated);
    return found(code.digits.length === 4 ? 'last_four' : 'cue', claimConfidence(claim) - 0.1, false);
  }
  if (claim === undefined && !code.quantity && code.digits.length === 4 && isLastFour(reading, code))
    return found('last_four', 0.7, false);
  // "tax id": an ITIN by its area and group; an employer's number has other ones.
  const taxed = claim === undefined || reading.words[claim.cue.first]?.lower === 'tax';
  if (
    taxed &&
    !code.quantity &&
    itin(code.digits) &&
    code.chars.length === 9 &&
    (code.groups.join(',') === '3,2,4' || claim?.linked === true)
  )
    return found('itin', 0.8, true);
  if (!allocated || code.quantity || code.counts || claim?.cue.strong) return null;
  // The grouping is the sign, whatever a weak cue says; nine digits in a row may be anything.
  if (code.groups.join(',') === '3,2,4') return found('grouped', 0.9, true);
  // 17151 2450 are two numbers.
  if (code.spoken === 0 && code.groups.length > 1 && !isHyphenated(reading, code)) return null;
  return claim?.linked ? null : found('digits', code.spoken > 0 ? 0.6 : 0.55, false);
}

const MAX_BEFORE_LAST_FOUR = 24;

/** "her social security card, which is at home, ends in 0051": the number was named before in the sentence. */
function isLastFour({ words }: Reading, code: Code): boolean {
  const [verb, link] = [words[code.first - 2]?.lower ?? '', words[code.first - 1]?.lower ?? ''];
  if (!/^(?:ends|ending|ended|end)$/.test(verb) || !/^(?:in|with)$/.test(link)) return false;
  for (let at = code.first - 3; at >= 0 && at >= code.first - MAX_BEFORE_LAST_FOUR; at--) {
    const word = words[at];
    if (word === undefined || ENDS.has(word.text)) return false;
    if (word.lower === 'ssn' || (word.lower === 'security' && words[at - 1]?.lower === 'social')) return true;
    // The last four of something else.
    if (OTHER_ENDINGS.has(word.lower)) return false;
  }
  return false;
}

const ENDS: ReadonlySet<string> = new Set(['.', '?', '!']);
const OTHER_ENDINGS: ReadonlySet<string> = new Set([
  'visa',
  'mastercard',
  'account',
  'phone',
  'plate',
  'checking',
  'savings',
  'cell',
  'mobile',
]);

function isHyphenated({ words }: Reading, code: Code): boolean {
  return code.last === code.first + 2 && words[code.first + 1]?.text === '-';
}

function findHidden(reading: Reading): Finding[] {
  if (!reading.text.includes('-')) return [];
  return matchesOf(HIDDEN, reading.text).map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    kind: 'SSN',
    confidence: 0.85,
    validated: false,
    recogniser: 'ssn.hidden',
  }));
}
