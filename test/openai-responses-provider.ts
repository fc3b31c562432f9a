/**
 * A provider that speaks OpenAI's Responses API as the real one does: whole or as numbered, named events, one piece of
 * text each, items one after the other, everything once more when an item is done and when all is. It keeps what it
 * answered, for requests that go on from there.
 */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type OpenAI from 'openai';
import type { RawScript, Refused } from './openai-provider.ts';
import type { Received } from './upstream.ts';

type Body = OpenAI.Responses.ResponseCreateParams;

/** One item of what the model answers. */
export type OutputItem =
  | { readonly text: string; readonly annotations?: readonly object[] }
  | { readonly refusal: string }
  | { readonly call: string; readonly arguments: string }
  | { readonly custom: string; readonly input: string }
  | { readonly reasoning: string };

export interface AskedResponse {
  readonly body: Body;
  /** The last thing that the caller said. */
  readonly said: string;
  /** What came before by `previous_response_id`, oldest first: what was said and answered. */
  readonly before: readonly string[];
  readonly nth: number;
}

export interface Output {
  readonly items: readonly OutputItem[];
  /** Characters of a piece; default 4. */
  readonly piece?: number;
  /** Why it is not complete. */
  readonly incomplete?: 'max_output_tokens' | 'content_filter';
  /** The message of a failure after all of that. */
  readonly failed?: string;
}

export type ResponsesScript = (asked: AskedResponse) => Output | readonly OutputItem[] | Refused;

const USAGE = {
  input_tokens: 41,
  input_tokens_details: { cached_tokens: 7 },
  output_tokens: 23,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 64,
};

function saidBy({ input }: Body): string {
  if (input === undefined || typeof input === 'string') return input ?? '';
  for (const item of input.toReversed()) {
    if (item.type === 'function_call_output' && typeof item.output === 'string') return item.output;
    if (!('role' in item) || item.role !== 'user') continue;
    const { content } = item;
    return typeof content === 'string' ? content : content.map((part) => ('text' in part ? part.text : '')).join('');
  }
  return '';
}

function pieces(text: string, size: number): string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, n) =>
    characters.slice(n * size, (n + 1) * size).join(''),
  );
}

const logprob = (token: string): object => ({
  token,
  logprob: -0.25,
  bytes: [...Buffer.from(token, 'utf8')],
  top_logprobs: [],
});

/** The parts of an item's own kind. `spelled`: with log probabilities. */
function wholeItem(item: OutputItem, at: number, piece: number, spelled: boolean): Record<string, unknown> {
  const status = 'completed';
  if ('text' in item) {
    const part = {
      type: 'output_text',
      annotations: item.annotations ?? [],
      logprobs: spelled ? pieces(item.text, piece).map(logprob) : [],
      text: item.text,
    };
    return { id: `msg_${at}`, type: 'message', status, role: 'assistant', content: [part] };
  }
  if ('refusal' in item)
    return {
      id: `msg_${at}`,
      type: 'message',
      status,
      role: 'assistant',
      content: [{ type: 'refusal', refusal: item.refusal }],
    };
  if ('call' in item)
    return {
      id: `fc_${at}`,
      type: 'function_call',
      status,
      call_id: `call_${at}`,
      name: item.call,
      arguments: item.arguments,
    };
  if ('custom' in item)
    return {
      id: `ctc_${at}`,
      type: 'custom_tool_call',
      status,
      call_id: `call_${at}`,
      name: item.custom,
      input: item.input,
    };
  return {
    id: `rs_${at}`,
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: item.reasoning }],
    encrypted_content: 'gAAAAABo'.repeat(10),
  };
}

/** The response around the items, with the settings of the request as the API repeats them. */
function response(body: Body, id: string, status: string, output: readonly object[], more: object = {}): object {
  const {
    instructions = null,
    metadata = {},
    tools = [],
    text = { format: { type: 'text' } },
    tool_choice = 'auto',
    previous_response_id = null,
  } = body;
  return {
    id,
    object: 'response',
    created_at: 1_760_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions,
    model: 'gpt-4o-mini-2024-07-18',
    output,
    parallel_tool_calls: true,
    previous_response_id,
    temperature: 1,
    text,
    tool_choice,
    tools,
    usage: status === 'in_progress' ? null : USAGE,
    metadata,
    ...more,
  };
}

