/** DER (X.690): values are written, and read strictly as a tree. What is read may come from another server: its size is bounded. */

export interface DerNode {
  readonly tag: number;
  readonly body: Buffer;
  /** Tag, length and body. */
  readonly whole: Buffer;
  /** The values in a constructed one; none in a primitive one. */
  readonly items: readonly DerNode[];
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const OCTETS = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const BOOLEAN = 0x01;
export const BITS = 0x03;
/** Tag of `[number]`, constructed. */
export const context = (number: number): number => 0xa0 | number;

const DEEPEST = 24;

/** Writes a value. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const size =
    body.length < 0x100 ? Buffer.of(0x81, body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  if (body.length > 0xffff) throw new RangeError('a value of over 64 KiB');
  return Buffer.concat([Buffer.of(tag), size, body]);
}

/** Writes the body of an object identifier, whose first two numbers are below 40. */
export function oidBody(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(value: number): number[] {
  const groups = [value & 0x7f];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    groups.unshift((left & 0x7f) | 0x80);
  return groups;
}

/** Reads bytes as one value; null where they are not exactly one. */
export function parseDer(bytes: Buffer): DerNode | null {
  const values = parseAll(bytes, 0);
  return values?.length === 1 ? (values[0] ?? null) : null;
}

function parseAll(bytes: Buffer, depth: number): DerNode[] | null {
  const values: DerNode[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = parseOne(bytes, at, depth);
    if (value === null) return null;
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

function parseOne(bytes: Buffer, start: number, depth: number): DerNode | null {
  const tag = bytes[start] ?? 0xff;
  const size = lengthAt(bytes, start + 1);
  if (depth > DEEPEST || (tag & 0x1f) === 0x1f || size === null) return null;
  const bodyAt = start + 1 + size.bytes;
  const end = bodyAt + size.length;
  if (end > bytes.length) return null;
  const body = bytes.subarray(bodyAt, end);
  const items = (tag & 0x20) === 0 ? [] : parseAll(body, depth + 1);
  return items === null ? null : { tag, body, whole: bytes.subarray(start, end), items };
}

/** The length that is written at a place, and in how many bytes; null unless it is in its shortest form. */
function lengthAt(bytes: Buffer, at: number): { readonly length: number; readonly bytes: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 0x80) return { length: first, bytes: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3 || at + count >= bytes.length) return null;
  const length = bytes.readUIntBE(at + 1, count);
  return length < 0x80 || length < 256 ** (count - 1) ? null : { length, bytes: 1 + count };
}
