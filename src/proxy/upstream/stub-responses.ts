/** What the upstream `stub` answers in the form of the Responses API, whole or as events. */

/** An answer of the stub. */
export interface StubAnswer {
  /** Without a prefix. */
  readonly id: string;
  readonly model: string;
  readonly text: string;
  /** In seconds since 1970. */
  readonly createdAt: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

function message({ id, text }: StubAnswer, status: 'in_progress' | 'completed'): object {
  const content = status === 'completed' ? [{ type: 'output_text', annotations: [], logprobs: [], text }] : [];
  return { id: `msg_${id}`, type: 'message', status, role: 'assistant', content };
}

/** The response; without its output while it is in progress. */
export function stubResponse(answer: StubAnswer, status: 'in_progress' | 'completed' = 'completed'): object {
  const { id, model, createdAt, inputTokens, outputTokens } = answer;
  const isDone = status === 'completed';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: createdAt,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: isDone ? [message(answer, status)] : [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: isDone
      ? {
          input_tokens: inputTokens,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: outputTokens,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: inputTokens + outputTokens,
        }
      : null,
  };
}

/** The events of a stream that brings the response, its text in these pieces. */
export function* stubResponseEvents(answer: StubAnswer, pieces: readonly string[]): Generator<Uint8Array> {
  const { id, text } = answer;
  let sequence_number = 0;
  const event = (type: string, fields: object): Uint8Array =>
    Buffer.from(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...fields })}\n\n`,
      'utf8',
    );
  const item = { output_index: 0 };
  const part = { ...item, item_id: `msg_${id}`, content_index: 0 };
  const textPart = { type: 'output_text', annotations: [], logprobs: [] };
  yield event('response.created', { response: stubResponse(answer, 'in_progress') });
  yield event('response.in_progress', { response: stubResponse(answer, 'in_progress') });
  yield event('response.output_item.added', { ...item, item: message(answer, 'in_progress') });
  yield event('response.content_part.added', { ...part, part: { ...textPart, text: '' } });
  for (const delta of pieces) yield event('response.output_text.delta', { ...part, delta, logprobs: [] });
  yield event('response.output_text.done', { ...part, text, logprobs: [] });
  yield event('response.content_part.done', { ...part, part: { ...textPart, text } });
  yield event('response.output_item.done', { ...item, item: message(answer, 'completed') });
  yield event('response.completed', { response: stubResponse(answer) });
}
