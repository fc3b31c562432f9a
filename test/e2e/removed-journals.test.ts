/**
 * What the owner of the database can do to sessions by SQL, and who sees it: the next anchoring, the search for removed
 * sessions, `masker doctor`, the verification on the server. See docs/audit-format.md, Heads of open journals.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingSessions } from '../../src/audit/anchored-heads.ts';
import { journalFinding } from '../../src/cli/commands/doctor/journal-finding.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { withJobLock } from '../../src/platform/job-lock.ts';
import type { Job } from '../../src/platform/job-lock.ts';
import { findMissingSessions } from '../../src/sessions/missing-sessions.ts';
import { masker } from '../built-command.ts';
import { KEYS } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { answerOf, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

/** One turn of a call that stays open, whose end is on record when this resolves. */
async function turn(key: string, masker: TestInstance = calls.masker): Promise<SessionId> {
  const response = await masker.chat(onNode(masker, agent), saying('this is Maria Gonzalez'), { 'x-call-id': key });
  await answerOf(response);
  const id = sessionOf(response);
  await masker.api('GET', `/sessions/${id}/report`);
  return id;
}

/** Runs a job now. The instance's own run, twice a minute, may be at it: then that is waited for. */
async function run(job: () => Promise<number | null>): Promise<number> {
  for (;;) {
    const result = await job();
    if (result !== null) return result;
  }
}
const anchor = (): Promise<number> => run(() => calls.masker.anchorHeads());
const search = (of: 'the last hour' | 'all times'): Promise<number> => run(() => calls.masker.findMissing(of));

/** As the owner of the database, with every trigger and foreign key off. No job is between a read and a write meanwhile. */
async function tamper(id: SessionId, ...statements: readonly string[]): Promise<void> {
  const work = async (): Promise<true> => {
    const client = await calls.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL session_replication_role = replica');
      for (const sql of statements) await client.query(sql, [id]);
      await client.query('COMMIT');
      return true;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  };
  tampered.add(id);
  const locked = (job: Job): Promise<true | null> => withJobLock(calls.pool, job, work);
  while ((await locked('headAnchoring')) === null);
}

/** Sessions that a test changed: they are removed with their heads after it. */
const tampered = new Set<SessionId>();
afterEach(async () => {
  for (const id of tampered) await tamper(id, ...REMOVE, REMOVE_ROW, 'DELETE FROM journal_heads WHERE session_id = $1');
  tampered.clear();
});

const CUT = 'DELETE FROM entries WHERE session_id = $1 AND seq >= (SELECT max(seq) FROM entries WHERE session_id = $1)';
/** Adds an entry like the last one. */
const withEntry = (
  seq: string,
  body: string,
): string => `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
  SELECT session_id, ${seq}, kind, turn, ${body}, leaf_hash FROM entries WHERE session_id = $1 ORDER BY seq DESC LIMIT 1`;
const REMOVE = ['entries', 'turns', 'vault_entries', 'vault_keys'].map((t) => `DELETE FROM ${t} WHERE session_id = $1`);
const REMOVE_ROW = 'DELETE FROM sessions WHERE id = $1';
const UNSEAL = `UPDATE sessions SET sealed_at = NULL, seal = NULL, seal_key_id = NULL, seal_signature = NULL,
  merkle_root = NULL, ended_at = NULL WHERE id = $1`;

const loggedOf = (masker: TestInstance, id: SessionId): { level: string; msg: string }[] =>
  masker.logged.filter((line) => line.includes(id)).map((line) => JSON.parse(line) as { level: string; msg: string });

interface Verdict {
  readonly ok: boolean;
  readonly event_count: number;
  readonly message: string;
}

async function verdict(id: SessionId): Promise<Verdict> {
  const response = await calls.masker.api('POST', '/audit/verify', { session_id: id });
  expect(response.status).toBe(200);
  return (await response.json()) as Verdict;
}

