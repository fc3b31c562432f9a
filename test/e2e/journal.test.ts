/** The journal's one statement, on a real database: each write is whole or absent, whoever it travels with. */
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EntryRow, JournalWrite, SessionRow, TurnRow, VaultEntryRow } from '../../src/audit/journal-rows.ts';
import { Journal } from '../../src/audit/journal.ts';
import type { WriteOutcome } from '../../src/audit/journal.ts';
import { newId } from '../../src/platform/ids.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { OnePerTickScheduler } from '../../src/proxy/turn/one-per-tick-scheduler.ts';
import { createTestDatabase, openPool } from '../database.ts';
import type { TestDatabase } from '../database.ts';

const POLICY = 'c0ffee';
const accountId = newId('account');
const agentId = newId('agent');

let db: TestDatabase;
let pool: Pool;
let journal: Journal;

beforeAll(async () => {
  db = await createTestDatabase();
  pool = openPool(db.url);
  await pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'clinic')`, [accountId]);
  await pool.query(
    `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
     VALUES ($1, $2, 'desk', 'stub', 'vault-deterministic', 'healthcare-default', 1)`,
    [agentId, accountId],
  );
  await pool.query(`INSERT INTO policy_snapshots (digest, text) VALUES ($1, 'name: x')`, [POLICY]);
});
afterAll(async () => {
  await pool.end();
  await db.drop();
});
beforeEach(() => {
  journal = new Journal(pool);
});

const NOW = Date.UTC(2026, 4, 3, 21, 14);

function session(id: SessionId, changes: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    accountId,
    agentId,
    keyDigest: null,
    callDigest: null,
    credentialDigest: null,
    continuesId: null,
    startedAt: NOW,
    lastTurnAt: NOW,
    endedAt: null,
    sealedAt: null,
    status: 'ok',
    upstreamModel: 'gpt-4o-mini',
    policyName: 'healthcare-default',
    policyVersion: 1,
    policyDigest: POLICY,
    turnCount: 1,
    redactionCount: 1,
    redactionsByKind: { NAME: 1 },
    detectionUs: 1,
    tokenizeUs: 2,
    upstreamUs: 3,
    rehydrateUs: 4,
    tokensIssued: 0,
    tokensExact: 0,
    tokensRepaired: 0,
    tokensUnknown: 0,
    tokensRefused: 0,
    tokensWithheld: 0,
    tokensOutsideTurn: 0,
    vaultGeneration: 0,
    merkleRoot: null,
    seal: null,
    sealKeyId: null,
    sealSignature: null,
    ...changes,
  };
}

function turn(number: number, changes: Partial<TurnRow> = {}): TurnRow {
  return {
    id: newId('turn', NOW),
    number,
    startedAt: NOW,
    endedAt: null,
    status: 'forwarded',
    model: 'gpt-4o-mini',
    streamed: false,
    redactionCount: 1,
    detectionUs: 1,
    tokenizeUs: 2,
    upstreamUs: null,
    rehydrateUs: null,
    addedUs: null,
    marks: null,
    responseDigest: null,
    conversationDigest: null,
    chainTokens: null,
    said: null,
    ...changes,
  };
}

function entries(from: number, count: number): EntryRow[] {
  return Array.from({ length: count }, (_, n) => ({
    seq: from + n,
    kind: 'redaction',
    turn: 1,
    body: `{"seq":${from + n}}`,
    leaf: Buffer.alloc(32, n),
  }));
}

const vaultEntries: VaultEntryRow[] = [
  { token: 'MSKV1.NAME.K.A', kind: 'NAME', kid: 'K', keyVersion: '1', sealed: Buffer.from('sealed') },
];

/** The first write of a session, with a row in every table. */
function first(id = newId('session', NOW), changes: Partial<JournalWrite> = {}): JournalWrite {
  return {
    session: session(id),
    turn: turn(1),
    vaultKey: { kid: 'K', keyVersion: '1', wrapped: Buffer.from('wrapped') },
    vaultEntries,
    entries: entries(0, 3),
    ...changes,
  };
}

async function rowsOf(id: SessionId): Promise<Record<string, number>> {
  const counted = ['turns', 'vault_keys', 'vault_entries', 'entries'].map(
    (table) => `(SELECT count(*)::int FROM ${table} WHERE session_id = $1) AS ${table}`,
  );
  const { rows } = await pool.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM sessions WHERE id = $1) AS sessions, ${counted.join(', ')}`,
    [id],
  );
  return rows[0] ?? {};
}

