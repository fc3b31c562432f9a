/** Writes large JSON documents in pieces, where one `JSON.stringify` would hold the event loop. */
import { Buffer } from 'node:buffer';

/** Values and UTF-16 units of strings that are written at once. */
const VALUES = 500;
const UNITS = 64 * 1024;

/** Returns what `JSON.stringify` does, of a value without cycles. Yields wherever it may be interrupted. */
export function* writingJson(value: unknown): Generator<undefined, string> {
  const pieces: string[] = [];
  yield* writing(value, (piece) => pieces.push(piece));
  return pieces.join('');
}

/** Does the same in UTF-8. */
export function* writingJsonBytes(value: unknown): Generator<undefined, Buffer> {
  const chunks: Buffer[] = [];
  let pieces: string[] = [];
  let units = 0;
  const work = writing(value, (piece) => {
    pieces.push(piece);
    units += piece.length;
  });
  while (work.next().done !== true) {
    if (units > UNITS) {
      chunks.push(Buffer.from(pieces.join(''), 'utf8'));
      pieces = [];
      units = 0;
    }
    yield;
  }
  const last = Buffer.from(pieces.join(''), 'utf8');
  return chunks.length === 0 ? last : Buffer.concat([...chunks, last]);
}

type Put = (piece: string) => void;

function* writing(value: unknown, put: Put): Generator<undefined, void> {
  if (sizeUpTo(value, VALUES) < VALUES) put(JSON.stringify(value));
  else if (Array.isArray(value)) yield* writingList(value, put);
  else if (isPlainObject(value)) yield* writingObject(value, put);
  else put(JSON.stringify(value));
  yield;
}

/** Small items that follow each other are written at once. */
function* writingList(list: readonly unknown[], put: Put): Generator<undefined, void> {
  let separator = '[';
  for (let at = 0; at < list.length;) {
    const end = endOfSmall(list, at);
    put(separator);
    if (end === at) yield* writing(list[at++], put);
    else put(JSON.stringify(list.slice(at, end)).slice(1, -1));
    at = Math.max(at, end);
    separator = ',';
    yield;
  }
  put(']');
}

/** Where the items from `start` on end that are small together; `start` if the first one is not. */
function endOfSmall(list: readonly unknown[], start: number): number {
  let size = 0;
  let end = start;
  while (end < list.length) {
    size += sizeUpTo(list[end], VALUES - size);
    if (size >= VALUES) break;
    end += 1;
  }
  return end;
}

function* writingObject(object: object, put: Put): Generator<undefined, void> {
  let separator = '{';
  for (const [key, member] of Object.entries(object)) {
    if (!isWritten(member)) continue;
    put(`${separator}${JSON.stringify(key)}:`);
    yield* writing(member, put);
    separator = ',';
  }
  put(separator === '{' ? '{}' : '}');
}

/** How many values there are in the value, long strings as several, up to `most`. */
function sizeUpTo(value: unknown, most: number): number {
  if (typeof value === 'string') return 1 + Math.floor((VALUES * value.length) / UNITS);
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if ((size += sizeUpTo(item, most - size)) >= most) break;
    return size;
  }
  for (const key in value) {
    size += 1 + sizeUpTo((value as Readonly<Record<string, unknown>>)[key], most - size);
    if (size >= most) break;
  }
  return size;
}

/** JSON leaves such members of objects out. */
function isWritten(member: unknown): boolean {
  return member !== undefined && typeof member !== 'function' && typeof member !== 'symbol';
}

/** An object that is written member by member: GraphQL results have no prototype. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
