import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { wordsFinding } from './ranges.ts';
import { stateEndingAt } from './state.ts';

/** ZIP codes: by cue, after a state, and ZIP+4 by its form. */
export function findZips(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    const claim = reading.claims.get(code);
    if (code.letters > 0 && claim?.cue.kind !== 'ADDRESS') continue;
    const found = (rule: string, confidence: number) =>
      findings.push(wordsFinding(reading, code.first, code.last, 'ADDRESS', `address.${rule}`, confidence));
    if (claim?.cue.kind === 'ADDRESS') found('zip_cue', claim.linked ? 0.9 : 0.8);
    else if (isZip(code) && stateEndingAt(reading.words, beforeCode(reading, code)) !== null) found('zip_state', 0.9);
    else if (code.digits.length === 5 && !claim && !code.quantity && isDwelling(reading, code))
      found('zip_lives_in', 0.7);
    else if (isZipPlusFour(reading, code) && !claim) found('zip_plus_four', 0.75);
  }
  return findings;
}

/** "i live in 60614". */
function isDwelling({ words }: Reading, code: Code): boolean {
  return (
    words[code.first - 1]?.lower === 'in' &&
    /^(?:live|lives|lived|living|located|reside|resides|am|i'm)$/.test(words[code.first - 2]?.lower ?? '')
  );
}

function isZip(code: Code): boolean {
  return code.digits.length === 5 || code.digits.length === 9;
}

function beforeCode(reading: Reading, code: Code): number {
  return reading.words[code.first - 1]?.text === ',' ? code.first - 2 : code.first - 1;
}

function isZipPlusFour(reading: Reading, code: Code): boolean {
  return code.groups.join(',') === '5,4' && code.spoken === 0 && reading.words[code.first + 1]?.text === '-';
}