const WHOLE = { sessions: 1, turns: 1, vault_keys: 1, vault_entries: 1, entries: 3 };
const ABSENT = { sessions: 0, turns: 0, vault_keys: 0, vault_entries: 0, entries: 0 };

/** Appends writes at once: they travel in one statement. */
function together(...writes: JournalWrite[]): Promise<WriteOutcome[]> {
  const journal = new Journal(pool);
  const outcomes = writes.map((write) => journal.append(write));
  expect(journal.depth).toBe(writes.length);
  return Promise.all(outcomes);
}

const reasons = (outcomes: readonly WriteOutcome[]): string[] =>
  outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));

test('a write puts its rows into every table', async () => {
  const write = first();
  expect(await journal.append(write)).toEqual({ ok: true });
  expect(await rowsOf(write.session.id)).toEqual(WHOLE);
  const { rows } = await pool.query<{ body: string; leaf_hash: Buffer }>(
    'SELECT body, leaf_hash FROM entries WHERE session_id = $1 ORDER BY seq',
    [write.session.id],
  );
  expect(rows.map(({ body }) => body)).toEqual(['{"seq":0}', '{"seq":1}', '{"seq":2}']);
  expect(rows[1]?.leaf_hash).toEqual(Buffer.alloc(32, 1));
});

test('a later write replaces what changes in the rows of session and turn, and adds entries', async () => {
  const write = first();
  await journal.append(write);
  const ended: TurnRow = {
    ...(write.turn ?? turn(1)),
    endedAt: NOW + 5,
    status: 'partial',
    upstreamUs: 7,
    rehydrateUs: 8,
    addedUs: 9,
  };
  const next = {
    ...write,
    session: session(write.session.id, { status: 'partial', turnCount: 2, upstreamUs: 2 ** 40 }),
    turn: ended,
    vaultKey: null,
    vaultEntries: [],
    entries: entries(3, 1),
  };
  expect(await journal.append(next)).toEqual({ ok: true });
  expect(await rowsOf(write.session.id)).toEqual({ ...WHOLE, entries: 4 });
  const { rows } = await pool.query(
    'SELECT s.status, turn_count, s.upstream_us, t.status AS turn_status, t.added_us FROM sessions s JOIN turns t ON t.session_id = s.id WHERE s.id = $1',
    [write.session.id],
  );
  expect(rows).toEqual([
    { status: 'partial', turn_count: 2, upstream_us: String(2 ** 40), turn_status: 'partial', added_us: 9 },
  ]);
});

test('a write without an entry is a mistake of the caller', () => {
  expect(() => journal.append(first(undefined, { entries: [] }))).toThrow(RangeError);
});

