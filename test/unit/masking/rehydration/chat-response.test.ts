import { describe, expect, it } from 'vitest';
import { rehydratingChatResponse, type RehydrationOptions } from '../../../../src/masking/rehydration/chat-response.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { FOREIGN, NAME, PHONE, QUOTED, refusals, rehydrator, VALUES } from './answers.ts';

const ADDRESS = VALUES.get(QUOTED) ?? '';

function restore(body: JsonValue, options?: RehydrationOptions, counts = new RehydrationCounts()): JsonValue {
  return runAtOnce(rehydratingChatResponse(body, rehydrator(counts), options));
}

function message(fields: JsonObject, options?: RehydrationOptions): JsonValue {
  const body = restore({ choices: [{ index: 0, message: fields, finish_reason: 'stop' }] }, options);
  return (body as { choices: { message: JsonValue }[] }).choices[0]?.message ?? null;
}

describe('a message', () => {
  it('is restored in all its texts', () => {
    expect(
      message({
        role: 'assistant',
        content: `Hello ${NAME}`,
        refusal: `no ${PHONE}`,
        reasoning_content: `${NAME}?`,
        annotations: [{ type: 'url_citation', url_citation: { title: NAME, url: `tel:${PHONE}`, start_index: 0 } }],
        audio: { id: 'audio_MSKV1.', data: 'MSKV1.A.B.AAAA.', transcript: `hello ${NAME}` },
        details: [{ text: NAME }, NAME],
      }),
    ).toEqual({
      role: 'assistant',
      content: 'Hello Maria Müller',
      refusal: 'no 555-0100',
      reasoning_content: 'Maria Müller?',
      annotations: [
        { type: 'url_citation', url_citation: { title: 'Maria Müller', url: 'tel:555-0100', start_index: 0 } },
      ],
      audio: { id: 'audio_MSKV1.', data: 'MSKV1.A.B.AAAA.', transcript: 'hello Maria Müller' },
      details: [{ text: 'Maria Müller' }, 'Maria Müller'],
    });
  });

  it('is restored in parts', () => {
    expect(
      message({
        content: [
          { type: 'text', text: NAME },
          { type: 'refusal', refusal: PHONE },
        ],
      }),
    ).toEqual({
      content: [
        { type: 'text', text: 'Maria Müller' },
        { type: 'refusal', refusal: '555-0100' },
      ],
    });
  });

  it('is restored in arguments that are JSON itself, keys and fields with names of the API included', () => {
    const call = (given: JsonValue): JsonObject => ({ tool_calls: [{ function: { name: 'f', arguments: given } }] });
    expect(message(call({ [NAME]: [{ id: PHONE, type: QUOTED }], n: 1, at: 'x M' }))).toEqual(
      call({ 'Maria Müller': [{ id: '555-0100', type: ADDRESS }], n: 1, at: 'x M' }),
    );
  });

  it('has values escaped in arguments that are JSON, and only there', () => {
    const call = (args: string) => ({
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'f', arguments: args } },
        { id: 'call_2', type: 'custom', custom: { name: 'g', input: `{"a":"${QUOTED}"}` } },
      ],
      function_call: { name: 'f', arguments: args },
    });
    const restored = message(call(`{"to":"${QUOTED}","n":1}`)) as {
      tool_calls: [{ function: { arguments: string } }, { custom: { input: string } }];
      function_call: { arguments: string };
    };
    expect(JSON.parse(restored.tool_calls[0].function.arguments)).toEqual({ to: ADDRESS, n: 1 });
    expect(JSON.parse(restored.function_call.arguments)).toEqual({ to: ADDRESS, n: 1 });
    expect(restored.tool_calls[1].custom.input).toBe(`{"a":"${ADDRESS}"}`);
    expect(message({ function_call: { name: 'f', arguments: `to ${QUOTED}` } })).toEqual({
      function_call: { name: 'f', arguments: `to ${ADDRESS}` },
    });
  });

  it('has the names of tools restored, as a name may have it', () => {
    const name = `call_${NAME.replaceAll('.', '_')}`;
    const called = (text: string) => ({
      tool_calls: [{ function: { name: text, arguments: '{}' } }, { custom: { name: text, input: '' } }],
      function_call: { name: text },
    });
    expect(message(called(name))).toEqual(called('call_Maria Müller'));
  });

  it('has values escaped in content when JSON was asked for', () => {
    const content = `{"to":"${QUOTED}"}`;
    const restored = message({ content, refusal: QUOTED }, { jsonContent: true }) as {
      content: string;
      refusal: string;
    };
    expect(JSON.parse(restored.content)).toEqual({ to: ADDRESS });
    expect(restored.refusal).toBe(ADDRESS);
    expect(message({ content })).toEqual({ content: `{"to":"${ADDRESS}"}` });
  });
});

