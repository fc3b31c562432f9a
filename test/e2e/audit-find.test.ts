/** Sessions by what an auditor holds: ids, days, and the hash of the bytes that the provider got. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AccountId, AgentId, SessionId } from '../../src/platform/ids.ts';
import { createFinder } from '../../src/reports/finding/find.ts';
import type { Evidence, FoundWithReports } from '../../src/reports/finding/find.ts';
import { foundSessions } from '../../src/reports/finding/found-sessions.ts';
import type { FoundRange, Sought } from '../../src/reports/finding/found-sessions.ts';
import { scopeOfReport } from '../../src/reports/finding/issued-records.ts';
import { callNames } from '../../src/sessions/call-names.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { CreatedAgent } from '../instance.ts';
import { seedAgent, seedCall, signUp } from '../api.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

interface Found {
  readonly session_id: string;
  readonly agent_id: string;
  readonly started_at: string;
  readonly sealed_at: string | null;
  readonly status: string;
  readonly entry: { readonly seq: number; readonly kind: string; readonly leaf_hash: string } | null;
  readonly reports: readonly { readonly id: string; readonly format: string; readonly event_id: string }[];
}

interface FoundPage {
  readonly data: readonly Found[];
  readonly next_cursor: string | null;
}

const DAY_MS = 86_400_000;

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

async function call(said: string, headers: Record<string, string> = {}, more: object = {}): Promise<SessionId> {
  const response = await calls.masker.chat(agent, { ...saying(said), ...more }, headers);
  await answerOf(response);
  return sessionOf(response);
}

async function find(query: string): Promise<FoundPage> {
  const response = await calls.masker.api('GET', `/audit/find?${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as FoundPage;
}

const idsOf = ({ data }: FoundPage): string[] => data.map(({ session_id: id }) => id);

describe('a call id', () => {
  test('finds the open and the sealed sessions of its call, the newest first', async () => {
    const name = `call-${randomUUID()}`;
    const first = await call('hello', { 'x-call-id': name });
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: first });
    const second = await call('hello again', { 'x-call-id': name });
    const { data } = await find(`call_id=${name}`);
    expect(data.map(({ session_id: id, sealed_at: sealedAt }) => [id, sealedAt === null])).toEqual([
      [second, true],
      [first, false],
    ]);
    expect(data[0]).toMatchObject({ agent_id: agent.id, status: 'ok', entry: null });
  });

  test.each([
    ['ElevenLabs', (id: string) => ({ elevenlabs_extra_body: { conversation_id: id } })],
    ['Bolna', (id: string) => ({ user: `${id}#turn_1` })],
  ])('finds the call that only a field of %s named', async (_platform, fields) => {
    const id = randomUUID();
    const session = await call('hello', {}, fields(id));
    expect(idsOf(await find(`call_id=${id}`))).toEqual([session]);
  });

  test('that was a phone number is in no column of the database', async () => {
    const number = `+1415555${String(1000 + Math.floor(Date.now() % 9000))}`;
    const session = await call('hello', { 'x-call-id': number });
    const query = 'query ($id: String!) { auditFind(callId: $id) { edges { node { id } } } }';
    expect(await calls.masker.graphql(query, { id: number })).toEqual({
      auditFind: { edges: [{ node: { id: session } }] },
    });
    const { rows } = await calls.pool.query<{ text: string }>(
      `SELECT query_to_xml('SELECT * FROM sessions', true, false, '')::text AS text`,
    );
    expect(rows[0]?.text).not.toContain(number.slice(1));
  });

  test('of another name finds nothing', async () => {
    expect(await find('call_id=nobody-has-this')).toEqual({ data: [], next_cursor: null });
  });
});

describe('a call id among 600 agents', () => {
  test('finds the newest of all its sessions, in statements of a bounded number of agents', async () => {
    const database = openDatabase({ url: calls.db.url });
    try {
      const { accountId } = await signUp(database);
      const session = await seedCall(database, accountId, await seedAgent(database, accountId, 'first'));
      const digest = Buffer.alloc(32, 7);
      await database.prisma.session.update({ where: { id: session }, data: { callDigest: digest } });
      // In another order than their agents.
      await database.pool.query(
        `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
         SELECT 'agt_7' || lpad(n::text, 25, '0'), $1, n::text, 'stub', 'vault-deterministic', 'healthcare-default', 1
         FROM generate_series(1, 599) n`,
        [accountId],
      );
      const { rows } = await database.pool.query<{ id: string }>(
        `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, upstream_model, policy_name,
           policy_version, policy_digest, call_digest)
         SELECT 'sess_7' || lpad((a.name::int * 7 % 601)::text, 25, '0'), $1, a.id, started_at, started_at, now(), upstream_model,
           s.policy_name, s.policy_version, policy_digest, call_digest
         FROM agents a, sessions s WHERE s.id = $2 AND a.account_id = $1 AND a.id <> s.agent_id RETURNING id`,
        [accountId, session],
      );
      const newest = [...rows.map(({ id }) => id), session].sort().toReversed();
      const query = vi.spyOn(database.pool, 'query');
      const range: FoundRange = { above: null, below: null, order: 'desc', limit: 100 };
      const finder = createFinder(database.pool, { call: () => digest });
      const found = await finder.find(accountId, { by: 'call', callId: 'any' }, range);
      const agents = query.mock.calls.flatMap(([, values]: readonly unknown[]) =>
        Array.isArray(values) && Array.isArray(values[1]) ? [new Set(values[1]).size] : [],
      );
      expect(agents.slice(0, 3)).toEqual([250, 250, 100]);
      // Each name of the call has the same digest here.
      expect(new Set(found.map(({ id }) => id))).toEqual(
        new Set(newest.slice(0, Math.ceil(100 / callNames('any').length))),
      );
    } finally {
      vi.restoreAllMocks();
      await database.close();
    }
  });
});

describe('the hash of a request', () => {
  test('finds the entry of the turn that sent these bytes', async () => {
    const session = await call(`hello ${randomUUID()}`);
    const sent = calls.upstream.received.at(-1)?.body ?? Buffer.alloc(0);
    const sha256 = createHash('sha256').update(sent).digest('hex');
    const { data } = await find(`request_sha256=${sha256}`);
    expect(data).toHaveLength(1);
    const entry = data[0]?.entry;
    const { rows } = await calls.pool.query<{ seq: number; body: string; leaf: string }>(
      `SELECT seq, body, encode(leaf_hash, 'hex') AS leaf FROM entries WHERE session_id = $1 AND kind = 'turn_forwarded'`,
      [session],
    );
    expect(data[0]?.session_id).toBe(session);
    expect(entry).toEqual({ seq: rows[0]?.seq, kind: 'turn_forwarded', leaf_hash: rows[0]?.leaf });
    expect(JSON.parse(rows[0]?.body ?? '{}')).toMatchObject({ request_sha256: sha256 });
    expect(idsOf(await find(`request_sha256=${sha256.toUpperCase()}`))).toEqual([session]);
  });
});

describe('a report', () => {
  test('is found with its session, and its session by it', async () => {
    const session = await call('hello');
    const made = await calls.masker.api('GET', `/sessions/${session}/report`);
    const { report } = (await made.json()) as { report: { id: string } };
    const byReport = await find(`report_id=${report.id}`);
    expect(idsOf(byReport)).toEqual([session]);
    expect(byReport.data[0]?.reports).toMatchObject([{ id: report.id, format: 'json' }]);
    expect((await find(`session_id=${session}`)).data).toEqual(byReport.data);
    const log = await calls.masker.api('GET', '/audit/log?types=report_issued&limit=100');
    expect(await log.text()).toContain(byReport.data[0]?.reports[0]?.event_id);
  });

  test('about an agent finds the sessions of its window', async () => {
    const other = await calls.masker.createAgent();
    const response = await calls.masker.chat(other, saying('hello'));
    await answerOf(response);
    const made = await calls.masker.api('GET', `/agents/${other.id}/report?since=1h`);
    const { report } = (await made.json()) as { report: { id: string } };
    expect(idsOf(await find(`report_id=${report.id}`))).toEqual([sessionOf(response)]);
  });
});

describe('a call whose id is a telephone number', () => {
  test.each(['+14155550142', '(415) 555-0142', 'tel:+1-415-555-0142', 'sip:+14155550142@pbx.example'])(
    'is found by POST, and refused in an address: %s',
    async (name) => {
      const session = await call('hello', { 'x-call-id': name });
      const found = await calls.masker.api('POST', '/audit/find', { call_id: name, limit: 1 });
      expect([found.status, idsOf((await found.json()) as FoundPage)]).toEqual([200, [session]]);
      const refused = await calls.masker.api('GET', `/audit/find?call_id=${encodeURIComponent(name)}`);
      const text = await refused.text();
      expect([refused.status, text.includes('POST'), text.includes(name)]).toEqual([422, true, false]);
    },
  );
});

describe('what is asked wrongly is refused', () => {
  test.each([
    ['nothing', ''],
    ['two things', `day=2026-03-14&session_id=${newId('session')}`],
    ['a day that is none', 'day=2026-02-30'],
    ['days in the wrong order', 'day=2026-03-15/2026-03-14'],
    ['a hash of another length', 'request_sha256=abcd'],
    ['an id of another type', `session_id=${newId('report')}`],
    ['an empty call id', 'call_id='],
    ['a cursor of another list', `day=2026-03-14&cursor=${Buffer.from('leaf:1').toString('base64url')}`],
  ])('%s: 422', async (_name, query) => {
    const response = await calls.masker.api('GET', `/audit/find?${query}`);
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      422,
      'validation_failed',
    ]);
    const inBody = await calls.masker.api('POST', '/audit/find', Object.fromEntries(new URLSearchParams(query)));
    expect(inBody.status).toBe(422);
  });
});

describe('of another account', () => {
  test('nothing is found, by whatever is asked for', async () => {
    const database = openDatabase({ url: calls.db.url });
    try {
      const other = await signUp(database);
      const theirs = await seedCall(database, other.accountId, await seedAgent(database, other.accountId, 'theirs'));
      await database.prisma.session.update({ where: { id: theirs }, data: { callDigest: Buffer.alloc(32, 1) } });
      const finder = createFinder(database.pool, {
        call: (_agent, name) => Buffer.alloc(32, name === 'any' ? 1 : 2),
      });
      const evidence: readonly Evidence[] = [
        { by: 'call', callId: 'any' },
        { by: 'session', sessionId: theirs },
        { by: 'request', sha256: 'ab'.repeat(32) },
        { by: 'day', since: Date.now() - 3_600_000, until: Date.now() + 3_600_000 },
      ];
      const range: FoundRange = { above: null, below: null, order: 'desc', limit: 100 };
      const found = async (account: AccountId): Promise<(readonly FoundWithReports[])[]> =>
        Promise.all(evidence.map((each) => finder.find(account, each, range)));
      expect((await found(other.accountId)).map((list) => list.map(({ id }) => id))).toEqual(
        evidence.map(() => [theirs]),
      );
      expect((await found(INSTANCE_ACCOUNT)).flat().filter(({ id }) => id === theirs)).toEqual([]);
    } finally {
      await database.close();
    }
  });
});

describe('each statement uses the index that is made for it', () => {
  interface Plan {
    readonly 'Index Name'?: string;
    readonly Plans?: readonly Plan[];
  }
  const indexesOf = (plan: Plan): string[] => [
    ...(plan['Index Name'] === undefined ? [] : [plan['Index Name']]),
    ...(plan.Plans ?? []).flatMap(indexesOf),
  ];

  /** So many calls, sealed but for some, that an index by call is worth more than another one. They are rolled back. */
  const CALLS = (columns: string): string => `INSERT INTO sessions (${columns})
    SELECT ${columns.replaceAll(/\w+/g, 'made.$&')} FROM generate_series(1, 3000) n, sessions s,
      jsonb_populate_record(s, jsonb_build_object(
        'id', 'sess_' || lpad(n::text, 26, '0'), 'key_digest', sha256(n::text::bytea), 'call_digest', sha256(n::text::bytea),
        'sealed_at', CASE WHEN n % 20 = 0 THEN NULL ELSE now() END)) made
    WHERE s.id = (SELECT min(id) FROM sessions)`;

  /** The indexes of the plans of all statements that `ask` sends, among many calls and where no table may be read as a whole. */
  async function indexesUsed(ask: (db: Pick<Calls['pool'], 'query'>) => Promise<unknown>): Promise<string[]> {
    const client = await calls.pool.connect();
    try {
      await client.query('BEGIN');
      const { rows: columns } = await client.query<{ name: string }>(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'sessions' AND is_generated = 'NEVER'",
      );
      await client.query(CALLS(columns.map(({ name }) => name).join(', ')));
      await client.query('ANALYZE sessions');
      await client.query('SET LOCAL enable_seqscan = off');
      const used: string[] = [];
      const db = {
        query: async (text: string, values: unknown[]) => {
          const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
            `EXPLAIN (FORMAT JSON) ${text}`,
            values,
          );
          used.push(...rows.flatMap((row) => indexesOf(row['QUERY PLAN'][0].Plan)));
          return client.query(text, values);
        },
      } as Pick<Calls['pool'], 'query'>;
      await ask(db);
      return used;
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  // The many are made of one.
  beforeAll(() => call('hello'));

  const range: FoundRange = { above: null, below: null, order: 'desc', limit: 26 };
  const sought: readonly (readonly [string, Sought, readonly string[]])[] = [
    ['the hash of a request', { by: 'request', sha256: 'ab'.repeat(32) }, ['entries_request_of_agent']],
    [
      'a call id',
      { by: 'call', agents: [newId('agent')], digestsOf: () => [Buffer.alloc(32)] },
      ['sessions_calls_of_account'],
    ],
  ];
  test.each(sought)('%s', async (_name, each, indexes) => {
    const used = await indexesUsed((db) => foundSessions(db, INSTANCE_ACCOUNT, each, range));
    expect(used).toEqual(expect.arrayContaining([...indexes]));
  });

  test('a report id', async () => {
    expect(await indexesUsed((db) => scopeOfReport(db, INSTANCE_ACCOUNT, newId('report')))).toContain(
      'account_events_report',
    );
  });
});

describe('a day', () => {
  test('finds the sessions that began on it, in pages without gap or repetition', async () => {
    const database = openDatabase({ url: calls.db.url });
    try {
      // No other session of this file began then.
      const day = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;
      const date = (time: number): string => new Date(time).toISOString().slice(0, 10);
      const at = [day - 1, day, day + 43_200_000, day + 86_399_999, day + 86_400_000];
      const ids: SessionId[] = [];
      for (const moment of at)
        ids.push(await seedCall(database, INSTANCE_ACCOUNT, agent.id as AgentId, { at: moment }));
      const first = await find(`day=${date(day)}&limit=2`);
      const second = await find(`day=${date(day)}&limit=2&cursor=${first.next_cursor ?? ''}`);
      expect([...idsOf(first), ...idsOf(second)]).toEqual([ids[3], ids[2], ids[1]]);
      expect(second.next_cursor).toBeNull();
      expect(idsOf(await find(`day=${date(day - DAY_MS)}/${date(day + DAY_MS)}`))).toEqual(ids.toReversed());
    } finally {
      await database.close();
    }
  });
});
