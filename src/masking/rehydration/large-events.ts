/** Large events of a stream are restored in stretches, where one step would hold the event loop. */
import { Buffer } from 'node:buffer';
import { parsingJson } from '../../json/json-parsing.ts';
import type { JsonValue } from '../../json/json-text.ts';
import { writingJson } from '../../json/json-writing.ts';
import { afterLongStep, type Stepped } from '../../platform/steps.ts';

/** Bytes of the largest event that is restored in one step. */
const AT_ONCE = 16 * 1024;

/** Whether the event is restored in stretches. */
export function isLarge(event: Uint8Array): boolean {
  return event.length > AT_ONCE;
}

/** Restores the events in order, and joins what comes of them. */
export function* restoringEvents(
  events: readonly Uint8Array[],
  restore: (event: Uint8Array) => Stepped<Uint8Array>,
): Generator<undefined, Uint8Array> {
  const written: Uint8Array[] = [];
  for (const event of events) {
    const made = restore(event);
    written.push(made instanceof Uint8Array ? made : yield* made);
    yield* afterLongStep();
  }
  return Buffer.concat(written);
}

/** The value of the JSON; undefined where it is none. */
export function* parsingData(data: string): Generator<undefined, JsonValue | undefined> {
  if (data.length <= AT_ONCE) return parseData(data);
  yield* afterLongStep();
  try {
    return yield* parsingJson(data);
  } catch {
    // What is nested deeper than it reads may be JSON all the same.
    return parseData(data);
  } finally {
    yield* afterLongStep();
  }
}

/** The same of a small text. */
export function parseData(data: string): JsonValue | undefined {
  try {
    return JSON.parse(data) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The JSON of what an event of these bytes has become. */
export function* writingData(value: JsonValue, bytes: Uint8Array): Generator<undefined, string> {
  if (!isLarge(bytes)) return JSON.stringify(value);
  const text = yield* writingJson(value);
  yield* afterLongStep();
  return text;
}
