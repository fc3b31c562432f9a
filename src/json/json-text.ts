/**
 * JSON text from callers, read so that no second parser can read it differently: no duplicate keys, no invalid UTF-8,
 * no number outside the range of a double (RFC 8259, RFC 7493). See docs/proxy.md.
 */
import { Buffer, isUtf8 } from 'node:buffer';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** Keys are the caller's own, `__proto__` among them: read with `Object.hasOwn`, copy with `Object.fromEntries`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Why a text was refused. The message names the rule and never the text. */
export interface JsonProblem {
  readonly reason: 'invalid_utf8' | 'syntax' | 'duplicate_key' | 'too_deep' | 'number_out_of_range';
  readonly message: string;
}

export type JsonResult =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly problem: JsonProblem };

/** Arrays and objects may be nested so deep. */
export const MAX_JSON_DEPTH = 64;

const MESSAGES: Readonly<Record<JsonProblem['reason'], string>> = {
  invalid_utf8: 'The body is not valid UTF-8.',
  syntax: 'The body is not valid JSON.',
  duplicate_key: 'An object in the body has the same key twice.',
  too_deep: `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`,
  number_out_of_range: 'A number in the body is too large.',
};

/** Whether the value is a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own field, or undefined: what stands on a prototype is never read. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * The value of a JSON text in UTF-8. Lone surrogates that are written as escapes stay as they are. A byte order mark
 * is no JSON. Never throws.
 */
export function parseJsonBytes(bytes: Uint8Array): JsonResult {
  if (!isUtf8(bytes)) return refuse('invalid_utf8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const shape = measure(text);
  if (shape.depth > MAX_JSON_DEPTH) return refuse('too_deep');
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return refuse('syntax');
  }
  const content = { keys: 0, finite: true };
  count(value, content);
  if (!content.finite) return refuse('number_out_of_range');
  // JSON.parse keeps the last of two equal keys, however they were escaped: then fewer are left than colons were there.
  if (content.keys !== shape.colons) return refuse('duplicate_key');
  return { ok: true, value };
}

function refuse(reason: JsonProblem['reason']): JsonResult {
  return { ok: false, problem: { reason, message: MESSAGES[reason] } };
}

interface TextShape {
  /** Colons outside strings: in valid JSON, one for each key. */
  readonly colons: number;
  readonly depth: number;
}

/** One pass over the text, before it is parsed: what it says of invalid JSON does not matter, but it must end. */
function measure(text: string): TextShape {
  const { length } = text;
  let colons = 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = stringEnd(text, at);
        break;
      case 0x3a: // :
        colons++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > deepest) deepest = depth;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
    }
  }
  return { colons, depth: deepest };
}

/** Most keys and words are shorter: looking at each character costs less than a search that has to be set up. */
const NEAR = 24;

/** Where the string that opens at `open` closes: its quote, or the end of the text. */
export function stringEnd(text: string, open: number): number {
  const near = Math.min(text.length, open + NEAR);
  for (let at = open + 1; at < near; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at;
    if (unit === 0x5c) break;
  }
  let quote = text.indexOf('"', open + 1);
  while (quote !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

/** Adds up the keys of all objects, and looks at all numbers. At most MAX_JSON_DEPTH deep. */
function count(value: JsonValue, into: { keys: number; finite: boolean }): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) into.finite = false;
  } else if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) if (typeof item !== 'string') count(item, into);
  } else if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    // Own keys only: what JSON.parse made has nothing enumerable on its prototypes.
    for (const key in object) {
      into.keys++;
      const member = object[key];
      if (typeof member !== 'string' && member !== undefined) count(member, into);
    }
  }
}
