/**
 * The list of a request that grows from turn to turn, and what of a request may be reused in the next one: all up to the
 * last item of that list, if the next one begins with the same bytes. See docs/proxy.md, Sessions.
 */
import { Buffer } from 'node:buffer';
import { isJsonList } from '../../json/json-map.ts';
import { afterLongStep } from '../../platform/steps.ts';
import { own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { writingJsonBytes } from '../../json/json-writing.ts';
import { REQUEST_FIELDS } from './request-fields.ts';
import { RESPONSES_FIELDS } from './responses-fields.ts';
import type { Fields } from './treatment.ts';

/** The field that holds the history, by API. */
export type HistoryField = 'messages' | 'input';

const FIELDS: Readonly<Record<HistoryField, Fields>> = { messages: REQUEST_FIELDS, input: RESPONSES_FIELDS };

/**
 * Fields of which one decides what becomes of the other: both are in front of the history, or both behind it. `call` decides
 * whether `metadata` is forwarded, and `background` is refused without `stream`.
 */
const READ_TOGETHER: readonly (readonly [string, string])[] = [
  ['call', 'metadata'],
  ['background', 'stream'],
];

/** How a walk goes over a history of which the first items were walked before. */
export interface HistoryWalk {
  /** Items that are not in the body because they are reused. */
  readonly skipped: number;
}

/** A walk over a whole request. */
export const WHOLE: HistoryWalk = { skipped: 0 };

/** A masked request in bytes. */
export interface WrittenBody {
  /** In UTF-8. */
  readonly body: Uint8Array;
  /** How many bytes the body has up to the end of the last item of its history; null where it has none. */
  readonly historyEnd: number | null;
}

/**
 * Returns how many items the history of a request has, if what is in front of it may be reused; else 0. A field that no
 * table knows has its key masked before all texts, and may change how its neighbours are written.
 */
export function reusableItems(field: HistoryField, body: JsonObject): number {
  const history = own(body, field);
  if (!isJsonList(history) || !Object.keys(body).every((key) => Object.hasOwn(FIELDS[field], key))) return 0;
  const keys = Object.keys(body);
  const at = keys.indexOf(field);
  const isSplit = READ_TOGETHER.some(([first, second]) => {
    const [one, other] = [keys.indexOf(first), keys.indexOf(second)];
    return one !== -1 && other !== -1 && one < at !== other < at;
  });
  return isSplit ? 0 : history.length;
}

/** Returns the request without what is in front of its history and without the first items of that. */
export function behind(field: HistoryField, body: JsonObject, skipped: number): JsonObject {
  if (skipped === 0) return body;
  const history = own(body, field);
  const entries = Object.entries(body);
  const at = entries.findIndex(([key]) => key === field);
  const left = isJsonList(history) ? history.slice(skipped) : [];
  return Object.fromEntries([[field, left], ...entries.slice(at + 1)]);
}

/** Writes a masked request as JSON. Yields wherever it may be interrupted. */
export function* writingBody(field: HistoryField, masked: JsonObject): Generator<undefined, WrittenBody> {
  const history = own(masked, field);
  if (!isJsonList(history) || history.length === 0) return { body: yield* writingBytes(masked), historyEnd: null };
  const entries = Object.entries(masked);
  const at = entries.findIndex(([key]) => key === field);
  const front = yield* writingBytes(Object.fromEntries(entries.slice(0, at + 1)));
  const head = front.subarray(0, -LIST_CLOSE.length);
  const rest = yield* writingBytes(Object.fromEntries(entries.slice(at + 1)));
  return { body: yield* joining([head, ...closing(rest)]), historyEnd: head.length };
}

/** Does the same with what stands behind the reused part of a request: `masked` is of {@link behind}. */
export function* writingRest(field: HistoryField, masked: JsonObject): Generator<undefined, WrittenBody> {
  const { [field]: history = [], ...others } = masked;
  const items = (yield* writingBytes(history)).subarray(1, -1);
  const head = items.length === 0 ? [] : [COMMA, items];
  const rest = yield* writingBytes(others);
  return {
    body: yield* joining([...head, ...closing(rest)]),
    historyEnd: head.reduce((sum, { length }) => sum + length, 0),
  };
}

function* writingBytes(value: JsonValue): Generator<undefined, Buffer> {
  yield* afterLongStep();
  const bytes = yield* writingJsonBytes(value);
  yield* afterLongStep();
  return bytes;
}

function* joining(parts: readonly Uint8Array[]): Generator<undefined, Buffer> {
  const body = Buffer.concat(parts);
  yield* afterLongStep();
  return body;
}

const COMMA = Buffer.from(',');
const LIST_CLOSE = Buffer.from(']}');
const LIST_END = Buffer.from('],');

/** The end of the history, and the fields behind it. `rest` is an object with these alone. */
function closing(rest: Buffer): readonly Buffer[] {
  return rest.length === EMPTY_OBJECT ? [LIST_CLOSE] : [LIST_END, rest.subarray(1)];
}

/** The length of `{}`. */
const EMPTY_OBJECT = 2;
