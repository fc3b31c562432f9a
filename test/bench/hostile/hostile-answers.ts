/** Answers of a model that are made to hold the event loop: the last text of the request again and again. */
import { allEvents, itemEvents, itemOf, responseOf, written } from '../../responses-wire.ts';
import type { OutputItem } from '../../responses-wire.ts';
import { repeated } from './pieces.ts';

/** How the upstream answers. */
export const ANSWERINGS = ['whole', 'small chunks', 'one chunk', 'calls', 'one call'] as const;
export type Answering = (typeof ANSWERINGS)[number];

/** UTF-16 units of a small chunk. */
const SMALL = 20;

interface ChatRequest {
  readonly stream?: boolean;
  readonly messages: readonly { readonly content: unknown }[];
}

interface ResponsesRequest {
  readonly stream?: boolean;
  readonly input: unknown;
}

/** The text in pieces of `SMALL` units, or whole. */
function cut(text: string, answering: Answering): string[] {
  if (answering !== 'small chunks') return [text];
  return Array.from({ length: Math.ceil(text.length / SMALL) }, (_, n) => text.slice(n * SMALL, (n + 1) * SMALL));
}

const callOf = (index: number, args: string): object => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name: 'look_up', arguments: args },
});

function callsOf(said: string, answering: Answering, size: number): object[] {
  const one = JSON.stringify({ said });
  if (answering === 'calls') return Array.from({ length: Math.ceil(size / one.length) }, (_, n) => callOf(n, one));
  return [callOf(0, JSON.stringify({ said: Array.from({ length: Math.ceil(size / said.length) }, () => said) }))];
}

/** The body of an answer of chat completions. */
export function chatAnswer(request: string, answering: Answering, size: number): string {
  const { stream = false, messages } = JSON.parse(request) as ChatRequest;
  const said = String(messages.at(-1)?.content);
  const isCall = answering === 'calls' || answering === 'one call';
  const head = { id: 'chatcmpl-1', created: 1_750_000_000, model: 'gpt-4o-mini' };
  if (!stream) {
    const message = isCall
      ? { role: 'assistant', content: null, tool_calls: callsOf(said, answering, size) }
      : { role: 'assistant', content: repeated(`${said} `, size) };
    const choices = [{ index: 0, message, finish_reason: isCall ? 'tool_calls' : 'stop' }];
    return JSON.stringify({ ...head, object: 'chat.completion', choices });
  }
  const deltas = isCall
    ? callsOf(said, answering, size).map((call) => ({ tool_calls: [call] }))
    : cut(repeated(`${said} `, size), answering).map((content) => ({ content }));
  const event = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  return [
    event({ role: 'assistant', content: null }, null),
    ...deltas.map((delta) => event(delta, null)),
    event({}, isCall ? 'tool_calls' : 'stop'),
    'data: [DONE]\n\n',
  ].join('');
}

/** The body of an answer of the Responses API. */
export function responsesAnswer(request: string, answering: Answering, size: number): string {
  const { stream = false, input } = JSON.parse(request) as ResponsesRequest;
  const said = typeof input === 'string' ? input : 'I see.';
  const calls = Array.from({ length: Math.ceil(size / (said.length + 200)) }, (): OutputItem => ({
    type: 'function_call',
    name: 'look_up',
    arguments: JSON.stringify({ said }),
  }));
  const one: OutputItem = { type: 'message', parts: [{ type: 'output_text', text: repeated(`${said} `, size) }] };
  const items = answering === 'calls' ? calls : [one];
  if (!stream)
    return JSON.stringify(
      responseOf(
        {},
        items.map((item, index) => itemOf(item, index)),
      ),
    );
  const middle = items.flatMap((item, index) => itemEvents(item, index, (text) => cut(text, answering)));
  return written(allEvents({}, items, middle)).join('');
}