async function isSealed(id: SessionId): Promise<boolean> {
  const { rows } = await calls.pool.query('SELECT FROM sessions WHERE id = $1 AND sealed_at IS NOT NULL', [id]);
  return rows.length === 1;
}

/** Resolves when the account's log has the seal: the instance's own loop may be at it. */
async function inLog(id: SessionId): Promise<void> {
  const leaf = async (): Promise<unknown> => {
    await calls.masker.sequenceLogs();
    return (await calls.pool.query(`SELECT ref FROM log_leaves WHERE source = 'seal' AND ref = $1`, [id])).rows;
  };
  await expect.poll(leaf).toEqual([{ ref: id }]);
}

/** Ends a session; resolves with what is refused, or null. */
async function end(masker: TestInstance, id: SessionId): Promise<string | null> {
  const { endSession } = await masker.graphql<{ endSession: { message?: string } }>(
    'mutation ($id: ID!) { endSession(id: $id) { __typename ... on AuditUnavailableError { message } } }',
    { id },
  );
  return endSession.message ?? null;
}

const REFUSED = 'The journal of the session is not what was signed of it. The session is not sealed.';

describe('a journal whose end was cut', () => {
  test.each(['the node that has it in memory', 'a node that reads it anew'])('is not sealed by %s', async (by) => {
    const id = await turn(`cut, ${by}`);
    await anchor();
    await tamper(id, CUT);
    const node = by === 'a node that reads it anew' ? await calls.anotherNode() : calls.masker;
    expect(await end(node, id)).toBe(REFUSED);
    expect(await isSealed(id)).toBe(false);
    expect(await verdict(id)).toMatchObject({
      ok: false,
      message: expect.stringContaining('its end was cut') as string,
    });
    expect(await journalFinding(calls.pool)).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(`${id} (its end was cut)`) as string,
    });
  });

  test('is not sealed by the sweep of idle sessions, which seals the others', async () => {
    const node = await calls.anotherNode({ MASKER_SESSION_IDLE_SECONDS: '60' });
    const cut = await turn('cut and idle');
    const sound = await turn('sound and idle');
    await anchor();
    await tamper(cut, CUT);
    for (const id of [cut, sound])
      await tamper(id, `UPDATE sessions SET last_turn_at = now() - interval '1 h' WHERE id = $1`);
    await expect(run(() => node.sealIdle())).rejects.toThrow('1 idle sessions could not be sealed');
    expect([await isSealed(cut), await isSealed(sound)]).toEqual([false, true]);
  });

  test('is seen also where it has grown again to the length that was signed', async () => {
    const id = await turn('cut and grown to the same length');
    await anchor();
    await tamper(id, CUT);
    await tamper(id, withEntry('seq + 1', 'body'));
    await anchor();
    expect(loggedOf(calls.masker, id).map(({ msg }) => msg)).toContain(
      'the end of a journal was cut: entries that were signed are missing',
    );
  });
});

const LAST_IS_NO_JSON = `UPDATE entries SET body = 'x'
  WHERE session_id = $1 AND seq = (SELECT max(seq) FROM entries WHERE session_id = $1)`;

describe('a journal with a row that makes no sense', () => {
  test.each([
    ['a signed entry that is no JSON', LAST_IS_NO_JSON, 'its end was cut'],
    ['a further entry that is no JSON', withEntry('seq + 1', `'x'`), 'its last entry cannot be read'],
    [
      'a further entry without a time',
      withEntry('seq + 1', `replace(body, '"ts":', '"t":')`),
      'its last entry cannot be read',
    ],
    ['an entry of the highest number', withEntry('2147483647', 'body'), null],
  ])('of %s leaves the heads of others to be signed', async (what, sql, found) => {
    const id = await turn(what);
    await anchor();
    await tamper(id, sql);
    const other = await turn(`sound, beside ${what}`);
    await anchor();
    const { rows } = await calls.pool.query('SELECT FROM journal_heads WHERE session_id = $1', [other]);
    expect(rows).toHaveLength(1);
    if (found === null) return;
    expect(await journalFinding(calls.pool)).toMatchObject({ found: `not what was signed: ${id} (${found})` });
    expect(await end(await calls.anotherNode(), id)).not.toBeNull();
    expect(await isSealed(id)).toBe(false);
  });
});

