import { abaRouting, hasIbanShape, iban, ibanLength, ssn } from '../checksums.ts';
import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';
import { findWallets } from './wallet.ts';

/** Bank and billing accounts by cue, routing numbers by their check digit, IBANs by country, length and check digits, cryptocurrency wallets. */
export const account: Recogniser = {
  name: 'account',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'ACCOUNT', 'account', (code) => abaRouting(code.digits)),
    ...findByShape(reading, 'ACCOUNT', 'account.routing', isRouting, { confidence: 0.6, validated: true }),
    ...findIbans(reading),
    ...findWallets(reading),
  ],
};

/** Nine digits that check and are no social security number, or in the grouping of cheques (0210-0002-1). */
function isRouting({ chars, groups, quantity }: Code): boolean {
  return !quantity && abaRouting(chars) && (!ssn(chars) || groups.join(',') === '4,4,1');
}

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;
const MAX_IBAN = 34;

function findIbans(reading: Reading): Finding[] {
  if (!reading.hasDigits) return [];
  const findings: Finding[] = [];
  for (const match of matchesOf(IBAN_START, reading.text)) {
    const length = ibanLength(match[0].slice(0, 2).toUpperCase());
    const finding = length === null ? null : readIban(reading.text, match.index, length);
    if (finding) findings.push(finding);
  }
  return findings;
}

/** Takes as many characters as the country's IBANs have, over single spaces and hyphens. */
function readIban(text: string, start: number, length: number): Finding | null {
  let compact = '';
  let at = start;
  for (; at < text.length && compact.length < length && at - start < MAX_IBAN * 2; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x2d) {
      if (!isAlphanumeric(text.charCodeAt(at + 1))) return null;
    } else if (isAlphanumeric(code)) compact += text.charAt(at);
    else return null;
  }
  if (isAlphanumeric(text.charCodeAt(at))) return null;
  compact = compact.toUpperCase();
  if (!hasIbanShape(compact)) return null;
  const validated = iban(compact);
  if (!validated && !/[A-Z]/.test(text.charAt(start))) return null;
  return { start, end: at, kind: 'ACCOUNT', confidence: validated ? 0.97 : 0.6, validated, recogniser: 'account.iban' };
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
