import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  asksForJson,
  type ChatMaskingOptions,
  type TextPosition,
} from '../../../../src/masking/request/chat-request.ts';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const PHONE = '5550001111';
/** Masks one name and one number, wherever they stand. */
const mask: MaskText = (text) => text.replaceAll('Maria', 'T.NAME').replaceAll(PHONE, 'T.PHONE');
const BLOCK: ChatMaskingOptions = { binaryContent: 'block' };
const ALLOW: ChatMaskingOptions = { binaryContent: 'allow' };

function masked(body: JsonValue, options = BLOCK, by = mask): JsonObject {
  const result = maskChatRequest(body, by, options);
  if (!result.ok) throw new Error(result.problem.message);
  return result.body;
}

/** The one message, masked. */
function message(fields: JsonObject): JsonValue {
  return (masked({ model: 'm', messages: [fields] })['messages'] as readonly JsonValue[])[0] ?? null;
}

/** One more field beside the messages, masked. */
function field(key: string, value: JsonValue): JsonValue | undefined {
  return masked({ model: 'm', messages: [], [key]: value })[key];
}

describe('messages', () => {
  it('are masked as strings and as parts', () => {
    expect(message({ role: 'user', content: 'I am Maria' })).toEqual({ role: 'user', content: 'I am T.NAME' });
    const parts = [
      { type: 'text', text: 'I am Maria', prompt_cache_breakpoint: { mode: 'explicit' } },
      { type: 'refusal', refusal: `not ${PHONE}` },
      'Maria',
    ];
    expect(message({ role: 'assistant', content: parts, refusal: 'Maria' })).toEqual({
      role: 'assistant',
      content: [
        { type: 'text', text: 'I am T.NAME', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'refusal', refusal: 'not T.PHONE' },
        'T.NAME',
      ],
      refusal: 'T.NAME',
    });
  });

  it('keep a call and its result together', () => {
    const body = masked({
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: `call_${PHONE}`, type: 'function', function: { name: 'find', arguments: '{"who":"Maria"}' } },
            { id: 'call_2', type: 'custom', custom: { name: 'note', input: 'Maria' } },
          ],
        },
        { role: 'tool', tool_call_id: `call_${PHONE}`, content: 'Maria' },
      ],
    });
    expect(body['messages']).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_T.PHONE', type: 'function', function: { name: 'find', arguments: '{"who":"T.NAME"}' } },
          { id: 'call_2', type: 'custom', custom: { name: 'note', input: 'T.NAME' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_T.PHONE', content: 'T.NAME' },
    ]);
  });

  it('have arguments masked in strings, numbers and keys, and all else kept byte for byte', () => {
    const call = (args: string) => message({ role: 'assistant', function_call: { name: 'f', arguments: args } });
    const after = (args: string) => ({ role: 'assistant', function_call: { name: 'f', arguments: args } });
    expect(call(`{ "Maria": ["\\u004daria", ${PHONE}, 1.0], "n": 12345678901234567890 }`)).toEqual(
      after('{ "T.NAME": ["T.NAME", "T.PHONE", 1.0], "n": 12345678901234567890 }'),
    );
    expect(call(`{"who": "Maria`)).toEqual(after('{"who": "T.NAME'));
    expect(call('{"inner":"{\\"who\\":\\"\\\\u004daria\\"}"}')).toEqual(after('{"inner":"{\\"who\\":\\"T.NAME\\"}"}'));
    expect(call('')).toEqual(after(''));
  });

  it('have JSON in the results of tools masked inside its values, also in parts', () => {
    const result = `[{"who":"\\u004daria","phone":${PHONE},"ok":true}]`;
    const expected = '[{"who":"T.NAME","phone":"T.PHONE","ok":true}]';
    expect(message({ role: 'tool', content: result })).toEqual({ role: 'tool', content: expected });
    expect(message({ role: 'function', content: [{ type: 'text', text: result }] })).toEqual({
      role: 'function',
      content: [{ type: 'text', text: expected }],
    });
    expect(message({ role: 'tool', content: PHONE })).toEqual({ role: 'tool', content: 'T.PHONE' });
  });

  it('say who speaks, and only within the message', () => {
    const seen: [string, TextPosition][] = [];
    const note: MaskText = (text, at) => {
      seen.push([text, at]);
      return text;
    };
    const roles = ['nobody', 'system', 'developer', 'user', 'assistant', 'tool', 'function'];
    masked({ messages: roles.map((role) => ({ role, content: `by ${role}` })), user: 'u' }, BLOCK, note);
    const speakers = Object.fromEntries(seen.map(([text, { speaker }]) => [text, speaker]));
    expect(speakers).toEqual({
      'by system': 'system',
      'by developer': 'developer',
      'by user': 'user',
      'by assistant': 'assistant',
      'by tool': 'tool',
      'by function': 'function',
      'by nobody': null,
      nobody: null,
      u: null,
    });
  });

  it('of unknown shape are masked all the same', () => {
    expect(message({ role: 'Maria', content: 5550001111, thinking: [{ Maria: 'Maria' }] })).toEqual({
      role: 'T.NAME',
      content: 'T.PHONE',
      thinking: [{ 'T.NAME': 'T.NAME' }],
    });
    expect(message({ role: 'user', content: { type: 'text', text: 'Maria' }, tool_calls: 'Maria' })).toEqual({
      role: 'user',
      content: { type: 'text', text: 'T.NAME' },
      tool_calls: 'T.NAME',
    });
  });
});

