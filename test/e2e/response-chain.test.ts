/**
 * `previous_response_id` alone: the provider keeps what was said, Masker the tokens in it. The official client, and a provider
 * that remembers as OpenAI does. See docs/proxy.md, Sessions.
 */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import type {
  Response as OpenAiResponse,
  ResponseCreateParamsNonStreaming,
} from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import type { CallRecord } from '../call-records.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { allEvents, itemEvents, itemOf, responseOf, written } from '../responses-wire.ts';
import type { OutputItem } from '../responses-wire.ts';
import type { Received } from '../upstream.ts';
import { onNode, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const MODEL = 'gpt-4o-mini';
const PHONE = '415-555-0142';
const EMAIL = 'maria@example.com';
/** What a model reads of a telephone number: a token, or another number. */
const PHONE_READ = /\bMSKV?1\.PHONE\.[A-Z0-9_.]+|\b\d{3}-\d{3}-\d{4}\b/;

interface Asked {
  readonly previous: string | null;
  readonly said: string;
  readonly stream: boolean;
}

/** What the provider keeps, by the id of its answer: all that was said to it in this conversation. */
const kept = new Map<string, readonly string[]>();
let nextId: () => string;
/** Ids that OpenAI made: a prefix and 48 digits of a hexadecimal number. */
const randomId = (): string => `resp_${randomBytes(24).toString('hex')}`;

let calls: Calls;

beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  kept.clear();
  nextId = randomId;
  calls.upstream.respond(recite);
});

function asked({ body }: Received): Asked {
  const {
    input,
    previous_response_id: previous = null,
    stream = false,
  } = JSON.parse(body.toString('utf8')) as ResponseCreateParamsNonStreaming & { stream?: boolean };
  return { previous: previous ?? null, said: typeof input === 'string' ? input : '', stream };
}

/** Says all that it was ever told in the conversation. */
function recite(request: Received, response: ServerResponse): void {
  const { previous, said, stream } = asked(request);
  const before = previous === null ? [] : kept.get(previous);
  if (before === undefined) {
    // As OpenAI does, so that an id that went out changed is noticed.
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        error: {
          message: 'Previous response not found.',
          type: 'invalid_request_error',
          param: 'previous_response_id',
          code: 'previous_response_not_found',
        },
      }),
    );
    return;
  }
  const id = nextId();
  const all = [...before, said];
  kept.set(id, all);
  const items: OutputItem[] = [{ type: 'message', parts: [{ type: 'output_text', text: all.join(' | ') }] }];
  if (stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const middle = items.flatMap((item, index) => itemEvents(item, index, (text) => text.match(/[\s\S]{1,5}/gu) ?? []));
    response.end(written(allEvents({ id, previous_response_id: previous }, items, middle)).join(''));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(
      responseOf(
        { id, previous_response_id: previous },
        items.map((item, index) => itemOf(item, index)),
      ),
    ),
  );
}

interface Told {
  readonly id: string;
  readonly text: string;
  readonly session: SessionId;
}

interface How {
  readonly node?: TestInstance;
  readonly stream?: boolean;
  readonly headers?: Record<string, string>;
  readonly conversation?: string;
}

/** Says something, going on from an answer, and reads what comes back with the official client. */
async function say(agent: CreatedAgent, input: string, previous: string | null, how: How = {}): Promise<Told> {
  const { node = calls.masker, stream = false, headers = {}, conversation } = how;
  const openai = new OpenAI({ baseURL: onNode(node, agent).baseUrl, apiKey: 'sk', maxRetries: 0 });
  const body = {
    model: MODEL,
    input,
    store: true,
    ...(previous === null ? {} : { previous_response_id: previous }),
    ...(conversation === undefined ? {} : { conversation }),
  };
  if (!stream) {
    const { data, response } = await openai.responses.create(body, { headers }).withResponse();
    return told(data, response);
  }
  const { data, response } = await openai.responses.create({ ...body, stream: true }, { headers }).withResponse();
  let last: OpenAiResponse | null = null;
  let text = '';
  for await (const event of data) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.completed') last = event.response;
  }
  if (last === null) throw new Error('the stream had no end');
  return told({ ...last, output_text: text }, response);
}

