import { luhn } from '../checksums.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { findByShape, findClaimed } from './claimed-codes.ts';

const MAC = /(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w:-])/g;
// Unique device identifiers: GS1 element strings with a GTIN first, and HIBCC labels (primary, then secondary data).
const GS1 = /\(01\)\d{14}(?:\((?:10|11|17|21|240)\)[A-Za-z0-9./-]{1,20}){0,5}/g;
const HIBCC = /(?<![\w+])\+[A-Z]\d{3}[A-Z0-9]{2,19}(?:\/[$A-Z0-9+/]{1,40})?(?!\w)/g;

/** Devices: MAC addresses, UDI labels, IMEI (15 digits, Luhn), serial numbers by cue. */
export const device: Recogniser = {
  name: 'device',
  passes: ['regex'],
  find(reading) {
    return [
      ...findClaimed(reading, 'DEVICE', 'device', (code) => code.digits.length === 15 && luhn(code.chars)),
      ...findByShape(reading, 'DEVICE', 'device.imei', (code) => code.digits.length === 15 && !code.quantity && luhn(code.chars), { confidence: 0.6, validated: false }),
      ...(reading.hasDigits ? [...match(reading, MAC, 'mac', 0.95), ...match(reading, GS1, 'udi', 0.95), ...match(reading, HIBCC, 'udi', 0.85)] : []),
    ];
  },
};

function match(reading: Reading, pattern: RegExp, rule: string, confidence: number): Finding[] {
  return Array.from(reading.text.matchAll(pattern), (found) => ({
    start: found.index,
    end: found.index + found[0].length,
    kind: 'DEVICE',
    confidence,
    validated: false,
    recogniser: `device.${rule}`,
  }));
}
