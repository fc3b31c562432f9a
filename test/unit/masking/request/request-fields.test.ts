import { describe, expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { PLATFORM_FIELDS, REQUEST_FIELDS } from '../../../../src/masking/request/request-fields.ts';
import { RESPONSES_FIELDS } from '../../../../src/masking/request/responses-fields.ts';
import { keepsNumbers, positionsOf } from './positions.ts';

const CANARY = 'Maria Canary';
const DIGITS = 5550001111;
/** Changes a canary where it is seen in the clear: what hides one from detection, as an escape does, leaks it. */
const mask: MaskText = (text) => text.replaceAll(CANARY, 'TOKEN').replaceAll(String(DIGITS), 'TOKEN');

const all = [...positionsOf(REQUEST_FIELDS, '', (field) => ({ model: 'm', messages: [], ...field }))]
  // A message that is no object is refused; see chat-request.test.ts.
  .filter(({ path }) => path !== 'messages' && path !== 'messages[]');

/** What would leave; empty for a number that is refused: then nothing leaves. */
function sent(body: JsonObject): string {
  const result = maskChatRequest(body, mask, { binaryContent: 'block' });
  if (result.ok) return JSON.stringify(result.body);
  if (!result.problem.message.includes('must be a number below')) throw new Error(result.problem.message);
  return '';
}

describe('every position of the table', () => {
  it('is many, and all of what OpenAI documents', () => {
    expect(all.length).toBeGreaterThan(200);
    const documented =
      'messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options';
    expect(documented.split(' ').filter((name) => !(name in REQUEST_FIELDS))).toEqual([]);
  });

  it('has a name for a key, in which no value begins: what stands under it is read by itself', () => {
    const keys = [...all, ...positionsOf(RESPONSES_FIELDS, '', (field) => field)].flatMap(({ path }) =>
      path.split(/[.[\]<>]+/).filter((key) => key !== '' && key !== '*' && key !== '?'),
    );
    expect(keys.length).toBeGreaterThan(1000);
    expect(keys.filter((key) => !/^(?!.*\d{3})[A-Za-z_$][\w$-]*$/.test(key))).toEqual([]);
  });

  it.each(all)('lets no canary through at $path', ({ path, treatment, plant }) => {
    const planted: JsonValue[] = [
      { [CANARY]: [`is ${CANARY}`, { x: CANARY, y: DIGITS }] },
      [`is ${CANARY}`, [DIGITS]],
      { a: JSON.stringify({ b: JSON.stringify({ [CANARY]: DIGITS }) }) },
    ];
    if (treatment.as !== 'verbatim') planted.push(`is ${CANARY}`, `["${CANARY}", ${DIGITS}]`);
    if (!keepsNumbers(treatment)) planted.push(DIGITS, -DIGITS);
    else expect(path).toBe('seed');
    for (const value of planted) expect(sent(plant(value))).not.toMatch(/aria Canary|5550001111/);
  });

  it.each(all.filter(({ treatment }) => treatment.as === 'json text' || treatment.as === 'deep'))(
    'sees through escapes in JSON text at $path',
    ({ plant }) => {
      const hidden = JSON.stringify({ a: CANARY, b: [JSON.stringify({ [CANARY]: CANARY })] }).replaceAll(
        'Maria',
        'Mar\\u0069a',
      );
      expect(hidden).not.toContain(CANARY);
      expect(sent(plant(hidden))).not.toMatch(/Mar/);
    },
  );

  it.each(all.filter(({ treatment }) => treatment.as === 'keyword'))(
    'keeps the known words at $path',
    ({ treatment, plant }) => {
      if (treatment.as !== 'keyword') return;
      for (const word of treatment.of) {
        const result = maskChatRequest(plant(word), (text) => `masked ${text}`, { binaryContent: 'block' });
        expect(JSON.stringify(result)).not.toContain(`masked ${word}`);
      }
    },
  );
});

describe('platform envelopes', () => {
  it.each(PLATFORM_FIELDS)('%s never goes on, whatever it is', (field) => {
    for (const value of ['x', 1, null, { a: 1 }, [1]]) {
      const body = sent({ model: 'm', messages: [], [field]: value });
      expect(body).toBe('{"model":"m","messages":[]}');
    }
  });
});
