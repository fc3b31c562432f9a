/**
 * Restores values in a streamed chat completion, chunk by chunk. What is held back is only the end of a text that may
 * be the beginning of a token; every text of every choice and tool call has a lane of its own. Tool calls that a
 * model interleaves wait for their turn. See docs/proxy.md.
 */
import { Buffer } from 'node:buffer';
import type { RehydrationOptions } from './chat-response.ts';
import { SPEECH, type Destination } from './destination.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { runAtOnce, type Stepped } from '../../platform/steps.ts';
import {
  callsOf,
  choiceIndex,
  envelopeOf,
  isCalling,
  isFinished,
  isOfCall,
  joinedName,
  nest,
  withCalls,
} from './chat-chunk.ts';
import { TextLanes, type Flushed } from './lanes.ts';
import { CallIndexes } from './call-indexes.ts';
import { CallOrder } from './call-order.ts';
import type { Rehydrator } from './rehydrate.ts';
import {
  WHOLE_FORMS,
  walkingAnswer,
  walkingChoice,
  type AnswerWalk,
  type TextPath,
  type ToolCall,
  type VisitText,
} from './response-walk.ts';
import { isLarge, parseData, parsingData, restoringEvents, writingData } from './large-events.ts';
import { readEvent, SseFraming, writeEvent, type SseEvent } from './sse-framing.ts';
import { StreamLimitError } from './stream-limit.ts';

export interface ChatStreamOptions extends RehydrationOptions {
  /** Bytes that one event may have. 8 MiB where it is not given. */
  readonly maxEventBytes?: number;
  /** Whether the pieces of several tool calls leave ordered by call. False where it is not given. */
  readonly orderToolCalls?: boolean;
}

const MAX_EVENT_BYTES = 8 * 1024 * 1024;
/** Tool calls of one stream. */
const MAX_TOOL_CALLS = 4096;

/** A field of a chunk that holds no text of the model. */
const FIELD = String.raw`"(?:id|object|created|model|service_tier|system_fingerprint|obfuscation|usage)": ?(?:"[^"\\\r\n]*"|\d+|null|\{[^{}]*\})`;
/**
 * A chunk that says nothing but a piece of content, as upstreams write it: by far the most of them. Its index and its
 * text are read without parsing it.
 */
const PLAIN_CHUNK = new RegExp(
  String.raw`^data: ?\{(?:${FIELD}, ?)*"choices": ?\[\{"index": ?(\d+), ?"delta": ?\{(?:"role": ?"assistant", ?)?` +
    String.raw`"content": ?"([^"\\\r\n]*)"(?:, ?"(?:refusal|tool_calls|function_call)": ?null)*\}` +
    String.raw`(?:, ?"(?:logprobs|finish_reason)": ?null)*\}\](?:, ?${FIELD})*\}(?:\r\n|\r|\n){1,2}$`,
);

/** The path of the content in a choice. */
const CONTENT: TextPath = ['delta', 'content'];

/** Where a lane's text stands in a chunk. */
interface ChunkPlace {
  readonly choice: JsonValue;
  readonly path: TextPath;
}

/** Rehydrates one stream. Bytes in, bytes out; the output is the same text however the input is cut. */
export class ChatStreamRehydrator {
  readonly #rehydrator: Rehydrator;
  readonly #jsonContent: boolean;
  readonly #framing: SseFraming;
  readonly #lanes: TextLanes<ChunkPlace>;
  /** The names of tools as the upstream says them, by choice and path of their call. */
  readonly #toolNames = new Map<string, string>();
  /** What is known of the calls of the chunk in hand. */
  readonly #calls = new WeakMap<ToolCall, Destination>();
  readonly #indexes = new CallIndexes();
  /** Null where calls leave as they come. */
  readonly #order: CallOrder | null;
  /** Choices that have called a tool: clients take what such a one said for all that it says. */
  readonly #calling = new Set<JsonValue>();
  /** Choices that began, and whether each has finished. */
  readonly #choices = new Map<JsonValue, boolean>();
  /** Choices with a text that changed: log probabilities that come without text may spell it as it was. */
  readonly #changed = new Set<JsonValue>();
  /** Fields of the last chunk that a chunk of our own repeats. */
  #envelope: JsonObject = {};
  #done = false;
  #failed = false;

