/** Parts of a message that hold an image, audio or a file. */
import { own, type JsonObject } from '../../json/json-text.ts';
import { BINARY_PART_FIELDS, BINARY_PART_TYPE, BINARY_PART_TYPES } from './request-fields.ts';

/** Returns true for an object whose `type` is that of a binary part. */
export function isDeclaredBinary(value: JsonObject): boolean {
  const type = own(value, 'type');
  return typeof type === 'string' && BINARY_PART_TYPES.has(type);
}

/** Returns true for a part of a message that has a `type` like that of a binary part, or a field of one. */
export function isBinaryPart(part: JsonObject): boolean {
  const type = own(part, 'type');
  if (typeof type === 'string' && BINARY_PART_TYPE.test(type)) return true;
  return BINARY_PART_FIELDS.some((field) => Object.hasOwn(part, field));
}
