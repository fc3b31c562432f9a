/**
 * The upstream `stub`: a model in process that repeats the last user message, the same words each time, whole or streamed.
 * For demos, tests and a first call without an account anywhere. It sees what any provider would see, tokens, and says so.
 */
import { createHash } from 'node:crypto';
import { systemClock } from '../../platform/clock.ts';
import type { Clock } from '../../platform/clock.ts';
import { findTokens } from '../../tokens/grammar.ts';
import { stubResponse, stubResponseEvents } from './stub-responses.ts';
import type { Upstream, UpstreamRequest } from './upstream.ts';

/** What the stub answers to the text of the last user message. */
export type StubScript = (lastUserText: string) => string;

// Kinds only: a token that was repeated would be restored, and nobody could see what the model was shown.
const shown = (text: string): string =>
  findTokens(text).reduceRight(
    (rest, { start, end }) =>
      `${rest.slice(0, start)}<${rest.slice(start, end).split('.')[1] ?? ''}>${rest.slice(end)}`,
    text,
  );

const echo: StubScript = (text) => {
  const seen = shown(text);
  return seen === text ? `You said: ${text}` : `You said: ${text}\n(The model was shown: ${seen})`;
};

interface StubCall {
  /** When the answer is made, in seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly lastUserText: string;
  readonly includeUsage: boolean;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((part: unknown) =>
    isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '',
  );
  return texts.join('');
}

// The proxy built this body, so its outline is known to be right.
function readCall(body: Uint8Array, clock: Clock): StubCall {
  const request: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
  const { model, messages, input, stream_options: options } = isRecord(request) ? request : {};
  const said = messages ?? (typeof input === 'string' ? [{ role: 'user', content: input }] : input);
  const list: unknown[] = Array.isArray(said) ? said : [];
  const last = list.findLast((message) => isRecord(message) && message['role'] === 'user');
  return {
    created: Math.floor(clock.now() / 1000),
    model: typeof model === 'string' ? model : 'stub',
    lastUserText: isRecord(last) ? contentText(last['content']) : '',
    includeUsage: isRecord(options) && options['include_usage'] === true,
  };
}

function usage(
  prompt: Uint8Array,
  answer: string,
): { prompt_tokens: number; completion_tokens: number; total_tokens: number } {
  // Four bytes a token is the usual rule of thumb; the stub bills nobody.
  const promptTokens = Math.ceil(prompt.length / 4);
  const completionTokens = Math.ceil(answer.length / 4);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/**
 * Returns the answer in the pieces in which a model's vocabulary would write it: a word with the space before it, long words
 * in parts, at most three digits, punctuation by itself. Tokens of ours are cut in many places.
 */
function pieces(answer: string): string[] {
  return answer.match(/ ?[\p{L}\p{M}]{1,6}| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{1,2}|\s/gu) ?? [];
}

function* events(id: string, request: UpstreamRequest, call: StubCall, answer: string): Generator<Uint8Array> {
  const head = {
    id,
    object: 'chat.completion.chunk',
    created: call.created,
    model: call.model,
    system_fingerprint: 'fp_stub',
    // As OpenAI does: the usage stands in each event where it was asked for, and has figures in the last one only.
    ...(call.includeUsage ? { usage: null } : {}),
  };
  const event = (value: object): Uint8Array => Buffer.from(`data: ${JSON.stringify(value)}\n\n`, 'utf8');
  const choice = (delta: object, finish: 'stop' | null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  yield event(choice({ role: 'assistant', content: '' }, null));
  for (const content of pieces(answer)) yield event(choice({ content }, null));
  yield event(choice({}, 'stop'));
  if (call.includeUsage) yield event({ ...head, choices: [], usage: usage(request.body, answer) });
  yield Buffer.from('data: [DONE]\n\n', 'utf8');
}

function completion(id: string, request: UpstreamRequest, call: StubCall, answer: string): Uint8Array {
  const message = { role: 'assistant', content: answer, refusal: null };
  return Buffer.from(
    JSON.stringify({
      id,
      object: 'chat.completion',
      created: call.created,
      model: call.model,
      system_fingerprint: 'fp_stub',
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage: usage(request.body, answer),
    }),
    'utf8',
  );
}

function chatCompletion(request: UpstreamRequest, call: StubCall, answer: string): Iterable<Uint8Array> {
  const id = `chatcmpl-stub-${digestOf(request).slice(0, 24)}`;
  return request.streamed ? events(id, request, call, answer) : [completion(id, request, call, answer)];
}

function response(request: UpstreamRequest, { model, created }: StubCall, text: string): Iterable<Uint8Array> {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage(request.body, text);
  const answer = { id: digestOf(request).slice(0, 48), model, text, createdAt: created, inputTokens, outputTokens };
  return request.streamed
    ? stubResponseEvents(answer, pieces(text))
    : [Buffer.from(JSON.stringify(stubResponse(answer)), 'utf8')];
}

function digestOf({ body }: UpstreamRequest): string {
  return createHash('sha256').update(body).digest('hex');
}

async function* deliver(chunks: Iterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    yield await Promise.resolve(chunk);
  }
}

/** A stub with a script of its own; by default it echoes. */
export function createStubUpstream(script: StubScript = echo, clock: Clock = systemClock): Upstream {
  return {
    name: 'stub',
    health: 'ok',
    available: () => true,
    retryAfterSeconds: () => 1,
    agentsRefused: 0,
    send: (request) => {
      const call = readCall(request.body, clock);
      const answer = script(call.lastUserText);
      const chunks =
        request.endpoint === 'responses' ? response(request, call, answer) : chatCompletion(request, call, answer);
      return Promise.resolve({
        status: 200,
        contentType: request.streamed ? 'text/event-stream; charset=utf-8' : 'application/json',
        told: {},
        body: deliver(chunks, request.signal),
      });
    },
    close: () => Promise.resolve(),
  };
}
