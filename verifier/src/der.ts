/**
 * DER (X.690) read strictly: low tags, definite and shortest lengths, nothing left over. The bytes may come from an
 * attacker, so every count is bounded and nothing is read by recursion.
 */
import { TimestampError } from './timestamp-error.ts';

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag `[number]` of a constructed value: explicit, or an implicit sequence or set. */
export const constructed = (number: number): number => 0xa0 | number;
/** The tag `[number]` of an implicit primitive value. */
export const primitive = (number: number): number => 0x80 | number;

export interface Der {
  readonly tag: number;
  readonly body: Uint8Array;
  /** Tag, length and body. */
  readonly whole: Uint8Array;
}

/** Values of one list that are read, at most. */
const MOST_ITEMS = 1000;

const malformed = (message: string): TimestampError => new TimestampError('malformed_token', message);

/** Reads the values of a body one after another. Each method throws TimestampError `malformed_token`. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next value, which must have the tag. */
  next(tag: number): Der {
    const value = this.#take();
    if (value.tag !== tag) throw malformed('a value of another type than the format says');
    return value;
  }

  /** The next value, of any tag. */
  any(): Der {
    return this.#take();
  }

  /** The next value if it has the tag; null, and nothing is read, for another one. */
  optional(tag: number): Der | null {
    return this.#bytes[this.#at] === tag ? this.#take() : null;
  }

  /** Reads the body of the next value, which must have the tag. */
  into(tag: number = TAG.sequence): DerReader {
    return new DerReader(this.next(tag).body);
  }

  /** All values that are left. */
  rest(): readonly Der[] {
    const values: Der[] = [];
    while (!this.isAtEnd) {
      if (values.length === MOST_ITEMS) throw malformed('a list of too many values');
      values.push(this.#take());
    }
    return values;
  }

  /** Makes sure that nothing is left. */
  end(): void {
    if (!this.isAtEnd) throw malformed('more values than the format says');
  }

  #take(): Der {
    const start = this.#at;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) throw malformed('a tag of several bytes');
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed('a value that is cut off');
    const body = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { tag, body, whole: this.#bytes.subarray(start, end) };
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw malformed('a length that is indefinite or too large');
    let length = 0;
    for (let read = 0; read < count; read += 1) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed('a length in more bytes than it needs');
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw malformed('a value that is cut off');
    this.#at += 1;
    return byte;
  }
}

/** The one value that the bytes are. */
export function readDer(bytes: Uint8Array, tag: number = TAG.sequence): Der {
  const reader = new DerReader(bytes);
  const value = reader.next(tag);
  reader.end();
  return value;
}

/** An object identifier in dotted form. */
export function oidText({ body }: Der): string {
  if (body.length === 0 || body.length > 40 || (body.at(-1) ?? 0) >= 0x80) throw malformed('an object identifier');
  const numbers: bigint[] = [];
  let number = 0n;
  let isFirst = true;
  for (const byte of body) {
    if (isFirst && byte === 0x80) throw malformed('an object identifier');
    number = (number << 7n) | BigInt(byte & 0x7f);
    isFirst = byte < 0x80;
    if (!isFirst) continue;
    numbers.push(number);
    number = 0n;
  }
  const [head = 0n, ...tail] = numbers;
  const top = head < 80n ? head / 40n : 2n;
  return [top, head - top * 40n, ...tail].join('.');
}

/** A whole number, signed, of at most 600 bytes. */
export function integer({ body }: Der): bigint {
  const [first = 0, second = 0] = body;
  const isPadded = body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (body.length === 0 || body.length > 600 || isPadded) throw malformed('a whole number');
  const value = body.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return first < 0x80 ? value : value - (1n << BigInt(8 * body.length));
}

/** True or false: DER has one spelling of each. */
export function boolean({ body }: Der): boolean {
  const [byte] = body;
  if (body.length !== 1 || (byte !== 0 && byte !== 0xff)) throw malformed('a truth value');
  return byte === 0xff;
}

/** The bytes of a bit string that fills its last byte. */
export function wholeBits({ body }: Der): Uint8Array {
  if (body[0] !== 0) throw malformed('a bit string with unused bits');
  return body.subarray(1);
}

/** A time in milliseconds since the epoch. UTCTime is of 1950 to 2049 (RFC 5280, 4.1.2.5.1). */
export function time({ tag, body }: Der): number {
  const text = String.fromCharCode(...body.subarray(0, 40));
  const parts = (
    tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/
  ).exec(text);
  if (parts === null || (tag !== TAG.utcTime && tag !== TAG.generalizedTime)) throw malformed('a time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const full = tag === TAG.utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(full, month - 1, day);
  const fraction = Math.floor(Number(`0.${parts[7] ?? '0'}`) * 1000);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59) throw malformed('a time');
  return date.getTime() + fraction;
}