describe('a body', () => {
  it('keeps its ids, words and numbers, and is itself when nothing is restored', () => {
    const body = {
      id: 'chatcmpl-MSKV1.A.B.AAAA.',
      object: 'chat.completion',
      created: 1,
      model: `m-${NAME}`,
      system_fingerprint: 'fp_MSK',
      service_tier: 'default',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'MSKV1 is a name' },
          logprobs: { content: [] },
          finish_reason: 'stop',
        },
      ],
      usage: { total_tokens: 3 },
    };
    expect(restore(body)).toBe(body);
  });

  it('loses the logprobs of restored choices, and its padding', () => {
    const choice = (content: string) => ({ message: { content }, logprobs: { content: [{ token: content }] } });
    const body = restore({ obfuscation: 'xyz', choices: [choice(NAME), choice('plain'), choice(FOREIGN)] });
    expect(body).toEqual({
      choices: [
        { message: { content: 'Maria Müller' }, logprobs: null },
        choice('plain'),
        { message: { content: '[REDACTED:SSN]' }, logprobs: null },
      ],
    });
  });

  it('has no logprobs added where it had none', () => {
    expect(restore({ choices: [{ message: { content: NAME } }] })).toEqual({
      choices: [{ message: { content: 'Maria Müller' } }],
    });
  });

  it('that is an error is restored', () => {
    const error = (message: string) => ({ error: { message, type: 'invalid_request_error', param: null, code: 'x' } });
    expect(restore(error(`cannot call ${PHONE}`))).toEqual(error('cannot call 555-0100'));
    expect(restore({ detail: [{ msg: NAME }] })).toEqual({ detail: [{ msg: 'Maria Müller' }] });
  });

  it.each<[JsonValue, JsonValue]>([
    [NAME, 'Maria Müller'],
    [
      [NAME, 1],
      ['Maria Müller', 1],
    ],
    [null, null],
    [{ choices: NAME }, { choices: 'Maria Müller' }],
    [{ choices: [NAME, null] }, { choices: ['Maria Müller', null] }],
  ])('of any other shape is restored: %j', (body, expected) => {
    expect(restore(body)).toEqual(expected);
  });

  it('is accounted for over all its texts', () => {
    const counts = new RehydrationCounts();
    restore({ choices: [{ message: { content: NAME } }, { message: { refusal: `${PHONE} ${FOREIGN}` } }] }, {}, counts);
    expect(counts.exact).toEqual(new Set([NAME, PHONE]));
    expect(refusals(counts)).toEqual({ 'SSN unknown': 1 });
  });

  it('that is nested without end loses its depth rather than the process its stack', () => {
    const deep = JSON.parse(
      `{"choices":[{"message":{"x":${'['.repeat(3000)}"${NAME}"${']'.repeat(3000)}}}]}`,
    ) as JsonValue;
    expect(JSON.stringify(restore(deep))).not.toContain('MSKV1');
  });

  it('keeps a key __proto__ a key', () => {
    const body = JSON.parse(`{"choices":[{"message":{"__proto__":{"x":"${NAME}"}}}]}`) as JsonValue;
    expect(JSON.stringify(restore(body))).toBe('{"choices":[{"message":{"__proto__":{"x":"Maria Müller"}}}]}');
  });
});