describe('a write that is late', () => {
  test('is told of the conflict and leaves no row, and what travels with it is committed', async () => {
    const taken = first();
    await journal.append(taken);
    const late = {
      ...taken,
      session: session(taken.session.id, { turnCount: 99 }),
      turn: turn(2),
      vaultKey: null,
      entries: entries(2, 2),
    };
    const others = [first(), first(), first()];
    const outcomes = await together(first(), late, ...others);
    expect(reasons(outcomes)).toEqual(['ok', 'conflict', 'ok', 'ok', 'ok']);
    for (const {
      session: { id },
    } of others)
      expect(await rowsOf(id)).toEqual(WHOLE);
    expect(await rowsOf(taken.session.id)).toEqual(WHOLE);
    const { rows } = await pool.query('SELECT turn_count FROM sessions WHERE id = $1', [taken.session.id]);
    expect(rows).toEqual([{ turn_count: 1 }]);
  });

  test('by a second session under one key is a conflict too, until the first is sealed', async () => {
    const keyDigest = Buffer.alloc(32, 1);
    const keyed = (): JournalWrite => {
      const id = newId('session', NOW);
      return first(id, { session: session(id, { keyDigest }) });
    };
    const open = keyed();
    expect(reasons([await journal.append(open)])).toEqual(['ok']);
    const second = keyed();
    expect(reasons([await journal.append(second)])).toEqual(['conflict']);
    expect(await rowsOf(second.session.id)).toEqual(ABSENT);
    const sealed = {
      ...open,
      session: session(open.session.id, { keyDigest, sealedAt: NOW }),
      turn: null,
      vaultKey: null,
      vaultEntries: [],
      entries: entries(3, 1),
    };
    expect(reasons([await journal.append(sealed)])).toEqual(['ok']);
    expect(reasons([await journal.append(keyed())])).toEqual(['ok']);
  });

  test('in one statement with the write that is first: one of them wins, nobody else is touched', async () => {
    const id = newId('session', NOW);
    const other = first();
    expect(reasons(await together(first(id), other, first(id)))).toEqual(['ok', 'ok', 'conflict']);
    expect(await rowsOf(id)).toEqual(WHOLE);
    expect(await rowsOf(other.session.id)).toEqual(WHOLE);
  });

  test('on another node at the same moment: exactly one of the two wins', async () => {
    const elsewhere = new Journal(pool);
    for (let n = 0; n < 20; n += 1) {
      const id = newId('session', NOW);
      const outcomes = await Promise.all([journal.append(first(id)), elsewhere.append(first(id))]);
      expect(reasons(outcomes).sort()).toEqual(['conflict', 'ok']);
      expect(await rowsOf(id)).toEqual(WHOLE);
    }
  });
});

describe('a write that the database refuses', () => {
  const REFUSED: Readonly<Record<string, (id: SessionId) => JournalWrite>> = {
    'the last of its tables': (id) =>
      first(id, {
        entries: [...entries(0, 2), { seq: 2, kind: 'redaction', turn: 1, body: '{}', leaf: Buffer.alloc(31) }],
      }),
    'a reference': (id) => first(id, { session: session(id, { policyDigest: 'nowhere' }) }),
    'a number': (id) => first(id, { session: session(id, { turnCount: 2 ** 31 }) }),
    'a text': (id) => first(id, { session: session(id, { upstreamModel: 'a\0b' }) }),
  };

  test.each(Object.keys(REFUSED))('for %s leaves nothing, and takes nobody with it', async (what) => {
    const id = newId('session', NOW);
    const write = REFUSED[what]?.(id);
    if (write === undefined) throw new Error('no such case');
    expect(reasons([await journal.append(write)])).toEqual(['unavailable']);
    expect(await rowsOf(id)).toEqual(ABSENT);
    const others = [first(), first()];
    expect(reasons(await together(...others, write, first()))).toEqual(['ok', 'ok', 'unavailable', 'ok']);
    expect(await rowsOf(id)).toEqual(ABSENT);
    for (const {
      session: { id: other },
    } of others)
      expect(await rowsOf(other)).toEqual(WHOLE);
  });

  test('changes no row of a session that is there', async () => {
    const write = first();
    await journal.append(write);
    const next = {
      ...write,
      session: session(write.session.id, { turnCount: 2 }),
      turn: turn(2),
      vaultKey: null,
      entries: [{ seq: -1, kind: 'redaction', turn: 2, body: '{}', leaf: Buffer.alloc(32) }],
    } as const;
    expect(reasons([await journal.append(next)])).toEqual(['unavailable']);
    expect(await rowsOf(write.session.id)).toEqual(WHOLE);
    const { rows } = await pool.query('SELECT turn_count FROM sessions WHERE id = $1', [write.session.id]);
    expect(rows).toEqual([{ turn_count: 1 }]);
  });
});

