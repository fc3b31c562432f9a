/**
 * The indexes of streamed tool calls. A client puts the pieces of a call together by its `index`; some servers leave it out,
 * and clients then lose the arguments.
 */
import { isJsonList, mapFields, mapItems } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';

/** The calls of one choice. */
interface OpenCalls {
  /** Calls that began. */
  count: number;
  /** The index of the call that began last; null before the first. */
  last: JsonValue;
}

/** Writes the index of each tool call that came without one. */
export class CallIndexes {
  readonly #choices = new Map<JsonValue, OpenCalls>();

  /** The choice with an `index` in each of its tool calls: the next one for a call that begins, else that of the open call. */
  complete(choice: JsonValue): JsonValue {
    const delta = isJsonObject(choice) ? own(choice, 'delta') : undefined;
    const calls = isJsonObject(delta) ? own(delta, 'tool_calls') : undefined;
    if (!isJsonObject(choice) || !isJsonObject(delta) || !isJsonList(calls)) return choice;
    const open = this.#open(own(choice, 'index') ?? 0);
    const indexed = mapItems(calls, (call) => (isJsonObject(call) ? withIndex(call, open) : call));
    if (indexed === calls) return choice;
    const written = mapFields(delta, (key, member) => (key === 'tool_calls' ? indexed : member));
    return mapFields(choice, (key, member) => (key === 'delta' ? written : member));
  }

  #open(choice: JsonValue): OpenCalls {
    const known = this.#choices.get(choice);
    if (known !== undefined) return known;
    const open: OpenCalls = { count: 0, last: null };
    this.#choices.set(choice, open);
    return open;
  }
}

function withIndex(call: JsonObject, open: OpenCalls): JsonObject {
  const given = own(call, 'index') ?? null;
  if (given !== null) {
    if (given !== open.last) open.count++;
    open.last = given;
    return call;
  }
  const id = own(call, 'id');
  const begins = open.last === null || (typeof id === 'string' && id !== '');
  if (begins) open.last = open.count++;
  return { ...call, index: open.last };
}