function told({ id, output_text: text }: OpenAiResponse, { headers }: Response): Told {
  return { id, text, session: (headers.get('masker-session-id') ?? '') as SessionId };
}

/** The stored session, held to all that is true of every one, once nothing writes it any more. The offline verifier agrees. */
async function record(id: SessionId, node: TestInstance = calls.masker): Promise<CallRecord> {
  await (await node.api('GET', `/sessions/${id}`)).text();
  const call = await callRecord(calls.pool, id);
  const bundle = await (await node.api('GET', `/sessions/${id}/report?format=bundle`)).text();
  expect(verifyBundle(new TextEncoder().encode(bundle)).outcome).toBe('consistent');
  return call;
}

async function endSession(id: SessionId): Promise<void> {
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
}

const inherited = (call: CallRecord): (number | undefined)[] =>
  entriesOf(call, 'turn_forwarded').map(({ tokens_inherited: tokens }) => tokens);

describe.each([
  ['vault-deterministic', false],
  ['vault-deterministic', true],
  ['reversible-aead', false],
  ['reversible-aead', true],
  ['synthetic', false],
  ['synthetic', true],
] as const)('with %s tokens, streamed: %s,', (tokenization, stream) => {
  test('a conversation goes on: every turn knows what the turns before it said', async () => {
    const agent = await calls.masker.createAgent({ tokenization });
    const first = await say(agent, `I am at ${PHONE}`, null, { stream });
    const second = await say(agent, `or ${EMAIL}`, first.id, { stream });
    const third = await say(agent, `not at ${PHONE}?`, second.id, { stream });
    expect(second.text).toBe(`I am at ${PHONE} | or ${EMAIL}`);
    expect(third.text).toBe(`I am at ${PHONE} | or ${EMAIL} | not at ${PHONE}?`);
    for (const value of [PHONE, EMAIL]) expect(calls.upstream.everything()).not.toContain(value);
    // What the model was told of a value in one turn is what it is told in all.
    const [phone, , again] = calls.upstream.received.map(({ body }) => PHONE_READ.exec(body.toString('utf8'))?.[0]);
    expect(again).toMatch(tokenization === 'synthetic' ? /^415-/ : /^MSKV?1\.PHONE\./);
    expect(again).toBe(phone);

    const records = [await record(first.session), await record(second.session), await record(third.session)];
    expect(records.map(({ session }) => session.continues_id)).toEqual([null, first.session, second.session]);
    expect(records.map((call) => entriesOf(call, 'session_started')[0]?.continues ?? null)).toEqual([
      null,
      first.session,
      second.session,
    ]);
    expect(records.map(({ session }) => [session.turn_count, session.sealed_at !== null, session.status])).toEqual(
      records.map(() => [1, true, 'ok']),
    );
    // Tokens of the sessions before count where they are stored, and are told apart.
    expect(records.map(({ session }) => [session.tokens_issued, session.tokens_exact])).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
    expect(records.map(inherited)).toEqual([[undefined], [1], [2]]);
    expect(records.map(({ session }) => session.redaction_count)).toEqual([1, 1, 1]);
  });
});

test('two callers may go on from one answer, and neither reads what the other said', async () => {
  const agent = await calls.masker.createAgent();
  const primed = await say(agent, `You answer for the practice at ${PHONE}.`, null);
  const [one, other] = await Promise.all([
    say(agent, 'I am ada@example.com', primed.id),
    say(agent, 'I am bob@example.com', primed.id),
  ]);
  expect(one.session).not.toBe(other.session);
  const token = tokensIn(kept.get(other.id)?.join() ?? '').find((each) => each.includes('.EMAIL.')) ?? '';
  kept.set(one.id, [...(kept.get(one.id) ?? []), token]);
  const next = await say(agent, 'And now?', one.id);
  expect(next.text).toBe(
    `You answer for the practice at ${PHONE}. | I am ada@example.com | [REDACTED:EMAIL] | And now?`,
  );
  expect((await record(next.session)).session).toMatchObject({
    status: 'partial',
    continues_id: one.session,
    tokens_unknown: 1,
  });
});

