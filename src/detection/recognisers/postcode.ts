import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';

// Great Britain (BS 7666: no C, I, K, M, O, V in the second half) and Canada (no D, F, I, O, Q, U), with their space.
const BRITISH = /(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])/g;
const CANADIAN = /(?<![A-Za-z0-9])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z0-9])/g;

/** Postal codes of Great Britain and Canada, written in capitals with their space. */
export function findPostcodes({ text, hasDigits }: Reading): Finding[] {
  if (!hasDigits || !/\d[A-Z]/.test(text)) return [];
  return [BRITISH, CANADIAN].flatMap((pattern) =>
    matchesOf(pattern, text).map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'ADDRESS' as const,
      confidence: 0.65,
      validated: false,
      recogniser: 'address.postcode',
    })),
  );
}