  constructor(rehydrator: Rehydrator, options: ChatStreamOptions = {}) {
    this.#rehydrator = rehydrator;
    this.#jsonContent = options.jsonContent === true;
    this.#framing = new SseFraming(options.maxEventBytes ?? MAX_EVENT_BYTES);
    this.#lanes = new TextLanes(rehydrator);
    this.#order = options.orderToolCalls === true ? new CallOrder() : null;
  }

  /** Whether `[DONE]` came. An upstream that ends without it may have died in the middle of its answer. */
  get sawDone(): boolean {
    return this.#done;
  }

  /** Whether an error event came. */
  get sawError(): boolean {
    return this.#failed;
  }

  /** Whether every choice that began gave its `finish_reason`, and one did begin. */
  get sawFinish(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every((finished) => finished);
  }

  /** Characters held back now that may be part of a token. Tool calls that wait for their turn do not count. */
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

  /** The same. Where a large event ends in the bytes, it returns the work, to be done before all else here. */
  pushing(chunk: Uint8Array): Stepped<Uint8Array> {
    const { atBoundary: begins } = this.#framing;
    const events = this.#framing.push(chunk);
    if (events === null) throw new StreamLimitError('event_too_large');
    if (events.some(isLarge)) return restoringEvents(events, (event) => this.#pushedEvent(event));
    const written = events.map((event) => this.#event(event));
    const { atBoundary: ends } = this.#framing;
    if (begins && ends && written.every((event, at) => event === events[at])) return chunk;
    const [first, ...more] = written;
    return more.length === 0 ? (first ?? new Uint8Array()) : Buffer.concat(written);
  }

  /**
   * What is left when the upstream has ended: an event that lacks nothing but its end, and tool calls that wait for their
   * turn. What a choice without its finish holds back of a text is dropped: its upstream died, and half a token is worth
   * nothing. To be called once.
   */
  end(): Uint8Array {
    return runAtOnce(this.ending());
  }

  /** Does the same in stretches. */
  *ending(): Generator<undefined, Uint8Array> {
    const last = Buffer.from(this.#framing.end()).toString('utf8');
    const { data } = readEvent(last);
    const isWhole = data !== null && (isDone(data) || parseData(data) !== undefined);
    const closing = isWhole ? yield* this.#restoring(Buffer.from(`${last.trimEnd()}\n\n`)) : new Uint8Array();
    this.#lanes.drop();
    const waiting = this.releaseCalls();
    return waiting === '' ? closing : Buffer.concat([closing, Buffer.from(waiting)]);
  }

  /** Events with the tool calls that wait for their turn, maybe none: the stream ends or breaks off here. */
  releaseCalls(eol = '\n'): string {
    let events = '';
    for (const { choice, pieces } of this.#order?.finishAll() ?? []) events += this.#writeCalls(choice, pieces, eol);
    return events;
  }

  /**
   * To be called when text has been held back for as long as a mistaken prefix may wait (`MASKER_STREAM_BUFFER_MS`):
   * returns chunks with the flushed text, maybe none. See `TextLane.flushFalsePrefix` for what is kept all the same.
   */
  flushFalsePrefixes(): Uint8Array {
    return Buffer.from(this.#write(this.#lanes.flushFalsePrefixes(), '\n'));
  }

  #pushedEvent(bytes: Uint8Array): Stepped<Uint8Array> {
    return isLarge(bytes) ? this.#restoring(bytes) : this.#event(bytes);
  }

  #event(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    return this.#passes(text) ? bytes : runAtOnce(this.#restoring(bytes, text));
  }

  /** Restores an event that is more than a small piece of plain content. */
  *#restoring(
    bytes: Uint8Array,
    text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
  ): Generator<undefined, Uint8Array> {
    const event = readEvent(text);
    if (event.name === 'error') this.#failed = true;
    if (event.data === null) return bytes;
    if (isDone(event.data)) {
      // Some servers send it twice, and a client may take the second one for an error.
      if (this.#done) return new Uint8Array();
      this.#done = true;
      return prepend(this.#flush(event.eol) + this.releaseCalls(event.eol), bytes);
    }
    const value = yield* parsingData(event.data);
    return value === undefined ? yield* this.#plain(event, event.data, bytes) : yield* this.#chunk(event, value, bytes);
  }

  /** Whether the event is plain content that goes out as it is; then it is taken note of. */
  #passes(event: string): boolean {
    const [, number, text] = PLAIN_CHUNK.exec(event) ?? [];
    if (number === undefined || text === undefined) return false;
    const choice = Number(number);
    const form = this.#jsonContent ? 'json' : 'plain';
    const passes = this.#lanes.passes(laneKey(choice, CONTENT), text, {
      where: { choice, path: CONTENT },
      destination: SPEECH,
      form,
    });
    if (passes && !this.#choices.has(choice)) this.#choices.set(choice, false);
    return passes;
  }

  /** Data that is not JSON: a text by itself. */
  *#plain(event: SseEvent, data: string, bytes: Uint8Array): Generator<undefined, Uint8Array> {
    const out = yield* this.#rehydrator.restoringWhole(data, SPEECH);
    return out === data ? bytes : Buffer.from(writeEvent(event, out));
  }

  *#chunk(event: SseEvent, value: JsonValue, bytes: Uint8Array): Generator<undefined, Uint8Array> {
    let before = '';
    let after = '';
    if (isJsonObject(value)) {
      if (Array.isArray(own(value, 'choices'))) this.#envelope = envelopeOf(value);
      if (event.name === 'error' || (own(value, 'error') ?? null) !== null) {
        this.#failed = true;
        this.#lanes.drop();
        before += this.releaseCalls(event.eol);
      }
    }
    const indexes = this.#indexes;
    const restoring = (choice: JsonValue): Generator<undefined, OrderedChoice> =>
      this.#orderedChoice(choice, event.eol);
    const walked = yield* walkingAnswer(
      value,
      function* (received) {
        const ordered = yield* restoring(indexes.complete(received));
        before += ordered.before;
        after += ordered.after;
        return ordered.choice;
      },
      (text) => this.#rehydrator.restoring(text, SPEECH),
    );
    // Padding alone is no reason to write the event anew.
    const changed = isJsonObject(value) && isJsonObject(walked) ? differs(value, walked) : walked !== value;
    const written = changed ? Buffer.from(writeEvent(event, yield* writingData(walked, bytes))) : bytes;
    const whole = prepend(before, written);
    return after === '' ? whole : Buffer.concat([whole, Buffer.from(after)]);
  }

