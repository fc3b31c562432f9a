/** A session is one call: what begins it, what continues it, and what ends it. See docs/proxy.md, Sessions. */
import { once } from 'node:events';
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/audit/canonical.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerWith, echo } from '../upstream.ts';
import { answerOf, heldUpstream, saying, sessionOf, startCalls, waitingForLocks } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;
let other: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
  other = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

const HELLO = saying('hello');
const SAID = saying('this is Maria Gonzalez, 415-555-0142');

async function turn(
  body: object = HELLO,
  headers: Record<string, string> = {},
  through: CreatedAgent = agent,
): Promise<SessionId> {
  const response = await calls.masker.chat(through, body, headers);
  await answerOf(response);
  return sessionOf(response);
}

const record = async (id: SessionId): ReturnType<typeof callRecord> => {
  // The API waits for endings that are still being written.
  await (await calls.masker.api('GET', `/sessions/${id}`)).text();
  return callRecord(calls.pool, id);
};

async function endSession(id: SessionId): Promise<string | null> {
  const { endSession: result } = await calls.masker.graphql<{ endSession: { session: { sealedAt: string | null } } }>(
    'mutation ($id: ID!) { endSession(id: $id) { ... on EndSessionSuccess { session { sealedAt } } } }',
    { id },
  );
  return result.session.sealedAt;
}

/** Every way of naming a call: the headers and the members of the body that do it. */
const WAYS: Readonly<Record<string, (key: string) => { headers?: Record<string, string>; body?: object }>> = {
  'the header Masker-Session-Id': (key) => ({ headers: { 'masker-session-id': key } }),
  'call.id': (key) => ({ body: { call: { id: key } } }),
  'the header X-Call-Id': (key) => ({ headers: { 'x-call-id': key } }),
  'the header CallSid': (key) => ({ headers: { callsid: key } }),
  CallSid: (key) => ({ body: { CallSid: key } }),
  'metadata.session_id': (key) => ({ body: { metadata: { session_id: key } } }),
  'metadata.call_id': (key) => ({ body: { metadata: { call_id: key } } }),
};

describe.each(Object.entries(WAYS))('a call that is named by %s', (name, way) => {
  const named = (key: string, through?: CreatedAgent): Promise<SessionId> => {
    const { headers, body } = way(key);
    return turn({ ...HELLO, ...body }, headers, through);
  };

  test('goes on in its session, which stays open', async () => {
    const first = await named(`goes on by ${name}`);
    expect(await named(`goes on by ${name}`)).toBe(first);
    const { session, turns } = await record(first);
    expect(turns).toHaveLength(2);
    expect(session).toMatchObject({ sealed_at: null, ended_at: null, continues_id: null });
  });

  test('is another one on another agent, and under another id', async () => {
    const sessions = [
      await named(`apart by ${name}`),
      await named(`apart by ${name}`, other),
      await named(`further by ${name}`),
    ];
    expect(new Set(sessions).size).toBe(3);
  });
});

