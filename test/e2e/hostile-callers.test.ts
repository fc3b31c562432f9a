/** What a caller sends where nobody looks for values: keys, paths, hosts, keys of ours. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callRecord, entriesOf } from '../call-records.ts';
import type { CallRecord } from '../call-records.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { onNode, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let withoutKey: TestInstance;

beforeAll(async () => {
  calls = await startCalls();
  withoutKey = await calls.anotherNode({ MASKER_OPENAI_API_KEY: '' });
});
afterAll(async () => {
  await calls.close();
});

/** The call of a response, once its ending is on disk. */
async function recordOf(response: Response): Promise<CallRecord> {
  await calls.masker.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  return callRecord(calls.pool, sessionOf(response));
}

/** The answer to bytes that no HTTP client would send. */
async function answerTo(request: string): Promise<string> {
  const socket = connect(Number(new URL(calls.masker.url).port), '127.0.0.1');
  socket.end(request);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('a key of the request that is a value', () => {
  const body = {
    metadata: { 'Maria Gonzalez': 'ssn 123-45-6789' },
    messages: [{ role: 'user', content: 'my name is Maria Gonzalez' }],
  };

  test.each(['vault-deterministic', 'reversible-aead'])('leaves no token in the journal (%s)', async (tokenization) => {
    const agent = await calls.masker.createAgent({ tokenization });
    const response = await calls.masker.chat(agent, body);
    expect(response.status).toBe(200);
    expect(tokensIn(calls.upstream.received.at(-1)?.body.toString('utf8') ?? '')).toHaveLength(3);
    const call = await recordOf(response);
    const paths = entriesOf(call, 'redaction').map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('/metadata/'))).toEqual([
      expect.stringMatching(/^\/metadata\/MSKV?1\.NAME\.K_HEALTHCARE$/),
    ]);
    expect(tokensIn(JSON.stringify(call.entries))).toEqual([]);
  });

  test('is not in the journal when a later text gives it away', async () => {
    const agent = await calls.masker.createAgent();
    const response = await calls.masker.chat(agent, {
      metadata: { 'zorblatt quuxley': 'ssn 123-45-6789' },
      messages: [{ role: 'user', content: 'my name is Zorblatt Quuxley' }],
    });
    expect(response.status).toBe(200);
    expect(calls.upstream.everything().toLowerCase()).not.toContain('quuxley');
    const call = await recordOf(response);
    expect(entriesOf(call, 'redaction').map(({ entity_kind: kind }) => kind)).toContain('SSN');
    expect(JSON.stringify(call.entries).toLowerCase()).not.toContain('quuxley');
  });
});

describe('the access token of an admin, sent to the proxy by mistake', () => {
  async function authorizationSeen(agent: CreatedAgent, authorization: string): Promise<string | undefined> {
    const response = await withoutKey.chat(
      agent,
      { messages: [{ role: 'user', content: 'hello' }] },
      { authorization },
    );
    expect(response.status).toBe(200);
    return calls.upstream.received.at(-1)?.headers.authorization;
  }

  test("stays here, while the caller's own key of the provider goes on", async () => {
    const agent = onNode(withoutKey, await calls.masker.createAgent());
    expect(await authorizationSeen(agent, 'Bearer sk-of-the-caller')).toBe('Bearer sk-of-the-caller');
    expect(await authorizationSeen(agent, `Bearer ${BOOTSTRAP_TOKEN}`)).toBeUndefined();
    expect(await authorizationSeen(agent, `bearer  ${BOOTSTRAP_TOKEN}`)).toBeUndefined();
    expect(calls.upstream.everything()).not.toContain(BOOTSTRAP_TOKEN);
  });
});

describe('an address', () => {
  test('that nobody serves is not repeated on the log line', async () => {
    for (const path of ['/maria-gonzalez', '/maria.gonzalez?maria', '/apimaria', '/.maria/gonzalez']) {
      expect((await fetch(`${calls.masker.url}${path}`)).status).toBe(404);
    }
    expect(calls.masker.logged.join('')).not.toMatch(/maria|gonzalez/i);
  });

  test.each(['/graphql?query={me{permissions}}', '/api/v1/me', '/nowhere'])(
    'with a Host that makes no URL is refused, at %s',
    async (path) => {
      const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"bad_request"');
      expect(answer).not.toMatch(/\bat |node_modules|\.js/);
    },
  );
});
