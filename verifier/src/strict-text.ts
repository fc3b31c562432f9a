/** Texts and decimal numbers of the C2SP formats, each with exactly one accepted spelling. */
import { FormatError, type FormatErrorCode } from './format-error.ts';

/** Longest input in bytes, or in UTF-16 code units where it is a string. */
export const LONGEST_INPUT = 1024 * 1024;
/** Largest count of the formats: 2^64 - 1. */
const LARGEST_COUNT = 0xffff_ffff_ffff_ffffn;

/** Text of UTF-8 bytes, or the string itself. Throws FormatError for malformed UTF-8, lone surrogates and long input. */
export function textOf(input: string | Uint8Array, code: FormatErrorCode): string {
  if (input.length > LONGEST_INPUT)
    throw new FormatError('input_too_large', `the input is longer than ${LONGEST_INPUT} bytes`);
  if (typeof input === 'string') {
    if (!input.isWellFormed()) throw new FormatError(code, 'the text holds half of a surrogate pair');
    return input;
  }
  try {
    // ignoreBOM keeps a byte order mark as part of the text: it is signed like every other character.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    throw new FormatError(code, 'the input is not UTF-8');
  }
}

/** A decimal number from 0 to 2^64 - 1 without leading zeros; null for any other text. */
export function parseCount(text: string): bigint | null {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return null;
  const count = BigInt(text);
  return count <= LARGEST_COUNT ? count : null;
}

/** A count as a bigint; null where it is no integer from 0 to 2^64 - 1, or a number that a double does not hold exactly. */
export function asCount(value: number | bigint): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return typeof value === 'bigint' && value >= 0n && value <= LARGEST_COUNT ? value : null;
}
