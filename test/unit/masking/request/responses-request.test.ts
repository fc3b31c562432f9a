import { describe, expect, it } from 'vitest';
import type { TextPosition } from '../../../../src/masking/request/chat-request.ts';
import type { MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { asksForJsonText } from '../../../../src/masking/request/responses-request.ts';
import { maskResponsesRequest } from './mask-request.ts';

/** Each text with a mark, so that what was masked shows. */
const marked: MaskText = (text) => `<${text}>`;

function masked(body: JsonObject, mask: MaskText = marked, binaryContent: 'block' | 'allow' = 'block'): JsonObject {
  const result = maskResponsesRequest(body, mask, { binaryContent });
  if (!result.ok) throw new Error(result.problem.message);
  return result.body;
}

function item(value: JsonObject, mask?: MaskText): JsonValue {
  const { input } = masked({ model: 'm', input: [value] }, mask);
  return Array.isArray(input) ? ((input as readonly JsonValue[])[0] ?? null) : null;
}

function problem(body: JsonValue, binaryContent: 'block' | 'allow' = 'block'): unknown {
  const result = maskResponsesRequest(body, marked, { binaryContent });
  return result.ok ? null : result.problem;
}

/** Where each text of the body stands, and who says it. */
function places(body: JsonObject): [string, string, TextPosition['speaker']][] {
  const seen: [string, string, TextPosition['speaker']][] = [];
  masked(body, (text, { pointer, speaker }) => {
    seen.push([text, pointer, speaker]);
    return text;
  });
  return seen;
}

describe('who says what', () => {
  it('an input that is one text is the user, instructions are the system', () => {
    expect(places({ model: 'm', instructions: 'be kind', input: 'hello' })).toEqual([
      ['be kind', '/instructions', 'system'],
      ['hello', '/input', 'user'],
    ]);
  });

  it('messages by their role, with a type and without; calls are the assistant, their results the tool', () => {
    const input = [
      { role: 'user', content: 'a' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'b' }] },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'c' }] },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"g":"d"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'e' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'f' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'h' }] },
      { type: 'of_tomorrow', text: 'i' },
    ];
    expect(
      places({ model: 'm', input })
        .filter(([text]) => /^[a-fhi]$/.test(text) && text !== 'f')
        .map(([text, , speaker]) => [text, speaker]),
    ).toEqual([
      ['a', 'user'],
      ['b', 'assistant'],
      ['c', 'developer'],
      ['d', 'assistant'],
      ['e', 'tool'],
      ['h', 'assistant'],
      ['i', null],
    ]);
  });

  it('the parts of one message are read together', () => {
    const beside: unknown[] = [];
    masked(
      {
        model: 'm',
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: '415-' },
              { type: 'input_text', text: '555-0142' },
            ],
          },
        ],
      },
      (text, _, near) => {
        beside.push([text, near]);
        return text;
      },
    );
    expect(beside).toEqual([
      ['415-', { before: '', after: '', group: { parts: ['415-', '555-0142'], index: 0 } }],
      ['555-0142', { before: '', after: '', group: { parts: ['415-', '555-0142'], index: 1 } }],
    ]);
  });
});

describe('ids', () => {
  const ids = [
    'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    'msg_a4991ea6ed03e92c614249af39cd329756a675554977504d',
    'call_qo6QTNbIfziX9GhI71R7HhD2',
    'chatcmpl-tool-8ec0a5fbab4a3e9f05438e46b5f69a3b',
    'file-Zb4kQ9s8T7u6V5w4X3y2Z1',
    'd3ade5ee-5c9f-4f17-b0be-c32ac8c03366',
  ];

  it.each(ids)('%s comes back to the provider as it is', (id) => {
    expect(masked({ model: 'm', previous_response_id: id, conversation: id })).toEqual({
      model: 'm',
      previous_response_id: id,
      conversation: id,
    });
    expect(masked({ model: 'm', conversation: { id } })).toEqual({ model: 'm', conversation: { id } });
    expect(item({ type: 'item_reference', id })).toEqual({ type: 'item_reference', id });
    expect(item({ id })).toEqual({ id });
    expect(item({ type: 'function_call_output', call_id: id, output: '' })).toEqual({
      type: 'function_call_output',
      call_id: id,
      output: '',
    });
  });

  it.each([
    'call_4155550142',
    'call_of_maria_gonzalez',
    'maria',
    '415-555-0142',
    'call_4155550142abcdefghijklmn',
    'call_Zb4k Maria Gonzalez 4155',
    'maria_68af4030592c81938ec0a5fbab4a3e9f',
    'maria-d3ade5ee-5c9f-4f17-b0be-c32ac8c03366',
    '',
  ])('%s is no id of the API and is masked as a text', (id) => {
    expect(masked({ model: 'm', previous_response_id: id })).toEqual({
      model: 'm',
      previous_response_id: id === '' ? '' : `<${id}>`,
    });
  });
});