describe('positions', () => {
  const positionsOf = (body: JsonValue, by = mask): Record<string, [string, string | null]> => {
    const seen: Record<string, [string, string | null]> = {};
    masked(body, BLOCK, (text, at) => {
      seen[text] = [at.pointer, at.key];
      return by(text, at);
    });
    return seen;
  };

  it('are JSON Pointers, with the nearest key as a cue', () => {
    expect(
      positionsOf({
        messages: [
          { role: 'user', content: 'one' },
          { role: 'user', content: [{ type: 'text', text: 'two' }] },
          { role: 'tool', content: '{"mrn":["three",{"dob":"four"}]}' },
        ],
        metadata: { 'a/b~c': 'five' },
      }),
    ).toMatchObject({
      one: ['/messages/0/content', 'content'],
      two: ['/messages/1/content/0/text', 'text'],
      three: ['/messages/2/content', 'mrn'],
      four: ['/messages/2/content', 'dob'],
      mrn: ['/messages/2/content', null],
      'a/b~c': ['/metadata', null],
      five: ['/metadata/a~1b~0c', 'a/b~c'],
    });
  });

  it('never hold a key that was masked', () => {
    const seen = positionsOf({
      messages: [{ role: 'tool', content: '{"Maria":"one"}' }],
      metadata: { Maria: { [PHONE]: ['two'] } },
      Maria: 'three',
    });
    expect(seen['one']).toEqual(['/messages/0/content', 'T.NAME']);
    expect(seen['two']).toEqual(['/metadata/T.NAME/T.PHONE/0', 'T.PHONE']);
    expect(JSON.stringify(Object.values(seen))).not.toMatch(/Maria|555/);
  });
});

describe('names of tools', () => {
  it('stay when masking leaves them alone, and else keep to the characters of names', () => {
    const tools = (name: string) => field('tools', [{ type: 'function', function: { name } }]);
    const after = (name: string) => [{ type: 'function', function: { name } }];
    expect(tools('get_weather-2')).toEqual(after('get_weather-2'));
    expect(tools('files.read')).toEqual(after('files.read'));
    expect(tools('call_Maria')).toEqual(after('call_T_NAME'));
    expect(message({ role: 'user', name: 'Maria', content: '' })).toEqual({
      role: 'user',
      name: 'T_NAME',
      content: '',
    });
  });

  it('are the same in the tool, in the choice of it, in calls and in results', () => {
    const body = masked({
      messages: [
        { role: 'assistant', tool_calls: [{ type: 'function', function: { name: 'ask_Maria', arguments: '{}' } }] },
        { role: 'function', name: 'ask_Maria', content: '' },
      ],
      tools: [{ type: 'function', function: { name: 'ask_Maria' } }],
      functions: [{ name: 'ask_Maria' }],
      function_call: { name: 'ask_Maria' },
      tool_choice: {
        type: 'allowed_tools',
        function: { name: 'ask_Maria' },
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'ask_Maria' } }] },
      },
    });
    expect(JSON.stringify(body).match(/ask_[A-Za-z_.]+/g)).toEqual(Array.from({ length: 7 }, () => 'ask_T_NAME'));
  });
});

