/** A platform announces a call before its first turn: on record once, its caller's number known and nowhere to be read. See docs/integrations/vapi.md. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { AnnouncedCall, TurnAgent } from '../../src/sessions/turn.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import { ENDING } from '../turn-ending.ts';
import { tokensIn } from './calls-fixture.ts';
import { allTables, disguises } from './everything.ts';
import { forward, keyed, saying, sessionsOnDatabase, underPolicy, unmasked } from './sessions-fixture.ts';
import type { SessionsOnDatabase } from './sessions-fixture.ts';

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

const NUMBER = '+14155550142';
/** What a caller would say of it, or a platform write. */
const FORMS = [
  '+1 (415) 555-0142',
  '415.555.0142',
  '4155550142',
  'four one five, five five five, oh one four two',
  'four one five triple five zero one forty two',
];

function call(callerNumber: string | null = NUMBER): AnnouncedCall {
  return { platform: 'vapi', callerNumber, model: 'gpt-4o-mini', receivedAt: Date.now() };
}

/** Takes a turn that says this to its end; what of it left, and its session. */
async function say(
  node: Sessions,
  through: TurnAgent,
  key: string,
  ...texts: readonly string[]
): Promise<{ readonly id: SessionId; readonly sent: string }> {
  const turn = await forward(node, through, keyed(key), saying(...texts));
  await turn.complete(ENDING);
  return { id: turn.sessionId, sent: Buffer.from(turn.body).toString('utf8') };
}

async function vaulted(id: SessionId): Promise<number> {
  const { rows } = await base.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM vault_entries WHERE session_id = $1',
    [id],
  );
  return rows[0]?.n ?? 0;
}

