/**
 * A provider that speaks OpenAI's chat completions as the real one does: whole or streamed by what the request asks, one
 * piece of text a chunk, choices interleaved, tool calls in pieces, padding, log probabilities, a last chunk with usage.
 * What it says is a script's; the script reads the request as it arrived, so it works on values and tokens alike.
 */
import type { ServerResponse } from 'node:http';
import type OpenAI from 'openai';
import { startUpstream } from './upstream.ts';
import type { Received, Respond, TestUpstream } from './upstream.ts';

/** A request as a script sees it. */
export interface Asked {
  readonly body: OpenAI.Chat.ChatCompletionCreateParams;
  /** The text of the last user message. */
  readonly said: string;
  /** How many requests came before it in this run. */
  readonly nth: number;
}

export interface FunctionCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface CustomCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

/** What one choice says. */
export interface Said {
  readonly content?: string;
  readonly refusal?: string;
  readonly calls?: readonly (FunctionCall | CustomCall)[];
  /** Of the time before tools. */
  readonly functionCall?: Pick<FunctionCall, 'name' | 'arguments'>;
  readonly annotations?: readonly object[];
  /** By default `tool_calls` or `function_call` where there are such, else `stop`. */
  readonly finish?: OpenAI.Chat.ChatCompletion.Choice['finish_reason'];
}

export interface Answer {
  readonly choices: readonly Said[];
  /** Characters of a piece in a stream; default 4, which cuts every token. */
  readonly piece?: number;
}

export interface Refused {
  readonly status: number;
  /** An error as OpenAI words it, or any other body. */
  readonly error: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Script = (asked: Asked) => Answer | Said | Refused;

/** A script that writes the response itself. */
export interface RawScript {
  readonly write: Respond;
  /** Called before the first request: forgets what came before. */
  readonly begin?: () => void;
}

export interface TestProvider extends Omit<TestUpstream, 'respond'> {
  /** Answers by the script from now on, and forgets what it received. */
  play(script: Script | RawScript): void;
}

export const USAGE = {
  prompt_tokens: 41,
  completion_tokens: 23,
  total_tokens: 64,
  prompt_tokens_details: { cached_tokens: 7, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 5,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const HEAD = {
  id: 'chatcmpl-8f2c',
  created: 1_760_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
};

/** The text of a message, its parts joined. */
export function textOf(message: OpenAI.Chat.ChatCompletionMessageParam | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => ('text' in part ? part.text : '')).join('');
}

function pieces(text: string, size: number): string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, n) =>
    characters.slice(n * size, (n + 1) * size).join(''),
  );
}

function logprob(token: string): object {
  const chosen = { token, logprob: -0.25, bytes: [...Buffer.from(token, 'utf8')] };
  return { ...chosen, top_logprobs: [chosen, { token: '?', logprob: -2.5, bytes: [63] }] };
}

function logprobs(said: Said, piece: number): object {
  const of = (text: string | undefined): object[] | null =>
    text === undefined ? null : pieces(text, piece).map(logprob);
  return { content: of(said.content), refusal: of(said.refusal) };
}

function finishOf({ finish, calls, functionCall }: Said): string {
  if (finish !== undefined) return finish;
  if (calls !== undefined) return 'tool_calls';
  return functionCall === undefined ? 'stop' : 'function_call';
}

