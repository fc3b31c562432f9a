import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf, OLLAMA, OPENAI } from '../../../../src/detection/llm-detector/dialects.ts';
import { ANSWER_SCHEMA } from '../../../../src/detection/llm-detector/prompt.ts';

it.each([
  ['http://gemma:8000', 'openai', '/v1/chat/completions'],
  ['http://gemma:8000/v1', 'openai', '/v1/chat/completions'],
  ['http://gemma:8000/v1/', 'openai', '/v1/chat/completions'],
  ['http://gemma:8000/v1/chat/completions', 'openai', '/v1/chat/completions'],
  ['https://models.internal/team-a', 'openai', '/team-a/v1/chat/completions'],
  ['https://models.internal/api/v1', 'openai', '/api/v1/chat/completions'],
  ['http://localhost:11434', 'openai', '/v1/chat/completions'],
  ['http://localhost:11434/api', 'ollama', '/api/chat'],
  ['http://localhost:11434/api/', 'ollama', '/api/chat'],
  ['http://localhost:11434/api/chat', 'ollama', '/api/chat'],
  ['https://models.internal/ollama/api', 'ollama', '/ollama/api/chat'],
])('%s is asked as %s at %s', (url, name, path) => {
  const { dialect, path: asked } = endpointOf(new URL(url));
  expect([dialect.name, asked]).toEqual([name, path]);
});

describe('a request', () => {
  const messages = [{ role: 'user', content: 'the prompt' }];

  it("to OpenAI's API asks for the strict schema, at temperature 0, not streamed", () => {
    expect(OPENAI.request('gemma3', 'the prompt')).toEqual({
      model: 'gemma3',
      messages,
      temperature: 0,
      max_tokens: 2048,
      stream: false,
      response_format: { type: 'json_schema', json_schema: { name: 'entities', strict: true, schema: ANSWER_SCHEMA } },
    });
  });

  it("to Ollama's API too, with a context that the prompt fits in", () => {
    expect(OLLAMA.request('gemma3:4b', 'the prompt')).toEqual({
      model: 'gemma3:4b',
      messages,
      stream: false,
      format: ANSWER_SCHEMA,
      options: { temperature: 0, num_ctx: 8192, num_predict: 2048 },
      keep_alive: '1h',
    });
  });
});

describe('what the model wrote', () => {
  const openAi = (choice: object): string => JSON.stringify({ choices: [choice] });
  const ollama = (members: object): string => JSON.stringify({ model: 'gemma3', done: true, ...members });

  it('is in the first choice, or the message', () => {
    expect(OPENAI.content(openAi({ message: { role: 'assistant', content: 'words' }, finish_reason: 'stop' }))).toBe(
      'words',
    );
    expect(OLLAMA.content(ollama({ message: { role: 'assistant', content: 'words' }, done_reason: 'stop' }))).toBe(
      'words',
    );
  });

  it('is not whole when the length ended it', () => {
    expect(OPENAI.content(openAi({ message: { content: 'wor' }, finish_reason: 'length' }))).toBeNull();
    expect(OLLAMA.content(ollama({ message: { content: 'wor' }, done_reason: 'length' }))).toBeNull();
  });

  it.each([
    '',
    'no JSON',
    'null',
    '[]',
    '{}',
    '{"choices":[]}',
    '{"choices":{"0":1}}',
    '{"choices":[{"message":{"content":null}}]}',
    '{"message":"words"}',
    '{"message":{}}',
    '{"error":"no such model"}',
  ])('is not in %s', (body) => {
    expect([OPENAI.content(body), OLLAMA.content(body)]).toEqual([null, null]);
  });

  it('is a text or nothing, whatever came back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        for (const { content } of [OPENAI, OLLAMA]) expect(['string', 'object']).toContain(typeof content(body));
      }),
    );
  });
});