describe('what only its maker can read', () => {
  const sealed = `gAAAAABo${'Zx9_-'.repeat(40)}==`;

  it('stays: reasoning that a client carries from turn to turn', () => {
    expect(item({ type: 'reasoning', summary: [], encrypted_content: sealed })).toEqual({
      type: 'reasoning',
      summary: [],
      encrypted_content: sealed,
    });
    expect(item({ type: 'compaction', encrypted_content: sealed })).toEqual({
      type: 'compaction',
      encrypted_content: sealed,
    });
  });

  it('but not when it is readable', () => {
    expect(item({ type: 'compaction', encrypted_content: 'Maria, 415-555-0142' })).toEqual({
      type: 'compaction',
      encrypted_content: '<Maria, 415-555-0142>',
    });
  });

  it('log probabilities are left out: they spell a text piece by piece', () => {
    const part = {
      type: 'output_text',
      text: 'x',
      annotations: [],
      logprobs: [
        { token: 'Mar', logprob: 0 },
        { token: 'ia', logprob: 0 },
      ],
    };
    expect(item({ type: 'message', role: 'assistant', content: [part] })).toEqual({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: '<x>', annotations: [] }],
    });
  });
});

describe('tools', () => {
  const mcp = {
    type: 'mcp',
    server_label: 'ehr',
    server_url: 'https://mcp.example.com/sse',
    authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc123',
    require_approval: 'never',
  };

  it('keep the address of their server and its key', () => {
    expect(masked({ model: 'm', tools: [mcp] })).toEqual({ model: 'm', tools: [{ ...mcp, server_label: '_ehr_' }] });
  });

  it.each([
    ['server_url', 'https://mcp.example.com/patients/maria'],
    ['server_url', 'https://mcp.example.com/sse?patient=415-555-0142'],
    ['server_url', 'http://maria:secret@mcp.example.com/sse'],
    ['authorization', 'Maria Gonzalez'],
    ['authorization', '4155550142'],
  ])('but no caller: %s %s', (field, value) => {
    expect(masked({ model: 'm', tools: [{ ...mcp, [field]: value }] })).toMatchObject({
      tools: [{ [field]: `<${value}>` }],
    });
  });

  it('headers that are no keys are masked, names and all', () => {
    const headers = { 'X-Patient': 'Maria', Authorization: 'Bearer 0123456789abcdefghij' };
    expect(masked({ model: 'm', tools: [{ type: 'mcp', headers }] })).toEqual({
      model: 'm',
      tools: [{ type: 'mcp', headers: { '<X-Patient>': '<Maria>', '<Authorization>': 'Bearer 0123456789abcdefghij' } }],
    });
  });
});