describe('a write of thousands of rows', () => {
  const tokens = (count: number): VaultEntryRow[] =>
    vaultEntries.flatMap((row) => Array.from({ length: count }, (_, n) => ({ ...row, token: `${row.token}${n}` })));
  const counts = async (id: SessionId): Promise<unknown> => {
    const { rows } = await pool.query(
      `SELECT (SELECT count(*)::int FROM entries WHERE session_id = $1) AS entries,
              (SELECT count(*)::int FROM vault_entries WHERE session_id = $1) AS tokens`,
      [id],
    );
    return rows[0];
  };

  test('is stored whole', async () => {
    const write = first(undefined, { entries: entries(0, 3500), vaultEntries: tokens(1300) });
    expect(await journal.append(write)).toEqual({ ok: true });
    expect(await counts(write.session.id)).toEqual({ entries: 3500, tokens: 1300 * vaultEntries.length });
  });

  test('stores long values among short ones as they are', async () => {
    const lengths = [10, 300_000, 20, 200_000, 200_000, 3_000_000, 30];
    const sealed = lengths.map((length, n) => Buffer.alloc(length, n + 1));
    const values = tokens(1).flatMap((row) =>
      sealed.map((bytes, n) => ({ ...row, token: `${row.token}-${n}`, sealed: bytes })),
    );
    const write = first(undefined, { vaultEntries: values });
    expect(await journal.append(write)).toEqual({ ok: true });
    const { rows } = await pool.query<{ token: string; sealed: Buffer }>(
      'SELECT token, sealed FROM vault_entries WHERE session_id = $1',
      [write.session.id],
    );
    const stored = new Map(rows.map((row) => [row.token, row.sealed]));
    expect(stored.size).toBe(values.length);
    expect(values.every(({ token, sealed: bytes }) => stored.get(token)?.equals(bytes) === true)).toBe(true);
  });

  test('that conflicts in its last part stores nothing', async () => {
    const repeated = [...entries(0, 3500), ...entries(0, 1)];
    const write = first(undefined, { entries: repeated, vaultEntries: tokens(1300) });
    expect(reasons([await journal.append(write)])).toEqual(['conflict']);
    expect(await counts(write.session.id)).toEqual({ entries: 0, tokens: 0 });
  });
});

test('without a database every write is told so, and the journal goes on when it is back', async () => {
  const gone = openPool('postgres://127.0.0.1:9/nowhere');
  let there: Pool = gone;
  const journalOfBoth = new Journal({ query: (...args: [never]) => there.query(...args) } as Pick<Pool, 'query'>);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => journalOfBoth.append(first())));
  expect(new Set(reasons(outcomes))).toEqual(new Set(['unavailable']));
  for (const outcome of outcomes) expect(outcome).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  expect(journalOfBoth.depth).toBe(0);
  there = pool;
  const write = first();
  expect(await journalOfBoth.append(write)).toEqual({ ok: true });
  expect(await rowsOf(write.session.id)).toEqual(WHOLE);
  await gone.end();
});

test('a statement that waits for a lock holds up nobody else', async () => {
  const held = first();
  await journal.append(held);
  const locker = await pool.connect();
  try {
    await locker.query('BEGIN');
    await locker.query('SELECT 1 FROM sessions WHERE id = $1 FOR UPDATE', [held.session.id]);
    const journal = new Journal(pool);
    const blocked = journal.append({ ...held, turn: null, vaultKey: null, vaultEntries: [], entries: entries(3, 1) });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(await journal.append(first())).toEqual({ ok: true });
    await locker.query('ROLLBACK');
    expect(await blocked).toEqual({ ok: true });
  } finally {
    locker.release();
  }
});

