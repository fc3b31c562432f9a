/** Brings an upstream's answer back to the caller, restored: whole, or as it streams. See docs/proxy.md, Restoring values. */
import { createHash, hash as digest } from 'node:crypto';
import type { SessionOutcome } from '../../audit/entry.ts';
import { parsingJson } from '../../json/json-parsing.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { writingJson } from '../../json/json-writing.ts';
import { SPEECH } from '../../masking/rehydration/destination.ts';
import type { Rehydrator } from '../../masking/rehydration/rehydrate.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { Failure } from '../../platform/failure.ts';
import { afterLongStep, runAtOnce, type Stepped } from '../../platform/steps.ts';
import { runInStretches } from '../../platform/stretch.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { AnswerStream, Endpoint, StreamRules } from '../openai/endpoint.ts';
import { HoldTimer } from './hold-timer.ts';
import { providerError, refusalError } from '../openai/openai-error.ts';
import { RestoringClock } from './restoring-clock.ts';
import type { UpstreamResponse } from '../upstream/upstream.ts';

/** What an answer is an answer to, and what it is restored with. */
export interface Asked {
  readonly endpoint: Endpoint;
  /** The body as the caller sent it. */
  readonly request: JsonObject;
  readonly rehydrator: Rehydrator;
  /** How long a streamed text may be held back by mistake, in milliseconds. */
  readonly streamBufferMs: number;
  readonly streamRules: StreamRules;
}

/** What became of an answer. */
export interface Delivery {
  readonly status: SessionOutcome;
  readonly responseSha256: string;
  /** The provider's id of the answer, where a later request may go on from it; else null. */
  readonly responseId: string | null;
  /** Microseconds spent on restoring. */
  readonly rehydrateUs: number;
}

/** An answer that is not streamed is held in memory while it is restored. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Bytes of a stream that are restored before the time is looked at: a piece that an upstream sends may be longer. */
const PIECE = 8192;

function isEventStream(contentType: string): boolean {
  return contentType.toLowerCase().startsWith('text/event-stream');
}

/** The failure that a broken upstream connection stands for. */
export function upstreamFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code.includes('TIMEOUT')
    ? new Failure('upstream_timeout', 'The upstream did not answer in time.', [], { cause: error })
    : new Failure('upstream_error', 'The upstream could not be reached or broke off.', [], { cause: error });
}

