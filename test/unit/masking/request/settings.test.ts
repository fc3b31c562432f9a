/** Numbers among the settings of a request: one that is longer than a setting can be could be somebody's. */
import { describe, expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { maskResponsesRequest } from './mask-request.ts';

const PHONE = 5550001111;
const mask: MaskText = (text) => text.replaceAll(String(PHONE), 'TOKEN');

const APIS = {
  chat: (fields: JsonObject) =>
    maskChatRequest({ model: 'm', messages: [], ...fields }, mask, { binaryContent: 'block' }),
  responses: (fields: JsonObject) => maskResponsesRequest({ model: 'm', ...fields }, mask, { binaryContent: 'block' }),
};
type Api = keyof typeof APIS;

const tool = (fields: JsonObject): JsonObject => ({ tools: [{ type: 'file_search', ...fields }] });
const named = (api: Api, ...names: readonly string[]): [Api, string, (value: JsonValue) => JsonObject][] =>
  names.map((name) => [api, name, (value) => ({ [name]: value })]);

describe('a number of more than six digits', () => {
  it.each<[Api, string, (value: JsonValue) => JsonObject]>([
    ...named(
      'chat',
      'n',
      'temperature',
      'top_p',
      'max_tokens',
      'max_completion_tokens',
      'frequency_penalty',
      'presence_penalty',
      'top_logprobs',
    ),
    ...named('responses', 'temperature', 'top_p', 'top_logprobs', 'max_output_tokens', 'max_tool_calls'),
    ['responses', 'tools[0].max_num_results', (max_num_results) => tool({ max_num_results })],
    [
      'responses',
      'tools[0].ranking_options.score_threshold',
      (score_threshold) => tool({ ranking_options: { score_threshold } }),
    ],
    ['responses', 'tools[0].display_width', (display_width) => tool({ display_width })],
  ])('of the %s API is refused as %s, which is named and not repeated', (api, param, fields) => {
    for (const value of [PHONE, -PHONE, 1_000_000, PHONE + 0.5, 1e21]) {
      const problem = { code: 'validation_failed', param, message: `${param} must be a number below 1000000.` };
      expect(APIS[api](fields(value))).toEqual({ ok: false, problem });
    }
    for (const value of [999_999, -2, 0.30000000000000004, 0, null])
      expect(APIS[api](fields(value))).toMatchObject({ ok: true, body: fields(value) });
  });

  it('is a threshold where contexts have as many tokens', () => {
    const threshold = (compact_threshold: number): JsonObject => ({
      context_management: [{ type: 'compaction', compact_threshold }],
    });
    expect(APIS.responses(threshold(1_047_576))).toMatchObject({ ok: true, body: threshold(1_047_576) });
    expect(APIS.responses(threshold(PHONE))).toMatchObject({
      ok: false,
      problem: { param: 'context_management[0].compact_threshold' },
    });
  });

  it('is masked where a switch stands, or what somebody did', () => {
    for (const name of [
      'stream',
      'logprobs',
      'store',
      'parallel_tool_calls',
      'reasoning_effort',
      'prompt_cache_retention',
    ]) {
      expect(APIS.chat({ [name]: PHONE })).toMatchObject({ body: { [name]: 'TOKEN' } });
    }
    const did = (timeout_ms: JsonValue): JsonObject => ({
      input: [{ type: 'shell_call', action: { commands: [], timeout_ms } }],
    });
    expect(APIS.responses(did(PHONE))).toMatchObject({ body: did('TOKEN') });
    expect(APIS.responses(did(3_600_000))).toMatchObject({ body: did(3_600_000) });
  });

  it('is a seed like any other', () => {
    expect(APIS.chat({ seed: PHONE })).toMatchObject({ ok: true, body: { seed: PHONE } });
  });
});
