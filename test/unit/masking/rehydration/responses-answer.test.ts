import { describe, expect, it } from 'vitest';
import type { RehydrationOptions } from '../../../../src/masking/rehydration/chat-response.ts';
import { RESTORE_ALL, type RestoreRules } from '../../../../src/masking/rehydration/destination.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { responseId, ResponsesAnswer } from '../../../../src/masking/rehydration/responses-answer.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { FOREIGN, NAME, PHONE, QUOTED, refusals, rehydrator, VALUES } from './answers.ts';

const ADDRESS = VALUES.get(QUOTED) ?? '';
const SAID = 'Maria Müller';

interface Circumstances {
  readonly options?: RehydrationOptions;
  readonly counts?: RehydrationCounts;
  readonly rules?: Partial<RestoreRules>;
}

function restore(
  body: JsonValue,
  { options = {}, counts = new RehydrationCounts(), rules = {} }: Circumstances = {},
): JsonValue {
  return runAtOnce(new ResponsesAnswer(rehydrator(counts, { ...RESTORE_ALL, ...rules }), options).body(body));
}

/** The item as a client gets it in the output of a response. */
function item(value: JsonObject, circumstances?: Circumstances): JsonValue {
  const body = restore({ id: 'resp_1', object: 'response', output: [value] }, circumstances) as { output: JsonValue[] };
  return body.output[0] ?? null;
}

describe('the id of an answer', () => {
  it.each<readonly [string, JsonValue, string | null]>([
    ['of a response', { id: 'resp_1', object: 'response', output: [] }, 'resp_1'],
    ['of a server that does not say what it is', { id: 'resp_1', output: [] }, 'resp_1'],
    ['of one that is in progress', { id: 'resp_1', object: 'response', status: 'in_progress' }, 'resp_1'],
    ['of a chat completion is none', { id: 'chatcmpl-1', object: 'chat.completion', choices: [] }, null],
    ['of an error is none', { id: 'resp_1', error: { message: 'no' } }, null],
    ['that is empty is none', { id: '', object: 'response' }, null],
    ['that is no text is none', { id: 7, object: 'response' }, null],
    ['that is missing is none', { object: 'response' }, null],
    ['that is too long is none', { id: 'x'.repeat(1025), object: 'response' }, null],
    ['of a list is none', [{ id: 'resp_1', object: 'response' }], null],
    ['of nothing is none', null, null],
  ])('%s', (_, answer, id) => {
    expect(responseId(answer)).toBe(id);
  });
});

describe('a message', () => {
  it('is restored in its texts, refusals and annotations', () => {
    const message = {
      id: 'msg_MSKV1.',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: `Hello ${NAME}`,
          annotations: [{ type: 'url_citation', title: NAME, url: `tel:${PHONE}`, start_index: 0, end_index: 3 }],
          logprobs: [],
        },
        { type: 'refusal', refusal: `no ${PHONE}` },
      ],
    };
    expect(item(message)).toEqual({
      ...message,
      content: [
        {
          type: 'output_text',
          text: `Hello ${SAID}`,
          annotations: [{ type: 'url_citation', title: SAID, url: 'tel:555-0100', start_index: 0, end_index: 3 }],
          logprobs: [],
        },
        { type: 'refusal', refusal: 'no 555-0100' },
      ],
    });
  });

  it('keeps its log probabilities only where they spell what it says', () => {
    const logprobs = [{ token: 'Hello', logprob: -0.1, bytes: [72], top_logprobs: [] }];
    const part = (text: string): JsonObject => ({ type: 'output_text', text, annotations: [], logprobs });
    expect(item({ type: 'message', content: [part(`Hello ${NAME}`), part('Hello')] })).toEqual({
      type: 'message',
      content: [{ ...part(`Hello ${SAID}`), logprobs: [] }, part('Hello')],
    });
  });

  it('escapes values where the request asked for JSON', () => {
    const content = [{ type: 'output_text', text: `{"address":"${QUOTED}"}` }];
    const { content: parts } = item({ type: 'message', content }, { options: { jsonContent: true } }) as {
      content: { text: string }[];
    };
    expect(JSON.parse(parts[0]?.text ?? '')).toEqual({ address: ADDRESS });
  });
});

