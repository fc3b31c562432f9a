/** The parts of a chunk of a streamed chat completion. */
import { isJsonList, mapFields } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import type { TextPath } from './response-walk.ts';

/** The pieces of calls in the choice; null where it has none. */
export function callsOf(choice: JsonValue): readonly JsonValue[] | null {
  const delta = isJsonObject(choice) ? own(choice, 'delta') : undefined;
  const calls = isJsonObject(delta) ? own(delta, 'tool_calls') : undefined;
  return isJsonList(calls) && calls.length > 0 ? calls : null;
}

/** The choice with these pieces of calls in place of its own. */
export function withCalls(choice: JsonValue, calls: readonly JsonValue[]): JsonValue {
  if (!isJsonObject(choice)) return choice;
  return mapFields(choice, (key, delta) => {
    if (key !== 'delta' || !isJsonObject(delta)) return delta;
    return mapFields(delta, (name, member) =>
      name !== 'tool_calls' ? member : calls.length === 0 ? undefined : calls,
    );
  });
}

/** The number of the choice. */
export function choiceIndex(choice: JsonValue): JsonValue {
  return (isJsonObject(choice) ? own(choice, 'index') : undefined) ?? 0;
}

/** Whether the path is that of a text in a call of a tool. */
export function isOfCall([, field]: TextPath): boolean {
  return field === 'tool_calls' || field === 'function_call';
}

/** Whether a piece of a call stands in the choice. Some upstreams say an empty list on every chunk. */
export function isCalling(choice: JsonValue): boolean {
  const delta = isJsonObject(choice) ? own(choice, 'delta') : undefined;
  if (!isJsonObject(delta)) return false;
  const calls = own(delta, 'tool_calls');
  return (Array.isArray(calls) && calls.length > 0) || isJsonObject(own(delta, 'function_call') ?? null);
}

/** Some upstreams say an empty reason on every chunk until the last. */
export function isFinished(choice: JsonValue): boolean {
  const reason = isJsonObject(choice) ? own(choice, 'finish_reason') : undefined;
  return typeof reason === 'string' && reason !== '';
}

/** The fields of a chunk that a chunk of our own repeats. */
export function envelopeOf(chunk: JsonObject): JsonObject {
  const kept = ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier'];
  return Object.fromEntries(Object.entries(chunk).filter(([key]) => kept.includes(key)));
}

/** The text at its path, as a chunk has it: an item of a list says its `index`. */
export function nest(path: TextPath, text: string): JsonObject {
  const nested = path.reduceRight<JsonValue>((value, segment) => {
    if (typeof segment === 'string') return { [segment]: value };
    return [isJsonObject(value) ? { index: segment, ...value } : value];
  }, text);
  return isJsonObject(nested) ? nested : {};
}

/** The name of a tool with a further piece of it. Some upstreams repeat the whole name in every piece of a call. */
export function joinedName(name: string, piece: string): string {
  return name === piece ? name : name + piece;
}