test('goes on at another node, and on one that was started since', async () => {
  const agent = await calls.masker.createAgent();
  const early = await startTestInstance(calls.db.url, {
    MASKER_OPENAI_BASE_URL: calls.upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
  });
  const first = await say(agent, `I am at ${PHONE}`, null, { node: early });
  const second = await say(agent, `or ${EMAIL}`, first.id);
  await early.close();
  const late = await calls.anotherNode();
  const third = await say(agent, 'Where?', second.id, { node: late, stream: true });
  expect(third.text).toBe(`I am at ${PHONE} | or ${EMAIL} | Where?`);
  expect((await record(third.session, late)).session).toMatchObject({
    continues_id: second.session,
    tokens_issued: 2,
    tokens_exact: 2,
  });
});

test('tokens that carry their value do not leave the node that made them, and what they stood for is redacted elsewhere', async () => {
  const agent = await calls.masker.createAgent({ tokenization: 'reversible-aead' });
  const first = await say(agent, `I am at ${PHONE}`, null);
  const node = await calls.anotherNode();
  const elsewhere = await say(agent, 'Where?', first.id, { node });
  expect(elsewhere.text).toBe('I am at [REDACTED:PHONE] | Where?');
  expect((await record(elsewhere.session, node)).session).toMatchObject({
    continues_id: first.session,
    tokens_issued: 0,
    tokens_unknown: 1,
    status: 'partial',
  });
  expect((await say(agent, 'Where?', first.id)).text).toBe(`I am at ${PHONE} | Where?`);
});

test("another agent's answer is nobody's, and so is one that no agent had", async () => {
  const agent = await calls.masker.createAgent();
  const neighbour = await calls.masker.createAgent();
  const first = await say(agent, `I am at ${PHONE}`, null);
  const elsewhere = await say(neighbour, 'Where?', first.id);
  expect(elsewhere.text).toBe('I am at [REDACTED:PHONE] | Where?');
  const unknown = randomId();
  kept.set(unknown, kept.get(first.id) ?? []);
  // The second time nobody waits for it to become known.
  for (const each of [await say(agent, 'Where?', unknown), await say(agent, 'Where?', unknown), elsewhere]) {
    expect(each.text).toBe('I am at [REDACTED:PHONE] | Where?');
    expect((await record(each.session)).session).toMatchObject({
      continues_id: null,
      tokens_issued: 0,
      tokens_unknown: 1,
      status: 'partial',
    });
  }
  // Both go on from there, whatever was before.
  const next = await say(neighbour, `At ${EMAIL}`, elsewhere.id);
  expect((await say(neighbour, 'Where?', next.id)).text).toBe(
    `I am at [REDACTED:PHONE] | Where? | At ${EMAIL} | Where?`,
  );
});

test('an id that a provider gave two answers names neither', async () => {
  const agent = await calls.masker.createAgent();
  nextId = () => 'resp_00000000000000000000000a';
  const first = await say(agent, `I am at ${PHONE}`, null);
  await record(first.session);
  await record((await say(agent, `I am ${EMAIL}`, null)).session);
  nextId = randomId;
  const next = await say(agent, 'Where?', first.id);
  expect(next.text).toBe('I am [REDACTED:EMAIL] | Where?');
  expect((await record(next.session)).session.continues_id).toBeNull();
});

