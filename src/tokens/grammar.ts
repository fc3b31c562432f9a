/**
 * The grammar of tokens, `{scheme}.{KIND}.{kid}.{value}`, and what looks like one. See docs/tokens.md, Grammar.
 */
import { Buffer } from 'node:buffer';

/** `MSKV1` stands for a value in the vault, `MSK1` carries its value encrypted. */
export type TokenScheme = 'MSKV1' | 'MSK1';

/** The parts of a token. */
export interface Token {
  readonly scheme: TokenScheme;
  /** An upper-case kind. Whether it is one of `ENTITY_KINDS` is not the grammar's question. */
  readonly kind: string;
  /** The name of the key. */
  readonly kid: string;
  /** Upper-case base32: of 16 bytes under `MSKV1`, of nonce, ciphertext and tag under `MSK1`. */
  readonly value: string;
}

/** Characters in the value of an `MSKV1` token: 16 bytes in base32. */
export const VAULT_VALUE_LENGTH = 26;
/** Bytes of the shortest `MSK1` value: 12 of nonce and 16 of tag around nothing. */
export const AEAD_VALUE_MIN_BYTES = 28;
/** Characters of the longest `MSK1` value. */
export const AEAD_VALUE_MAX_LENGTH = 8192;
const AEAD_VALUE_MIN_LENGTH = Math.ceil((AEAD_VALUE_MIN_BYTES * 8) / 5);

/** Characters of the longest kind or kid. */
const WORD_MAX_LENGTH = 64;
const KIND = /^[A-Z][A-Z_]{0,63}$/;
const KID = /^[A-Z][A-Z0-9_]{0,63}$/;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32, upper case, without padding. */
export function base32Encode(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >>> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (5 - bits)) & 31);
}

/**
 * The bytes of RFC 4648 base32, or null where `text` is not what {@link base32Encode} writes: a character outside the
 * upper-case alphabet, padding, a length no bytes have, or a last character whose unused bits are not zero.
 */
export function base32Decode(text: string): Uint8Array | null {
  const bytes = Buffer.alloc(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of text) {
    const five = ALPHABET.indexOf(char);
    if (five === -1) return null;
    held = (held << 5) | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >>> bits;
      held &= (1 << bits) - 1;
    }
  }
  // Five or more unused bits are a character too many.
  return bits < 5 && held === 0 ? bytes : null;
}

/** The text of a token. Throws RangeError where a part is outside the grammar: that is a mistake of the caller. */
export function formatToken(scheme: TokenScheme, kind: string, kid: string, value: string): string {
  const text = `${scheme}.${kind}.${kid}.${value}`;
  if (parseToken(text) === null) throw new RangeError('a part of the token is outside the grammar');
  return text;
}

/** The parts of a token, or null where the whole of `text` is not exactly one token of the grammar. Never throws. */
export function parseToken(text: string): Token | null {
  const [scheme, kind, kid, value, ...more] = text.split('.', 5);
  if (scheme !== 'MSKV1' && scheme !== 'MSK1') return null;
  if (kind === undefined || kid === undefined || value === undefined || more.length > 0) return null;
  if (!KIND.test(kind) || !KID.test(kid)) return null;
  const fits =
    scheme === 'MSKV1'
      ? value.length === VAULT_VALUE_LENGTH
      : value.length >= AEAD_VALUE_MIN_LENGTH && value.length <= AEAD_VALUE_MAX_LENGTH;
  return fits && base32Decode(value) !== null ? { scheme, kind, kid, value } : null;
}

/**
 * What stands at one place of a text that may go on:
 * `none` is no token whatever follows; `whole` is token-shaped and ends at `end`; `open` ran out of text while it could
 * still become one, or become longer. Of an open one `kind` is null until its value has begun, and `complete` says
 * that it would be long enough if nothing followed, which under `MSKV1` is never asked: its length is fixed.
 */
export type TokenShape =
  | { readonly state: 'none' }
  | { readonly state: 'open'; readonly kind: string | null; readonly complete: boolean }
  | { readonly state: 'whole'; readonly end: number; readonly kind: string };

const NONE: TokenShape = { state: 'none' };
const OPEN: TokenShape = { state: 'open', kind: null, complete: false };

/**
 * What is token-shaped at `start`. The shape is wider than the grammar, so that what a model or a caller garbled is
 * still seen for what it was meant to be: kind and kid are words of letters, digits, `_` and `-`, the value is letters
 * and digits, and may be too short. The answer depends on `text` from `start` on only, and once it is not `open` it
 * is the same for every continuation of the text.
 */
