/**
 * Where the last item of a list ends in the bytes of a JSON object, without parsing them. The bytes must have been parsed
 * strictly before: the result for invalid JSON has no meaning.
 */

/** The items of a list that are there, and where the last of them ends. */
export interface ListEnd {
  readonly items: number;
  /** In bytes, exclusive. */
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Returns the end of the list under `key` of the outermost object; null where there is none with items in it. */
export function listEnd(bytes: Uint8Array, key: string): ListEnd | null {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_OBJECT) return null;
  for (at = skipSpace(bytes, at + 1); bytes[at] === QUOTE; at = skipSpace(bytes, at + 1)) {
    const end = stringEnd(bytes, at);
    const isKey = isText(bytes, at + 1, end - 1, key);
    // Behind the colon.
    at = skipSpace(bytes, skipSpace(bytes, end) + 1);
    if (isKey) return bytes[at] === OPEN_LIST ? listEndFrom(bytes, at + 1) : null;
    at = skipSpace(bytes, valueEnd(bytes, at));
    if (bytes[at] !== COMMA) return null;
  }
  return null;
}

/** Returns the end of a list of which the bytes before `from`, its bracket or the end of an item, are known; null where no item follows. */
export function listEndFrom(bytes: Uint8Array, from: number): ListEnd | null {
  let items = 0;
  let end = from;
  for (let at = skipSpace(bytes, from); at < bytes.length && bytes[at] !== CLOSE_LIST; at = skipSpace(bytes, at)) {
    if (bytes[at] === COMMA) {
      at += 1;
      continue;
    }
    end = valueEnd(bytes, at);
    at = end;
    items += 1;
  }
  return items === 0 ? null : { items, end };
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? QUOTE) <= 0x20) at += 1;
  return at;
}

/** Where the value ends that begins at `at`. */
function valueEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return stringEnd(bytes, at);
  let depth = 0;
  for (let next = at; next < bytes.length;) {
    switch (bytes[next]) {
      case QUOTE:
        next = stringEnd(bytes, next);
        continue;
      case OPEN_OBJECT:
      case OPEN_LIST:
        depth += 1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        if (depth === 0) return next;
        depth -= 1;
        if (depth === 0) return next + 1;
        break;
      case COMMA:
        if (depth === 0) return next;
        break;
      default:
        // A number or a word ends before white space, too.
        if (depth === 0 && next > at && (bytes[next] ?? 0) <= 0x20) return next;
    }
    next += 1;
  }
  return bytes.length;
}

/** Most keys and words are shorter: to look at each byte costs less than a search that has to be set up. */
const NEAR = 24;

/** Where the string that opens at `open` ends, behind its quote. */
function stringEnd(bytes: Uint8Array, open: number): number {
  for (let at = open + 1; at < open + NEAR; at += 1) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) break;
  }
  for (let quote = bytes.indexOf(QUOTE, open + 1); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return bytes.length;
}

/** Whether the bytes are the very text, in ASCII. */
function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}
