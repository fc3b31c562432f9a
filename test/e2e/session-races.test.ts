/** Turns of one call at the same time, on one node and on two: one session, one chain, nothing lost. See docs/audit-format.md; docs/proxy.md. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { echo } from '../upstream.ts';
import { answerOf, heldUpstream, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const TURNS = 30;
const IDLE_SECONDS = 900;

let calls: Calls;
let second: TestInstance;

beforeAll(async () => {
  calls = await startCalls({ MASKER_SESSION_IDLE_SECONDS: String(IDLE_SECONDS) });
  second = await calls.anotherNode();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

const phone = (n: number): string => `415-555-0${String(100 + n)}`;

async function say(through: CreatedAgent, text: string, callId: string): Promise<SessionId> {
  const response = await calls.masker.chat(through, saying(text), { 'x-call-id': callId });
  expect(await answerOf(response)).toBe(text);
  return sessionOf(response);
}

/** Endings that either node is still writing are on disk after this. */
async function settled(): Promise<void> {
  for (const node of [calls.masker, second]) await node.graphql('{ sessions(first: 1) { edges { node { id } } } }');
}

async function pass(id: SessionId): Promise<void> {
  await calls.pool.query(`UPDATE sessions SET last_turn_at = last_turn_at - make_interval(secs => $2) WHERE id = $1`, [
    id,
    IDLE_SECONDS + 1,
  ]);
}

test('two first turns of one call at once make one session', async () => {
  const agent = await calls.masker.createAgent();
  for (let n = 0; n < 10; n += 1) {
    const [a, b] = await Promise.all([say(agent, phone(1), `first ${n}`), say(agent, phone(2), `first ${n}`)]);
    expect(a).toBe(b);
  }
  await settled();
  const { rows } = await calls.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM sessions WHERE agent_id = $1',
    [agent.id],
  );
  expect(rows[0]?.n).toBe(10);
});

test('two first turns of one call at once on two nodes make one session', async () => {
  const agent = await calls.masker.createAgent();
  for (let n = 0; n < 10; n += 1) {
    const [a, b] = await Promise.all([
      say(agent, phone(1), `apart ${n}`),
      say(onNode(second, agent), phone(2), `apart ${n}`),
    ]);
    expect(a).toBe(b);
  }
  await settled();
  const { rows } = await calls.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM sessions WHERE agent_id = $1',
    [agent.id],
  );
  expect(rows[0]?.n).toBe(10);
});

test.each([
  ['one node', 'vault-deterministic'],
  ['one node', 'reversible-aead'],
  ['two nodes', 'vault-deterministic'],
  ['two nodes', 'reversible-aead'],
] as const)(`${TURNS} turns of one call at once on %s, through %s tokens`, async (nodes, tokenization) => {
  const agent = await calls.masker.createAgent({ tokenization });
  const through = (n: number): CreatedAgent => (nodes === 'two nodes' && n % 2 === 1 ? onNode(second, agent) : agent);
  const ids = await Promise.all(
    Array.from({ length: TURNS }, (_, n) => say(through(n), `call me at ${phone(n)}`, 'all at once')),
  );
  expect(new Set(ids).size).toBe(1);
  await settled();
  const call = await callRecord(calls.pool, ids[0] ?? ('' as SessionId));
  expect(call.turns).toHaveLength(TURNS);
  expect(call.turns.every(({ status }) => status === 'ok')).toBe(true);
  // Each turn said another number, and each was recorded in the turn that said it.
  expect(call.session.redactions_by_kind).toEqual({ PHONE: TURNS });
  expect(call.turns.map(({ redaction_count: count }) => count)).toEqual(Array.from({ length: TURNS }, () => 1));
  for (let n = 0; n < TURNS; n += 1) expect(calls.upstream.everything()).not.toContain(phone(n));
});

test('a turn on one node while the other ends the call: it is in the sealed session, or in one that continues it', async () => {
  const agent = await calls.masker.createAgent();
  for (let n = 0; n < 10; n += 1) {
    const first = await say(agent, phone(1), `ends ${n}`);
    await settled();
    const [, next] = await Promise.all([
      second.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: first }),
      say(agent, phone(2), `ends ${n}`),
    ]);
    await settled();
    const { session } = await callRecord(calls.pool, next);
    if (next !== first) expect(session.continues_id).toBe(first);
    expect((await callRecord(calls.pool, first)).session.sealed_at).not.toBeNull();
  }
});

test('an idle session is sealed by whichever node looks first, a busy one by none', async () => {
  const agent = await calls.masker.createAgent();
  const [idle, busy] = [await say(agent, phone(1), 'quiet'), await say(agent, phone(1), 'busy')];
  await settled();
  await pass(idle);
  // The second node has never seen either.
  expect(await second.sealIdle()).toBe(1);
  const { session, entries } = await callRecord(calls.pool, idle);
  expect(entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'idle', status: 'ok' });
  expect(session.ended_at?.getTime()).toBeLessThan(Date.now() - IDLE_SECONDS * 1000);
  expect((await callRecord(calls.pool, busy)).session.sealed_at).toBeNull();
  // The first node still has it in memory as open.
  expect(await calls.masker.sealIdle()).toBe(0);
  const next = await say(agent, phone(1), 'quiet');
  await settled();
  expect((await callRecord(calls.pool, next)).session.continues_id).toBe(idle);
});

test('both nodes looking at once seal each session once', async () => {
  const agent = await calls.masker.createAgent();
  const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => say(agent, phone(n), `quiet ${n}`)));
  await settled();
  for (const id of ids) await pass(id);
  // Neither has the calls in memory, where no time has passed.
  const third = await calls.anotherNode();
  await Promise.all([third.sealIdle(), second.sealIdle(), third.sealIdle(), second.sealIdle()]);
  await third.sealIdle();
  for (const id of ids) expect((await callRecord(calls.pool, id)).session.sealed_at).not.toBeNull();
});

test('a session whose node died in mid-turn is sealed as partial by another', async () => {
  const agent = await calls.masker.createAgent();
  const held = heldUpstream();
  calls.upstream.respond(held.respond);
  const third = await calls.anotherNode();
  const answer = third.chat(onNode(third, agent), saying(phone(1)), { 'x-call-id': 'dies' });
  await held.arrived(1);
  // As dead as a node can be to the others: it never gets to write another line.
  const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions WHERE agent_id = $1', [agent.id]);
  const id = rows[0]?.id ?? ('' as SessionId);
  await pass(id);
  expect(await second.sealIdle()).toBe(1);
  const call = await callRecord(calls.pool, id);
  expect(call.session).toMatchObject({ status: 'partial' });
  expect(call.entries.map(({ kind }) => kind)).toEqual([
    'session_started',
    'redaction',
    'turn_forwarded',
    'session_sealed',
  ]);
  expect(entriesOf(call, 'session_sealed')).toMatchObject([{ reason: 'idle', status: 'partial' }]);
  // It was only slow. What it would add to the closed journal is refused, and its caller has the answer all the same.
  held.release(0);
  expect(await answerOf(await answer)).toBe('done');
  await third.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  expect((await callRecord(calls.pool, id)).entries).toHaveLength(call.entries.length);
});

// Hooks run last to first: before the database goes, and after the tests in whatever order they ran.
afterAll(async function everySessionIsSound() {
  expect(await everyCall(calls.pool)).not.toEqual([]);
});