describe('schemas', () => {
  it('are masked in every string and key, and keep their bounds and dialect', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      title: 'for Maria',
      properties: {
        Maria: { type: ['string', 'null'], enum: ['Maria', 5550001111], default: { maximum: 5550001111 } },
        age: { type: 'integer', maximum: 5550001111, examples: [{ minLength: 5550001111 }], const: 5550001111 },
      },
      required: ['Maria', 'age'],
      additionalProperties: false,
    };
    const after = (age: JsonValue) => ({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      title: 'for T.NAME',
      properties: {
        'T.NAME': { type: ['string', 'null'], enum: ['T.NAME', 'T.PHONE'], default: { maximum: 'T.PHONE' } },
        age: {
          type: age,
          maximum: 5550001111,
          examples: [{ minLength: 'T.PHONE' }],
          const: 'T.PHONE',
        },
      },
      required: ['T.NAME', 'age'],
      additionalProperties: false,
    });
    // A tool's arguments become numbers again; a structured answer does not.
    const inTool = after(['integer', 'string']);
    const tool = (parameters: JsonValue) => [
      { type: 'function', function: { name: 'f', description: 'd', parameters, strict: true } },
    ];
    expect(field('tools', tool(schema))).toEqual(tool(inTool));
    const format = (inner: JsonValue) => ({
      type: 'json_schema',
      json_schema: { name: 'n', strict: true, schema: inner },
    });
    expect(field('response_format', format(schema))).toEqual(format(after('integer')));
    expect(field('functions', [{ name: 'f', parameters: schema }])).toEqual([{ name: 'f', parameters: inTool }]);
  });

  it('whose $schema is no known dialect are masked there too', () => {
    const tool = (uri: string) => [{ function: { name: 'f', parameters: { $schema: uri } } }];
    expect(field('tools', tool('http://Maria.example'))).toEqual(tool('http://T.NAME.example'));
  });
});

describe('settings', () => {
  it('stay as they are', () => {
    const body = {
      model: 'gpt-4o-2024-08-06',
      messages: [],
      n: 2,
      seed: 5550001111,
      temperature: 0.7,
      stream: true,
      stream_options: { include_usage: true },
      logit_bias: { '50256': -100, '199999': 5 },
      reasoning_effort: 'minimal',
      service_tier: 'flex',
      tool_choice: 'required',
      modalities: ['text', 'audio'],
      stop: ['END', '\n'],
      response_format: { type: 'json_object' },
      prompt_cache_retention: '24h',
      parallel_tool_calls: false,
    };
    const everything: MaskText = (text) => (text === 'END' || text === '\n' ? text : `masked(${text})`);
    expect(masked(body, BLOCK, everything)).toBe(body);
  });

  it('that are not what they should be are masked', () => {
    expect(field('temperature', 'Maria')).toBe('T.NAME');
    expect(field('service_tier', 'Maria')).toBe('T.NAME');
    expect(field('logit_bias', { [PHONE]: 1 })).toEqual({ 'T.PHONE': 1 });
    expect(field('logit_bias', { '1': 5550001111 })).toEqual({ '1': 'T.PHONE' });
    expect(field('stop', ['Maria'])).toEqual(['T.NAME']);
    expect(field('model', { Maria: 1 })).toEqual({ 'T.NAME': 1 });
  });

  it('that nobody knows go on masked', () => {
    expect(field('Maria', 1)).toBeUndefined();
    expect(field('x', { Maria: [`{"\\u004daria":${PHONE}}`, true, null] })).toEqual({
      'T.NAME': ['{"T.NAME":"T.PHONE"}', true, null],
    });
  });
});