  /** The choice restored, with the pieces of calls that may leave in it, and events that go before and after it. */
  *#orderedChoice(choice: JsonValue, eol: string): Generator<undefined, OrderedChoice> {
    const index = choiceIndex(choice);
    const isFirstCall = isCalling(choice) && !this.#calling.has(index);
    const result = yield* this.#choice(choice, isFirstCall);
    let before = '';
    if (isFinished(choice)) before = this.#flush(eol, index);
    else if (isFirstCall)
      before = this.#write(
        this.#lanes.flushEndedLanes((where) => where.choice === index && !isOfCall(where.path)),
        eol,
      );
    if (isFirstCall) this.#calling.add(index);
    const ordered = this.#ordered(result, index, eol);
    return { ...ordered, before: before + ordered.before };
  }

  /** The choice with the pieces of calls that may leave in it, and events that go before and after it. */
  #ordered(choice: JsonValue, index: JsonValue, eol: string): OrderedChoice {
    const given = callsOf(choice);
    if (this.#order === null || given === null)
      return { choice, before: this.#finishCalls(choice, index, eol), after: '' };
    const leaving = this.#order.push(index, given);
    const finishes = isFinished(choice);
    if (finishes) leaving.push(...this.#order.finish(index));
    if (leaving.length === given.length && leaving.every((piece, at) => piece === given[at]))
      return { choice, before: '', after: '' };
    // A finish comes after all that it ends; else the pieces of this event stay in it up to the first that was held.
    const came = new Set(given);
    const firstHeld = leaving.findIndex((piece) => !came.has(piece));
    const kept = finishes ? 0 : firstHeld === -1 ? leaving.length : firstHeld;
    const apart = this.#writeCalls(index, leaving.slice(kept), eol);
    return {
      choice: withCalls(choice, leaving.slice(0, kept)),
      before: finishes ? apart : '',
      after: finishes ? '' : apart,
    };
  }

  #finishCalls(choice: JsonValue, index: JsonValue, eol: string): string {
    return isFinished(choice) ? this.#writeCalls(index, this.#order?.finish(index) ?? [], eol) : '';
  }

  /** `isFirstCall`: it calls its first tool here, and its speech is over. */
  *#choice(choice: JsonValue, isFirstCall: boolean): AnswerWalk {
    const index = choiceIndex(choice);
    const final = isFinished(choice);
    this.#choices.set(index, final || this.#choices.get(index) === true);
    let touched = false;
    let speaks = false;
    const visit: VisitText = (text, place) => {
      const destination = this.#destination(index, place.tool);
      const { form, path } = place;
      if (form === 'whole' || form === 'whole arguments')
        return this.#rehydrator.restoring(text, destination, WHOLE_FORMS[form]);
      const key = laneKey(index, path);
      const isOver = isFirstCall && !isOfCall(path);
      const settled = (pushed: string): string => {
        const out = isOver ? pushed + this.#lanes.flushEndedLane(key) : pushed;
        // Then its text is another than its log probabilities spell, though it may look the same.
        touched ||= this.#lanes.isHolding(key);
        speaks ||= text !== '';
        if (touched || out !== text) this.#changed.add(index);
        return out;
      };
      const out = this.#lanes.pushing(key, text, { where: { choice: index, path }, destination, form }, final);
      return typeof out === 'string' ? settled(out) : settling(out, settled);
    };
    return yield* walkingChoice(
      choice,
      this.#jsonContent,
      visit,
      () => touched || (!speaks && this.#changed.has(index)),
    );
  }

  #destination(choice: JsonValue, tool: ToolCall | null): Destination {
    if (tool === null) return SPEECH;
    const seen = this.#calls.get(tool);
    if (seen !== undefined) return seen;
    const key = laneKey(choice, tool.path);
    let name = this.#toolNames.get(key) ?? null;
    if (tool.name !== null) {
      name = joinedName(name ?? '', tool.name);
      if (this.#toolNames.size === MAX_TOOL_CALLS) throw new StreamLimitError('too_many_lanes');
      this.#toolNames.set(key, name);
    }
    const destination = this.#rehydrator.tool(name);
    this.#calls.set(tool, destination);
    return destination;
  }

  /** Chunks with what the lanes of one choice, or of all, hold back: it is text now, nothing follows it. */
  #flush(eol: string, choice: JsonValue = null): string {
    return this.#write(
      this.#lanes.flush((where) => choice === null || where.choice === choice),
      eol,
    );
  }

  #write(flushed: readonly Flushed<ChunkPlace>[], eol: string): string {
    let events = '';
    for (const { where, text } of flushed) {
      const part = nest(where.path, text);
      const calls = this.#order === null ? null : callsOf(part);
      events +=
        this.#order === null || calls === null
          ? this.#writePart(where.choice, part, eol)
          : this.#writeCalls(where.choice, this.#order.push(where.choice, calls), eol);
    }
    return events;
  }

  #writeCalls(choice: JsonValue, pieces: readonly JsonValue[], eol: string): string {
    return pieces.map((piece) => this.#writePart(choice, { delta: { tool_calls: [piece] } }, eol)).join('');
  }

  #writePart(choice: JsonValue, part: JsonObject, eol: string): string {
    const chunk = { ...this.#envelope, choices: [{ index: choice, ...part, finish_reason: null }] };
    return `data: ${JSON.stringify(chunk)}${eol}${eol}`;
  }
}

/** Does the work, and what is to be done with its result. */
function* settling(work: Generator<undefined, string>, settled: (out: string) => string): Generator<undefined, string> {
  return settled(yield* work);
}

/** A choice whose calls are in order, with the events that go before and after the event that it is in. */
interface OrderedChoice {
  readonly choice: JsonValue;
  readonly before: string;
  readonly after: string;
}

function laneKey(choice: JsonValue, path: TextPath): string {
  return JSON.stringify([choice, path]);
}

function isDone(data: string): boolean {
  return data.trim() === '[DONE]';
}

function prepend(text: string, bytes: Uint8Array): Uint8Array {
  return text === '' ? bytes : Buffer.concat([Buffer.from(text), bytes]);
}

/** Whether a member differs; one that was left out does not count. */
function differs(before: JsonObject, after: JsonObject): boolean {
  return Object.entries(after).some(([key, member]) => before[key] !== member);
}