// A story: the last test looks at what all of the others left behind.
describe('announcements', { shuffle: false }, () => {
  describe('an announced call', () => {
    test('is a session with one entry that says so, before its first turn', async () => {
      const id = await sessions.begin(agent, keyed('announced'), call());
      const { session, entries, turns } = await callRecord(base.pool, id);
      expect(entries.map(({ kind, turn }) => `${turn} ${kind}`)).toEqual(['0 session_started', '0 call_started']);
      expect(entries[1]).toMatchObject({
        platform: 'vapi',
        caller: 'masked',
        tokens_issued: 1,
        policy_name: agent.policy.name,
      });
      expect(turns).toEqual([]);
      expect(session).toMatchObject({
        sealed_at: null,
        continues_id: null,
        redaction_count: 0,
        tokens_issued: 1,
        tokens_exact: 0,
      });
      expect(await vaulted(id)).toBe(1);
      expect((await say(sessions, agent, 'announced', 'hello')).id).toBe(id);
    });

    test('is on record once, however often it is announced, and through whichever node', async () => {
      const nodes = [sessions, base.node(), base.node()];
      const ids: SessionId[] = [];
      for (const node of [...nodes, ...nodes]) ids.push(await node.begin(agent, keyed('often'), call()));
      expect(new Set(ids).size).toBe(1);
      const record = await callRecord(base.pool, ids[0] ?? ('' as SessionId));
      expect(entriesOf(record, 'call_started')).toHaveLength(1);
      expect(record.session.tokens_issued).toBe(1);
    });

    test('is on record once when several nodes hear of it at once, and a first turn comes with it', async () => {
      const nodes = [base.node(), base.node(), base.node()];
      for (let n = 0; n < 5; n += 1) {
        const key = `at once ${n}`;
        const announced = nodes.flatMap((node) => [
          node.begin(agent, keyed(key), call()),
          node.begin(agent, keyed(key), call()),
        ]);
        const spoken = nodes.map((node) => say(node, agent, key, `call ${NUMBER}`));
        const ids = [...(await Promise.all(announced)), ...(await Promise.all(spoken)).map(({ id }) => id)];
        expect(new Set(ids).size).toBe(1);
        const record = await callRecord(base.pool, ids[0] ?? ('' as SessionId));
        expect(entriesOf(record, 'call_started')).toHaveLength(1);
        // The announcement or the turn makes the token, whichever is first. Not both do.
        expect(record.session.tokens_issued).toBe(1);
        expect(record.turns).toHaveLength(nodes.length);
      }
    });

    test('that is announced late, in mid-call, continues its session', async () => {
      const { id } = await say(sessions, agent, 'late', `my number is ${NUMBER}`);
      expect(await base.node().begin(agent, keyed('late'), call())).toBe(id);
      const record = await callRecord(base.pool, id);
      expect(record.entries.map(({ kind }) => kind)).toEqual([
        'session_started',
        'redaction',
        'turn_forwarded',
        'turn_completed',
        'call_started',
      ]);
      expect(entriesOf(record, 'call_started')).toMatchObject([{ turn: 0, tokens_issued: 0 }]);
      expect((await say(sessions, agent, 'late', `my number is ${NUMBER}`, 'yes')).id).toBe(id);
      expect((await callRecord(base.pool, id)).session.redaction_count).toBe(1);
    });

    test('that ends without a turn is sealed as it is; announced again, it continues', async () => {
      const id = await sessions.begin(agent, keyed('hung up'), call());
      expect(await base.node().end(agent.id, id, 'ended')).toBe(true);
      const { entries, session } = await callRecord(base.pool, id);
      expect(entries.map(({ kind }) => kind)).toEqual(['session_started', 'call_started', 'session_sealed']);
      expect(session).toMatchObject({ status: 'ok', turn_count: 0 });
      const next = await sessions.begin(agent, keyed('hung up'), call());
      expect(next).not.toBe(id);
      const continued = await callRecord(base.pool, next);
      expect(continued.session.continues_id).toBe(id);
      expect(entriesOf(continued, 'call_started')).toHaveLength(1);
    });

    test('whose platform does not tell the number is on record all the same', async () => {
      const id = await sessions.begin(agent, keyed('withheld number'), call(null));
      expect(entriesOf(await callRecord(base.pool, id), 'call_started')).toMatchObject([
        { caller: null, tokens_issued: 0 },
      ]);
      expect(await vaulted(id)).toBe(0);
    });
  });

  describe.each(['vault-deterministic', 'reversible-aead'] as const)(
    'the number of the caller, with %s tokens',
    (tokenization) => {
      let through: TurnAgent;
      beforeAll(async () => {
        through = await base.createAgent({ tokenization });
      });

      test('is found in the first turn, in whichever form it is said', async () => {
        for (const [n, form] of FORMS.entries()) {
          const key = `form ${n} ${tokenization}`;
          const id = await sessions.begin(through, keyed(key), call());
          const { sent } = await say(sessions, through, key, `so ${form} then`);
          expect(tokensIn(sent), form).toHaveLength(1);
          expect(sent).toContain('so MSK');
          const record = await callRecord(base.pool, id);
          expect(entriesOf(record, 'redaction').map(({ entity_kind: kind }) => kind)).toEqual(['PHONE']);
          // One value has one token: what the announcement made is what the turn sends.
          expect(record.session.tokens_issued, form).toBe(1);
        }
      });

      test('must not leave where masking would let it', async () => {
        const key = `leaks ${tokenization}`;
        const id = await sessions.begin(through, keyed(key), call());
        const careless = unmasked('{"messages":[{"role":"user","content":"it is 415 555 0142"}]}');
        await expect(forward(sessions, through, keyed(key), careless)).rejects.toMatchObject({ code: 'leak_blocked' });
        expect(entriesOf(await callRecord(base.pool, id), 'leak_suspected')).toMatchObject([
          { entity_kind: 'PHONE', count: 1 },
        ]);
      });
    },
  );

  test('another node knows the number from the vault', async () => {
    const second = base.node();
    for (const [n, form] of FORMS.entries()) {
      const id = await sessions.begin(agent, keyed(`elsewhere ${n}`), call());
      const { sent } = await say(second, agent, `elsewhere ${n}`, `so ${form} then`);
      expect(tokensIn(sent), form).toHaveLength(1);
      expect((await callRecord(base.pool, id)).session.tokens_issued).toBe(1);
    }
  });

  describe('the policy says of PHONE', () => {
    const policy = (row: string): string => `name: own\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  PHONE: ${row}\n`;

    test.each([
      ['redact', '{ action: redact }', 'masked', 0, 'so [REDACTED:PHONE] then'],
      ['passthrough', '{ action: passthrough }', null, 0, 'so 415-555-0142 then'],
      ['disabled', '{ enabled: false }', null, 0, 'so 415-555-0142 then'],
    ] as const)('%s', async (name, row, caller, issued, sent) => {
      const under = underPolicy(agent, policy(row));
      const id = await sessions.begin(under, keyed(`policy ${name}`), call());
      expect(entriesOf(await callRecord(base.pool, id), 'call_started')).toMatchObject([
        { caller, tokens_issued: issued },
      ]);
      expect(await vaulted(id)).toBe(0);
      expect((await say(sessions, under, `policy ${name}`, 'so 415-555-0142 then')).sent).toContain(sent);
    });
  });

  describe('a connection that fails under the announcement', () => {
    test.each([
      ['after the database took it', true],
      ['before', false],
    ] as const)('%s: it is refused, and on record once when it is announced again', async (_, takes) => {
      let fails = true;
      const query = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
        const result = !fails || takes ? await base.pool.query(statement) : null;
        if (fails || result === null) {
          fails = false;
          throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
        }
        return result;
      };
      const node = base.node({ journal: { query } as unknown as Pick<pg.Pool, 'query'> });
      const key = `breaks ${String(takes)}`;
      await expect(node.begin(agent, keyed(key), call())).rejects.toMatchObject({ code: 'audit_unavailable' });
      const id = await node.begin(agent, keyed(key), call());
      expect(entriesOf(await callRecord(base.pool, id), 'call_started')).toHaveLength(1);
      const { id: spoken, sent } = await say(node, agent, key, 'so 415-555-0142 then');
      expect(spoken).toBe(id);
      expect(tokensIn(sent)).toHaveLength(1);
    });
  });

  test('and the number is in no table, in no form', async () => {
    const tables = await allTables(base.url);
    expect(tables).toContain('call_started');
    for (const form of [NUMBER, NUMBER.slice(1), NUMBER.slice(2), ...FORMS, '415-555-0142'])
      for (const text of disguises(form)) expect(tables.includes(text), text).toBe(false);
    await everyCall(base.pool);
    expect(base.lostEndings).toEqual([]);
  });
});
