import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { base58Check, bech32 } from '../wallets.ts';

// Bitcoin's old and new form, and Ethereum's; each starts a word, so the work is linear.
const BASE58 = /(?<![A-Za-z0-9])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])/g;
const SEGWIT = /(?<![A-Za-z0-9])(?:bc1|tb1|ltc1)[02-9ac-hj-np-z]{11,87}(?![A-Za-z0-9])/gi;
const ETHEREUM = /(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![A-Za-z0-9])/g;

/** Cryptocurrency addresses whose check sum is right, and Ethereum's by their shape. */
export function findWallets({ text, hasDigits }: Reading): Finding[] {
  if (!hasDigits || text.length < 14) return [];
  const findings: Finding[] = [];
  const add = (match: RegExpExecArray, rule: string, validated: boolean) => {
    findings.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'ACCOUNT',
      confidence: validated ? 0.97 : 0.85,
      validated,
      recogniser: `account.${rule}`,
    });
  };
  for (const match of matchesOf(BASE58, text)) if (base58Check(match[0])) add(match, 'base58', true);
  for (const match of matchesOf(SEGWIT, text)) if (bech32(match[0])) add(match, 'bech32', true);
  for (const match of matchesOf(ETHEREUM, text)) add(match, 'ethereum', false);
  return findings;
}
