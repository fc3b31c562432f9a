/** Wrong input to the proxy: the documented code in OpenAI's form, nothing sent, nothing written. See docs/proxy.md. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

let db: TestDatabase;
let client: pg.Client;
let upstream: TestUpstream;
let masker: TestInstance;
let agent: CreatedAgent;
let before: unknown;

beforeAll(async () => {
  db = await createTestDatabase();
  client = new pg.Client(db.url);
  await client.connect();
  upstream = await startUpstream();
  masker = await startTestInstance(db.url, {
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
    MASKER_MAX_BODY_BYTES: '65536',
  });
  agent = await masker.createAgent();
});
afterAll(async () => {
  await masker.close();
  await upstream.close();
  await client.end();
  await db.drop();
});

async function rowCounts(): Promise<unknown> {
  const tables = ['sessions', 'turns', 'entries', 'vault_entries', 'vault_keys', 'account_events'];
  const { rows } = await client.query<object>(
    `SELECT ${tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}`,
  );
  return rows;
}
beforeEach(async () => {
  before = await rowCounts();
  upstream.received.length = 0;
});
afterEach(async () => {
  expect(upstream.received).toHaveLength(0);
  expect(await rowCounts()).toEqual(before);
});

interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

async function refused(
  response: Response,
  status: number,
  code: string,
  param: string | null = null,
): Promise<OpenAiError['error']> {
  const { error } = (await response.json()) as OpenAiError;
  expect({ status: response.status, code: error.code, param: error.param }).toEqual({ status, code, param });
  expect(error.message).not.toBe('');
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9A-Z]{26}$/);
  return error;
}

const post = (url: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
const MESSAGES = '"messages":[{"role":"user","content":"hi"}]';

describe('a body', () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>, number, string, string | null]>([
    ['that is empty', '', 400, 'bad_request', null],
    ['that is no JSON', '{"messages":', 400, 'bad_request', null],
    ['that is a list', '[]', 400, 'bad_request', null],
    ['with a key twice', `{${MESSAGES},${MESSAGES}}`, 400, 'bad_request', null],
    ['with a key twice, once escaped', `{${MESSAGES},"\\u006dessages":[]}`, 400, 'bad_request', null],
    ['that is no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'bad_request', null],
    ['that is nested too deep', `{${MESSAGES},"x":${'['.repeat(100)}${']'.repeat(100)}}`, 400, 'bad_request', null],
    [
      'that is too large',
      JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(70_000) }] }),
      413,
      'payload_too_large',
      null,
    ],
    ['without messages', '{}', 422, 'validation_failed', 'messages'],
    ['with messages that are no list', '{"messages":"hi"}', 422, 'validation_failed', 'messages'],
    ['with a message that is no object', '{"messages":["hi"]}', 422, 'validation_failed', 'messages[0]'],
    ['for another model', `{"model":"gpt-4",${MESSAGES}}`, 422, 'model_not_allowed', 'model'],
    ['with a model that is no text', `{"model":4,${MESSAGES}}`, 422, 'validation_failed', 'model'],
    ['with a stream that is no boolean', `{"stream":"yes",${MESSAGES}}`, 422, 'validation_failed', 'stream'],
    [
      'with an image, which cannot be inspected',
      '{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/x.png"}}]}]}',
      422,
      'uninspectable_content',
      'messages[0].content[0]',
    ],
  ])('%s', async (_, body, status, code, param) => {
    await refused(await post(agent.proxy_url, body), status, code, param);
  });
});

describe('a request', () => {
  test('to an agent that is malformed, unknown or deleted', async () => {
    for (const id of ['x', `agt_${'0'.repeat(26)}`, agent.id.toLowerCase()]) {
      await refused(
        await post(`${masker.url}/proxy/${id}/v1/chat/completions`, `{${MESSAGES}}`),
        404,
        'agent_not_found',
      );
    }
  });

  test('to no route of the proxy', async () => {
    for (const route of ['embeddings', 'moderations', 'audio/speech', 'files', 'chat/completions/chatcmpl-1']) {
      const response = await post(`${agent.baseUrl}/${route}`, '{}');
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(await response.clone().text()).toContain('Masker does not carry this route');
      await refused(response, 404, 'not_found');
    }
    await refused(await fetch(`${masker.url}/proxy/`), 404, 'not_found');
  });

  test('by the wrong method is told the right one', async () => {
    const response = await fetch(agent.proxy_url);
    expect(response.headers.get('allow')).toBe('POST');
    await refused(response, 405, 'method_not_allowed');
    const models = await post(`${agent.baseUrl}/models`, '{}');
    expect(models.headers.get('allow')).toBe('GET');
    await refused(models, 405, 'method_not_allowed');
  });

  test('of another media type', async () => {
    await refused(await post(agent.proxy_url, `{${MESSAGES}}`, 'text/plain'), 415, 'unsupported_media_type');
  });
});

test('a deleted agent is gone at once', async () => {
  const doomed = await masker.createAgent({ name: 'doomed' });
  expect((await masker.api('DELETE', `/agents/${doomed.id}`)).status).toBe(204);
  before = await rowCounts();
  await refused(await post(doomed.proxy_url, `{${MESSAGES}}`), 404, 'agent_not_found');
});
