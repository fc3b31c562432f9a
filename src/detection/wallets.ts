/**
 * Check sums of cryptocurrency addresses. All answer false, never throw, for anything that has not the right shape.
 */

import { createHash } from 'node:crypto';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58Check with a one-byte version (Bitcoin P2PKH and P2SH): the last four bytes are those of the double SHA-256 of the rest. */
export function base58Check(text: string): boolean {
  if (text.length < 26 || text.length > 35) return false;
  let value = 0n;
  for (const character of text) {
    const digit = BASE58.indexOf(character);
    if (digit < 0) return false;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32M = 0x2bc830a3;

/** Bech32 or Bech32m (BIP 173, BIP 350): one case, and a polynomial of 1 or the constant of Bech32m. */
export function bech32(text: string): boolean {
  const lower = text.toLowerCase();
  if ((text !== lower && text !== text.toUpperCase()) || lower.length > 90) return false;
  const separator = lower.lastIndexOf('1');
  if (separator < 1 || separator + 7 > lower.length) return false;
  const prefix = Array.from(lower.slice(0, separator), (character) => character.charCodeAt(0));
  const data = Array.from(lower.slice(separator + 1), (character) => BECH32.indexOf(character));
  if (data.includes(-1)) return false;
  const sum = polymod([...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data]);
  return sum === 1 || sum === BECH32M;
}

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= generator;
  }
  return sum >>> 0;
}