function wholeCall(call: FunctionCall | CustomCall): object {
  return 'input' in call
    ? { id: call.id, type: 'custom', custom: { name: call.name, input: call.input } }
    : { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function whole({ body }: Asked, { choices, piece = 4 }: Answer): object {
  return {
    ...HEAD,
    object: 'chat.completion',
    choices: choices.map((said, index) => ({
      index,
      message: {
        role: 'assistant',
        content: said.content ?? null,
        refusal: said.refusal ?? null,
        annotations: said.annotations ?? [],
        ...(said.calls === undefined ? {} : { tool_calls: said.calls.map(wholeCall) }),
        ...(said.functionCall === undefined ? {} : { function_call: said.functionCall }),
      },
      logprobs: body.logprobs === true ? logprobs(said, piece) : null,
      finish_reason: finishOf(said),
    })),
    usage: USAGE,
  };
}

/** The deltas of one choice, in order, with their log probabilities. */
function* deltas(said: Said, piece: number): Generator<{ readonly delta: object; readonly spelled?: object }> {
  yield { delta: { role: 'assistant', content: said.content === undefined ? null : '', refusal: null } };
  for (const content of pieces(said.content ?? '', piece))
    yield { delta: { content }, spelled: { content: [logprob(content)], refusal: null } };
  for (const refusal of pieces(said.refusal ?? '', piece))
    yield { delta: { refusal }, spelled: { content: null, refusal: [logprob(refusal)] } };
  for (const [index, call] of (said.calls ?? []).entries()) {
    const { id, name } = call;
    if ('input' in call) {
      yield { delta: { tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] } };
      for (const input of pieces(call.input, piece)) yield { delta: { tool_calls: [{ index, custom: { input } }] } };
    } else {
      yield { delta: { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] } };
      for (const text of pieces(call.arguments, piece))
        yield { delta: { tool_calls: [{ index, function: { arguments: text } }] } };
    }
  }
  if (said.functionCall !== undefined) {
    yield { delta: { function_call: { name: said.functionCall.name, arguments: '' } } };
    for (const text of pieces(said.functionCall.arguments, piece))
      yield { delta: { function_call: { arguments: text } } };
  }
  if (said.annotations !== undefined) yield { delta: { annotations: said.annotations } };
}

/** The events of a stream as OpenAI writes them. */
export function streamEvents(body: Asked['body'], { choices, piece = 4 }: Answer): string[] {
  const { include_usage: usage = false, include_obfuscation: padded = true } = body.stream_options ?? {};
  const event = (fields: object, padding: number): string => {
    const chunk = {
      ...HEAD,
      object: 'chat.completion.chunk',
      ...fields,
      ...(padded ? { obfuscation: 'aMSK9x2'.slice(0, padding) } : {}),
    };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };
  const lanes = choices.map((said, index) => {
    const events = [...deltas(said, piece)].map(({ delta, spelled = null }) => ({
      index,
      delta,
      logprobs: body.logprobs === true ? spelled : null,
      finish_reason: null,
    }));
    return [...events, { index, delta: {}, logprobs: null, finish_reason: finishOf(said) }];
  });
  const longest = Math.max(...lanes.map((lane) => lane.length));
  const interleaved = Array.from({ length: longest }, (_, n) => lanes.flatMap((lane) => lane[n] ?? [])).flat();
  return [
    ...interleaved.map((choice, n) => event({ choices: [choice], ...(usage ? { usage: null } : {}) }, n % 8)),
    ...(usage ? [event({ choices: [], usage: USAGE }, 5)] : []),
    'data: [DONE]\n\n',
  ];
}

function send(asked: Asked, answer: Answer | Said | Refused, response: ServerResponse): void {
  if ('status' in answer) {
    const isText = typeof answer.error === 'string';
    response.writeHead(answer.status, { 'content-type': isText ? 'text/html' : 'application/json', ...answer.headers });
    response.end(isText ? answer.error : JSON.stringify({ error: answer.error }));
    return;
  }
  const full: Answer = 'choices' in answer ? answer : { choices: [answer] };
  const headers = { 'openai-organization': 'clinic', 'x-ratelimit-remaining-requests': '9' };
  if (asked.body.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    for (const event of streamEvents(asked.body, full)) response.write(event);
    response.end();
  } else {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    // OpenAI indents what is not streamed.
    response.end(JSON.stringify(whole(asked, full), null, 2));
  }
}

/** What was asked, from the bytes. */
export function readAsked({ body }: Received, nth: number): Asked {
  const parsed = JSON.parse(body.toString('utf8')) as Asked['body'];
  return { body: parsed, said: textOf(parsed.messages.findLast(({ role }) => role === 'user')), nth };
}

export async function startProvider(): Promise<TestProvider> {
  const upstream = await startUpstream();
  return {
    ...upstream,
    play: (script) => {
      upstream.received.length = 0;
      if ('write' in script) script.begin?.();
      upstream.respond((request, response) => {
        if ('write' in script) return script.write(request, response);
        const asked = readAsked(request, upstream.received.length - 1);
        send(asked, script(asked), response);
      });
    },
  };
}