describe('what is gone stays gone, and is no error:', () => {
  test.each([
    ['a vault that was erased', 'DELETE FROM vault_keys WHERE session_id = $1'],
    [
      'a vault whose key does not open',
      `UPDATE vault_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE session_id = $1`,
    ],
    [
      'a vault under a key that is registered no more',
      `UPDATE vault_keys SET key_version = '00000000' WHERE session_id = $1`,
    ],
    [
      'values that do not open',
      `UPDATE vault_entries SET sealed = decode(repeat('00', 60), 'hex') WHERE session_id = $1`,
    ],
    ['values that were deleted', 'DELETE FROM vault_entries WHERE session_id = $1'],
  ])('%s', async (_, sql) => {
    const agent = await calls.masker.createAgent();
    const first = await say(agent, `I am at ${PHONE}`, null);
    await record(first.session);
    await calls.pool.query(sql, [first.session]);
    const second = await say(agent, `or ${EMAIL}`, first.id);
    expect(second.text).toBe(`I am at [REDACTED:PHONE] | or ${EMAIL}`);
    expect((await record(second.session)).session).toMatchObject({
      continues_id: first.session,
      tokens_issued: 1,
      tokens_exact: 1,
      tokens_unknown: 1,
    });
    expect((await say(agent, 'Where?', second.id)).text).toBe(`I am at [REDACTED:PHONE] | or ${EMAIL} | Where?`);
  });
});

test('a policy that was changed holds from the next turn on', async () => {
  const policy = (phone: string, restore = ''): string =>
    `name: own\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  PHONE: { action: ${phone} }\n${restore}`;
  const agent = await calls.masker.createAgent({ policy_yaml: policy('tokenize') });
  const change = async (text: string): Promise<void> => {
    const response = await calls.masker.api('PATCH', `/agents/${agent.id}`, { policy_yaml: text });
    expect(response.status, await response.text()).toBe(200);
  };
  const first = await say(agent, `I am at ${PHONE}`, null);
  await change(policy('redact'));
  const second = await say(agent, `at ${PHONE}, I said`, first.id);
  expect(second.text).toBe(`I am at ${PHONE} | at [REDACTED:PHONE], I said`);
  await change(policy('passthrough'));
  const third = await say(agent, `at ${PHONE}!`, second.id);
  expect(third.text).toBe(`I am at ${PHONE} | at [REDACTED:PHONE], I said | at ${PHONE}!`);
  for (const { session } of [first, second, third]) await record(session);
});

describe('a call that has a name', () => {
  test('goes on in its session while that is open', async () => {
    const agent = await calls.masker.createAgent();
    const first = await say(agent, `I am at ${PHONE}`, null, { headers: { 'x-call-id': 'named' } });
    const second = await say(agent, 'Where?', first.id);
    expect(second).toMatchObject({ session: first.session, text: `I am at ${PHONE} | Where?` });
    const third = await say(agent, 'Where?', second.id, { node: await calls.anotherNode() });
    expect(third.session).toBe(first.session);
    const call = await record(first.session);
    expect(call.session).toMatchObject({ turn_count: 3, sealed_at: null, tokens_issued: 1 });
    expect(inherited(call)).toEqual([undefined, undefined, undefined]);
  });

  test('goes on in a session that continues it once it is sealed, with its tokens', async () => {
    const agent = await calls.masker.createAgent();
    const first = await say(agent, `I am at ${PHONE}`, null, { headers: { 'x-call-id': 'sealed' } });
    await endSession(first.session);
    const alone = await say(agent, 'Where?', first.id);
    const named = await say(agent, 'Where?', alone.id, { headers: { 'x-call-id': 'sealed' } });
    const byItsId = await say(agent, 'Where?', first.id, { headers: { 'masker-session-id': first.session } });
    expect(alone.text).toBe(`I am at ${PHONE} | Where?`);
    expect(named.text).toBe(`I am at ${PHONE} | Where? | Where?`);
    expect(byItsId.text).toBe(`I am at ${PHONE} | Where?`);
    for (const each of [alone, named, byItsId]) {
      expect((await record(each.session)).session).toMatchObject({
        continues_id: first.session,
        tokens_issued: 1,
        tokens_exact: 1,
        tokens_unknown: 0,
      });
    }
    // What goes on in the new session is not taken over a second time.
    await say(agent, `or ${EMAIL}`, named.id, { headers: { 'x-call-id': 'sealed' } });
    const call = await record(named.session);
    expect(call.session).toMatchObject({ turn_count: 2, tokens_issued: 2 });
    expect(inherited(call)).toEqual([1, undefined]);
  });

  test('is the one that is named, whichever answer is', async () => {
    const agent = await calls.masker.createAgent();
    const first = await say(agent, `I am at ${PHONE}`, null, { headers: { 'x-call-id': 'one' } });
    const other = await say(agent, 'Where?', first.id, { headers: { 'x-call-id': 'another' } });
    expect(other.text).toBe('I am at [REDACTED:PHONE] | Where?');
    expect((await record(other.session)).session).toMatchObject({ continues_id: null, tokens_unknown: 1 });
  });

  test('a conversation goes on with its tokens after it was sealed: the provider keeps it for longer', async () => {
    const agent = await calls.masker.createAgent();
    const conversation = `conv_${randomBytes(24).toString('hex')}`;
    const first = await say(agent, `I am at ${PHONE}`, null, { conversation });
    await endSession(first.session);
    calls.upstream.respond((request, response) => {
      kept.set('conversation', kept.get(first.id) ?? []);
      recite(
        {
          ...request,
          body: Buffer.from(
            JSON.stringify({
              ...(JSON.parse(request.body.toString('utf8')) as object),
              previous_response_id: 'conversation',
            }),
          ),
        },
        response,
      );
    });
    const second = await say(agent, 'Where?', null, { conversation });
    expect(second.text).toBe(`I am at ${PHONE} | Where?`);
    expect((await record(second.session)).session).toMatchObject({
      continues_id: first.session,
      sealed_at: null,
      tokens_issued: 1,
    });
  });
});

