/** The last search before anything leaves: a request that still holds a known value goes nowhere, and is on record. See docs/proxy.md, Steps of a request. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SessionId } from '../../src/platform/ids.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { TurnAgent } from '../../src/sessions/turn.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import type { CallRecord } from '../call-records.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { echo } from '../upstream.ts';
import { ENDING } from '../turn-ending.ts';
import { answerOf, lastSeen, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables, disguises } from './everything.ts';
import { forward, keyed, saying as masked, sessionsOnDatabase } from './sessions-fixture.ts';
import type { SessionsOnDatabase, Walk } from './sessions-fixture.ts';

const PHONE = '415-555-0142';
const DIGITS = '4155550142';

describe('at the door', () => {
  let calls: Calls;
  let agent: CreatedAgent;

  beforeAll(async () => {
    calls = await startCalls();
    agent = await calls.masker.createAgent();
  });
  afterAll(async () => {
    await calls.close();
  });
  beforeEach(() => {
    calls.upstream.received.length = 0;
    calls.upstream.respond(echo);
  });

  /** Masking leaves settings alone: their numbers are no text. The last search reads the digits, whatever joins them. */
  const leaking = (...said: readonly string[]): object => ({ ...saying(...said), temperature: 415555.0142 });

  async function expectRefused(response: Response): Promise<void> {
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      error: { type: 'invalid_request_error', param: null, code: 'leak_blocked' },
    });
    expect(text).not.toContain(DIGITS);
    expect(calls.upstream.received).toEqual([]);
  }

  async function record(id: SessionId, node: TestInstance = calls.masker): Promise<CallRecord> {
    await (await node.api('GET', `/sessions/${id}`)).text();
    return callRecord(calls.pool, id);
  }

  async function newestOf({ id }: CreatedAgent): Promise<SessionId> {
    const { rows } = await calls.pool.query<{ id: SessionId }>(
      'SELECT id FROM sessions WHERE agent_id = $1 ORDER BY id DESC LIMIT 1',
      [id],
    );
    return rows[0]?.id ?? ('' as SessionId);
  }

  test.each([false, true])(
    'a call of one request: refused, sealed, and on record without the value (streamed: %s)',
    async (stream) => {
      await expectRefused(await calls.masker.chat(agent, { ...leaking(`call ${PHONE}`), stream }));
      const { session, turns, entries } = await record(await newestOf(agent));
      expect(entries.map(({ kind, turn }) => `${turn} ${kind}`)).toEqual([
        '0 session_started',
        '1 leak_suspected',
        '0 session_sealed',
      ]);
      expect(entries[1]).toMatchObject({ kind: 'leak_suspected', entity_kind: 'PHONE', count: 1 });
      expect(entries.at(-1)).toMatchObject({ reason: 'response_ended', status: 'partial' });
      expect(session).toMatchObject({ status: 'partial', redaction_count: 0, tokens_issued: 0 });
      expect(turns).toMatchObject([{ number: 1, status: 'error', redaction_count: 0 }]);
      expect(turns[0]?.ended_at).not.toBeNull();
    },
  );

  test('a turn of a call: refused, and the call goes on', async () => {
    const headers = { 'x-call-id': 'goes on' };
    const first = await calls.masker.chat(agent, saying(`call ${PHONE}`), headers);
    const id = sessionOf(first);
    await first.text();
    calls.upstream.received.length = 0;
    // What was said before is known, whether it is said again or not.
    for (const said of [`call ${PHONE}`, 'hello'])
      await expectRefused(await calls.masker.chat(agent, leaking(said), headers));

    const next = await calls.masker.chat(agent, saying(`call ${PHONE}`, 'and write to maria@example.com'), headers);
    expect(sessionOf(next)).toBe(id);
    expect(await answerOf(next)).toBe('and write to maria@example.com');
    expect(lastSeen(calls.upstream).join()).not.toContain(PHONE);

    const call = await record(id);
    expect(call.session).toMatchObject({
      status: 'partial',
      sealed_at: null,
      redactions_by_kind: { PHONE: 1, EMAIL: 1 },
      tokens_issued: 2,
    });
    expect(call.turns.map(({ status }) => status)).toEqual(['ok', 'error', 'error', 'ok']);
    expect(
      entriesOf(call, 'leak_suspected').map(({ turn, entity_kind: kind, count }) => ({ turn, kind, count })),
    ).toEqual([
      { turn: 2, kind: 'PHONE', count: 1 },
      { turn: 3, kind: 'PHONE', count: 1 },
    ]);

    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    const bundle = await (await calls.masker.api('GET', `/sessions/${id}/report?format=bundle`)).text();
    const { report } = z
      .object({
        report: z.object({
          leak_detection: z.object({ blocked_requests: z.int(), suspected_by_kind: z.record(z.string(), z.int()) }),
          sessions: z.array(z.object({ turns: z.int(), status: z.string() })),
        }),
      })
      .parse(JSON.parse(bundle));
    expect(report.leak_detection).toEqual({ blocked_requests: 2, suspected_by_kind: { PHONE: 2 } });
    expect(report.sessions).toEqual([{ turns: 2, status: 'partial' }]);
    expect(verifyBundle(new TextEncoder().encode(bundle)).outcome).toBe('consistent');
  });

  test('the first turn of a call: nothing of it is kept, and the call begins with the next', async () => {
    const headers = { 'x-call-id': 'begins refused' };
    await expectRefused(await calls.masker.chat(agent, leaking(`call ${PHONE}`), headers));
    const response = await calls.masker.chat(agent, saying(`call ${PHONE}`), headers);
    expect(await answerOf(response)).toBe(`call ${PHONE}`);
    const call = await record(sessionOf(response));
    expect(call.entries.map(({ kind, turn }) => `${turn} ${kind}`)).toEqual([
      '0 session_started',
      '1 leak_suspected',
      '2 redaction',
      '2 turn_forwarded',
      '2 turn_completed',
    ]);
    expect(call.session).toMatchObject({ status: 'partial', tokens_issued: 1, tokens_exact: 1 });
  });

  test('a turn on another node, which knows the value from the vault alone', async () => {
    const headers = { 'x-call-id': 'elsewhere' };
    const first = await calls.masker.chat(agent, saying(`call ${PHONE}`), headers);
    await first.text();
    calls.upstream.received.length = 0;
    const second = await calls.anotherNode();
    await expectRefused(await second.chat(onNode(second, agent), leaking('hello'), headers));
    expect(entriesOf(await record(sessionOf(first), second), 'leak_suspected')).toMatchObject([
      { turn: 2, entity_kind: 'PHONE', count: 1 },
    ]);
  });

  test('what the policy lets pass is no leak, from the turn on that the policy says so', async () => {
    const policy = (action: string): string =>
      `name: own\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  PHONE: { action: ${action} }\n`;
    const changing = await calls.masker.createAgent({ policy_yaml: policy('tokenize') });
    const headers = { 'x-call-id': 'policy changes' };
    expect((await calls.masker.chat(changing, saying(`call ${PHONE}`), headers)).status).toBe(200);
    calls.upstream.received.length = 0;
    await expectRefused(await calls.masker.chat(changing, leaking(`call ${PHONE}`), headers));
    const change = async (action: string): Promise<void> => {
      const response = await calls.masker.api('PATCH', `/agents/${changing.id}`, { policy_yaml: policy(action) });
      expect(response.status).toBe(200);
      await response.text();
    };
    await change('passthrough');
    const passed = await calls.masker.chat(changing, leaking(`call ${PHONE}`), headers);
    expect(passed.status).toBe(200);
    expect(lastSeen(calls.upstream)).toEqual([`call ${PHONE}`]);
    await change('redact');
    calls.upstream.received.length = 0;
    await expectRefused(await calls.masker.chat(changing, leaking(`call ${PHONE}`), headers));
  });

  // After the tests in whatever order they ran.
  afterAll(async function theValueIsInNoTableAndNoLogLine() {
    const places = (await allTables(calls.db.url)) + calls.masker.logged.join('');
    expect(places).toContain('leak_suspected');
    for (const value of [PHONE, DIGITS])
      for (const text of disguises(value)) expect(places.includes(text), text).toBe(false);
    expect(await everyCall(calls.pool)).not.toEqual([]);
  });
});

