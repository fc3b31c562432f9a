/**
 * Restores values in a streamed chat completion, chunk by chunk. What is held back is only the end of a text that may
 * be the beginning of a token; every text of every choice and tool call has a lane of its own. Spec: proxy.md.
 */
import { Buffer } from 'node:buffer';
import type { RehydrationOptions } from './chat-response.ts';
import type { TokenIndex } from './issued-tokens.ts';
import { beginsAsJson } from './json-rewrite.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from './json-text.ts';
import { asPlainText, insideJson, scan, type Encode, type RehydrationAccount } from './rehydrate.ts';
import { walkAnswer, walkChoice, type TextForm, type TextPath, type VisitText } from './response-walk.ts';
import { readEvent, SseFraming, writeEvent, type SseEvent } from './sse-framing.ts';

export interface ChatStreamOptions extends RehydrationOptions {
  /** Bytes that one event may have. 8 MiB where it is not given. */
  readonly maxEventBytes?: number;
}

/** The upstream sent more than may be buffered. The stream cannot go on; the message holds nothing of it. */
export class StreamLimitError extends Error {
  override readonly name = 'StreamLimitError';
  readonly code: 'event_too_large' | 'too_many_lanes';

  constructor(code: StreamLimitError['code']) {
    super(code === 'event_too_large' ? 'an event of the stream is too large' : 'the stream has too many texts at once');
    this.code = code;
  }
}

const MAX_EVENT_BYTES = 8 * 1024 * 1024;
/** Texts with something held back, and tool calls, at one time. */
const MAX_LANES = 4096;

/**
 * Events without a match need not be read while nothing is held back: they hold no token, no beginning of one at the
 * end of a string, no escape that could spell one, and nothing that this class must know of.
 */
const WORTH_READING =
  /MS|M"|\\u00|\[DONE\]|"error"|event: ?error|"arguments"|"finish_reason"\s*:\s*[^\sn]/;

/** A text that ends in what may be the beginning of a token. */
interface Lane {
  readonly choice: JsonValue;
  readonly path: TextPath;
  readonly held: string;
  readonly encode: Encode;
}

/** Rehydrates one stream. Bytes in, bytes out; the output is the same text however the input is cut. */
export class ChatStreamRehydrator {
  readonly #index: TokenIndex;
  readonly #account: RehydrationAccount;
  readonly #jsonContent: boolean;
  readonly #framing: SseFraming;
  /** By choice and path. Only lanes that hold something. */
  readonly #lanes = new Map<string, Lane>();
  /** Whether the arguments of a lane are JSON, once that is known. */
  readonly #jsonArguments = new Map<string, boolean>();
  /** Fields of the last chunk that a chunk of our own repeats. */
  #envelope: JsonObject = {};
  #done = false;
  #failed = false;
  #finished = false;

  constructor(index: TokenIndex, account: RehydrationAccount, options: ChatStreamOptions = {}) {
    this.#index = index;
    this.#account = account;
    this.#jsonContent = options.jsonContent === true;
    this.#framing = new SseFraming(options.maxEventBytes ?? MAX_EVENT_BYTES);
  }

  /** Whether `[DONE]` came. An upstream that ends without it may have died in the middle of its answer. */
  get sawDone(): boolean {
    return this.#done;
  }

  /** Whether an error event came. */
  get sawError(): boolean {
    return this.#failed;
  }

  /** Whether any choice gave its `finish_reason`. */
  get sawFinish(): boolean {
    return this.#finished;
  }

