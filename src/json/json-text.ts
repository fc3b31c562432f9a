/** What a JSON text holds, and where a string in it ends. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** Keys are the caller's own, `__proto__` among them: read with `Object.hasOwn`, copy with `Object.fromEntries`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether the value is a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own field, or undefined: what stands on a prototype is never read. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
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
