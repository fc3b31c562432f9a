import { gtin, luhn } from '../checksums.ts';
import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';
import { findSpokenMacs } from './spoken-mac.ts';

const MAC =
  /(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w:-])/g;
const PAIRS = /(?<![\w:-])(?:[0-9A-Fa-f]{2} ){5}[0-9A-Fa-f]{2}(?![\w:-])/g;
// Unique device identifiers: GS1 element strings with a GTIN first, and HIBCC labels (primary, then secondary data).
const GS1 = /\(01\)\d{14}(?:\((?:10|11|15|16|17|21|22|240|8012)\)[A-Za-z0-9./-]{1,20}){0,6}/g;
const HIBCC = /(?<![\w+])\+[A-Z]\d{3}[A-Z0-9]{2,19}(?:\/[$A-Z0-9+/]{1,40})?(?!\w)/g;

/** Devices: MAC addresses, UDI labels, IMEI (15 digits, Luhn), serial numbers by cue. */
export const device: Recogniser = {
  name: 'device',
  passes: ['regex'],
  find: (reading) => [
    ...findClaimed(reading, 'DEVICE', 'device', isImei),
    ...findByShape(reading, 'DEVICE', 'device.imei', (code) => isImei(code) && !code.quantity, {
      confidence: 0.6,
      validated: false,
    }),
    ...findByShape(reading, 'DEVICE', 'device.udi', isElementString, { confidence: 0.85, validated: true }),
    ...(reading.hasDigits ? findWritten(reading) : []),
    ...findPairs(reading),
    ...findSpokenMacs(reading),
  ],
};

function isImei({ chars, letters }: Code): boolean {
  return letters === 0 && chars.length === 15 && luhn(chars);
}

/** A GS1 element string without its brackets: 01, a GTIN that checks, and dates or a serial number behind it. */
function isElementString({ chars }: Code): boolean {
  return (
    chars.length >= 16 &&
    chars.startsWith('01') &&
    gtin(chars.slice(2, 16)) &&
    (chars.length === 16 || /^(?:10|11|15|17|21)/.test(chars.slice(16)))
  );
}

function findWritten(reading: Reading): Finding[] {
  const { text } = reading;
  const findings: Finding[] = [];
  if (/[0-9A-Fa-f]{2}[:.-][0-9A-Fa-f]{2}/.test(text)) findings.push(...match(text, MAC, 'mac', 0.95));
  if (text.includes('(01)')) findings.push(...match(text, GS1, 'udi', 0.95));
  if (text.includes('+')) findings.push(...match(text, HIBCC, 'udi', 0.85));
  return findings;
}

/** Six groups of two beside a cue, with nothing but spaces between them: "mac address f4 5e ab 01 23 99". */
function findPairs({ text }: Reading): Finding[] {
  return /\b(?:mac|hardware|ethernet|physical)\b/i.test(text)
    ? match(text, PAIRS, 'mac', 0.9).filter(({ start, end }) => /\d/.test(text.slice(start, end)))
    : [];
}

function match(text: string, pattern: RegExp, rule: string, confidence: number): Finding[] {
  return matchesOf(pattern, text).map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    kind: 'DEVICE',
    confidence,
    validated: false,
    recogniser: `device.${rule}`,
  }));
}
