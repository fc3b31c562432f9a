import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { answerWith, echo, lastUserText, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

let db: TestDatabase;
let upstream: TestUpstream;
let masker: TestInstance;

beforeAll(async () => {
  db = await createTestDatabase();
  upstream = await startUpstream();
  masker = await startTestInstance(db.url, { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk-upstream' });
});
afterAll(async () => {
  await masker.close();
  await upstream.close();
  await db.drop();
});
beforeEach(() => {
  upstream.received.length = 0;
  upstream.respond(echo);
});

/** What a caller might say, and the parts of it that must not leave. */
const SAID = 'Hi, this is Maria Gonzalez. My number is (415) 555-0142, my social is 123-45-6789 and I was born on March 14, 1982.';
const PHI = ['Maria', 'Gonzalez', '555-0142', '123-45-6789', 'March 14'];

/** The official client, unmodified but for its base URL. */
function client(agent: CreatedAgent): OpenAI {
  return new OpenAI({ baseURL: agent.baseUrl, apiKey: 'sk-of-the-platform', maxRetries: 0 });
}

describe.each(['vault-deterministic', 'reversible-aead'])('the openai package, through %s tokens,', (tokenization) => {
  let agent: CreatedAgent;
  beforeAll(async () => {
    agent = await masker.createAgent({ tokenization });
  });

  test('creates a completion: the caller reads what it would have read without Masker', async () => {
    const completion = await client(agent).chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: SAID }] });
    expect(completion.choices[0]?.message.content).toBe(SAID);
    expect(completion.usage?.total_tokens).toBe(2);
  });

  test('streams one', async () => {
    const stream = await client(agent).chat.completions.create({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: SAID }] });
    let text = '';
    let finish: string | null = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect(text).toBe(SAID);
    expect(finish).toBe('stop');
  });

  test('sends the upstream none of it, in bytes, headers or address', async () => {
    await client(agent).chat.completions.create({
      model: 'gpt-4o-mini',
      safety_identifier: '415-555-0142',
      metadata: { caller: 'Maria Gonzalez, 415-555-0142' },
      messages: [
        { role: 'system', content: 'You are a helpful assistant for a clinic. The patient is Mr. Robert Chen, MRN 00482913.' },
        { role: 'user', content: [{ type: 'text', text: SAID }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find_patient', arguments: '{"phone":"(415) 555-0142","ssn":"123-45-6789"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '{"email":"maria.gonzalez@example.com","dob":"1982-03-14"}' },
      ],
    });
    const everything = upstream.everything();
    for (const value of [...PHI, 'Robert', 'Chen', '00482913', 'maria.gonzalez', '1982-03-14']) expect(everything).not.toContain(value);
    expect(everything).not.toContain('sk-of-the-platform');
    expect(upstream.received[0]?.headers.authorization).toBe('Bearer sk-upstream');
    expect(upstream.received[0]?.url).toBe('/v1/chat/completions');
  });

  test('gets tool arguments with the real values, as JSON', async () => {
    upstream.respond((request, response) => {
      const [token] = /MSKV?1\.PHONE\.[A-Z_]+\.[A-Z2-7]+/.exec(lastUserText(request)) ?? [''];
      const message = {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'call_back', arguments: JSON.stringify({ number: token }) } }],
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }));
    });
    const completion = await client(agent).chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: SAID }] });
    const [call] = completion.choices[0]?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no tool call');
    expect(JSON.parse(call.function.arguments)).toEqual({ number: '(415) 555-0142' });
  });

  test('never reads a token that this session did not issue', async () => {
    const foreign = `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`;
    upstream.respond((request, response) => {
      answerWith(`Call ${foreign} now`, request, response);
    });
    for (const stream of [false, true]) {
      const response = await masker.chat(agent, { model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: 'hello' }] });
      const text = await response.text();
      expect(text).not.toContain(foreign);
      if (!stream) expect(text).toContain('Call [REDACTED:PHONE] now');
    }
  });

  test('lists the model of the agent', async () => {
    const models = await client(agent).models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['gpt-4o-mini']);
  });

  test('gets its own error classes', async () => {
    const openai = client(agent);
    await expect(openai.chat.completions.create({ model: 'gpt-4', messages: [] })).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError);
    const gone = new OpenAI({ baseURL: agent.baseUrl.replace(/agt_.{26}/, `agt_${'0'.repeat(26)}`), apiKey: 'x', maxRetries: 0 });
    await expect(gone.chat.completions.create({ model: 'gpt-4o-mini', messages: [] })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});

test("an upstream's error keeps its status and is restored too", async () => {
  const agent = await masker.createAgent();
  upstream.respond((request, response) => {
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' });
    response.end(JSON.stringify({ error: { message: `too much: ${lastUserText(request)}`, type: 'rate_limit_error', param: null, code: null } }));
  });
  const error: unknown = await client(agent)
    .chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: SAID }] })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  if (error instanceof OpenAI.RateLimitError) {
    expect(error.message).toContain(SAID);
    expect(error.headers.get('retry-after')).toBe('7');
  }
});

test('a stream that the upstream breaks off ends in an error, never in [DONE]', async () => {
  const agent = await masker.createAgent();
  upstream.respond((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"half a "},"finish_reason":null}]}\n\n');
    setImmediate(() => response.destroy());
  });
  const response = await masker.chat(agent, { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const text = await response.text();
  expect(text).toContain('half a ');
  expect(text).toContain('"code":"upstream_error"');
  expect(text).not.toContain('[DONE]');
  const session = response.headers.get('masker-session-id') ?? '';
  const { session: stored } = (await (await masker.api('GET', `/sessions/${session}`)).json()) as { session: { status: string } };
  expect(stored.status).toBe('partial');
});

test('an upstream that is not there is 502', async () => {
  const lonely = await startTestInstance(db.url, { MASKER_OPENAI_BASE_URL: 'http://127.0.0.1:9', MASKER_OPENAI_API_KEY: 'sk' });
  try {
    const agent = await lonely.createAgent({ name: 'lonely' });
    const response = await lonely.chat(agent, { messages: [{ role: 'user', content: 'hi' }] });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error', type: 'api_error' } });
  } finally {
    await lonely.close();
  }
});
