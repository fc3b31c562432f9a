/** Orders of events in one call that are rare and happen. See docs/proxy.md, Sessions. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord } from '../call-records.ts';
import type { TestInstance } from '../instance.ts';
import { echo } from '../upstream.ts';
import { heldUpstream, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let second: TestInstance;

beforeAll(async () => {
  calls = await startCalls();
  second = await calls.anotherNode();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

function end(node: TestInstance, id: SessionId): Promise<unknown> {
  return node.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
}

test('a session that is sealed by the end of its last turn here is partial while another node still has one', async () => {
  const agent = await calls.masker.createAgent();
  const held = heldUpstream();
  calls.upstream.respond(held.respond);
  const here = calls.masker.chat(agent, saying('one'), { 'x-call-id': 'two nodes' });
  await held.arrived(1);
  const there = second.chat(onNode(second, agent), saying('two'), { 'x-call-id': 'two nodes' });
  await held.arrived(2);
  const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions WHERE agent_id = $1', [agent.id]);
  const id = rows[0]?.id ?? ('' as SessionId);
  await end(calls.masker, id);
  held.release(0);
  expect((await here).status).toBe(200);
  await calls.masker.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  const { session, turns } = await callRecord(calls.pool, id);
  expect(session.sealed_at).not.toBeNull();
  expect(turns.map(({ status }) => status)).toEqual(['ok', 'forwarded']);
  expect(session.status).toBe('partial');
  held.release(1);
  expect(sessionOf(await there)).toBe(id);
});

test('the open session of a call is found although a sealed one has a later id', async () => {
  const agent = await calls.masker.createAgent();
  const open = sessionOf(await calls.masker.chat(agent, saying('hello'), { 'x-call-id': 'skewed' }));
  await calls.masker.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  // As a node whose clock is ahead leaves it behind: the call was continued by one whose clock is right.
  const later: SessionId = 'sess_7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
  const columns = `account_id, agent_id, key_digest, started_at, last_turn_at, status, upstream_model, policy_name, policy_version, policy_digest,
    turn_count, redaction_count, redactions_by_kind, detection_us, tokenize_us, upstream_us, rehydrate_us`;
  await calls.pool.query(
    `INSERT INTO sessions (id, sealed_at, ended_at, ${columns}) SELECT $2, now(), now(), ${columns} FROM sessions WHERE id = $1`,
    [open, later],
  );
  await calls.pool.query(
    'INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash) SELECT $2, seq, kind, turn, body, leaf_hash FROM entries WHERE session_id = $1',
    [open, later],
  );
  const next = await second.chat(onNode(second, agent), saying('and on'), { 'x-call-id': 'skewed' });
  expect(next.status).toBe(200);
  expect(sessionOf(next)).toBe(open);
});