  /** Characters held back now. */
  get heldLength(): number {
    let length = 0;
    for (const lane of this.#lanes.values()) length += lane.held.length;
    return length;
  }

  /**
   * What the client gets for these bytes, maybe nothing. Events that nothing is to be done about are the very same
   * bytes. Throws {@link StreamLimitError}; the object is of no use afterwards.
   */
  push(chunk: Uint8Array): Uint8Array {
    const endsEvent = chunk.at(-1) === 0x0a && chunk.at(-2) === 0x0a;
    if (endsEvent && this.#framing.atBoundary && this.#lanes.size === 0 && !worthReading(chunk)) return chunk;
    const events = this.#framing.push(chunk);
    if (events === null) throw new StreamLimitError('event_too_large');
    const [first = new Uint8Array(), ...more] = events.map((event) => this.#event(event));
    return more.length === 0 ? first : Buffer.concat([first, ...more]);
  }

  /**
   * What is left when the upstream has ended: what was held back, as text. An event that was cut short is dropped,
   * unless all of its data is there. To be called once.
   */
  end(): Uint8Array {
    const last = Buffer.from(this.#framing.end()).toString('utf8');
    const { data } = readEvent(last);
    const isWhole = data !== null && (isDone(data) || parse(data) !== undefined);
    const closing = isWhole ? this.#event(Buffer.from(`${last.trimEnd()}\n\n`)) : new Uint8Array();
    return Buffer.concat([closing, Buffer.from(this.#flush(null, '\n'))]);
  }

  #event(bytes: Uint8Array): Uint8Array {
    if (this.#lanes.size === 0 && !worthReading(bytes)) return bytes;
    const event = readEvent(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
    if (event.name === 'error') this.#failed = true;
    if (event.data === null) return bytes;
    if (isDone(event.data)) {
      this.#done = true;
      return prepend(this.#flush(null, event.eol), bytes);
    }
    const value = parse(event.data);
    return value === undefined ? this.#plain(event, event.data, bytes) : this.#chunk(event, value, bytes);
  }

  /** Data that is not JSON: a text by itself. */
  #plain(event: SseEvent, data: string, bytes: Uint8Array): Uint8Array {
    const { out } = scan(data, this.#index, true, asPlainText, this.#account);
    return out === data ? bytes : Buffer.from(writeEvent(event, out));
  }

  #chunk(event: SseEvent, value: JsonValue, bytes: Uint8Array): Uint8Array {
    let before = '';
    if (isJsonObject(value)) {
      if (Array.isArray(own(value, 'choices'))) this.#envelope = envelopeOf(value);
      if (event.name === 'error' || (own(value, 'error') ?? null) !== null) {
        this.#failed = true;
        before = this.#flush(null, event.eol);
      }
    }
    const visitWhole: VisitText = (text) => scan(text, this.#index, true, asPlainText, this.#account).out;
    const walked = walkAnswer(
      value,
      (choice) => {
        const result = this.#choice(choice);
        if (isFinished(choice)) before += this.#flush(choiceIndex(choice), event.eol);
        return result;
      },
      visitWhole,
    );
    // Padding alone is no reason to write the event anew.
    const changed = isJsonObject(value) && isJsonObject(walked) ? differs(value, walked) : walked !== value;
    return prepend(before, changed ? Buffer.from(writeEvent(event, JSON.stringify(walked))) : bytes);
  }

  #choice(choice: JsonValue): JsonValue {
    const index = choiceIndex(choice);
    const final = isFinished(choice);
    if (final) this.#finished = true;
    return walkChoice(choice, this.#jsonContent, (text, form, path) => {
      if (form === 'whole') return scan(text, this.#index, true, asPlainText, this.#account).out;
      const name = JSON.stringify([index, path]);
      const held = this.#lanes.get(name)?.held ?? '';
      const encode = this.#encoding(name, form, text);
      const { out, rest } = scan(held + text, this.#index, final, encode, this.#account);
      if (rest === '') this.#lanes.delete(name);
      else this.#lanes.set(name, { choice: index, path, held: rest, encode });
      if (this.#lanes.size > MAX_LANES || this.#jsonArguments.size > MAX_LANES) throw new StreamLimitError('too_many_lanes');
      return out;
    });
  }

  #encoding(name: string, form: TextForm, text: string): Encode {
    if (form !== 'arguments') return form === 'json' ? insideJson : asPlainText;
    const known = this.#jsonArguments.get(name) ?? beginsAsJson(text);
    if (known !== null) this.#jsonArguments.set(name, known);
    return known === true ? insideJson : asPlainText;
  }

  /** Chunks with what the lanes of one choice, or of all, hold back: it is text now, nothing follows it. */
  #flush(choice: JsonValue, eol: string): string {
    let events = '';
    for (const [name, lane] of this.#lanes) {
      if (choice !== null && lane.choice !== choice) continue;
      this.#lanes.delete(name);
      const { out } = scan(lane.held, this.#index, true, lane.encode, this.#account);
      const chunk = { ...this.#envelope, choices: [{ index: lane.choice, ...nest(lane.path, out), finish_reason: null }] };
      events += `data: ${JSON.stringify(chunk)}${eol}${eol}`;
    }
    return events;
  }
}

function worthReading(bytes: Uint8Array): boolean {
  // Latin-1 shows every byte as one character: what is searched for is ASCII.
  return WORTH_READING.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
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
