/** What a model answered: its text and its calls of tools, in a kept response of the chat completions or the Responses API. */
import { cutAtSpans } from '../../parts/marked/pieces.ts';
import type { KindSpan, Piece } from '../../parts/marked/pieces.ts';
import { cutAtTokens } from './payload-text.ts';
import type { Payloads } from './payload-read.ts';

/** One text of an answer, as the model wrote it and as the caller got it. Null on the side that is not kept. */
export interface AnswerText {
  readonly key: string;
  /** The name of the tool whose arguments it is; null for what is said. */
  readonly tool: string | null;
  readonly written: string | null;
  readonly got: string | null;
}

/** Returns the texts of an answer in its order. */
export function answerTexts({ answer, response }: Pick<Payloads, 'answer' | 'response'>): readonly AnswerText[] {
  const [written, got] = [partsOf(answer), partsOf(response)];
  return [...new Set([...got.keys(), ...written.keys()])].map((key) => ({
    key,
    tool: (got.get(key) ?? written.get(key))?.tool ?? null,
    written: written.get(key)?.text ?? null,
    got: got.get(key)?.text ?? null,
  }));
}

/** Marks what took the place of tokens. Without a mark where the texts do not show which words those are. */
export function cutAtRestored(written: string, got: string): readonly Piece[] {
  const spans: KindSpan[] = [];
  let open: { readonly start: number; readonly kind: string } | null = null;
  let at = 0;
  for (const { text, kind } of cutAtTokens(written)) {
    if (kind !== null) {
      // What two tokens without a text between them became cannot be told apart.
      if (open !== null) return cutAtSpans(got, []);
      open = { start: at, kind };
      continue;
    }
    const found: number = open === null ? (got.startsWith(text, at) ? at : -1) : got.indexOf(text, at);
    if (found < 0) return cutAtSpans(got, []);
    if (open !== null) spans.push({ ...open, end: found });
    open = null;
    at = found + text.length;
  }
  if (open !== null) spans.push({ ...open, end: got.length });
  else if (at !== got.length) return cutAtSpans(got, []);
  return cutAtSpans(got, spans);
}

interface Part {
  readonly tool: string | null;
  readonly text: string;
}

/** The texts of a response by their place, which is the same whether it was streamed or not. */
function partsOf(response: unknown): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  const add: AddPart = (key, tool, text) => {
    const { tool: name = null, text: before = '' } = parts.get(key) ?? {};
    parts.set(key, { tool: tool ?? name, text: before + (typeof text === 'string' ? text : '') });
  };
  if (typeof response === 'string') for (const event of eventsOf(response)) readEvent(event, add);
  else readWhole(response, add);
  for (const [key, { tool, text }] of parts) if (tool === null && text === '') parts.delete(key);
  return parts;
}

type AddPart = (key: string, tool: string | null, text: unknown) => void;

function eventsOf(stream: string): readonly unknown[] {
  return stream.split('\n').flatMap((line) => {
    if (!line.startsWith('data: {')) return [];
    try {
      return [JSON.parse(line.slice(6)) as unknown];
    } catch {
      return [];
    }
  });
}

function readWhole(response: unknown, add: AddPart): void {
  readMessage(member(listOf(response, 'choices')[0], 'message'), add);
  for (const [index, item] of listOf(response, 'output').entries()) {
    const key = `output ${index}`;
    const tool = nameOf(item);
    if (tool !== null) add(key, tool, member(item, 'arguments'));
    for (const content of listOf(item, 'content')) add(key, null, member(content, 'text'));
  }
}

function readEvent(event: unknown, add: AddPart): void {
  readMessage(member(listOf(event, 'choices')[0], 'delta'), add);
  const key = `output ${String(member(event, 'output_index'))}`;
  switch (member(event, 'type')) {
    case 'response.output_item.added': {
      const tool = nameOf(member(event, 'item'));
      if (tool !== null) add(key, tool, '');
      return;
    }
    case 'response.output_text.delta':
    case 'response.function_call_arguments.delta':
      add(key, null, member(event, 'delta'));
  }
}

/** A message of the chat completions API, or a piece of one. */
function readMessage(message: unknown, add: AddPart): void {
  const content = member(message, 'content');
  if (typeof content === 'string') add('content', null, content);
  for (const [at, call] of listOf(message, 'tool_calls').entries()) {
    const index = member(call, 'index');
    const called = member(call, 'function');
    add(`call ${typeof index === 'number' ? index : at}`, nameOf(called), member(called, 'arguments'));
  }
}

function nameOf(value: unknown): string | null {
  const name = member(value, 'name');
  return typeof name === 'string' && name !== '' ? name : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = member(value, name);
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}