describe('numbers', () => {
  it('are shown to detection with all their digits and stay numbers otherwise', () => {
    const seen: string[] = [];
    const note: MaskText = (text, at) => {
      seen.push(text);
      return mask(text, at);
    };
    const numbers = [5550001111, -5550001111, 1e21, 1.5, 0];
    const body = masked({ messages: [], x: numbers }, BLOCK, note);
    expect(body['x']).toEqual(['T.PHONE', '-T.PHONE', 1e21, 1.5, 0]);
    expect(seen).toEqual(['x', '5550001111', '-5550001111', '1000000000000000000000', '1.5', '0']);
  });
});

describe('keys', () => {
  it('that masking makes equal are kept apart', () => {
    const same: MaskText = (text) => (text.includes('555') ? 'T' : text);
    const body = masked({ messages: [], x: { '555-1': 1, '(555)1': 2, T: 3 } }, BLOCK, same);
    expect(body['x']).toEqual({ T: 1, T_2: 2, T_3: 3 });
  });

  it('of prototypes are keys like others', () => {
    const body = JSON.parse(
      '{"messages":[{"role":"user","__proto__":"Maria"}],"__proto__":{"Maria":"x"},"constructor":"Maria"}',
    ) as JsonValue;
    expect(JSON.stringify(masked(body))).toBe(
      '{"messages":[{"role":"user","__proto__":"T.NAME"}],"__proto__":{"T.NAME":"x"},"constructor":"T.NAME"}',
    );
  });
});

describe('what is refused', () => {
  it.each<[string, JsonValue, string, string | null]>([
    ['a body that is a list', [], 'bad_request', null],
    ['a body that is null', null, 'bad_request', null],
    ['a body that is a text', 'Maria', 'bad_request', null],
    ['no messages', { model: 'm' }, 'validation_failed', 'messages'],
    ['messages that are no list', { messages: { '0': {} } }, 'validation_failed', 'messages'],
    ['messages that are null', { messages: null }, 'validation_failed', 'messages'],
    ['a message that is no object', { messages: [{ role: 'user' }, 'Maria'] }, 'validation_failed', 'messages[1]'],
    ['a message that is null', { messages: [null] }, 'validation_failed', 'messages[0]'],
  ])('%s', (_, body, code, param) => {
    const result = maskChatRequest(body, mask, BLOCK);
    expect(result).toMatchObject({ ok: false, problem: { code, param } });
    expect(JSON.stringify(result)).not.toContain('Maria');
  });

  it('is not read from a prototype', () => {
    expect(maskChatRequest(Object.create({ messages: [] }) as JsonObject, mask, BLOCK)).toMatchObject({ ok: false });
  });
});

describe('binary parts', () => {
  const bytes = 'iVBORw0KGgo5550001111'.repeat(8);
  const binary: JsonObject[] = [
    { type: 'image_url', image_url: { url: 'https://example.org/Maria.png', detail: 'low' } },
    { type: 'input_audio', input_audio: { data: bytes, format: 'wav' } },
    { type: 'file', file: { file_data: bytes, filename: 'Maria.pdf' } },
    { type: 'video_url', video_url: { url: 'x' } },
    { type: 'document', title: 'x' },
    { type: 'text', text: 'fine', image_url: 'https://example.org' },
    { type: 'input_image', image_url: 'x' },
    { file: {} },
  ];

  it.each(binary)('block the request: %j', (part) => {
    const body = {
      messages: [
        { role: 'user', content: 'x' },
        { role: 'user', content: [{ type: 'text', text: 'x' }, part] },
      ],
    };
    expect(maskChatRequest(body, mask, BLOCK)).toMatchObject({
      ok: false,
      problem: { code: 'uninspectable_content', param: 'messages[1].content[1]' },
    });
  });

  it('are found outside a list, with tools, and in a prediction', () => {
    const part = binary[0] ?? {};
    const param = (body: JsonValue) => {
      const result = maskChatRequest(body, mask, BLOCK);
      return result.ok ? null : result.problem.param;
    };
    expect(param({ messages: [{ role: 'user', content: part }] })).toBe('messages[0].content');
    expect(param({ messages: [{ role: 'tool', content: [part] }] })).toBe('messages[0].content[0]');
    expect(param({ messages: [], prediction: { type: 'content', content: [part] } })).toBe('prediction.content[0]');
  });

  it('go on when the policy says so, counted, with all but their bytes masked', () => {
    const result = maskChatRequest({ messages: [{ role: 'user', content: binary }] }, mask, ALLOW);
    if (!result.ok) throw new Error('refused');
    expect(result.binaryParts).toBe(binary.length);
    expect(result.body['messages']).toMatchObject([
      {
        content: [
          { image_url: { url: 'https://example.org/T.NAME.png', detail: 'low' } },
          { input_audio: { data: bytes, format: 'wav' } },
          { file: { file_data: bytes, filename: 'T.NAME.pdf' } },
          ...binary.slice(3),
        ],
      },
    ]);
  });

  it('that say to be encoded but are plain text are masked', () => {
    const image = (url: string) => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    expect(masked(image('data:text/plain,Maria'), ALLOW)).toEqual(image('data:text/plain,T.NAME'));
    expect(masked(image(`data:;base64,Maria Maria`), ALLOW)).toEqual(image('data:;base64,T.NAME T.NAME'));
    const picture = image('data:image/png;base64,iVBORw0KGgo5550001111=');
    expect(masked(picture, ALLOW)).toEqual(picture);
  });
});