async function readAnswer(response: UpstreamResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Failure('upstream_error', 'The upstream sent an answer that is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

interface Restored {
  readonly text: string;
  readonly responseId: string | null;
}

/** Bytes of the longest answer that is restored in one step. */
const AT_ONCE = 16 * 1024;

function* restoring(
  answer: Buffer,
  { status, contentType }: UpstreamResponse,
  { endpoint, request, rehydrator }: Asked,
): Generator<undefined, Restored> {
  const isLong = answer.length > AT_ONCE;
  const text = answer.toString('utf8');
  const value = isLong ? yield* readingJson(text) : readJson(text);
  // What is written anew reads the same to everybody, so a key that came twice does no harm. As a mere text it would: in a
  // text, nothing tells the arguments of a tool from what is said.
  if (value !== undefined) {
    const restored = yield* endpoint.restoring(value, request, rehydrator);
    return {
      text: isLong ? yield* writingJson(restored) : JSON.stringify(restored),
      responseId: endpoint.responseId(value),
    };
  }
  // An answer that closes with its connection may end anywhere, and nothing but its JSON tells. Nor is a gateway's page one.
  if (status < 400) throw new Failure('upstream_error', 'The upstream broke off or did not answer with JSON.');
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);
  // An error page of some gateway in between is no JSON, and may repeat what we sent all the same.
  return { text: yield* rehydrator.restoringWhole(text, SPEECH, isJson ? 'json' : 'plain'), responseId: null };
}

function* readingJson(text: string): Generator<undefined, JsonValue | undefined> {
  yield* afterLongStep();
  try {
    return yield* parsingJson(text);
  } catch {
    // What is nested deeper than it reads may be JSON all the same.
    return readJson(text);
  } finally {
    yield* afterLongStep();
  }
}

function readJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The longest text of a provider's error page that the caller gets. */
const LONGEST_PAGE = 2000;

/** A provider's error in OpenAI's form: a failure of its own is ours to name, a refusal of the request passes. */
function errorBody({ status, contentType }: UpstreamResponse, text: string): string {
  const value = readJson(text);
  if (status >= 500) return JSON.stringify(providerError(status, value));
  if (isJsonObject(value) && own(value, 'error') !== undefined) return text;
  const isPage = /html|xml/i.test(contentType) || value !== undefined || text.trim() === '';
  const message = isPage ? `The upstream refused the request with status ${status}.` : text.slice(0, LONGEST_PAGE);
  return JSON.stringify(refusalError(status, message));
}

/** Reads a whole answer and sends it restored. Rejects when it breaks off before anything was sent. */
async function deliverWhole(response: UpstreamResponse, asked: Asked, sink: AnswerSink): Promise<Delivery> {
  const answer = await readAnswer(response);
  const began = performance.now();
  const work = restoring(answer, response, asked);
  const { text, responseId } = answer.length <= AT_ONCE ? runAtOnce(work) : await runInStretches(work);
  const rehydrateUs = Math.round(elapsedUs(began));
  const body = response.status < 400 ? text : errorBody(response, text);
  sink.begin(response.status < 500 ? response.status : 502, {
    ...response.told,
    'content-type': response.status < 400 ? response.contentType : 'application/json',
    'content-length': Buffer.byteLength(body, 'utf8'),
  });
  // As a text it goes out in one write with the head; bytes would be a second one.
  sink.end(body);
  return {
    status: response.status < 400 ? 'ok' : 'error',
    responseSha256: digest('sha256', answer),
    responseId,
    rehydrateUs,
  };
}

async function deliverStream(
  response: UpstreamResponse,
  asked: Asked,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<Delivery> {
  sink.begin(response.status < 500 ? response.status : 502, {
    ...response.told,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  const { endpoint, request, rehydrator, streamBufferMs, streamRules } = asked;
  const stream = endpoint.stream(request, rehydrator, streamRules);
  const relay = new StreamRelay(stream, sink, signal, streamBufferMs);
  let status: SessionOutcome = 'ok';
  try {
    for await (const chunk of response.body) await relay.push(chunk);
    await relay.end();
    if (stream.sawError) status = 'error';
    // Neither an end of the answer nor of the stream: the upstream died politely, and the caller must know.
    else if (!stream.isWhole) throw new Failure('upstream_error', 'The upstream broke off.');
  } catch (error) {
    relay.drop();
    status = 'partial';
    // What is held back stays back: half a token is worth nothing to the caller, and a clean end would be a lie.
    if (!signal.aborted) await sendingError(stream.errorEvent(upstreamFailure(error)), sink, signal);
  }
  return { status, responseSha256: relay.digest(), responseId: stream.responseId, rehydrateUs: relay.rehydrateUs };
}

/** Restores the pieces of a stream and writes them to the caller. */
class StreamRelay {
  readonly #stream: AnswerStream;
  readonly #sink: AnswerSink;
  readonly #signal: AbortSignal;
  readonly #hash = createHash('sha256');
  readonly #clock = new RestoringClock();
  readonly #holding: HoldTimer;

  constructor(stream: AnswerStream, sink: AnswerSink, signal: AbortSignal, streamBufferMs: number) {
    this.#stream = stream;
    this.#sink = sink;
    this.#signal = signal;
    this.#holding = new HoldTimer(streamBufferMs, () =>
      sink.write(
        this.#clock.measured(() => stream.flushFalsePrefixes()),
        signal,
      ),
    );
  }

  get rehydrateUs(): number {
    return Math.round(this.#clock.us);
  }

  /** SHA-256 of all that came, in hex. To be called once, at the end. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    for (let at = 0; at < chunk.length; at += PIECE) {
      await this.#send(this.#clock.measured(() => this.#stream.pushing(chunk.subarray(at, at + PIECE))));
      this.#holding.note(this.#stream.heldLength > 0);
      if (this.#clock.isLong) await this.#clock.rest();
    }
  }

  /** Writes what is still held back: nothing follows. */
  async end(): Promise<void> {
    this.#holding.note(false);
    await this.#send(this.#clock.measured(() => this.#stream.ending()));
  }

  /** Stops the timer: what is held back is not written. */
  drop(): void {
    this.#holding.note(false);
  }

  /** What came of large events is written when all of it is there: nothing overtakes it. */
  async #send(restored: Stepped<Uint8Array>): Promise<void> {
    if (restored instanceof Uint8Array) return this.#sink.write(restored, this.#signal);
    this.#holding.pause();
    const writing = this.#sink.write(await this.#clock.inStretches(restored, this.#signal), this.#signal);
    this.#holding.resume();
    return writing;
  }
}

/** Sends an error event. Resolves too where the caller hangs up before it has it: what it got before is to be recorded. */
async function sendingError(event: string, sink: AnswerSink, signal: AbortSignal): Promise<void> {
  try {
    await sink.write(event, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Delivers an answer. A whole one has been sent when this resolves; of a streamed one every byte has been written but the
 * response is left open, so that the end of the turn can be recorded before the caller sees the end of the stream.
 */
export function deliverAnswer(
  response: UpstreamResponse,
  asked: Asked,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<Delivery> {
  return isEventStream(response.contentType)
    ? deliverStream(response, asked, sink, signal)
    : deliverWhole(response, asked, sink);
}