/** The events of one item between those that add it and end it. */
function* itemEvents(
  item: OutputItem,
  whole: Record<string, unknown>,
  at: number,
  piece: number,
  spelled: boolean,
): Generator<Record<string, unknown>> {
  const place = { item_id: whole['id'], output_index: at };
  const [part] = Array.isArray(whole['content']) ? (whole['content'] as object[]) : [];
  const inPart = { ...place, content_index: 0 };
  if ('text' in item) {
    yield {
      type: 'response.content_part.added',
      ...inPart,
      part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
    };
    for (const delta of pieces(item.text, piece))
      yield {
        type: 'response.output_text.delta',
        ...inPart,
        delta,
        logprobs: spelled ? [logprob(delta)] : [],
        obfuscation: 'xMSKq',
      };
    for (const [n, annotation] of (item.annotations ?? []).entries())
      yield { type: 'response.output_text.annotation.added', ...inPart, annotation_index: n, annotation };
    yield {
      type: 'response.output_text.done',
      ...inPart,
      text: item.text,
      logprobs: spelled ? pieces(item.text, piece).map(logprob) : [],
    };
    yield { type: 'response.content_part.done', ...inPart, part };
  } else if ('refusal' in item) {
    yield { type: 'response.content_part.added', ...inPart, part: { type: 'refusal', refusal: '' } };
    for (const delta of pieces(item.refusal, piece)) yield { type: 'response.refusal.delta', ...inPart, delta };
    yield { type: 'response.refusal.done', ...inPart, refusal: item.refusal };
    yield { type: 'response.content_part.done', ...inPart, part };
  } else if ('call' in item) {
    for (const delta of pieces(item.arguments, piece))
      yield { type: 'response.function_call_arguments.delta', ...place, delta, obfuscation: 'xM' };
    yield { type: 'response.function_call_arguments.done', ...place, name: item.call, arguments: item.arguments };
  } else if ('custom' in item) {
    for (const delta of pieces(item.input, piece))
      yield { type: 'response.custom_tool_call_input.delta', ...place, delta };
    yield { type: 'response.custom_tool_call_input.done', ...place, input: item.input };
  } else {
    const inSummary = { ...place, summary_index: 0 };
    yield { type: 'response.reasoning_summary_part.added', ...inSummary, part: { type: 'summary_text', text: '' } };
    for (const delta of pieces(item.reasoning, piece))
      yield { type: 'response.reasoning_summary_text.delta', ...inSummary, delta };
    yield { type: 'response.reasoning_summary_text.done', ...inSummary, text: item.reasoning };
    yield {
      type: 'response.reasoning_summary_part.done',
      ...inSummary,
      part: { type: 'summary_text', text: item.reasoning },
    };
  }
}

/** An item as it is when it is added: nothing said yet. */
function emptyItem(whole: Record<string, unknown>): object {
  const empty: Record<string, unknown> = { ...whole, status: 'in_progress' };
  for (const [field, none] of [
    ['content', []],
    ['summary', []],
    ['arguments', ''],
    ['input', ''],
  ] as const)
    if (field in whole) empty[field] = none;
  return empty;
}

function ending({ incomplete, failed }: Output): { status: string; more: object } {
  if (failed !== undefined) return { status: 'failed', more: { error: { code: 'server_error', message: failed } } };
  return incomplete === undefined
    ? { status: 'completed', more: {} }
    : { status: 'incomplete', more: { incomplete_details: { reason: incomplete } } };
}

function* events(body: Body, id: string, output: Output): Generator<Record<string, unknown>> {
  const { items, piece = 4 } = output;
  const spelled = body.include?.includes('message.output_text.logprobs') === true;
  yield { type: 'response.created', response: response(body, id, 'in_progress', []) };
  yield { type: 'response.in_progress', response: response(body, id, 'in_progress', []) };
  const wholes = items.map((item, at) => wholeItem(item, at, piece, spelled));
  for (const [at, item] of items.entries()) {
    const whole = wholes[at] ?? {};
    yield { type: 'response.output_item.added', output_index: at, item: emptyItem(whole) };
    yield* itemEvents(item, whole, at, piece, spelled);
    yield { type: 'response.output_item.done', output_index: at, item: whole };
  }
  const { status, more } = ending(output);
  yield { type: `response.${status}`, response: response(body, id, status, wholes, more) };
}

function textsOf(items: readonly OutputItem[]): string[] {
  return items.flatMap((item) => ('text' in item ? [item.text] : []));
}

/** A script for {@link TestProvider.play}. */
export function responses(script: ResponsesScript): RawScript {
  const kept = new Map<string, readonly string[]>();
  let nth = 0;
  return {
    begin: () => {
      kept.clear();
      nth = 0;
    },
    write: (request: Received, out: ServerResponse) => {
      const body = JSON.parse(request.body.toString('utf8')) as Body;
      const said = saidBy(body);
      const before = kept.get(body.previous_response_id ?? '') ?? [];
      const answer = script({ body, said, before, nth });
      // As OpenAI makes them: random hex. A padded number could be somebody's, and is masked.
      const id = `resp_${createHash('sha256').update(String(nth)).digest('hex').slice(0, 48)}`;
      nth += 1;
      if ('status' in answer) {
        out.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        out.end(JSON.stringify({ error: answer.error }));
        return;
      }
      const output: Output = 'items' in answer ? answer : { items: answer };
      kept.set(id, [...before, said, ...textsOf(output.items)]);
      if (body.stream === true) {
        out.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
        for (const [number, event] of [...events(body, id, output)].entries()) {
          out.write(
            `event: ${String(event['type'])}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`,
          );
        }
        out.end();
        return;
      }
      const { status, more } = ending(output);
      const spelled = body.include?.includes('message.output_text.logprobs') === true;
      out.writeHead(200, { 'content-type': 'application/json' });
      out.end(
        JSON.stringify(
          response(
            body,
            id,
            status,
            output.items.map((item, at) => wholeItem(item, at, output.piece ?? 4, spelled)),
            more,
          ),
          null,
          2,
        ),
      );
    },
  };
}