describe('the input', () => {
  const word = fc.constantFrom('Maria', PHONE, 'hello', 'role', 'content', 'text', 'type', '__proto__', '');
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.constantFrom<JsonValue>(null, true, 5550001111, 1.5),
      word.map((text) => JSON.stringify({ [text]: text })),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 3 }),
    ),
  }));
  const body = fc.record({
    messages: fc.array(
      fc.dictionary(fc.constantFrom('role', 'content', 'name', 'tool_calls', 'x'), value, { maxKeys: 4 }),
      { maxLength: 3 },
    ),
    metadata: value,
    tools: value,
    response_format: value,
    tool_choice: value,
  });

  it('is never changed, and nothing of it that is to be masked is in the output', () => {
    fc.assert(
      fc.property(body, (input) => {
        const before = JSON.stringify(input);
        const result = maskChatRequest(input, mask, ALLOW);
        expect(JSON.stringify(input)).toBe(before);
        expect(JSON.stringify(result)).not.toMatch(/Maria|5550001111/);
      }),
      { numRuns: 1500 },
    );
  });

  it('is shared where nothing is masked', () => {
    const harmless: JsonObject = {
      messages: [{ role: 'user', content: 'hello' }],
      metadata: { a: ['b', 1] },
      tools: [],
    };
    expect(masked(harmless)).toBe(harmless);
    const mixed: JsonObject = { ...harmless, user: 'Maria' };
    expect(masked(mixed)['messages']).toBe(harmless['messages']);
  });
});

describe('asking for JSON', () => {
  it.each<[JsonValue, boolean]>([
    [{ type: 'json_object' }, true],
    [{ type: 'json_schema' }, true],
    [{ type: 'text' }, false],
    ['json_object', false],
    [null, false],
  ])('is said by response_format %j: %j', (format, answer) => {
    expect(asksForJson({ response_format: format })).toBe(answer);
    expect(asksForJson({})).toBe(false);
  });
});

describe('metadata', () => {
  const call = { id: 'call-1' };
  const metadataOf = (body: JsonObject): JsonValue | undefined =>
    masked({ model: 'm', messages: [], ...body })['metadata'];

  it.each([{ visit: { room: 4 } }, { plan: 'gold', visits: 3 }, { tags: ['a'] }, { note: null }])(
    'of a Vapi request is removed where a value is no string: %j',
    (metadata) => {
      expect(metadataOf({ call, metadata })).toBeUndefined();
    },
  );

  it('of a Vapi request stays, masked, where every value is a string', () => {
    expect(metadataOf({ call, metadata: { caller: 'Maria' } })).toEqual({ caller: 'T.NAME' });
  });

  it('of another request stays, masked, whatever its values are', () => {
    expect(metadataOf({ metadata: { visit: { of: 'Maria', room: 4 } } })).toEqual({ visit: { of: 'T.NAME', room: 4 } });
  });
});