test('an id names the same call wherever it stands, and is kept nowhere', async () => {
  const key = '+1 628 555 0177';
  const ids = [];
  for (const way of Object.values(WAYS)) {
    const { headers, body } = way(key);
    ids.push(await turn({ ...HELLO, ...body }, headers));
  }
  expect(new Set(ids).size).toBe(1);
  for (const table of ['sessions', 'turns', 'entries', 'account_events', 'vault_entries', 'vault_keys']) {
    const { rows } = await calls.pool.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${table} t`);
    for (const { row } of rows) expect(row).not.toContain('628 555');
  }
  expect(calls.masker.logged.join('\n')).not.toContain('628 555');
  expect(calls.upstream.everything()).not.toContain('628 555');
});

describe('a request that names no call', () => {
  test.each([false, true])('is a session by itself, sealed when its answer ends (stream: %s)', async (stream) => {
    const response = await calls.masker.chat(agent, { ...SAID, stream });
    await response.text();
    const id = sessionOf(response);
    const { session, entries, turns } = await record(id);
    expect(entries.map(({ kind, turn: n }) => `${n} ${kind}`)).toEqual([
      '0 session_started',
      '1 redaction',
      '1 redaction',
      '1 turn_forwarded',
      '1 turn_completed',
      '0 session_sealed',
    ]);
    expect(entries.at(-1)).toMatchObject({ reason: 'response_ended', status: 'ok' });
    expect(session).toMatchObject({ status: 'ok', redactions_by_kind: { NAME: 1, PHONE: 1 } });
    expect(session.ended_at).toEqual(turns[0]?.ended_at);

    const { session: shown } = (await (await calls.masker.api('GET', `/sessions/${id}`)).json()) as {
      session: Record<string, unknown>;
    };
    expect(shown['sealed_at']).toBe(session.sealed_at?.toISOString());
    expect(shown['ended_at']).toBe(session.ended_at?.toISOString());
    expect(shown['merkle_root_hex']).toBe(session.merkle_root?.toString('hex'));
  });

  test('has a seal that the published key signed', async () => {
    const { session } = await record(await turn(SAID));
    const { keys } = (await (await fetch(`${calls.masker.url}/.well-known/masker-keys.json`)).json()) as {
      keys: { key_id: string; public_key: string }[];
    };
    const { rows } = await calls.pool.query<{ seal_key_id: string; seal_signature: Buffer }>(
      'SELECT seal_key_id, seal_signature FROM sessions WHERE id = $1',
      [session.id],
    );
    const key = keys.find(({ key_id: id }) => id === rows[0]?.seal_key_id);
    const x = Buffer.from(key?.public_key ?? '', 'base64').toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const text = session.seal ?? '';
    expect(canonicalJson(JSON.parse(text) as object)).toBe(text);
    expect(verify(null, Buffer.from(text), publicKey, rows[0]?.seal_signature ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('the id that a response gives', () => {
  const byId = (id: SessionId, through?: CreatedAgent): Promise<SessionId> =>
    turn(HELLO, { 'masker-session-id': id }, through);

  test('given back, continues an open session', async () => {
    const first = await turn(HELLO, { 'x-call-id': 'given back' });
    expect(await byId(first)).toBe(first);
    expect(await turn(HELLO, { 'x-call-id': 'given back' })).toBe(first);
    expect((await record(first)).turns).toHaveLength(3);
  });

  test('of a sealed session opens one that continues it, and names that one from then on', async () => {
    const sealed = await turn(SAID);
    const next = await byId(sealed);
    expect(next).not.toBe(sealed);
    expect(await byId(sealed)).toBe(next);
    expect(await byId(next)).toBe(next);
    const { session, entries, turns } = await record(next);
    expect(session.continues_id).toBe(sealed);
    expect(entries[0]).toMatchObject({ kind: 'session_started', continues: sealed });
    expect(turns).toHaveLength(3);
    expect((await record(sealed)).turns).toHaveLength(1);
  });

  test("is nothing but a name for another agent: it neither continues nor touches that agent's session", async () => {
    const first = await turn(HELLO, { 'x-call-id': 'not yours' });
    const foreign = await byId(first, other);
    expect(foreign).not.toBe(first);
    expect((await record(foreign)).session.continues_id).toBeNull();
    expect((await record(first)).turns).toHaveLength(1);
  });
});

test('a late turn of a call that has ended opens a session that continues it, one after the other', async () => {
  const ids: SessionId[] = [];
  for (let n = 0; n < 3; n += 1) {
    const id = await turn(HELLO, { 'x-call-id': 'comes back' });
    expect((await record(id)).session.continues_id).toBe(ids.at(-1) ?? null);
    expect(await endSession(id)).not.toBeNull();
    ids.push(id);
  }
  expect(new Set(ids).size).toBe(3);
});

test('a turn that is refused leaves no session, and the next one begins at its own time', async () => {
  const headers = { 'x-call-id': 'refused at first' };
  const picture = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/x.png' } }] }],
  };
  const refused = await calls.masker.chat(agent, picture, headers);
  expect(refused.status).toBe(422);
  await refused.text();
  const between = new Date();
  const { session, entries } = await record(await turn(HELLO, headers));
  expect(session.turn_count).toBe(1);
  const { rows } = await calls.pool.query<{ started_at: Date }>('SELECT started_at FROM sessions WHERE id = $1', [
    session.id,
  ]);
  expect(rows[0]?.started_at.getTime()).toBeGreaterThanOrEqual(between.getTime());
  expect(entries.map(({ kind }) => kind)).toEqual(['session_started', 'turn_forwarded', 'turn_completed']);
});

describe('endSession', () => {
  test('seals an open session, once', async () => {
    const id = await turn(SAID, { 'x-call-id': 'ended' });
    const sealedAt = await endSession(id);
    const { session, entries } = await record(id);
    expect(session.sealed_at?.toISOString()).toBe(sealedAt);
    expect(entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'ended', status: 'ok' });
    expect(await endSession(id)).toBe(sealedAt);
    expect((await record(id)).entries).toHaveLength(entries.length);
  });

  test('waits for a turn that is under way', async () => {
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const answer = calls.masker.chat(agent, SAID, { 'x-call-id': 'ended under way' });
    await held.arrived(1);
    const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1');
    const id = rows[0]?.id ?? ('' as SessionId);
    expect(await endSession(id)).toBeNull();
    held.release(0);
    expect(await answerOf(await answer)).toBe('done');
    const { session, entries, turns } = await record(id);
    expect(entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'ended', status: 'ok' });
    expect(session).toMatchObject({ status: 'ok' });
    expect(turns.map(({ status }) => status)).toEqual(['ok']);
  });

  test('waits for the last of two turns that are under way', async () => {
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const answers = [0, 1].map(() => calls.masker.chat(agent, HELLO, { 'x-call-id': 'two under way' }));
    await held.arrived(2);
    const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1');
    const id = rows[0]?.id ?? ('' as SessionId);
    expect(await endSession(id)).toBeNull();
    held.release(0);
    await Promise.race(answers);
    const { session, turns } = await record(id);
    expect(session.sealed_at).toBeNull();
    expect(turns.map(({ status }) => status).sort()).toEqual(['forwarded', 'ok']);
    held.release(1);
    for (const answer of answers) expect(await answerOf(await answer)).toBe('done');
    const ended = await record(id);
    expect(ended.turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(ended.entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'ended', status: 'ok' });
  });

  test('between the end of one turn and the end of another loses neither', async () => {
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const headers = { 'x-call-id': 'ended in between' };
    const first = calls.masker.chat(agent, HELLO, headers);
    await held.arrived(1);
    const second = calls.masker.chat(agent, HELLO, headers);
    await held.arrived(2);
    const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1');
    const id = rows[0]?.id ?? ('' as SessionId);
    const lock = await calls.pool.connect();
    let ending: Promise<string | null>;
    try {
      await lock.query('BEGIN; LOCK TABLE entries IN EXCLUSIVE MODE');
      held.release(0);
      await waitingForLocks(calls.pool, 1);
      // The end of the first turn is being written. Asked for now, the seal comes after it and before the second one's end.
      ending = endSession(id);
      for (let n = 0; n < 3; n += 1)
        await calls.masker.graphql('{ session(id: "sess_0") { id } }').catch(() => undefined);
      held.release(1);
      await (await second).text();
    } finally {
      await lock.query('ROLLBACK');
      lock.release();
    }
    await (await first).text();
    await ending;
    const { turns, session } = await record(id);
    expect(turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(session).toMatchObject({ status: 'ok' });
    expect(session.sealed_at).not.toBeNull();
  });

  test('tells nothing of a session that is not there', async () => {
    const { endSession: result } = await calls.masker.graphql<{ endSession: { __typename: string } }>(
      'mutation ($id: ID!) { endSession(id: $id) { __typename } }',
      { id: 'sess_00000000000000000000000000' },
    );
    expect(result.__typename).toBe('NotFoundError');
  });
});

test('a caller who hangs up in mid-stream: the upstream is told, and the turn is on record as partial', async () => {
  let upstreamClosed: Promise<unknown> = Promise.resolve();
  calls.upstream.respond((_, response) => {
    upstreamClosed = once(response, 'close');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"half"},"finish_reason":null}]}\n\n',
    );
  });
  const caller = new AbortController();
  const response = await fetch(agent.proxy_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-call-id': 'hangs up' },
    body: JSON.stringify({ ...SAID, stream: true }),
    signal: caller.signal,
  });
  await response.body?.getReader().read();
  caller.abort();
  await upstreamClosed;
  const id = sessionOf(response);
  let call = await record(id);
  while (call.turns[0]?.status === 'forwarded') call = await record(id);
  expect(call.turns.map(({ status }) => status)).toEqual(['partial']);
  expect(entriesOf(call, 'turn_completed')).toMatchObject([{ status: 'partial', http_status: 200 }]);
  expect(call.session.status).toBe('partial');
  // The call goes on.
  calls.upstream.respond((request, answer) => {
    answerWith('still here', request, answer);
  });
  expect(await turn(HELLO, { 'x-call-id': 'hangs up' })).toBe(id);
});

// Hooks run last to first: before the database goes, and after the tests in whatever order they ran.
afterAll(async function everySessionIsSound() {
  expect(await everyCall(calls.pool)).not.toEqual([]);
});
