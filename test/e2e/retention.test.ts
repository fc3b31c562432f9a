/** Retention: what is erased when, what stays, and what is said of a session that has expired. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pool } from 'pg';
import { applyRetention } from '../../src/custody/retention.ts';
import type { RetentionRun } from '../../src/custody/retention.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { openPool } from '../database.ts';
import { KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { runMasker } from '../masker-process.ts';
import { answerOf, saying, sessionOf, startCalls, waitingForLocks } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const DAY_MS = 86_400_000;
const SHORT = 'name: short\nversion: 1\naudit: { retention_days: 30, log_payloads: true }\n';

let calls: Calls;
let agent: CreatedAgent;
let brief: CreatedAgent;
beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '3000' });
  agent = await calls.masker.createAgent();
  brief = await calls.masker.createAgent({ policy_yaml: SHORT });
});
afterAll(async () => {
  await calls.close();
});

// All sealed sessions are gone: no test counts those of another one.
beforeEach(async () => {
  await runAfter(5000);
});

/** A sealed session whose seal is in the account's log, with `turns` turns. */
async function sealedSession(on: CreatedAgent, name: string, turns = 1): Promise<SessionId> {
  let id: SessionId | null = null;
  for (let turn = 0; turn < turns; turn += 1) {
    const response = await calls.masker.chat(on, saying(`call 415-555-${1000 + turn}`), { 'x-call-id': name });
    await answerOf(response);
    id = sessionOf(response);
  }
  if (id === null) throw new Error('no turn');
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
  // Answered when all that is on record is in the log, whichever sequencer is at it.
  await calls.masker.api('GET', '/audit/checkpoint');
  return id;
}

/** Runs retention as it would run so many days from now. */
function runAfter(days: number, pool: Pick<Pool, 'query' | 'connect'> = calls.pool): Promise<RetentionRun | null> {
  const clock = { ...systemClock, now: () => Date.now() + days * DAY_MS };
  return applyRetention({ pool, clock, payloadDays: 3000, metadataDays: 90 });
}

const rowsOf = async (table: string, id: SessionId): Promise<number> =>
  (await calls.pool.query(`SELECT FROM ${table} WHERE session_id = $1`, [id])).rowCount ?? 0;

const lastEvent = async (): Promise<Record<string, unknown>> => {
  // Waits until what is on record is in the log.
  await calls.masker.api('GET', '/audit/checkpoint');
  const { rows } = await calls.pool.query<{ body: string }>(
    "SELECT body FROM log_leaves WHERE kind = 'retention_applied' ORDER BY leaf_index DESC LIMIT 1",
  );
  return (JSON.parse(rows[0]?.body ?? '{}') as { subject: Record<string, unknown> }).subject;
};

