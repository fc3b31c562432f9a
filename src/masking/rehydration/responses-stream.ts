/**
 * Restores values in a streamed answer of the Responses API, event by event. What is held back is only the end of a text
 * that may be the beginning of a token; every text of every item has a lane of its own. See docs/proxy.md.
 */
import { Buffer } from 'node:buffer';
import type { RehydrationOptions } from './chat-response.ts';
import { SPEECH, type Destination } from './destination.ts';
import { mappingFields } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { TextLanes, type Flushed } from './lanes.ts';
import type { Rehydrator } from './rehydrate.ts';
import { RehydrationCounts } from './rehydration-counts.ts';
import { destinationOf, responseId, ResponsesAnswer, withoutLogprobs } from './responses-answer.ts';
import type { AnswerWalk } from './response-walk.ts';
import { runAtOnce, type Stepped } from '../../platform/steps.ts';
import { isLarge, parseData, parsingData, restoringEvents, writingData } from './large-events.ts';
import { readEvent, SseFraming, writeEvent, type SseEvent } from './sse-framing.ts';
import { StreamLimitError } from './stream-limit.ts';
import type { TextForm } from './text-lane.ts';

export interface ResponsesStreamOptions extends RehydrationOptions {
  /** Bytes that one event may have. 16 MiB where it is not given: the last event repeats the whole answer. */
  readonly maxEventBytes?: number;
}

const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Items of one answer. */
const MAX_ITEMS = 4096;

/** The events that end an answer. */
const LAST: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);
/** Events that end several lanes: those of their item, or of one part of it. */
const ENDS_PART: ReadonlySet<string> = new Set([
  'response.content_part.done',
  'response.reasoning_summary_part.done',
  'response.output_item.done',
]);
/** Fields that say what an event belongs to. */
const PLACE_FIELDS = ['item_id', 'output_index', 'content_index', 'summary_index'] as const;

/** The text that a lane is. */
interface TextPlace {
  /** The type of its events but for `.delta`. */
  readonly kind: string;
  /** Its item: its place in the output, or its id where the upstream does not say. */
  readonly item: JsonValue;
  /** Of its content or its summary; null where it is the item's only text. */
  readonly part: string | null;
  /** Those of PLACE_FIELDS that its events have. */
  readonly fields: JsonObject;
  /** Whether its events say their type in a line `event:`, too. */
  readonly isNamed: boolean;
}

/** What was told of an item already is told again when it is done, and when all is: it is one refusal, not several. */
class RepeatedCounts extends RehydrationCounts {
  readonly #first: RehydrationCounts;

  constructor(first: RehydrationCounts) {
    super();
    this.#first = first;
  }

  override returnExact(token: string): void {
    this.#first.returnExact(token);
  }

  override returnRepaired(token: string): void {
    this.#first.returnRepaired(token);
  }

  override refuse(): void {
    // Counted when its text came first.
  }
}

/** Rehydrates one stream. Bytes in, bytes out; the output is the same text however the input is cut. */
export class ResponsesStreamRehydrator {
  readonly #rehydrator: Rehydrator;
  readonly #repeating: Rehydrator;
  readonly #answer: ResponsesAnswer;
  readonly #ending: ResponsesAnswer;
  readonly #repeated: ResponsesAnswer;
  readonly #framing: SseFraming;
  readonly #lanes: TextLanes<TextPlace>;
  /** Where the texts of each item go. */
  readonly #destinations = new Map<JsonValue, Destination>();
  /** Items of which a text was told, or all of it. */
  readonly #told = new Map<JsonValue, 'some' | 'all'>();
  /** How much higher the numbers of the events are than the upstream's: events of our own have numbers, too. */
  #shift = 0;
  /** The number of the next event; null where the upstream numbers none. */
  #next: number | null = null;
  #done = false;
  #failed = false;
  #responseId: string | null = null;

  constructor(rehydrator: Rehydrator, options: ResponsesStreamOptions = {}) {
    this.#rehydrator = rehydrator;
    const { restore, counts } = rehydrator;
    this.#repeating = rehydrator.beside({ restore, counts: new RepeatedCounts(counts) });
    this.#answer = new ResponsesAnswer(rehydrator, options);
    // What came of a tool is not streamed: it comes when its item is done.
    this.#ending = new ResponsesAnswer(this.#repeating, options, rehydrator);
    this.#repeated = new ResponsesAnswer(this.#repeating, options);
    this.#framing = new SseFraming(options.maxEventBytes ?? MAX_EVENT_BYTES);
    this.#lanes = new TextLanes(rehydrator);
  }

  /** Whether the answer came to its end, be it a good one. An upstream that stops before may have died in the middle of it. */
  get sawEnd(): boolean {
    return this.#done;
  }

  /** Whether the upstream said that it failed. */
  get sawError(): boolean {
    return this.#failed;
  }