test('many writes of many sessions at once are all there, each session in its order', async () => {
  const [SESSIONS, WRITES] = [120, 5];
  const ids = Array.from({ length: SESSIONS }, () => newId('session', NOW));
  await Promise.all(
    ids.map(async (id) => {
      for (let n = 0; n < WRITES; n += 1) {
        const write =
          n === 0
            ? first(id)
            : first(id, { turn: turn(n + 1), vaultKey: null, vaultEntries: [], entries: entries(n * 3, 3) });
        expect(await journal.append(write)).toEqual({ ok: true });
      }
    }),
  );
  expect(journal.depth).toBe(0);
  for (const id of ids) expect(await rowsOf(id)).toEqual({ ...WHOLE, turns: WRITES, entries: WRITES * 3 });
});

describe('of turns that are prepared one right after the other', () => {
  /** Prepares turns as the proxy does, one in each round of the event loop; tells what happened in which order. */
  async function prepareAll(writes: readonly JournalWrite[]): Promise<string[]> {
    const happened: string[] = [];
    const observed = {
      query: (...args: [never]) => {
        happened.push('statement');
        return pool.query(...args);
      },
    } as Pick<Pool, 'query'>;
    const journal = new Journal(observed);
    const queue = new OnePerTickScheduler();
    const outcomes = writes.map(async (write) => {
      await queue.next();
      happened.push('turn');
      return journal.append(write);
    });
    expect(new Set(reasons(await Promise.all(outcomes)))).toEqual(new Set(['ok']));
    for (const {
      session: { id },
    } of writes)
      expect(await rowsOf(id)).toEqual(WHOLE);
    return happened;
  }
  const writes = (count: number, streamed: boolean): JournalWrite[] =>
    Array.from({ length: count }, () => first(undefined, { turn: turn(1, { streamed }) }));

  test('the writes travel together', async () => {
    expect(await prepareAll(writes(5, false))).toEqual(['turn', 'turn', 'turn', 'turn', 'turn', 'statement']);
  });

  test('no write waits for more than seven others', async () => {
    const happened = await prepareAll(writes(24, false));
    expect(happened.indexOf('statement')).toBe(8);
  });

  test('one whose answer is streamed waits for none', async () => {
    const happened = await prepareAll(writes(5, true));
    expect(happened.slice(0, 2)).toEqual(['turn', 'statement']);
    const [whole, streamed] = [writes(2, false), writes(1, true)];
    expect((await prepareAll([...whole, ...streamed, ...writes(2, false)])).slice(0, 4)).toEqual([
      'turn',
      'turn',
      'turn',
      'statement',
    ]);
  });

  test('the end of a streamed turn is in no hurry', async () => {
    const ends = writes(3, true).map((write) => ({
      ...write,
      turn: turn(1, { streamed: true, endedAt: NOW + 5, status: 'ok' }),
    }));
    expect(await prepareAll(ends)).toEqual(['turn', 'turn', 'turn', 'statement']);
  });
});

test('no index holds a column that every turn of a call changes: PostgreSQL then updates the row within its page', async () => {
  // Of sessions the seal and the expiry, of turns the id of an answer: each comes once. Policy and status change seldom in a call.
  const { rows } = await pool.query<{ held: string }>(
    `SELECT DISTINCT format('%s.%s', i.indrelid::regclass, a.attname) AS held
     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0
     WHERE i.indrelid IN ('sessions'::regclass, 'turns'::regclass)
       AND (a.attnum = ANY (i.indkey) OR pg_get_expr(i.indpred, i.indrelid) LIKE '%' || a.attname || ' %')
     ORDER BY held`,
  );
  expect(rows.map(({ held }) => held)).toEqual([
    'sessions.account_id',
    'sessions.agent_id',
    'sessions.call_digest',
    'sessions.expired_at',
    'sessions.id',
    'sessions.key_digest',
    'sessions.policy_digest',
    'sessions.sealed_at',
    'sessions.sealed_redactions',
    'sessions.status',
    'turns.agent_id',
    'turns.conversation_digest',
    'turns.id',
    'turns.number',
    // Written once, with the turn.
    'turns.recorded_xid',
    'turns.response_digest',
    'turns.session_id',
    'turns.started_at',
  ]);
});
