/**
 * Restores values in a streamed chat completion, chunk by chunk. What is held back is only the end of a text that may
 * be the beginning of a token; every text of every choice and tool call has a lane of its own. Tool calls that a
 * model interleaves wait for their turn. See docs/proxy.md.
 */
import { Buffer } from 'node:buffer';
import type { RehydrationOptions } from './chat-response.ts';
import { SPEECH, type Destination } from './destination.ts';
import { isJsonList, mapFields } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { TextLanes, type Flushed } from './lanes.ts';
import { CallIndexes } from './call-indexes.ts';
import { CallOrder } from './call-order.ts';
import type { Rehydrator } from './rehydrate.ts';
import { walkAnswer, walkChoice, type TextPath, type ToolCall, type VisitText } from './response-walk.ts';
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
    const { atBoundary: begins } = this.#framing;
    const events = this.#framing.push(chunk);
    if (events === null) throw new StreamLimitError('event_too_large');
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
    const last = Buffer.from(this.#framing.end()).toString('utf8');
    const { data } = readEvent(last);
    const isWhole = data !== null && (isDone(data) || parse(data) !== undefined);
    const closing = isWhole ? this.#event(Buffer.from(`${last.trimEnd()}\n\n`)) : new Uint8Array();
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
   * chunks with what is let go, maybe none. See `TextLane.letGo` for what is kept all the same.
   */
  flushMistaken(): Uint8Array {
    return Buffer.from(this.#write(this.#lanes.flushMistaken(), '\n'));
  }

  #event(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    if (this.#passes(text)) return bytes;
    const event = readEvent(text);
    if (event.name === 'error') this.#failed = true;
    if (event.data === null) return bytes;
    if (isDone(event.data)) {
      // Some servers send it twice, and a client may take the second one for an error.
      if (this.#done) return new Uint8Array();
      this.#done = true;
      return prepend(this.#flush(event.eol) + this.releaseCalls(event.eol), bytes);
    }
    const value = parse(event.data);
    return value === undefined ? this.#plain(event, event.data, bytes) : this.#chunk(event, value, bytes);
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
  #plain(event: SseEvent, data: string, bytes: Uint8Array): Uint8Array {
    const out = this.#rehydrator.text(data, SPEECH);
    return out === data ? bytes : Buffer.from(writeEvent(event, out));
  }

  #chunk(event: SseEvent, value: JsonValue, bytes: Uint8Array): Uint8Array {
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
    const walked = walkAnswer(
      value,
      (received) => {
        const choice = this.#indexes.complete(received);
        const index = choiceIndex(choice);
        const isFirstCall = isCalling(choice) && !this.#calling.has(index);
        const result = this.#choice(choice, isFirstCall);
        if (isFinished(choice)) before += this.#flush(event.eol, index);
        else if (isFirstCall)
          before += this.#write(
            this.#lanes.flushOver((where) => where.choice === index && !isOfCall(where.path)),
            event.eol,
          );
        if (isFirstCall) this.#calling.add(index);
        const ordered = this.#ordered(result, index, event.eol);
        before += ordered.before;
        after += ordered.after;
        return ordered.choice;
      },
      (text) => this.#rehydrator.text(text, SPEECH),
    );
    // Padding alone is no reason to write the event anew.
    const changed = isJsonObject(value) && isJsonObject(walked) ? differs(value, walked) : walked !== value;
    const written = changed ? Buffer.from(writeEvent(event, JSON.stringify(walked))) : bytes;
    const whole = prepend(before, written);
    return after === '' ? whole : Buffer.concat([whole, Buffer.from(after)]);
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
    const firstHeld = leaving.findIndex((piece) => !given.includes(piece));
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
  #choice(choice: JsonValue, isFirstCall: boolean): JsonValue {
    const index = choiceIndex(choice);
    const final = isFinished(choice);
    this.#choices.set(index, final || this.#choices.get(index) === true);
    let touched = false;
    const visit: VisitText = (text, place) => {
      const destination = this.#destination(index, place.tool);
      if (place.form === 'whole') return this.#rehydrator.text(text, destination);
      const { form, path } = place;
      const key = laneKey(index, path);
      const isOver = isFirstCall && !isOfCall(path);
      const out =
        this.#lanes.push(key, text, { where: { choice: index, path }, destination, form }, final) +
        (isOver ? this.#lanes.letGoOver(key) : '');
      // Then its text is another than its log probabilities spell, though it may look the same.
      touched ||= this.#lanes.isHolding(key);
      return out;
    };
    return walkChoice(choice, this.#jsonContent, visit, () => touched);
  }

  #destination(choice: JsonValue, tool: ToolCall | null): Destination {
    if (tool === null) return SPEECH;
    const seen = this.#calls.get(tool);
    if (seen !== undefined) return seen;
    const key = laneKey(choice, tool.path);
    let name = this.#toolNames.get(key) ?? null;
    if (tool.name !== null) {
      name = joined(name ?? '', tool.name);
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

/** A choice whose calls are in order, with the events that go before and after the event that it is in. */
interface OrderedChoice {
  readonly choice: JsonValue;
  readonly before: string;
  readonly after: string;
}

/** The pieces of calls in the choice; null where it has none. */
function callsOf(choice: JsonValue): readonly JsonValue[] | null {
  const delta = isJsonObject(choice) ? own(choice, 'delta') : undefined;
  const calls = isJsonObject(delta) ? own(delta, 'tool_calls') : undefined;
  return isJsonList(calls) && calls.length > 0 ? calls : null;
}

/** The choice with these pieces of calls in place of its own. */
function withCalls(choice: JsonValue, calls: readonly JsonValue[]): JsonValue {
  if (!isJsonObject(choice)) return choice;
  return mapFields(choice, (key, delta) => {
    if (key !== 'delta' || !isJsonObject(delta)) return delta;
    return mapFields(delta, (name, member) =>
      name !== 'tool_calls' ? member : calls.length === 0 ? undefined : calls,
    );
  });
}

/** Clients put the pieces of a name together; but some upstreams repeat it in every piece of a call. */
function joined(name: string, piece: string): string {
  return name === piece ? name : name + piece;
}

function laneKey(choice: JsonValue, path: TextPath): string {
  return JSON.stringify([choice, path]);
}

function isDone(data: string): boolean {
  return data.trim() === '[DONE]';
}

function parse(data: string): JsonValue | undefined {
  try {
    return JSON.parse(data) as JsonValue;
  } catch {
    return undefined;
  }
}

function prepend(text: string, bytes: Uint8Array): Uint8Array {
  return text === '' ? bytes : Buffer.concat([Buffer.from(text), bytes]);
}

function choiceIndex(choice: JsonValue): JsonValue {
  return (isJsonObject(choice) ? own(choice, 'index') : undefined) ?? 0;
}

/** Whether the path is that of a text in a call of a tool. */
function isOfCall([, field]: TextPath): boolean {
  return field === 'tool_calls' || field === 'function_call';
}

/** Whether a piece of a call stands in the choice. Some upstreams say an empty list on every chunk. */
function isCalling(choice: JsonValue): boolean {
  const delta = isJsonObject(choice) ? own(choice, 'delta') : undefined;
  if (!isJsonObject(delta)) return false;
  const calls = own(delta, 'tool_calls');
  return (Array.isArray(calls) && calls.length > 0) || isJsonObject(own(delta, 'function_call') ?? null);
}

/** Some upstreams say an empty reason on every chunk until the last. */
function isFinished(choice: JsonValue): boolean {
  const reason = isJsonObject(choice) ? own(choice, 'finish_reason') : undefined;
  return typeof reason === 'string' && reason !== '';
}

/** Whether a member differs; one that was left out does not count. */
function differs(before: JsonObject, after: JsonObject): boolean {
  return Object.entries(after).some(([key, member]) => before[key] !== member);
}

function envelopeOf(chunk: JsonObject): JsonObject {
  const kept = ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier'];
  return Object.fromEntries(Object.entries(chunk).filter(([key]) => kept.includes(key)));
}

/** The text at its path, as a chunk has it: an item of a list says its `index`. */
function nest(path: TextPath, text: string): JsonObject {
  const nested = path.reduceRight<JsonValue>((value, segment) => {
    if (typeof segment === 'string') return { [segment]: value };
    return [isJsonObject(value) ? { index: segment, ...value } : value];
  }, text);
  return isJsonObject(nested) ? nested : {};
}