export function tokenShapeAt(text: string, start: number): TokenShape {
  const scheme = schemeAt(text, start);
  if (scheme === 'none') return NONE;
  if (scheme === 'open') return OPEN;
  const kindStart = start + scheme.length + 1;
  const kindEnd = wordEnd(text, kindStart);
  if (kindEnd === text.length) return OPEN;
  if (!isWord(text, kindStart, kindEnd)) return NONE;
  const kidStart = kindEnd + 1;
  const kidEnd = wordEnd(text, kidStart);
  if (kidEnd === text.length) return OPEN;
  if (!isWord(text, kidStart, kidEnd)) return NONE;

  const valueStart = kidEnd + 1;
  const limit = valueStart + (scheme === 'MSKV1' ? VAULT_VALUE_LENGTH : AEAD_VALUE_MAX_LENGTH);
  let end = valueStart;
  while (end < limit && end < text.length && isAlphanumeric(text.charCodeAt(end))) {
    // Another token begins inside the value: this one was cut short, and the next must not be eaten with it.
    const next = text[end] === '1' ? nextSchemeStart(text, valueStart, end) : -1;
    if (next !== -1) {
      return next === valueStart ? NONE : { state: 'whole', end: next, kind: text.slice(kindStart, kindEnd) };
    }
    end++;
  }
  const ranOut = end < limit && end === text.length;
  if (end === valueStart) return ranOut ? OPEN : NONE;
  const kind = text.slice(kindStart, kindEnd);
  if (!ranOut) return { state: 'whole', end, kind };
  return { state: 'open', kind, complete: scheme === 'MSK1' && end - valueStart >= AEAD_VALUE_MIN_LENGTH };
}

/** A part of a text, in UTF-16 code units, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * All token-shaped parts of a complete text, in order, not overlapping. Input that holds such a part is escaped by
 * making it a value of its own. A value that the end of the text cuts short counts: a model could complete it.
 */
export function findTokens(text: string): TextRange[] {
  const found: TextRange[] = [];
  for (const range of scanTokens(text)) if (range !== null) found.push(range);
  return found;
}

/** Beginnings of tokens that are looked at before a scan may pause. */
const BEGINNINGS_AT_ONCE = 1000;

/** The same one by one. A null says that the scan took some work since: a text may be full of beginnings. */
export function* scanTokens(text: string): Generator<TextRange | null, void> {
  let work = 0;
  for (let at = text.indexOf('MSK'); at !== -1;) {
    let end = at + 1;
    if (mayBeScheme(text, at)) {
      const shape = tokenShapeAt(text, at);
      if (shape.state === 'whole') end = shape.end;
      else if (shape.state === 'open' && shape.kind !== null) end = text.length;
    }
    if (end > at + 1) yield { start: at, end };
    work += 1;
    if (work % BEGINNINGS_AT_ONCE === 0) yield null;
    at = text.indexOf('MSK', end);
  }
}

/** Rules out most beginnings by the character behind `MSK`. */
function mayBeScheme(text: string, at: number): boolean {
  const unit = text.charCodeAt(at + 3);
  return unit === 0x31 || unit === 0x56;
}

function schemeAt(text: string, start: number): TokenScheme | 'open' | 'none' {
  if (text.startsWith('MSKV1.', start)) return 'MSKV1';
  if (text.startsWith('MSK1.', start)) return 'MSK1';
  if (text.length - start >= 'MSKV1.'.length) return 'none';
  const rest = text.slice(start);
  return rest !== '' && ('MSKV1.'.startsWith(rest) || 'MSK1.'.startsWith(rest)) ? 'open' : 'none';
}

/** Where the word at `start` ends; at most {@link WORD_MAX_LENGTH} characters on. */
function wordEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + WORD_MAX_LENGTH + 1);
  let end = start;
  while (end < limit) {
    const code = text.charCodeAt(end);
    if (!isAlphanumeric(code) && code !== 0x5f && code !== 0x2d) return end;
    end++;
  }
  // One character over the limit: said at once, not held back until the text ends.
  return end - start > WORD_MAX_LENGTH ? start : end;
}

/** Whether a kind or kid, closed by a dot, stands there; a scheme is none, for it begins another token. */
function isWord(text: string, start: number, end: number): boolean {
  return end > start && text[end] === '.' && !(text[end - 1] === '1' && nextSchemeStart(text, start, end - 1) !== -1);
}

/** Where a scheme begins that ends with the `1` at `digit`, not before `from`; -1 where none does. */
function nextSchemeStart(text: string, from: number, digit: number): number {
  if (digit - 4 >= from && text.startsWith('MSKV', digit - 4)) return digit - 4;
  return digit - 3 >= from && text.startsWith('MSK', digit - 3) ? digit - 3 : -1;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
