/** Strict text encodings of bytes. Each byte string has exactly one accepted spelling. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ENCODER = new TextEncoder();
const SEXTETS: ReadonlyMap<string, number> = new Map(ALPHABET.split('').map((letter, value) => [letter, value]));

/** UTF-8 bytes of a text. The text must hold no lone surrogate: the reader has refused those. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
let hexOf = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
};

/** Has hexadecimal written by another implementation from now on. */
export function useHex(other: (bytes: Uint8Array) => string): void {
  hexOf = other;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return hexOf(bytes);
}

/** Bytes of lower-case hexadecimal text that stands for exactly `length` bytes; null for any other text. */
export function fromHex(text: string, length: number): Uint8Array | null {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return null;
  const bytes = new Uint8Array(length);
  putHex(bytes, 0, text);
  return bytes;
}

/** Writes the bytes of lower-case hexadecimal text, which must be well formed, at a place of others. */
export function putHex(bytes: Uint8Array, start: number, text: string): void {
  for (let at = 0; at < text.length; at += 2)
    bytes[start + at / 2] = (digit(text.charCodeAt(at)) << 4) | digit(text.charCodeAt(at + 1));
}

function digit(unit: number): number {
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}

/** Base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
    const group = (a << 16) | (b << 8) | c;
    const letters = Math.min(4, bytes.length - index + 1);
    for (let place = 0; place < 4; place += 1) {
      text += place < letters ? ALPHABET.charAt((group >> (18 - 6 * place)) & 63) : '=';
    }
  }
  return text;
}

/**
 * Bytes of base64 text, of exactly `length` bytes where that is given; null for any other text. Padding is required, white
 * space and the URL alphabet are refused, and so are set bits under the padding: without that a signature would have
 * several spellings, and a changed byte could go unseen.
 */
export function fromBase64(text: string, length = decodedLength(text)): Uint8Array | null {
  if (text.length !== 4 * Math.ceil(length / 3)) return null;
  const bytes = new Uint8Array(length);
  let buffer = 0;
  let bits = 0;
  let filled = 0;
  for (const letter of text) {
    const sextet = letter === '=' ? 0 : SEXTETS.get(letter);
    if (sextet === undefined) return null;
    buffer = ((buffer << 6) | sextet) & 0xffff;
    bits += 6;
    if (bits >= 8 && filled < length) {
      bits -= 8;
      bytes[filled] = (buffer >> bits) & 0xff;
      filled += 1;
    }
  }
  return toBase64(bytes) === text ? bytes : null;
}

function decodedLength(text: string): number {
  return Math.floor((3 * text.length) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}
