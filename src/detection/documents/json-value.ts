/** JSON values as detection sees them, and the few ways in which it looks into them. */

/** Any value of a JSON document. Objects keep the keys of their writer: read with `ownField`. */
export type JsonDocument = null | boolean | number | string | readonly JsonDocument[] | JsonFields;

export interface JsonFields {
  readonly [key: string]: JsonDocument;
}

/** Returns true for an object, and false for null and lists. */
export function isFields(value: JsonDocument | undefined): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns true for a list. */
export function isItems(value: JsonDocument | undefined): value is readonly JsonDocument[] {
  return Array.isArray(value);
}

/** The object's own field; undefined where it has none, or is no object. */
export function ownField(value: JsonDocument | undefined, key: string): JsonDocument | undefined {
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The object's own field where it is a string, else null. */
export function ownText(value: JsonDocument | undefined, key: string): string | null {
  const field = ownField(value, key);
  return typeof field === 'string' ? field : null;
}

/** The first of the fields that is a string, else null. */
export function firstText(value: JsonDocument | undefined, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = ownText(value, key);
    if (text !== null) return text;
  }
  return null;
}