describe('a session whose seal was removed', () => {
  test('is seen by the next anchoring, the doctor and the verification, and is not sealed again', async () => {
    const id = await turn('unsealed');
    expect(await end(calls.masker, id)).toBeNull();
    await inLog(id);
    expect((await verdict(id)).ok).toBe(true);
    expect(await journalFinding(calls.pool)).toMatchObject({ status: 'ok' });
    const heads = async (): Promise<number | null> =>
      (await calls.pool.query('SELECT FROM journal_heads WHERE session_id = $1', [id])).rowCount;
    const before = await heads();
    await tamper(id, CUT, UNSEAL);
    const node = await calls.anotherNode();
    await anchor();
    expect(loggedOf(calls.masker, id)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'the seal of a session was removed: the log of its account has it',
      }),
    );
    expect(await heads()).toBe(before);
    expect(await verdict(id)).toMatchObject({
      ok: false,
      message: 'the account log has a seal of the session, which is not there',
    });
    expect(await journalFinding(calls.pool)).toMatchObject({
      status: 'fail',
      found: `not what was signed: ${id} (its seal was removed)`,
    });
    expect(await end(node, id)).toBe(REFUSED);
    expect(await isSealed(id)).toBe(false);
  });
});

describe('an open session that was removed whole', () => {
  test('is seen by the search, the doctor and the verification for as long as its heads are there', async () => {
    const id = await turn('removed');
    await anchor();
    expect(await search('the last hour')).toBe(0);
    const { rows } = await calls.pool.query<{ n: number }>(
      'SELECT max(event_count) AS n FROM journal_heads WHERE session_id = $1',
      [id],
    );
    const anchored = rows[0]?.n;
    await tamper(id, ...REMOVE, REMOVE_ROW);
    for (const of of ['the last hour', 'all times'] as const) {
      calls.masker.logged.length = 0;
      expect(await search(of)).toBe(1);
      expect(loggedOf(calls.masker, id)).toContainEqual(
        expect.objectContaining({
          level: 'error',
          anchored,
          msg: 'an open session was removed: a head of its journal was signed, and the database has neither it nor its seal',
        }),
      );
    }
    expect(await verdict(id)).toEqual({
      ok: false,
      event_count: 0,
      message: `the session was removed: a head that was signed counts ${anchored} entries of its journal`,
    });
    expect(await journalFinding(calls.pool)).toMatchObject({
      status: 'fail',
      found: `not what was signed: ${id} (it was removed)`,
    });
    await tamper(id, 'DELETE FROM journal_heads WHERE session_id = $1');
    expect(await search('all times')).toBe(0);
    const unknown = await calls.masker.api('POST', '/audit/verify', { session_id: id });
    expect(unknown.status).toBe(404);
  });

  test('is not reported any more once an operator has acknowledged it on record, and still does not verify', async () => {
    const [id, other] = [await turn('acknowledged'), await turn('not acknowledged')];
    await anchor();
    const env = { ...KEYS, MASKER_DATABASE_URL: calls.db.url };
    const acknowledge = (session: string): ReturnType<typeof masker> =>
      masker(['audit', 'acknowledge', '--session-id', session, '--json'], { env });
    expect(await acknowledge(id)).toMatchObject({ code: 2, output: '' });
    expect(await acknowledge('sess_1')).toMatchObject({ code: 64 });
    for (const each of [id, other]) await tamper(each, ...REMOVE, REMOVE_ROW);
    expect(await search('all times')).toBe(2);
    const first = await acknowledge(id);
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(first.output)).toMatchObject({ session_id: id, recorded: true });
    expect(JSON.parse((await acknowledge(id)).output)).toMatchObject({ recorded: false });
    const { rows } = await calls.pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'removal_acknowledged'",
    );
    expect(rows.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { user_id: null, subject: { session_id: id } },
    ]);
    calls.masker.logged.length = 0;
    expect(await search('all times')).toBe(1);
    expect(loggedOf(calls.masker, id)).toEqual([]);
    expect(await journalFinding(calls.pool)).toMatchObject({ found: `not what was signed: ${other} (it was removed)` });
    expect(await verdict(id)).toMatchObject({ ok: false });
  });

  test('is not what retention leaves of a sealed one: the account log has its seal', async () => {
    const id = await turn('expired');
    await anchor();
    expect(await end(calls.masker, id)).toBeNull();
    await inLog(id);
    await tamper(id, ...REMOVE, REMOVE_ROW);
    expect(await search('all times')).toBe(0);
    expect(await journalFinding(calls.pool)).toMatchObject({ status: 'ok' });
    expect((await calls.masker.api('POST', '/audit/verify', { session_id: id })).status).toBe(404);
  });

  test('is seen also where its row stays, marked as sealed', async () => {
    const id = await turn('marked as sealed');
    await anchor();
    await tamper(id, CUT, 'UPDATE sessions SET sealed_at = now() WHERE id = $1');
    expect(await search('the last hour')).toBe(1);
    expect(loggedOf(calls.masker, id)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'an open session was marked as sealed: the log of its account has no seal of it, and none waits',
      }),
    );
    expect(await journalFinding(calls.pool)).toMatchObject({
      found: `not what was signed: ${id} (it is marked as sealed, and has no seal)`,
    });
  });

  test('is not one whose seal waits for the log of its account', async () => {
    const id = await turn('waiting');
    await anchor();
    expect(await end(calls.masker, id)).toBeNull();
    await inLog(id);
    const client = await calls.pool.connect();
    const missing = async (): Promise<SessionId[]> => {
      const found: SessionId[] = [];
      for await (const { sessionId } of missingSessions(client, '', 1000)) found.push(sessionId);
      return found;
    };
    try {
      await client.query('BEGIN; SET LOCAL session_replication_role = replica');
      await client.query(`DELETE FROM log_leaves WHERE source = 'seal' AND ref = $1`, [id]);
      expect(await missing()).toEqual([id]);
      await client.query(
        `INSERT INTO log_queue (account_id, source, ref) SELECT account_id, 'seal', id FROM sessions WHERE id = $1`,
        [id],
      );
      expect(await missing()).toEqual([]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('is looked for among sessions of all times also while those of the last hour are looked for', async () => {
    const beside = (): Promise<number | null> =>
      withJobLock(calls.pool, 'recentMissingSessions', () => search('all times'));
    expect(await run(beside)).toBe(0);
  });

  test('is not looked for any more by a server that stops', async () => {
    const id = await turn('removed before a stop');
    await anchor();
    await tamper(id, ...REMOVE, REMOVE_ROW);
    let isStopping = false;
    const options = { pool: calls.pool, since: null, onMissing: () => undefined, shouldStop: () => isStopping };
    expect(await run(() => findMissingSessions(options))).toBe(1);
    isStopping = true;
    expect(await run(() => findMissingSessions(options))).toBe(0);
  });

  test('of another account is unknown to a verification', async () => {
    const id = await turn('removed elsewhere');
    await anchor();
    await tamper(
      id,
      ...REMOVE,
      REMOVE_ROW,
      `UPDATE head_anchors SET account_id = 'acc_01HYZ000000000000000000000'
      WHERE id IN (SELECT anchor_id FROM journal_heads WHERE session_id = $1)`,
    );
    expect((await calls.masker.api('POST', '/audit/verify', { session_id: id })).status).toBe(404);
  });
});