describe('whatever masking missed', () => {
  let base: SessionsOnDatabase;
  let agent: TurnAgent;
  let sessions: Sessions;

  beforeAll(async () => {
    base = await sessionsOnDatabase();
    agent = await base.createAgent();
    sessions = base.node();
  });
  afterAll(async () => {
    await base.close();
  });

  /** Asks for the texts to be masked, and sends another one all the same: a fault of the walk over the request. */
  const careless = (sent: string, ...texts: readonly string[]): Walk => {
    const walking = masked(...texts);
    return function* () {
      yield* walking();
      return {
        ok: true,
        body: Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: sent }] })),
        binaryParts: 0,
      };
    };
  };

  test('is found in what leaves: each value once, counted by kind', async () => {
    const said = `this is Maria Gonzalez, ${PHONE} or 628-555-0177, maria@example.com`;
    const own = await base.createAgent();
    await expect(forward(sessions, own, keyed('kinds'), careless(`${said} ${said}`, said))).rejects.toMatchObject({
      code: 'leak_blocked',
    });
    const call = (await everyCall(base.pool)).find(({ session }) => session.agent_id === own.id);
    if (call === undefined) throw new Error('no session');
    const counts = entriesOf(call, 'leak_suspected').map(({ entity_kind: kind, count }) => [kind, count] as const);
    expect(new Map(counts).size).toBe(counts.length);
    expect(Object.fromEntries(counts)).toMatchObject({ PHONE: 2 });
    expect(Object.keys(Object.fromEntries(counts)).length).toBeGreaterThan(1);
  });

  test.each([
    ['as it was said', `my number is ${PHONE}`],
    ['in other groups', 'my number is (415) 555 01 42'],
    ['in full-width digits', 'my number is ４１５５５５０１４２'],
    ['with characters that nobody sees', 'my number is 415\u200b555\u200b0142'],
    ['with the country code', 'my number is +1 415.555.0142'],
  ])('%s', async (name, sent) => {
    const turn = await forward(sessions, agent, keyed(name), masked(`call ${PHONE}`));
    await turn.complete(ENDING);
    await expect(forward(sessions, agent, keyed(name), careless(sent, 'hello'))).rejects.toMatchObject({
      code: 'leak_blocked',
    });
    // Neither does the refusal stand in the way of the next turn.
    const next = await forward(sessions, agent, keyed(name), masked('hello'));
    await next.complete(ENDING);
    const call = await callRecord(base.pool, turn.sessionId);
    expect(call.turns.map(({ status }) => status)).toEqual(['ok', 'error', 'ok']);
    expect(entriesOf(call, 'leak_suspected')).toMatchObject([{ turn: 2, entity_kind: 'PHONE', count: 1 }]);
    expect(Object.keys(entriesOf(call, 'leak_suspected')[0] ?? {}).sort()).toEqual([
      'agent_id',
      'count',
      'entity_kind',
      'event_id',
      'kind',
      'policy_name',
      'policy_version',
      'prev_hash',
      'seq',
      'session_id',
      'this_hash',
      'ts',
      'turn',
      'v',
    ]);
  });

  test('a refusal that cannot be put on record is a refusal all the same', async () => {
    const broken = base.node({
      journal: {
        query: () => Promise.reject(Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' })),
      } as unknown as SessionsOnDatabase['pool'],
    });
    await expect(forward(broken, agent, { by: 'nothing' }, careless(PHONE, `call ${PHONE}`))).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
  });

  test('two turns on two nodes at once that leak: both refused, both on record', async () => {
    const nodes = [base.node(), base.node()];
    const turns = nodes.flatMap((node) =>
      [1, 2, 3].map(() => forward(node, agent, keyed('at once'), careless(PHONE, `call ${PHONE}`))),
    );
    const outcomes = await Promise.allSettled(turns);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'forwarded',
      ),
    ).toEqual(Array.from({ length: 6 }, () => 'leak_blocked'));
    const leaking = (await everyCall(base.pool)).filter((call) => entriesOf(call, 'leak_suspected').length === 6);
    expect(leaking.map(({ turns: rows }) => rows.length)).toEqual([6]);
  });
});
