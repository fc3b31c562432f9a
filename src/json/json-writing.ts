/** Writes large JSON documents in pieces, where one `JSON.stringify` would hold the event loop. */

/** Items of a list that are written at once. */
const ITEMS = 100;
/** Objects inside objects are looked into so deep; below, they are written at once. */
const DEPTH = 4;

/** Returns what `JSON.stringify` does, of a value without cycles. Yields wherever it may be interrupted. */
export function* writingJson(value: unknown): Generator<undefined, string> {
  const pieces: string[] = [];
  yield* writing(value, DEPTH, pieces);
  return pieces.join('');
}

function* writing(value: unknown, depth: number, pieces: string[]): Generator<undefined, void> {
  if (Array.isArray(value) && value.length > ITEMS) yield* writingList(value, pieces);
  else if (depth > 0 && isPlainObject(value)) yield* writingObject(value, depth, pieces);
  else pieces.push(JSON.stringify(value));
}

function* writingList(list: readonly unknown[], pieces: string[]): Generator<undefined, void> {
  for (let at = 0; at < list.length; at += ITEMS) {
    pieces.push(at === 0 ? '[' : ',', JSON.stringify(list.slice(at, at + ITEMS)).slice(1, -1));
    yield;
  }
  pieces.push(']');
}

function* writingObject(object: object, depth: number, pieces: string[]): Generator<undefined, void> {
  let separator = '{';
  for (const [key, member] of Object.entries(object)) {
    if (!isWritten(member)) continue;
    pieces.push(`${separator}${JSON.stringify(key)}:`);
    yield* writing(member, depth - 1, pieces);
    separator = ',';
    yield;
  }
  pieces.push(separator === '{' ? '{}' : '}');
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
