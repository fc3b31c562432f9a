/** JSON Canonicalization Scheme, RFC 8785. */
import { utf8 } from './bytes.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';

/** The canonical text of a value. Recursion is as deep as the value, which the reader has bounded. */
export function canonicalText(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (isObject(value)) {
    // Section 3.2.3: members by their keys' UTF-16 code units, which is how JavaScript orders strings.
    const keys = [...value.keys()].sort((left, right) => (left < right ? -1 : 1));
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value.get(key) ?? null)}`).join(',')}}`;
  }
  // Sections 3.2.2.2 and 3.2.2.3: strings and numbers are spelled as ECMAScript spells them; minus zero is 0.
  return JSON.stringify(value);
}

/** The canonical UTF-8 bytes of a value: what is hashed and signed. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return utf8(canonicalText(value));
}

/** The object without the named members. */
export function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  return new Map([...object].filter(([name]) => !names.includes(name)));
}
