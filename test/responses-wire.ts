/** Answers of the Responses API as OpenAI writes them, whole and as events. What is said is up to the test. */

/** One item of the output, by what a test must say of it. */
export type OutputItem =
  | {
      readonly type: 'message';
      readonly parts: readonly { readonly type: 'output_text' | 'refusal'; readonly text: string }[];
    }
  | { readonly type: 'function_call'; readonly name: string; readonly arguments: string }
  | { readonly type: 'custom_tool_call'; readonly name: string; readonly input: string }
  | { readonly type: 'mcp_call'; readonly name: string; readonly arguments: string; readonly output: string }
  | { readonly type: 'code_interpreter_call'; readonly code: string }
  | { readonly type: 'reasoning'; readonly summary: readonly string[]; readonly content: readonly string[] };

export type Cut = (text: string) => readonly string[];

/** An event without its number. */
export interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

const PREFIX = {
  message: 'msg',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  mcp_call: 'mcp',
  code_interpreter_call: 'ci',
  reasoning: 'rs',
};

const idOf = (item: OutputItem, index: number): string =>
  `${PREFIX[item.type]}_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a${String(index).padStart(2, '0')}`;
const callId = (index: number): string => `call_qo6QTNbIfziX9GhI71R7Hh${String(index).padStart(2, '0')}`;

function partOf(type: 'output_text' | 'refusal', text: string): object {
  return type === 'refusal' ? { type, refusal: text } : { type, annotations: [], logprobs: [], text };
}

/** The item as a response has it; `begun` as it is before anything was said. */
export function itemOf(item: OutputItem, index: number, begun = false): object {
  const head = { id: idOf(item, index), type: item.type };
  const status = begun ? 'in_progress' : 'completed';
  const now = (text: string): string => (begun ? '' : text);
  switch (item.type) {
    case 'message':
      return {
        ...head,
        status,
        content: begun ? [] : item.parts.map(({ type, text }) => partOf(type, text)),
        role: 'assistant',
      };
    case 'function_call':
      return { ...head, status, arguments: now(item.arguments), call_id: callId(index), name: item.name };
    case 'custom_tool_call':
      return { ...head, status, call_id: callId(index), input: now(item.input), name: item.name };
    case 'mcp_call':
      return {
        ...head,
        status,
        approval_request_id: null,
        arguments: now(item.arguments),
        error: null,
        name: item.name,
        output: begun ? null : item.output,
        server_label: 'ehr',
      };
    case 'code_interpreter_call':
      return {
        ...head,
        status,
        code: now(item.code),
        container_id: 'cntr_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
        outputs: null,
      };
    case 'reasoning':
      return {
        ...head,
        summary: begun ? [] : item.summary.map((text) => ({ type: 'summary_text', text })),
        content: begun ? [] : item.content.map((text) => ({ type: 'reasoning_text', text })),
      };
  }
}

/** The texts of an item that come as deltas: what its events are called, where the text stands, and the text. */
function textsOf(item: OutputItem): {
  readonly kind: string;
  readonly field: string;
  readonly at: object;
  readonly text: string;
  readonly part?: object;
}[] {
  switch (item.type) {
    case 'message':
      return item.parts.map(({ type, text }, content_index) => ({
        kind: type,
        field: type === 'refusal' ? 'refusal' : 'text',
        at: { content_index },
        text,
        part: partOf(type, text),
      }));
    case 'function_call':
      return [{ kind: 'function_call_arguments', field: 'arguments', at: {}, text: item.arguments }];
    case 'custom_tool_call':
      return [{ kind: 'custom_tool_call_input', field: 'input', at: {}, text: item.input }];
    case 'mcp_call':
      return [{ kind: 'mcp_call_arguments', field: 'arguments', at: {}, text: item.arguments }];
    case 'code_interpreter_call':
      return [{ kind: 'code_interpreter_call_code', field: 'code', at: {}, text: item.code }];
    case 'reasoning':
      return [
        ...item.summary.map((text, summary_index) => ({
          kind: 'reasoning_summary_text',
          field: 'text',
          at: { summary_index },
          text,
          part: { type: 'summary_text', text },
        })),
        ...item.content.map((text, content_index) => ({
          kind: 'reasoning_text',
          field: 'text',
          at: { content_index },
          text,
          part: { type: 'reasoning_text', text },
        })),
      ];
  }
}

/** The events of one item, in order. */
export function itemEvents(item: OutputItem, index: number, cut: Cut): WireEvent[] {
  const output_index = index;
  const item_id = idOf(item, index);
  const events: WireEvent[] = [{ type: 'response.output_item.added', output_index, item: itemOf(item, index, true) }];
  for (const { kind, field, at, text, part } of textsOf(item)) {
    const place = { item_id, output_index, ...at };
    const container = kind === 'reasoning_summary_text' ? 'reasoning_summary_part' : 'content_part';
    const logprobs = kind === 'output_text' ? { logprobs: [] } : {};
    if (part !== undefined)
      events.push({ type: `response.${container}.added`, ...place, part: { ...part, [field]: '' } });
    cut(text).forEach((delta, n) => {
      events.push({
        type: `response.${kind}.delta`,
        ...place,
        delta,
        ...logprobs,
        obfuscation: 'aMSK9x2V1.PH'.slice(0, n % 9),
      });
    });
    events.push({ type: `response.${kind}.done`, ...place, [field]: text, ...logprobs });
    if (part !== undefined) events.push({ type: `response.${container}.done`, ...place, part });
  }
  events.push({ type: 'response.output_item.done', output_index, item: itemOf(item, index) });
  return events;
}

/** A response that holds these items; `request` is what it repeats of its request. */
export function responseOf(request: object, items: readonly object[], status = 'completed'): object {
  return {
    id: 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    object: 'response',
    created_at: 1_760_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: 'gpt-4o-mini-2024-07-18',
    output: items,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage:
      status === 'completed'
        ? {
            input_tokens: 41,
            input_tokens_details: { cached_tokens: 7 },
            output_tokens: 23,
            output_tokens_details: { reasoning_tokens: 5 },
            total_tokens: 64,
          }
        : null,
    user: null,
    metadata: {},
    ...request,
  };
}

/** The events before and after those of the items. */
export function allEvents(request: object, items: readonly OutputItem[], middle: readonly WireEvent[]): WireEvent[] {
  const begun = responseOf(request, [], 'in_progress');
  const done = responseOf(
    request,
    items.map((item, index) => itemOf(item, index)),
  );
  return [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...middle,
    { type: 'response.completed', response: done },
  ];
}

/** The events as text, numbered from 0. */
export function written(events: readonly WireEvent[]): string[] {
  return events.map(
    (event, sequence_number) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
  );
}