describe('retention', () => {
  test('expires sessions that were sealed 90 days ago, and keeps journal, seal and leaf', async () => {
    const id = await sealedSession(agent, 'old', 2);
    expect(await runAfter(89)).toMatchObject({ sessions_expired: 0, turns: 0 });
    expect(await rowsOf('turns', id)).toBe(2);
    expect(await runAfter(91)).toMatchObject({ sessions_expired: 1, turns: 2, values: 2, journals_erased: 0 });
    expect(await rowsOf('turns', id)).toBe(0);
    expect(await rowsOf('vault_entries', id)).toBe(0);
    expect(await rowsOf('vault_keys', id)).toBe(0);
    expect(await rowsOf('entries', id)).toBeGreaterThan(4);
    const { rows } = await calls.pool.query('SELECT key_digest, call_digest, seal FROM sessions WHERE id = $1', [id]);
    expect(rows).toEqual([{ key_digest: null, call_digest: null, seal: expect.any(String) as unknown }]);
    expect(await lastEvent()).toMatchObject({ sessions_expired: 1, turns: 2, values: 2, entries: 0 });
    const verdict = await calls.masker.graphql('query ($id: ID!) { verifyAudit(sessionId: $id) { ok message } }', {
      id,
    });
    expect(verdict).toEqual({ verifyAudit: { ok: true, message: 'chain ok' } });
    expect((await calls.masker.api('GET', `/sessions/${id}/report`)).status).toBe(200);
  });

  test('answers 410 with what the seal says, on REST and on GraphQL, and lists the session no more', async () => {
    const id = await sealedSession(agent, 'listed');
    await runAfter(91);
    const response = await calls.masker.api('GET', `/sessions/${id}`);
    expect(response.status).toBe(410);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('session_expired');
    expect(error.message).toMatch(
      /sealed at \S+ as ok, with \d+ entries and the Merkle root [0-9a-f]{64}\. Its seal is leaf \d+/,
    );
    await expect(calls.masker.graphql('query ($id: ID!) { session(id: $id) { id } }', { id })).rejects.toThrow(
      /session_expired/,
    );
    expect(JSON.stringify(await (await calls.masker.api('GET', '/sessions')).json())).not.toContain(id);
  });

  test('never touches an open session, however old it is', async () => {
    const response = await calls.masker.chat(agent, saying('415-555-2671'), { 'x-call-id': 'open' });
    await answerOf(response);
    const id = sessionOf(response);
    await runAfter(5000);
    expect(await rowsOf('turns', id)).toBe(1);
    expect(await rowsOf('vault_entries', id)).toBe(1);
    expect((await calls.masker.api('GET', `/sessions/${id}`)).status).toBe(200);
  });

  test('erases a journal after retention_days of its policy, and keeps leaves and checkpoints', async () => {
    const [short, long] = [await sealedSession(brief, 'short'), await sealedSession(agent, 'long')];
    await runAfter(31);
    expect(await rowsOf('entries', short)).toBe(0);
    expect(await rowsOf('payloads', short)).toBe(0);
    expect(await rowsOf('entries', long)).toBeGreaterThan(0);
    expect((await calls.pool.query('SELECT FROM sessions WHERE id = $1', [short])).rowCount).toBe(0);
    expect(await lastEvent()).toMatchObject({ journals_erased: 1, payloads: 1 });
    expect((await calls.masker.api('GET', `/sessions/${short}`)).status).toBe(410);
    const { rowCount } = await calls.pool.query("SELECT FROM log_leaves WHERE source = 'seal' AND ref = $1", [short]);
    expect(rowCount).toBe(1);
    expect((await calls.masker.api('GET', '/audit/checkpoint')).status).toBe(200);
  });

  test('that is killed after a session was marked is finished by the next run, and what is left is not shown', async () => {
    const id = await sealedSession(brief, 'killed', 3);
    await runAfter(0.5);
    const holder = await calls.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM entries WHERE session_id = $1 FOR UPDATE', [id]);
    const own = openPool(calls.db.url, 2);
    const run = runAfter(31, own);
    const failed = expect(run).rejects.toThrow();
    await waitingForLocks(calls.pool, 1);
    // The connections of a process that is killed end like this.
    await calls.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    await failed;
    await holder.query('ROLLBACK');
    holder.release();
    await own.end();
    expect(await rowsOf('entries', id)).toBeGreaterThan(0);
    expect((await calls.masker.api('GET', `/sessions/${id}/report`)).status).toBe(404);
    // This run lost a connection, and could say what it had erased. One that is killed leaves its counts.
    expect(await lastEvent()).toMatchObject({ sessions_expired: 1, turns: 3, journals_erased: 0 });
    await calls.pool.query("INSERT INTO retention_counts SELECT account_id, 'turns', 4 FROM sessions WHERE id = $1", [
      id,
    ]);
    expect(await runAfter(31)).toMatchObject({ turns: 0, journals_erased: 1 });
    expect(await rowsOf('entries', id)).toBe(0);
    expect(await lastEvent()).toMatchObject({ sessions_expired: 0, turns: 4, journals_erased: 1 });
  });

  test('deletes in statements of at most 1,000 rows', async () => {
    const id = await sealedSession(brief, 'long-journal');
    await calls.pool.query(
      `INSERT INTO entries SELECT $1, 1000 + n, 'redaction', 1, '{}', decode(repeat('00', 32), 'hex') FROM generate_series(1, 2500) n`,
      [id],
    );
    const { rows: before } = await calls.pool.query<{ n: string }>('SELECT count(*) AS n FROM entries');
    const result = await runAfter(31);
    expect(result?.entries).toBeGreaterThan(2500);
    const { rows: after } = await calls.pool.query<{ n: string }>('SELECT count(*) AS n FROM entries');
    expect(Number(before[0]?.n) - Number(after[0]?.n)).toBe(result?.entries);
  });

  test("goes by the account's own days, shorter or longer than those of the instance, and by those of the instance again", async () => {
    const change = async (body: object): Promise<unknown> => {
      const response = await calls.masker.api('PATCH', '/retention', body);
      expect(response.status).toBe(200);
      return ((await response.json()) as { retention: unknown }).retention;
    };
    const id = await sealedSession(agent, 'own days');
    const kept = await sealedSession(brief, 'own payload days');
    expect(await change({ session_metadata_days: 200 })).toEqual({
      payload_days: 3000,
      session_metadata_days: 200,
      instance_payload_days: 3000,
      instance_session_metadata_days: 90,
      log_days: null,
    });
    await runAfter(29); // before the terms of the policy `short`
    expect(await rowsOf('payloads', kept)).toBe(1);
    await runAfter(199);
    expect(await rowsOf('turns', id)).toBe(1);
    await change({ session_metadata_days: 10, payload_days: 5 });
    const other = await sealedSession(brief, 'own payload days again');
    expect(await runAfter(4)).toMatchObject({ payloads: 0 });
    expect(await runAfter(6)).toMatchObject({ payloads: 1, sessions_expired: 0 });
    expect(await rowsOf('payloads', other)).toBe(0);
    await runAfter(11);
    expect(await rowsOf('turns', id)).toBe(0);
    expect(await lastEvent()).toMatchObject({ payload_retention_days: 5, session_metadata_retention_days: 10 });
    const last = await sealedSession(agent, 'days of the instance');
    await change({ session_metadata_days: null, payload_days: null });
    await runAfter(89);
    expect(await rowsOf('turns', last)).toBe(1);
    const { rows } = await calls.pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'retention_changed' ORDER BY id",
    );
    expect(rows.map(({ body }) => (JSON.parse(body) as { subject: unknown }).subject)).toMatchObject([
      { session_metadata_retention_days: 200, previous_session_metadata_retention_days: null },
      { session_metadata_retention_days: 10, payload_retention_days: 5 },
      { session_metadata_retention_days: null, previous_payload_retention_days: 5 },
    ]);
    for (const body of [{ payload_days: -1 }, { session_metadata_days: 0 }, { payload_days: 36_501 }, { days: 1 }])
      expect((await calls.masker.api('PATCH', '/retention', body)).status, JSON.stringify(body)).toBe(422);
  });

  test('erases the payloads of an expired session in bounded statements, and fewer at once where one takes too long', async () => {
    const id = await sealedSession(brief, 'many-payloads');
    await calls.pool.query(
      `INSERT INTO payloads SELECT $1, 1000 + n, now(), '\\x00', '\\x00' FROM generate_series(1, 450) n`,
      [id],
    );
    // As a statement does that the server cancels.
    await calls.pool.query(`CREATE FUNCTION cancel_large() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT count(*) FROM gone) > 60 THEN RAISE EXCEPTION 'cancelled' USING ERRCODE = 'query_canceled'; END IF;
        RETURN NULL; END $$;
      CREATE TRIGGER cancel_large AFTER DELETE ON payloads REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION cancel_large()`);
    const run = await runAfter(31).finally(() => calls.pool.query('DROP FUNCTION cancel_large CASCADE'));
    expect(run).toMatchObject({ payloads: 451, sessions_expired: 1, journals_erased: 1 });
    expect(await rowsOf('payloads', id)).toBe(0);
    expect(await lastEvent()).toMatchObject({ payloads: 451 });
  });

  test('erases a large session in transactions of at most 1,000 rows', async () => {
    const id = await sealedSession(brief, 'large');
    await calls.pool.query(
      `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
       SELECT $1, 1000 + n, 'redaction', 1, '{}', sha256('') FROM generate_series(1, 2500) n`,
      [id],
    );
    await calls.pool.query(
      `INSERT INTO turns (id, session_id, agent_id, number, started_at, model, streamed, redaction_count, detection_us, tokenize_us)
       SELECT 'turn_large_' || n, s.id, s.agent_id, 1000 + n, now(), 'm', false, 0, 0, 0
       FROM sessions s, generate_series(1, 2500) n WHERE s.id = $1`,
      [id],
    );
    await calls.pool.query(
      `INSERT INTO vault_entries (session_id, token, account_id, kind, kid, key_version, sealed)
       SELECT s.id, 'token ' || n, s.account_id, 'NAME', 'K', 'v', '\\x00'
       FROM sessions s, generate_series(1, 2500) n WHERE s.id = $1`,
      [id],
    );
    const tables = ['entries', 'turns', 'vault_entries'];
    await calls.pool.query(`CREATE TABLE erased_at_once (xid xid8, name text, rows bigint);
      CREATE FUNCTION note_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO erased_at_once SELECT pg_current_xact_id(), TG_TABLE_NAME, count(*) FROM gone; RETURN NULL; END $$;
      ${tables
        .map(
          (table) =>
            `CREATE TRIGGER note_erased AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone
             FOR EACH STATEMENT EXECUTE FUNCTION note_erased();`,
        )
        .join('\n')}`);
    await runAfter(31).finally(() => calls.pool.query('DROP FUNCTION note_erased CASCADE'));
    const { rows } = await calls.pool.query<{ name: string; erased: number; most: number }>(
      `SELECT name, sum(rows)::int AS erased, max(rows)::int AS most
       FROM (SELECT name, xid, sum(rows) AS rows FROM erased_at_once GROUP BY name, xid) AS each GROUP BY name ORDER BY name`,
    );
    expect(rows.map(({ name }) => name)).toEqual(tables);
    for (const { name, erased, most } of rows) {
      expect(erased, name).toBeGreaterThan(2500);
      expect(most, name).toBeLessThanOrEqual(1000);
    }
  });

  test('puts on record what a run erased that failed later', async () => {
    const id = await sealedSession(brief, 'failing', 2);
    await calls.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'failed'; END $$;
      CREATE TRIGGER fail BEFORE DELETE ON turns FOR EACH STATEMENT EXECUTE FUNCTION fail()`);
    await expect(runAfter(31).finally(() => calls.pool.query('DROP FUNCTION fail CASCADE'))).rejects.toThrow('failed');
    expect(await rowsOf('vault_keys', id)).toBe(0);
    expect(await lastEvent()).toMatchObject({ payloads: 2, sessions_expired: 1, turns: 0 });
    expect(await runAfter(31)).toMatchObject({ turns: 2, journals_erased: 1 });
  });

  test('leaves the entries of every other session to the refusal of the database', async () => {
    const id = await sealedSession(agent, 'fresh');
    await expect(calls.pool.query('DELETE FROM entries')).rejects.toThrow('append-only');
    await expect(
      calls.pool.query('UPDATE sessions SET journal_expired_at = now() WHERE id = $1', [id]),
    ).rejects.toThrow('sessions_journal_outlives_its_day');
  });
});

describe('masker retention run', () => {
  const environment = { ...KEYS, MASKER_DATABASE_URL: '' };

  test('does what the job does, and prints it', async () => {
    const id = await sealedSession(agent, 'by-command');
    await calls.pool.query("UPDATE sessions SET sealed_at = now() - interval '3 days' WHERE id = $1", [id]);
    const env = { ...environment, MASKER_DATABASE_URL: calls.db.url, MASKER_SESSION_METADATA_RETENTION_DAYS: '2' };
    const { code, output } = await runMasker(['retention', 'run', '--json'], env);
    expect([code, JSON.parse(output)]).toEqual([0, expect.objectContaining({ sessions_expired: 1 })]);
  });

  test('ends with 5 without a database, and 64 for wrong usage', async () => {
    const nowhere = { ...environment, MASKER_DATABASE_URL: 'postgresql://u@127.0.0.1:1/none' };
    expect((await runMasker(['retention', 'run'], nowhere)).code).toBe(5);
    expect((await runMasker(['retention', 'walk'], environment)).code).toBe(64);
  });
});