  /** The id of the response, which the first event and the last one tell. Where they differ, callers go by the last. */
  get responseId(): string | null {
    return this.#responseId;
  }

  /** The number of the event that comes next. */
  get nextNumber(): number {
    return this.#next ?? 0;
  }

  /** Characters held back now. */
  get heldLength(): number {
    return this.#lanes.heldLength;
  }

  /**
   * What the client gets for these bytes, maybe nothing. Events that nothing is to be done about are the very same
   * bytes. Throws {@link StreamLimitError}; the object is of no use afterwards.
   */
  push(chunk: Uint8Array): Uint8Array {
    const pushed = this.pushing(chunk);
    return pushed instanceof Uint8Array ? pushed : runAtOnce(pushed);
  }

  /** As `ChatStreamRehydrator.pushing`. */
  pushing(chunk: Uint8Array): Stepped<Uint8Array> {
    const events = this.#framing.push(chunk);
    if (events === null) throw new StreamLimitError('event_too_large');
    if (events.some(isLarge)) return restoringEvents(events, (event) => this.#event(event));
    const [first = new Uint8Array(), ...more] = events.map((event) => runAtOnce(this.#event(event)));
    return more.length === 0 ? first : Buffer.concat([first, ...more]);
  }

  /**
   * What is left when the upstream has ended: what was held back, as text. An event that was cut short is dropped,
   * unless all of its data is there. To be called once.
   */
  end(): Uint8Array {
    return runAtOnce(this.ending());
  }

  /** Does the same in stretches. */
  *ending(): Generator<undefined, Uint8Array> {
    const last = Buffer.from(this.#framing.end()).toString('utf8');
    const { data } = readEvent(last);
    const isWhole = data !== null && parseData(data) !== undefined;
    const closing = isWhole ? yield* this.#event(Buffer.from(`${last.trimEnd()}\n\n`)) : new Uint8Array();
    // Half a token is worth nothing to the caller of an answer that was cut off.
    const rest = this.#done || this.#failed ? this.#write(this.#lanes.flush(), '\n') : '';
    return Buffer.concat([closing, Buffer.from(rest)]);
  }

  /** As `ChatStreamRehydrator.flushFalsePrefixes`. */
  flushFalsePrefixes(): Uint8Array {
    return Buffer.from(this.#write(this.#lanes.flushFalsePrefixes(), '\n'));
  }

  *#event(bytes: Uint8Array): Generator<undefined, Uint8Array> {
    const event = readEvent(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
    if (event.data === null) return bytes;
    const value = yield* parsingData(event.data);
    if (!isJsonObject(value)) return yield* this.#plain(event, event.data, bytes);
    const type = own(value, 'type') ?? event.name;
    const before = typeof type === 'string' ? this.#write(this.#endedBy(type, value), event.eol) : '';
    const made = yield* this.#restored(typeof type === 'string' ? type : '', value, event.name !== '');
    const restored = this.#numbered(made);
    if (restored === value) return prepend(before, bytes);
    return prepend(before, Buffer.from(writeEvent(event, yield* writingData(restored, bytes))));
  }

  /** Data that is no event of this API, as the `[DONE]` of some servers: a text by itself. */
  *#plain(event: SseEvent, data: string, bytes: Uint8Array): Generator<undefined, Uint8Array> {
    const out = yield* this.#rehydrator.restoringWhole(data, SPEECH);
    return out === data ? bytes : Buffer.from(writeEvent(event, out));
  }

  /** What the lanes held back to which nothing is added after this event. */
  #endedBy(type: string, event: JsonObject): Flushed<TextPlace>[] {
    const isError = type === 'error' || type === 'response.failed' || (own(event, 'error') ?? null) !== null;
    this.#failed ||= isError;
    this.#done ||= LAST.has(type);
    if (isError || LAST.has(type)) return this.#lanes.flush();
    if (!type.endsWith('.done')) return [];
    const { kind, item, part } = placeOf(type, event, false);
    const isPart = ENDS_PART.has(type);
    return this.#lanes.flush(
      (lane) => (isPart || lane.kind === kind) && lane.item === item && (part === null || lane.part === part),
    );
  }

  *#restored(type: string, event: JsonObject, isNamed: boolean): Generator<undefined, JsonObject> {
    const { obfuscation: padding, ...unpadded } = event;
    const value = padding === undefined ? event : unpadded;
    const delta = own(value, 'delta');
    // Encoded sound.
    if (type === 'response.audio.delta') return value;
    if (type.endsWith('.delta') && typeof delta === 'string') return yield* this.#delta(type, value, delta, isNamed);
    const { item: at } = placeOf(type, value, isNamed);
    if (type === 'response.output_item.added') this.#begin(at, own(value, 'item') ?? null);
    if (type.endsWith('.done') && !ENDS_PART.has(type)) return yield* this.#doneText(type, value);
    return yield* mappingFields(value, (key, member) => {
      if (key === 'item') return this.#item(member, at, type === 'response.output_item.done');
      if (key === 'part') return this.#tellingOf(at).other(member);
      if (key === 'response') this.#responseId = responseId(member) ?? this.#responseId;
      if (key === 'response' && isJsonObject(member))
        return this.#answer.response(member, (item, index) => this.#item(item, index, true));
      return this.#answer.other(member, key);
    });
  }

  *#delta(type: string, event: JsonObject, delta: string, isNamed: boolean): Generator<undefined, JsonObject> {
    const place = placeOf(type, event, isNamed);
    const key = JSON.stringify([place.kind, place.item, place.part]);
    this.#tell(place.item);
    const wasHolding = this.#lanes.isHolding(key);
    const pushed = this.#lanes.pushing(key, delta, {
      where: place,
      destination: this.#destination(place),
      form: this.#form(place.kind),
    });
    const out = typeof pushed === 'string' ? pushed : yield* pushed;
    const isSame = out === delta && !wasHolding && !this.#lanes.isHolding(key);
    return isSame ? event : withoutLogprobs({ ...event, delta: out });
  }

  /** The event that has a whole text once more. */
  *#doneText(type: string, event: JsonObject): Generator<undefined, JsonObject> {
    const place = placeOf(type, event, false);
    const rehydrator = this.#told.has(place.item) ? this.#repeating : this.#rehydrator;
    this.#tell(place.item);
    const destination = this.#destination(place);
    const form = this.#form(place.kind);
    const restored = yield* mappingFields(event, (key, member) => {
      if (typeof member !== 'string' || key === 'type' || key === 'item_id') return member;
      return rehydrator.restoring(member, destination, key === 'name' ? 'plain' : form);
    });
    return restored === event ? event : withoutLogprobs(restored);
  }

  #begin(at: JsonValue, item: JsonValue): void {
    if (this.#destinations.size === MAX_ITEMS) throw new StreamLimitError('too_many_lanes');
    this.#destinations.set(at, destinationOf(item, this.#rehydrator));
  }

  *#item(item: JsonValue, at: JsonValue, isDone: boolean): AnswerWalk {
    const restored = yield* this.#tellingOf(at).item(item);
    if (isDone) this.#told.set(at, 'all');
    return restored;
  }

  #tell(item: JsonValue): void {
    if (!this.#told.has(item)) this.#told.set(item, 'some');
  }

  #tellingOf(item: JsonValue): ResponsesAnswer {
    const told = this.#told.get(item);
    if (told === undefined) return this.#answer;
    return told === 'some' ? this.#ending : this.#repeated;
  }

  #destination({ kind, item }: TextPlace): Destination {
    if (!kind.includes('_call')) return SPEECH;
    return this.#destinations.get(item) ?? this.#rehydrator.tool(null);
  }

  #form(kind: string): TextForm {
    if (kind === 'response.output_text') return this.#answer.textForm;
    return kind.endsWith('arguments') ? 'arguments' : 'plain';
  }

  #numbered(event: JsonObject): JsonObject {
    const number = own(event, 'sequence_number');
    if (typeof number !== 'number') return event;
    this.#next = number + this.#shift + 1;
    return this.#shift === 0 ? event : { ...event, sequence_number: number + this.#shift };
  }

  #newNumber(): JsonObject {
    if (this.#next === null) return {};
    this.#shift += 1;
    this.#next += 1;
    return { sequence_number: this.#next - 1 };
  }

  /** Events of our own with what was held back. */
  #write(flushed: readonly Flushed<TextPlace>[], eol: string): string {
    let events = '';
    for (const { where, text } of flushed) {
      const type = `${where.kind}.delta`;
      const logprobs = where.kind === 'response.output_text' ? { logprobs: [] } : {};
      const event = { type, ...where.fields, delta: text, ...logprobs, ...this.#newNumber() };
      events += `${where.isNamed ? `event: ${type}${eol}` : ''}data: ${JSON.stringify(event)}${eol}${eol}`;
    }
    return events;
  }
}

/** What an event belongs to. */
function placeOf(type: string, event: JsonObject, isNamed: boolean): TextPlace {
  const index = (['content_index', 'summary_index'] as const).find((name) => Object.hasOwn(event, name));
  const fields = PLACE_FIELDS.flatMap((name) =>
    Object.hasOwn(event, name) ? [[name, event[name] ?? null] as const] : [],
  );
  return {
    kind: type.replace(/\.(?:delta|done)$/, ''),
    item: own(event, 'output_index') ?? own(event, 'item_id') ?? null,
    part: index === undefined ? null : JSON.stringify([index, event[index]]),
    fields: Object.fromEntries(fields),
    isNamed,
  };
}

function prepend(text: string, bytes: Uint8Array): Uint8Array {
  return text === '' ? bytes : Buffer.concat([Buffer.from(text), bytes]);
}