describe('what nothing can inspect', () => {
  const image = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' };

  it.each<[string, string, JsonObject]>([
    ['an image of a message', 'input[0].content[0]', { input: [{ role: 'user', content: [image] }] }],
    [
      'a file of a message',
      'input[0].content[0]',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] }] },
    ],
    [
      'sound of a message',
      'input[0].content[0]',
      { input: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } }] }] },
    ],
    [
      'an image that a tool gave',
      'input[0].output[0]',
      { input: [{ type: 'function_call_output', call_id: 'c', output: [image] }] },
    ],
    [
      'a screen',
      'input[0].output',
      {
        input: [
          { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', file_id: 'file-1' } },
        ],
      },
    ],
    [
      'a painted image',
      'input[0].result',
      { input: [{ type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'iVBORw0KGgo=' }] },
    ],
    [
      'a plot',
      'input[0].outputs[0]',
      { input: [{ type: 'code_interpreter_call', outputs: [{ type: 'image', url: 'https://x/y.png' }] }] },
    ],
    ['an image in a prompt', 'prompt.variables.<photo>', { prompt: { id: 'pmpt_1', variables: { photo: image } } }],
    [
      'a mask for a painter',
      'tools[0].input_image_mask',
      { tools: [{ type: 'image_generation', input_image_mask: { file_id: 'file-1' } }] },
    ],
    [
      'a packed skill',
      'tools[0].environment.skills[0].source',
      {
        tools: [
          {
            type: 'shell',
            environment: {
              type: 'container_auto',
              skills: [{ type: 'inline', source: { type: 'base64', data: 'AA' } }],
            },
          },
        ],
      },
    ],
    ['an image outside a message', 'input[0]', { input: [image] }],
    ['an image in an item of tomorrow', 'input[0].<parts>[0]', { input: [{ type: 'of_tomorrow', parts: [image] }] }],
    ['an image in a field of tomorrow', '<scenes>[0]', { scenes: [image] }],
  ])('%s is refused, and named', (_, param, fields) => {
    expect(problem({ model: 'm', ...fields })).toMatchObject({ code: 'uninspectable_content', param });
    expect(problem({ model: 'm', ...fields }, 'allow')).toBeNull();
  });

  it('goes on, each counted, where the policy says so: bytes and ids as they are, addresses masked', () => {
    const parts = [
      image,
      { type: 'input_image', image_url: 'https://x.example/maria.png' },
      { type: 'input_file', file_id: 'file-Zb4kQ9s8T7u6V5w4X3y2Z1', filename: 'maria.pdf' },
    ];
    const result = maskResponsesRequest(
      { model: 'm', input: [{ role: 'user', content: parts }] },
      (text) => text.replaceAll('maria', 'TOKEN'),
      { binaryContent: 'allow' },
    );
    expect(result).toEqual({
      ok: true,
      binaryParts: 3,
      body: {
        model: 'm',
        input: [
          {
            role: 'user',
            content: [
              image,
              { ...parts[1], image_url: 'https://x.example/TOKEN.png' },
              { ...parts[2], filename: 'TOKEN.pdf' },
            ],
          },
        ],
      },
    });
  });

  it('a picture that is not there yet is none', () => {
    expect(
      problem({
        model: 'm',
        input: [{ type: 'image_generation_call', id: 'ig_1', status: 'in_progress', result: null }],
      }),
    ).toBeNull();
  });
});

describe('a request of another shape', () => {
  it.each<[JsonValue, string, string | null]>([
    [[], 'bad_request', null],
    [{ model: 'm', input: 7 }, 'validation_failed', 'input'],
    [{ model: 'm', input: { role: 'user' } }, 'validation_failed', 'input'],
    [{ model: 'm', input: [{ role: 'user', content: 'a' }, 'b'] }, 'validation_failed', 'input[1]'],
    [{ model: 'm', input: 'a', background: true }, 'validation_failed', 'background'],
  ])('%j is refused', (body, code, param) => {
    expect(problem(body)).toMatchObject({ code, param });
  });

  it('needs no input: a stored prompt or an earlier response may say it all', () => {
    expect(problem({ model: 'm', prompt: { id: 'pmpt_1' } })).toBeNull();
    expect(problem({ model: 'm', input: null, background: true, stream: true })).toBeNull();
  });
});

describe('whether the text of the answer is to be JSON', () => {
  it.each<[JsonValue, boolean]>([
    [{ format: { type: 'json_schema', name: 'x', schema: {} } }, true],
    [{ format: { type: 'json_object' } }, true],
    [{ format: { type: 'text' } }, false],
    [{ verbosity: 'low' }, false],
    [null, false],
  ])('%j', (text, expected) => {
    expect(asksForJsonText({ model: 'm', text })).toBe(expected);
  });
});
