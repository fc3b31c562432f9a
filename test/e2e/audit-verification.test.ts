/** Verification of one session on the server: its journal, its seal, and its leaf in the account's log. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import type { AuditVerdict } from '../../src/reports/audit-verification.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';

let api: TestApi;
let owner: Viewer;
let session: SessionId;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api.close();
});
/** An account of its own for each test: a log that was changed is not signed any more. */
beforeEach(async () => {
  owner = await signUp(api.database);
  session = await seedCall(api.database, owner.accountId, await seedAgent(api.database, owner.accountId, 'desk'));
  await api.graphqlOptions.services.sessions.end(owner, session);
  await act();
});

/** Records an act, so that the leaf of the session has a sibling. */
async function act(): Promise<void> {
  await api.database.pool.query(
    `INSERT INTO account_events (id, account_id, at, kind, body)
     VALUES ('evt_' || right($1, 26), $1, now(), 'sign_in', '{"kind":"sign_in"}')`,
    [owner.accountId],
  );
}

const verify = (): Promise<AuditVerdict> => api.graphqlOptions.services.verifyAudit(owner, session);
const sequence = (): Promise<unknown> => api.graphqlOptions.services.accountLog.checkpoint(owner.accountId);

/** Runs one statement, with the account as $1 and the session as $2, as the owner of the database. */
async function tamper(table: string, sql: string): Promise<void> {
  const client = await api.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    const { rowCount } = await client.query(
      `WITH parties AS (SELECT $1::text AS account, $2::text AS session) ${sql}`,
      [owner.accountId, session],
    );
    expect(rowCount).toBe(1);
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

const MISSING = 'the account log has no leaf of the seal of the session, and none is queued';
const SEAL = `account_id = (SELECT account FROM parties) AND ref = (SELECT session FROM parties)`;
const OTHER = `account_id = (SELECT account FROM parties) AND source = 'event'`;
const NEWEST = `account_id = (SELECT account FROM parties) AND size = 2`;

describe('the verdict on a sealed session', () => {
  test('puts a seal that waits into the log first, and is ok', async () => {
    expect(await verify()).toEqual({ ok: true, eventCount: 5, message: 'chain ok' });
    const { rowCount } = await api.database.pool.query('SELECT FROM log_leaves WHERE ref = $1', [session]);
    expect(rowCount).toBe(1);
  });

  test('is ok while the seal waits in the queue of a log that another node works on', async () => {
    const client = await api.database.pool.connect();
    try {
      await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [0x6d6c6f67, owner.accountId]);
      expect(await verify()).toMatchObject({ ok: true, message: 'chain ok' });
      await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [0x6d6c6f67, owner.accountId]);
    } finally {
      client.release();
    }
  });

  test('names the missing leaf if the seal was taken out of the queue', async () => {
    await tamper('log_queue', `DELETE FROM log_queue WHERE ${SEAL}`);
    expect(await verify()).toEqual({ ok: false, eventCount: 5, message: MISSING });
  });

  test.each([
    ['the leaf was deleted', 'log_leaves', `DELETE FROM log_leaves WHERE ${SEAL}`, MISSING],
    [
      'the checkpoint was deleted',
      'log_checkpoints',
      `DELETE FROM log_checkpoints WHERE ${NEWEST}`,
      'no checkpoint of the account log counts leaf 0, the seal of the session',
    ],
    [
      'another leaf was changed',
      'log_leaves',
      `UPDATE log_leaves SET hash = sha256('other') WHERE ${OTHER}`,
      'leaf 0 of the account log, the seal of the session, is not in the tree of checkpoint 2',
    ],
    [
      'another leaf was deleted',
      'log_leaves',
      `DELETE FROM log_leaves WHERE ${OTHER}`,
      'leaf 0 of the account log, the seal of the session, is not in the tree of checkpoint 2',
    ],
    [
      'the root of the checkpoint was changed',
      'log_checkpoints',
      `UPDATE log_checkpoints SET root = sha256('other') WHERE ${NEWEST}`,
      'checkpoint 2 of the account log is not what was signed',
    ],
    [
      'the root and the key of the checkpoint were changed',
      'log_checkpoints',
      `UPDATE log_checkpoints SET root = sha256('other'), key_id = 'other' WHERE ${NEWEST}`,
      'checkpoint 2 of the account log is not what was signed',
    ],
    [
      'the seal was deleted',
      'sessions',
      `UPDATE sessions SET sealed_at = NULL WHERE id = (SELECT session FROM parties)`,
      'the account log has a seal of the session, which is not there',
    ],
  ])('names the fault after %s', async (_, table, sql, message) => {
    await sequence();
    await tamper(table, sql);
    expect(await verify()).toEqual({ ok: false, eventCount: 5, message });
  });
});
