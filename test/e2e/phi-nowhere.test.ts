/** PHI put in through every door is found nowhere: no table, log line, error, header or upstream byte holds it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { allTables, disguises, headerText } from './everything.ts';
import { answerWith, echo, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

let db: TestDatabase;
let upstream: TestUpstream;
let masker: TestInstance;
let vault: CreatedAgent;
let aead: CreatedAgent;

/** Values that stand nowhere else in the world of these tests. */
const MARKERS = {
  name: 'Zebulon Quackenbush',
  phone: '(212) 555-0187',
  ssn: '219-09-7645',
  email: 'zebulon.quackenbush@example.org',
  dob: '04/17/1951',
  street: '4242 Kumquat Lane',
  mrn: '77310984',
  card: '4111 1111 1111 1111',
} as const;
const SAID = `My name is ${MARKERS.name}, born on ${MARKERS.dob}. I live at ${MARKERS.street}, Springfield, IL 62704. Call ${MARKERS.phone} or mail ${MARKERS.email}. My social is ${MARKERS.ssn}, my MRN is ${MARKERS.mrn}, my card is ${MARKERS.card}.`;
/** Everything at once, for doors that do not read sentences. */
const ALL = Object.values(MARKERS).join(' ');
/** Any of these in a place tells that a value got there; the parts of the name as well. */
const NEEDLES = [...Object.values(MARKERS), 'Zebulon', 'Quackenbush', 'Kumquat', '2125550187', '219097645'];

beforeAll(async () => {
  db = await createTestDatabase();
  upstream = await startUpstream();
  masker = await startTestInstance(db.url, {
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
    MASKER_LOG_LEVEL: 'trace',
  });
  vault = await masker.createAgent();
  aead = await masker.createAgent({ tokenization: 'reversible-aead' });
});
afterAll(async () => {
  await masker.close();
  await upstream.close();
  await db.drop();
});
beforeEach(() => {
  upstream.respond(echo);
});

function found(place: string): string[] {
  return NEEDLES.filter((needle) => disguises(needle).some((text) => place.toLowerCase().includes(text.toLowerCase())));
}

/** A request that goes wrong: neither its answer nor the headers of it may repeat what was sent. */
async function failsQuietly(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  expect(response.status, text).toBeGreaterThanOrEqual(400);
  expect(found(`${headerText(response)}\n${text}`), `${init.method ?? 'GET'} ${response.status}`).toEqual([]);
}

const json = { 'content-type': 'application/json' };
const admin = { ...json, authorization: `Bearer ${BOOTSTRAP_TOKEN}` };

