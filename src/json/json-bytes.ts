/**
 * JSON text from callers, read so that no second parser can read it differently: no duplicate keys, no invalid UTF-8,
 * no number outside the range of a double (RFC 8259, RFC 7493). See docs/proxy.md.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { afterLongStep, runAtOnce } from '../platform/steps.ts';
import { MAX_JSON_KEYS, parsingJson, TooManyKeys } from './json-parsing.ts';
import { stringEnd, type JsonValue } from './json-text.ts';

/** Why a text was refused. The message names the rule and never the text. */
export interface JsonProblem {
  readonly reason: 'invalid_utf8' | 'syntax' | 'duplicate_key' | 'too_deep' | 'too_many_keys' | 'number_out_of_range';
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
  too_many_keys: `An object in the body has over ${MAX_JSON_KEYS} keys.`,
  number_out_of_range: 'A number in the body is too large.',
};

/**
 * The value of a JSON text in UTF-8. Lone surrogates that are written as escapes stay as they are. A byte order mark
 * is no JSON. Never throws.
 */
export function parseJsonBytes(bytes: Uint8Array): JsonResult {
  return runAtOnce(parsingJsonBytes(bytes));
}

/** Does the same with a text that may be large. Yields wherever it may be interrupted. */
export function* parsingJsonBytes(bytes: Uint8Array): Generator<undefined, JsonResult> {
  if (!isUtf8(bytes)) return refuse('invalid_utf8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const shape = yield* measuring(text);
  if (shape.deepest > MAX_JSON_DEPTH) return refuse('too_deep');
  const content = { keys: 0, finite: true };
  let value: JsonValue;
  try {
    value = yield* parsingJson(text, content);
  } catch (error) {
    return refuse(error instanceof TooManyKeys ? 'too_many_keys' : 'syntax');
  }
  // JSON.parse keeps the last of two equal keys, however they were escaped: then fewer are left than colons were there.
  if (content.keys !== shape.colons) return refuse('duplicate_key');
  // After the keys: JSON.parse says nothing of a number whose key comes again.
  if (!content.finite) return refuse('number_out_of_range');
  return { ok: true, value };
}

function refuse(reason: JsonProblem['reason']): JsonResult {
  return { ok: false, problem: { reason, message: MESSAGES[reason] } };
}

interface TextShape {
  /** Colons outside strings: in valid JSON, one for each key. */
  colons: number;
  /** Arrays and objects around what comes next. */
  depth: number;
  deepest: number;
}

/** UTF-16 units that are measured at once. */
const MEASURED_AT_ONCE = 256 * 1024;

/** One pass over the text, before it is parsed: what it says of invalid JSON does not matter, but it must end. */
function* measuring(text: string): Generator<undefined, TextShape> {
  const shape = { colons: 0, depth: 0, deepest: 0 };
  for (let at = 0; at < text.length;) {
    at = measure(text, at, shape);
    if (at < text.length) yield* afterLongStep();
  }
  return shape;
}

/** Measures from `start` on, and returns where the next piece begins. */
function measure(text: string, start: number, shape: TextShape): number {
  const end = Math.min(text.length, start + MEASURED_AT_ONCE);
  let { colons, depth, deepest } = shape;
  let at = start;
  for (; at < end; at++) {
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
  Object.assign(shape, { colons, depth, deepest });
  return at;
}
