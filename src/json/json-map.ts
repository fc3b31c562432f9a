/** Rewrites parts of a JSON value and shares the rest: what is not changed is the very same object. */
import { isWork, type Stepped } from '../platform/steps.ts';
import type { JsonObject, JsonValue } from './json-text.ts';

/** Whether the value is a JSON array. */
export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A list of which nothing changed is returned itself. */
export function mapItems(
  items: readonly JsonValue[],
  each: (item: JsonValue, at: number) => JsonValue,
): readonly JsonValue[] {
  const mapped = items.map(each);
  return mapped.some((item, at) => item !== items[at]) ? mapped : items;
}

/** Does the same in stretches: yields behind each item. */
export function* mappingItems(
  items: readonly JsonValue[],
  each: (item: JsonValue, at: number) => Stepped<JsonValue>,
): Generator<undefined, readonly JsonValue[]> {
  const mapped: JsonValue[] = [];
  let isChanged = false;
  for (const [at, item] of items.entries()) {
    const step = each(item, at);
    const made = isWork(step) ? yield* step : step;
    isChanged ||= made !== item;
    mapped.push(made);
    yield;
  }
  return isChanged ? mapped : items;
}

/** `each` returns the new member, or undefined to leave it out. An object of which nothing changed is returned itself. */
export function mapFields(
  object: JsonObject,
  each: (key: string, member: JsonValue) => JsonValue | undefined,
): JsonObject {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(object)) {
    const mapped = each(key, member);
    changed ||= mapped !== member;
    if (mapped !== undefined) entries.push([key, mapped]);
  }
  return changed ? Object.fromEntries(entries) : object;
}

/** Does the same in stretches: yields behind each member. */
export function* mappingFields(
  object: JsonObject,
  each: (key: string, member: JsonValue) => Stepped<JsonValue | undefined>,
): Generator<undefined, JsonObject> {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(object)) {
    const step = each(key, member);
    const mapped = isWork(step) ? yield* step : step;
    changed ||= mapped !== member;
    if (mapped !== undefined) entries.push([key, mapped]);
    yield;
  }
  return changed ? Object.fromEntries(entries) : object;
}