// A story: the last test looks at what all of the others left behind.
describe('PHI put in through every door', { shuffle: false }, () => {
  describe('what a caller says', () => {
    const body = {
      model: 'gpt-4o-mini',
      user: MARKERS.phone,
      metadata: { session_id: MARKERS.phone, note: MARKERS.email, [MARKERS.ssn]: 'x' },
      stop: [MARKERS.ssn],
      customer: { number: MARKERS.phone, name: MARKERS.name },
      some_new_field: { deep: [{ value: MARKERS.email }], number: 2125550187 },
      tools: [
        {
          type: 'function',
          function: {
            name: 'lookup',
            description: `as for ${MARKERS.email}`,
            parameters: { type: 'object', properties: { x: { type: 'string', enum: [MARKERS.ssn] } } },
          },
        },
      ],
      messages: [
        { role: 'system', content: `The patient is Mr. ${MARKERS.name}.` },
        { role: 'user', name: 'caller', content: SAID },
        { role: 'user', content: [{ type: 'text', text: SAID }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'c1',
              type: 'function',
              function: {
                name: 'lookup',
                arguments: JSON.stringify({ name: MARKERS.name, ssn: MARKERS.ssn, digits: 2125550187 }),
              },
            },
          ],
        },
        {
          role: 'tool',
          tool_call_id: 'c1',
          content: JSON.stringify({ found: { email: MARKERS.email, card: MARKERS.card } }),
        },
      ],
    };
    const headers = {
      'x-call-id': MARKERS.phone,
      'x-anything': ALL,
      cookie: `masker_session=${encodeURIComponent(ALL)}`,
      'user-agent': ALL,
      referer: `http://x/?q=${encodeURIComponent(ALL)}`,
    };

    test.each([false, true])('reaches the caller again, and no header of the answer (streamed: %s)', async (stream) => {
      for (const agent of [vault, aead]) {
        upstream.received.length = 0;
        const response = await masker.chat(agent, { ...body, stream }, headers);
        const text = await response.text();
        expect(response.status, text).toBe(200);
        expect(found(headerText(response))).toEqual([]);
        expect(upstream.received).toHaveLength(1);
        expect(found(upstream.everything())).toEqual([]);
      }
    });

    test('does not leave in the query string', async () => {
      upstream.received.length = 0;
      const response = await fetch(`${vault.proxy_url}?q=${encodeURIComponent(ALL)}`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] }),
      });
      expect(response.status).toBe(200);
      expect(found(upstream.everything())).toEqual([]);
    });

    test('comes back in an error of the upstream, to the caller alone', async () => {
      upstream.respond((request, response) => {
        response.writeHead(400, json);
        response.end(
          JSON.stringify({
            error: { message: request.body.toString('utf8'), type: 'invalid_request_error', param: null, code: null },
          }),
        );
      });
      const response = await masker.chat(vault, { messages: [{ role: 'user', content: SAID }] });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(MARKERS.email);
    });

    test('stays with the caller when the upstream dies', async () => {
      upstream.respond((request, response) => {
        answerWith('never whole', request, response);
        response.destroy();
      });
      await masker.chat(vault, { stream: true, messages: [{ role: 'user', content: SAID }] }).then(
        (r) => r.text(),
        () => undefined,
      );
    });
  });

  describe('what is wrong is answered without repeating it', () => {
    const post = (body: string, headers: Record<string, string> = json): RequestInit => ({
      method: 'POST',
      headers,
      body,
    });
    const quoted = JSON.stringify(ALL);

    test.each([
      ['broken JSON', `{"messages":[{"role":"user","content":${quoted}}`],
      ['a bare string', quoted],
      ['a duplicate key', `{"messages":[],${quoted}:1,${quoted}:2}`],
      ['a foreign model', `{"model":${quoted},"messages":[]}`],
      ['a stream that is text', `{"stream":${quoted},"messages":[]}`],
      ['messages that are text', `{"messages":${quoted}}`],
      ['a message that is text', `{"messages":[${quoted}]}`],
      ['an image', `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":${quoted}}}]}]}`],
    ])('proxy: %s', async (_, body) => {
      await failsQuietly(vault.proxy_url, post(body));
    });

    test('proxy: path, media type and method', async () => {
      await failsQuietly(`${masker.url}/proxy/${encodeURIComponent(ALL)}/v1/chat/completions`, post('{}'));
      await failsQuietly(`${vault.baseUrl}/${encodeURIComponent(ALL)}`, post('{}'));
      await failsQuietly(vault.proxy_url, post(ALL, { 'content-type': 'text/plain' }));
      await failsQuietly(vault.proxy_url, { method: 'PUT', body: ALL });
    });

    test.each<[string, string, string | undefined]>([
      [
        'POST',
        '/agents',
        `{"name":${JSON.stringify(`${ALL}\u0000`)},"upstream":${quoted},"tokenization":${quoted},"policy_name":${quoted}}`,
      ],
      ['POST', '/agents', `{"name":"a","upstream":"stub",${quoted}:1}`],
      ['POST', '/agents', `{"name":"a","upstream":"stub","policy_yaml":${JSON.stringify(`name: [${ALL}`)}}`],
      [
        'POST',
        '/agents',
        `{"name":"a","upstream":"stub","policy_yaml":${JSON.stringify(`name: x\n${MARKERS.name}: ${MARKERS.ssn}\nkid: ${MARKERS.phone}\n`)}}`,
      ],
      ['POST', '/agents', `{"name":${quoted}`],
      ['GET', `/agents?cursor=${encodeURIComponent(ALL)}&limit=${encodeURIComponent(ALL)}`, undefined],
      ['GET', `/agents/${encodeURIComponent(ALL)}`, undefined],
      [
        'GET',
        `/sessions?since=${encodeURIComponent(ALL)}&status=${encodeURIComponent(ALL)}&agent_id=${encodeURIComponent(ALL)}`,
        undefined,
      ],
      ['GET', `/sessions?${encodeURIComponent(ALL)}=1`, undefined],
      ['GET', `/sessions/${encodeURIComponent(ALL)}`, undefined],
      ['GET', `/sessions/${encodeURIComponent(ALL)}/report?format=${encodeURIComponent(ALL)}`, undefined],
      ['GET', `/${encodeURIComponent(ALL)}`, undefined],
    ])('REST: %s', async (method, path, body) => {
      await failsQuietly(`${masker.url}/api/v1${path}`, {
        method,
        headers: admin,
        ...(body === undefined ? {} : { body }),
      });
    });

    test('sign-in', async () => {
      const all = encodeURIComponent(ALL);
      for (const path of [
        `auth/github?redirect_to=${all}`,
        `auth/github/callback?code=${all}&state=${all}`,
        `auth/bootstrap?token=${all}`,
      ]) {
        await failsQuietly(`${masker.url}/api/v1/${path}`, { headers: { cookie: `masker_oauth_state=${all}` } });
      }
      await failsQuietly(`${masker.url}/api/v1/me`, { headers: { authorization: `Bearer ${ALL}` } });
    });

    test('GraphQL: broken documents, unknown fields, wrong variables', async () => {
      const queries = [
        { query: `{ ${ALL}` },
        { query: `{ session(id: ${quoted}) { nothing } }` },
        { query: '{ agent(id: $x) { id } }', variables: { x: ALL } },
        { query: 'query($n: Int) { agents(first: $n) { edges { node { id } } } }', variables: { n: ALL } },
        { query: `{ session(id: ${quoted}) { id } }` },
        {
          query: `mutation { createAgent(input: { name: ${quoted}, upstream: ${quoted} }) { __typename ... on Error { message } } }`,
        },
      ];
      for (const query of queries) {
        const response = await fetch(`${masker.url}/graphql`, {
          method: 'POST',
          headers: admin,
          body: JSON.stringify(query),
        });
        expect(found(`${headerText(response)}\n${await response.text()}`), query.query.slice(0, 30)).toEqual([]);
      }
      await failsQuietly(`${masker.url}/graphql`, post(`{"query":${quoted}`, admin));
    });
  });

  // Last, for it looks at what all of the above left behind.
  test('and none of it is in any table, column or log line', async () => {
    await masker.api('GET', '/sessions');
    const tables = await allTables(db.url);
    expect(tables).toContain('turn_completed');
    expect(tables).toContain('vault_entries');
    expect(found(tables)).toEqual([]);
    const log = masker.logged.join('');
    expect(log).toContain('"request"');
    expect(found(log)).toEqual([]);
  });
});
