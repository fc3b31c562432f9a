import { abaRouting, hasIbanShape, iban } from '../checksums.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { findClaimed } from './claimed-codes.ts';

/** Bank and billing accounts by cue (routing numbers checked), IBANs by country, length and check digits. */
export const account: Recogniser = {
  name: 'account',
  passes: ['regex'],
  find: (reading) => [...findClaimed(reading, 'ACCOUNT', 'account', (code) => abaRouting(code.digits)), ...findIbans(reading)],
};

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;
const MAX_IBAN = 34;

function findIbans(reading: Reading): Finding[] {
  if (!reading.hasDigits) return [];
  return Array.from(reading.text.matchAll(IBAN_START), (match) => readIban(reading.text, match.index)).filter((finding) => finding !== null);
}

/** Takes characters, over single spaces and hyphens, for as long as some IBAN ends there. */
function readIban(text: string, start: number): Finding | null {
  let found: Finding | null = null;
  let compact = '';
  for (let at = start; at < text.length && compact.length < MAX_IBAN; at++) {
    const character = text.charAt(at);
    if ((character === ' ' || character === '-') && /[A-Za-z0-9]/.test(text.charAt(at + 1))) continue;
    if (!/[A-Za-z0-9]/.test(character)) break;
    compact += character.toUpperCase();
    if (/[A-Za-z0-9]/.test(text.charAt(at + 1)) || !hasIbanShape(compact)) continue;
    const validated = iban(compact);
    if (validated || /[A-Z]/.test(text.charAt(start))) {
      found = { start, end: at + 1, kind: 'ACCOUNT', confidence: validated ? 0.97 : 0.6, validated, recogniser: 'account.iban' };
    }
  }
  return found;
}
