import { describe, expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from '../../../src/masking/chat-request.ts';
import type { JsonObject, JsonValue } from '../../../src/masking/json-text.ts';
import { PART_FIELDS, PLATFORM_FIELDS, REQUEST_FIELDS } from '../../../src/masking/request-fields.ts';
import type { Treatment } from '../../../src/masking/treatment.ts';

const CANARY = 'Maria Canary';
const DIGITS = 5550001111;
/** Changes a canary where it is seen in the clear: what hides one from detection, as an escape does, leaks it. */
const mask: MaskText = (text) => text.replaceAll(CANARY, 'TOKEN').replaceAll(String(DIGITS), 'TOKEN');

interface Position {
  readonly path: string;
  readonly treatment: Treatment;
  /** A body with the value at this position. */
  readonly plant: (value: JsonValue) => JsonObject;
}

/** Every position of the table, also those that have positions below. */
function* positions(path: string, treatment: Treatment, plant: Position['plant']): Generator<Position> {
  yield { path, treatment, plant };
  switch (treatment.as) {
    case 'object':
      for (const [key, inner] of Object.entries(treatment.fields)) {
        yield* positions(`${path}.${key}`, inner, (value) => plant({ [key]: value }));
      }
      return;
    case 'message':
      for (const [key, inner] of Object.entries(treatment.fields)) {
        for (const role of ['user', 'assistant', 'tool']) {
          yield* positions(`${path}[${role}].${key}`, inner, (value) => plant({ role, [key]: value }));
        }
      }
      return;
    case 'list':
      yield* positions(`${path}[]`, treatment.of, (value) => plant([value]));
      return;
    case 'keyword':
      if (treatment.other.as === 'object') yield* positions(path, treatment.other, plant);
      return;
    case 'content':
      for (const [key, inner] of Object.entries(PART_FIELDS)) {
        yield* positions(`${path}[].${key}`, inner, (value) => plant([{ [key]: value }]));
      }
      return;
    default:
  }
}

const all = Object.entries(REQUEST_FIELDS)
  .flatMap(([key, treatment]) => [
    ...positions(key, treatment, (value) => ({ model: 'm', messages: [], [key]: value })),
  ])
  // A message that is no object is refused; see chat-request.test.ts.
  .filter(({ path }) => path !== 'messages' && path !== 'messages[]');

/** Whether a number may stand there and stay. */
function keepsNumbers(treatment: Treatment): boolean {
  return treatment.as === 'setting' || (treatment.as === 'keyword' && treatment.other.as === 'setting');
}

function sent(body: JsonObject): string {
  const result = maskChatRequest(body, mask, { binaryContent: 'block' });
  if (!result.ok) throw new Error(result.problem.message);
  return JSON.stringify(result.body);
}

describe('every position of the table', () => {
  it('is many, and all of what OpenAI documents', () => {
    expect(all.length).toBeGreaterThan(200);
    const documented =
      'messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options';
    expect(documented.split(' ').filter((name) => !(name in REQUEST_FIELDS))).toEqual([]);
  });

  it.each(all)('lets no canary through at $path', ({ treatment, plant }) => {
    const planted: JsonValue[] = [
      { [CANARY]: [`is ${CANARY}`, { x: CANARY, y: DIGITS }] },
      [`is ${CANARY}`, [DIGITS]],
      { a: JSON.stringify({ b: JSON.stringify({ [CANARY]: DIGITS }) }) },
    ];
    if (treatment.as !== 'verbatim') planted.push(`is ${CANARY}`, `["${CANARY}", ${DIGITS}]`);
    if (!keepsNumbers(treatment)) planted.push(DIGITS, -DIGITS);
    for (const value of planted) expect(sent(plant(value))).not.toMatch(/aria Canary|5550001111/);
  });

  it.each(all.filter(({ treatment }) => treatment.as === 'json text' || treatment.as === 'deep'))(
    'sees through escapes in JSON text at $path',
    ({ plant }) => {
      const hidden = JSON.stringify({ a: CANARY, b: [JSON.stringify({ [CANARY]: CANARY })] }).replaceAll('Maria', 'Mar\\u0069a');
      expect(hidden).not.toContain(CANARY);
      expect(sent(plant(hidden))).not.toMatch(/Mar/);
    },
  );

  it.each(all.filter(({ treatment }) => treatment.as === 'keyword'))('keeps the known words at $path', ({ treatment, plant }) => {
    if (treatment.as !== 'keyword') return;
    for (const word of treatment.of) {
      const result = maskChatRequest(plant(word), (text) => `masked ${text}`, { binaryContent: 'block' });
      expect(JSON.stringify(result)).not.toContain(`masked ${word}`);
    }
  });
});

describe('platform envelopes', () => {
  it.each(PLATFORM_FIELDS)('%s never goes on, whatever it is', (field) => {
    for (const value of ['x', 1, null, { a: 1 }, [1]]) {
      const body = sent({ model: 'm', messages: [], [field]: value });
      expect(body).toBe('{"model":"m","messages":[]}');
    }
  });
});