test('a caller who broke an answer off may go on from it', async () => {
  const agent = await calls.masker.createAgent();
  calls.upstream.respond((request, response) => {
    const id = nextId();
    kept.set(id, [asked(request).said]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(
      written(allEvents({ id }, [], []))
        .slice(0, 2)
        .join(''),
    );
  });
  const openai = new OpenAI({ baseURL: agent.baseUrl, apiKey: 'sk', maxRetries: 0 });
  const stream = await openai.responses.create({ model: MODEL, input: `I am at ${PHONE}`, stream: true });
  let id = '';
  for await (const event of stream) {
    if (event.type !== 'response.created') continue;
    id = event.response.id;
    break;
  }
  calls.upstream.respond(recite);
  expect((await say(agent, 'As I said?', id)).text).toBe(`I am at ${PHONE} | As I said?`);
});

test('two hundred conversations at once, on two nodes: none reads a word of another', async () => {
  const agent = await calls.masker.createAgent();
  const other = await calls.anotherNode();
  const nodes = [calls.masker, other];
  const phone = (n: number): string => `415-${String(200 + (n % 700))}-${String(1000 + n)}`;
  const read: string[] = [];
  const converse = async (n: number): Promise<void> => {
    const node = nodes[n % 2] ?? calls.masker;
    const next = nodes[(n + (n >> 1)) % 2] ?? calls.masker;
    const stream = n % 3 === 0;
    const { id } = await say(agent, `I am at ${phone(n)}`, null, { node, stream });
    read[n] = (await say(agent, 'Where?', id, { node: next, stream: !stream })).text;
  };
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = lane; n < 200; n += 8) await converse(n);
  });
  await Promise.all(lanes);
  expect(read).toEqual(Array.from({ length: 200 }, (_, n) => `I am at ${phone(n)} | Where?`));
  expect(calls.upstream.everything()).not.toContain('I am at 415');
});

test('no id of an answer is kept, and every session of the database is sound', async () => {
  const agent = await calls.masker.createAgent();
  const { id, session } = await say(agent, `I am at ${PHONE}`, null);
  await record(session);
  for (const table of ['sessions', 'turns', 'entries', 'vault_entries', 'vault_keys']) {
    const { rows } = await calls.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
    expect(
      rows.every(({ row }) => !row.includes(id) && !row.includes(Buffer.from(id).toString('hex'))),
      table,
    ).toBe(true);
  }
  expect(await everyCall(calls.pool)).not.toEqual([]);
});