describe('a call', () => {
  it('of a function gets its values as JSON', () => {
    const call = {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'visit',
      arguments: `{"address":"${QUOTED}"}`,
      status: 'completed',
    };
    const { arguments: text, ...rest } = item(call) as { arguments: string };
    expect(JSON.parse(text)).toEqual({ address: ADDRESS });
    expect({ ...rest, arguments: '' }).toEqual({ ...call, arguments: '' });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a custom tool', { type: 'custom_tool_call', name: 'note', input: `call ${NAME}` }, { input: `call ${SAID}` }],
    [
      'an MCP server',
      { type: 'mcp_call', name: 'find', arguments: `{"n":"${NAME}"}`, output: `{"p":"${PHONE}"}`, error: null },
      { arguments: `{"n":"${SAID}"}`, output: '{"p":"555-0100"}' },
    ],
    [
      'an MCP server, first asking',
      { type: 'mcp_approval_request', name: 'find', arguments: `{"n":"${NAME}"}` },
      { arguments: `{"n":"${SAID}"}` },
    ],
    [
      'an interpreter',
      { type: 'code_interpreter_call', code: `f("${NAME}")`, outputs: [{ type: 'logs', logs: PHONE }] },
      { code: `f("${SAID}")`, outputs: [{ type: 'logs', logs: '555-0100' }] },
    ],
    [
      'a shell',
      { type: 'shell_call', action: { commands: [`grep ${PHONE} x`] } },
      { action: { commands: ['grep 555-0100 x'] } },
    ],
    [
      'a local shell',
      { type: 'local_shell_call', action: { type: 'exec', command: ['grep', NAME], env: { [NAME]: PHONE } } },
      { action: { type: 'exec', command: ['grep', SAID], env: { [SAID]: '555-0100' } } },
    ],
    [
      'a computer',
      { type: 'computer_call', action: { type: 'type', text: NAME } },
      { action: { type: 'type', text: SAID } },
    ],
    [
      'a patch',
      { type: 'apply_patch_call', operation: { type: 'update_file', path: 'a.txt', diff: `+${NAME}` } },
      { operation: { type: 'update_file', path: 'a.txt', diff: `+${SAID}` } },
    ],
    [
      'a search of files',
      { type: 'file_search_call', queries: [NAME], results: [{ file_id: 'file-1', text: PHONE }] },
      { queries: [SAID], results: [{ file_id: 'file-1', text: '555-0100' }] },
    ],
    [
      'a search of the web',
      { type: 'web_search_call', action: { type: 'search', query: NAME } },
      { action: { type: 'search', query: SAID } },
    ],
    [
      'a search of tools',
      { type: 'tool_search_call', arguments: { id: NAME, type: PHONE } },
      { arguments: { id: SAID, type: '555-0100' } },
    ],
  ])('of %s', (_, call, expected) => {
    expect(item(call)).toEqual({ ...call, ...expected });
  });

  it('keeps what is encoded', () => {
    const image = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'MSKV1.A.B.AAAA' };
    expect(item(image)).toEqual(image);
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'MSKV1.A.B.AAAA' };
    expect(item(reasoning)).toEqual(reasoning);
  });

  it('goes to a tool, and its values only where the tool may have them', () => {
    const rules = { tools: ['find'] };
    const call = (name: string): JsonObject => ({ type: 'function_call', name, arguments: `{"n":"${NAME}"}` });
    expect(item(call('find'), { rules })).toEqual({ ...call('find'), arguments: `{"n":"${SAID}"}` });
    expect(item(call('tell'), { rules })).toEqual({ ...call('tell'), arguments: '{"n":"[REDACTED:NAME]"}' });
    expect(item({ type: 'code_interpreter_call', code: NAME }, { rules })).toEqual({
      type: 'code_interpreter_call',
      code: '[REDACTED:NAME]',
    });
    expect(
      item({ type: 'code_interpreter_call', code: NAME }, { rules: { tools: ['code_interpreter'] } }),
    ).toMatchObject({ code: SAID });
    expect(item({ type: 'mcp_call', name: 'tell', output: NAME }, { rules })).toMatchObject({ output: SAID });
  });
});

describe('a response', () => {
  it("repeats the caller's own request as the caller sent it, whatever may be said", () => {
    const counts = new RehydrationCounts();
    const echo = (name: string, phone: string): JsonObject => ({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-4o',
      instructions: `You speak to ${name}`,
      metadata: { [name]: phone, nested: `{"n":"${name}"}` },
      tools: [
        {
          type: 'function',
          name: 'f',
          parameters: { type: 'object', properties: { id: { type: 'string', description: name } } },
        },
      ],
      prompt: { id: 'pmpt_1', variables: { patient: name } },
      user: phone,
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
      output: [],
    });
    expect(restore(echo(NAME, PHONE), { counts, rules: { speech: [], toolArguments: [] } })).toEqual(
      echo(SAID, '555-0100'),
    );
    expect([...counts.exact]).toEqual([]);
    expect(refusals(counts)).toEqual({});
  });

  it('counts what it says once, though some servers say it twice; a rule for it holds for both', () => {
    const counts = new RehydrationCounts();
    const text = `${NAME} ${FOREIGN}`;
    const body = {
      object: 'response',
      output_text: text,
      output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
    };
    expect(restore(body, { counts })).toMatchObject({ output_text: `${SAID} [REDACTED:SSN]` });
    expect([...counts.exact]).toEqual([NAME]);
    expect(refusals(counts)).toEqual({ 'SSN unknown': 1 });
    expect(restore(body, { rules: { speech: [] } })).toMatchObject({ output_text: '[REDACTED:NAME] [REDACTED:SSN]' });
  });

  it('that failed tells why', () => {
    const failed = {
      object: 'response',
      status: 'failed',
      error: { code: 'server_error', message: `no ${NAME}` },
      output: [],
    };
    expect(restore(failed)).toEqual({ ...failed, error: { code: 'server_error', message: `no ${SAID}` } });
  });

  it('of which nothing is to be restored is the very same', () => {
    const body = {
      object: 'response',
      instructions: 'x',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'y', logprobs: [{ token: 'y' }] }] }],
    };
    expect(restore(body)).toBe(body);
  });
});

describe('an error', () => {
  it('is restored', () => {
    expect(
      restore({ error: { message: `bad ${NAME}`, type: 'invalid_request_error', param: null, code: null } }),
    ).toEqual({
      error: { message: `bad ${SAID}`, type: 'invalid_request_error', param: null, code: null },
    });
  });

  it('of any shape is', () => {
    expect(restore([`bad ${NAME}`, 7, null])).toEqual([`bad ${SAID}`, 7, null]);
    expect(restore('x')).toBe('x');
  });
});

it('a token of another session is never read, wherever it stands', () => {
  const counts = new RehydrationCounts();
  const output = [
    { type: 'message', content: [{ type: 'output_text', text: FOREIGN, annotations: [{ title: FOREIGN }] }] },
    { type: 'function_call', name: FOREIGN, arguments: `{"${FOREIGN}":1}` },
    { type: 'of_tomorrow', anything: { below: [FOREIGN] } },
  ];
  const text = JSON.stringify(
    restore({ object: 'response', instructions: FOREIGN, of_tomorrow: FOREIGN, output }, { counts }),
  );
  expect(text).not.toContain('MSKV1');
  expect(refusals(counts)).toEqual({ 'SSN unknown': 6 });
});
