/** Purges, exports and imports of vaults, as an operator runs them. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../database.ts';
import { KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { runMasker } from '../masker-process.ts';
import type { Ran } from '../masker-process.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { answerOf, onNode, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const KEEPING = 'name: keeping\nversion: 1\naudit: { log_payloads: true }\n';

let calls: Calls;
let agent: CreatedAgent;
let folder: string;
beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  agent = await calls.masker.createAgent({ policy_yaml: KEEPING });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

const masker = (args: readonly string[], input?: string): Promise<Ran> =>
  runMasker(args, { ...KEYS, MASKER_DATABASE_URL: calls.db.url }, input);

async function say(text: string, name: string, on: CreatedAgent = agent): Promise<SessionId> {
  const response = await calls.masker.chat(on, saying(text), { 'x-call-id': name });
  await answerOf(response);
  return sessionOf(response);
}

const rowsOf = async (table: string, id: SessionId): Promise<number> =>
  (await calls.pool.query(`SELECT FROM ${table} WHERE session_id = $1`, [id])).rowCount ?? 0;

const counted = ({ output }: Ran): unknown => JSON.parse(output);

async function lastPurge(): Promise<Record<string, unknown>> {
  const { rows } = await calls.pool.query<{ body: string }>(
    "SELECT body FROM account_events WHERE kind = 'vault_purged' ORDER BY id DESC LIMIT 1",
  );
  return (JSON.parse(rows[0]?.body ?? '{}') as { subject: Record<string, unknown> }).subject;
}

// A story: the record is that of the purge before it.
describe('masker vault purge --subject', { shuffle: false }, () => {
  test('erases every row and payload of the value, in each way of making tokens, and no other', async () => {
    const random = await calls.masker.createAgent({ tokenization: 'vault-random' });
    const carrying = await calls.masker.createAgent({ tokenization: 'reversible-aead', policy_yaml: KEEPING });
    const ids = [
      await say('my number is 415-555-7001, and his is 415-555-7002', 's-1'),
      await say('call (415) 555-7001', 's-2', random),
      await say('call 415.555.7001', 's-3', carrying),
    ];
    const other = await say('call 415-555-7009', 's-4');
    const dry = await masker(['vault', 'purge', '--subject', '4155557001', '--dry-run', '--json']);
    expect([dry.code, counted(dry)]).toEqual([0, expect.objectContaining({ dry_run: true, sessions: 3, values: 2 })]);
    expect(await rowsOf('vault_entries', ids[0] ?? other)).toBe(2);

    const done = await masker(['vault', 'purge', '--subject', '-', '--yes', '--json'], '415-555-7001\n');
    expect([done.code, counted(done)]).toEqual([0, expect.objectContaining({ sessions: 3, values: 2, payloads: 2 })]);
    expect(await Promise.all(ids.map((id) => rowsOf('vault_entries', id)))).toEqual([1, 0, 0]);
    expect(await Promise.all(ids.map((id) => rowsOf('payloads', id)))).toEqual([0, 0, 0]);
    expect([await rowsOf('vault_entries', other), await rowsOf('payloads', other)]).toEqual([1, 1]);
    const again = await masker(['vault', 'purge', '--subject', '415-555-7001', '--dry-run', '--json']);
    expect(counted(again)).toMatchObject({ sessions: 0, values: 0 });
  });

  test('erases the parts of a value with it, where the model reads surrogates', async () => {
    const synthetic = await calls.masker.createAgent({ tokenization: 'synthetic' });
    const said = 'this is Maria Quintanilla';
    const id = await say(said, 's-5', synthetic);
    await answerOf(await calls.masker.chat(synthetic, saying(said, 'yes, Quintanilla'), { 'x-call-id': 's-5' }));
    expect(await rowsOf('vault_entries', id)).toBe(2);
    const done = await masker(['vault', 'purge', '--subject', 'Maria Quintanilla', '--yes', '--json']);
    expect([done.code, counted(done)]).toEqual([0, expect.objectContaining({ sessions: 1, values: 2 })]);
    expect(await rowsOf('vault_entries', id)).toBe(0);
  });

  test('is on record in the account log without the value, and all chains verify', async () => {
    await masker(['vault', 'purge', '--subject', '415-555-7002', '--yes']);
    const subject = await lastPurge();
    expect(subject).toMatchObject({
      by: 'subject',
      sessions: 1,
      values: 1,
      value_hmac: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(JSON.stringify(subject)).not.toContain('7002');
    const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions');
    for (const { id } of rows) {
      const query = 'query ($id: ID!) { verifyAudit(sessionId: $id) { ok } }';
      expect(await calls.masker.graphql(query, { id })).toEqual({ verifyAudit: { ok: true } });
    }
  });

  test('makes every node forget what it has in memory of an open session', async () => {
    const node = await calls.anotherNode();
    const token = await tokenOf('415-555-7100', 'live');
    // The other node reads the session, and has the value in memory from then on.
    await answerOf(
      await node.chat(onNode(node, agent), saying('415-555-7100 and 415-555-7101'), { 'x-call-id': 'live' }),
    );
    expect((await masker(['vault', 'purge', '--subject', '415-555-7100', '--yes'])).code).toBe(0);
    for (const each of [calls.masker, node])
      await expect
        .poll(async () => {
          const response = await each.chat(onNode(each, agent), saying(`what is ${token}?`), { 'x-call-id': 'live' });
          return (await answerOf(response)).includes('7100');
        })
        .toBe(false);
  });

  test('searches what was said while only a hash of it is in the statements of the database', async () => {
    await say('my number is 415-555-7200', 'phi');
    await masker(['vault', 'purge', '--subject', '415-555-7200', '--yes']);
    const { rows } = await calls.pool.query<{ query: string }>('SELECT query FROM pg_stat_activity');
    expect(JSON.stringify(rows)).not.toContain('7200');
  });
});

/** Says a value in a call. Returns the token that the model saw for it. */
async function tokenOf(value: string, name: string): Promise<string> {
  await say(`my number is ${value}`, name);
  return tokensIn(calls.upstream.received.at(-1)?.body.toString('utf8') ?? '')[0] ?? '';
}

describe('masker vault purge --session and --before', () => {
  test('--session erases the key, all values and payloads of the session', async () => {
    const id = await say('my number is 415-555-7300', 'one');
    const ran = await masker(['vault', 'purge', '--session', id, '--yes', '--json']);
    expect([ran.code, counted(ran)]).toEqual([0, expect.objectContaining({ sessions: 1, values: 1, payloads: 1 })]);
    for (const table of ['vault_keys', 'vault_entries', 'payloads']) expect(await rowsOf(table, id)).toBe(0);
    // The call continues with a vault of its own.
    await say('and 415-555-7301', 'one');
    expect([await rowsOf('vault_keys', id), await rowsOf('vault_entries', id)]).toEqual([1, 1]);
  });

  test('--before erases sealed sessions that began before, and leaves open ones', async () => {
    const [sealed, open] = [await say('415-555-7400', 'sealed'), await say('415-555-7401', 'still-open')];
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: sealed });
    const before = new Date(Date.now() + 60_000).toISOString();
    expect((await masker(['vault', 'purge', '--before', before, '--yes'])).code).toBe(0);
    expect([await rowsOf('vault_keys', sealed), await rowsOf('vault_entries', sealed)]).toEqual([0, 0]);
    expect(await rowsOf('vault_entries', open)).toBe(1);
    expect(await lastPurge()).toMatchObject({ by: 'before', before });
  });

  test.each([
    [[]],
    [['--before', 'yesterday']],
    [['--before', '5']],
    [['--before', '01/02/2026']],
    [['--before', '2026-01-01T00:00:00']],
    [['--session', 'sess_1']],
    [['--subject', ' ']],
    [['--before', '2026-01-01', '--subject', 'x']],
    [['--subject', 'x', '--account', 'acc_1']],
  ])('ends with 64 for %j', async (args) => {
    expect((await masker(['vault', 'purge', ...args])).code).toBe(64);
  });

  test('needs --yes without a terminal, and changes nothing without it', async () => {
    const id = await say('my number is 415-555-7500', 'asked');
    const { code, errors } = await masker(['vault', 'purge', '--session', id]);
    expect(code).toBe(64);
    expect(errors).toContain('--yes');
    expect(await rowsOf('vault_entries', id)).toBe(1);
  });

  test('ends with 2 where a vault does not open', async () => {
    const id = await say('my number is 415-555-7600', 'foreign');
    await calls.pool.query("UPDATE vault_keys SET key_version = 'ffffffff' WHERE session_id = $1", [id]);
    const { code, output } = await masker(['vault', 'purge', '--subject', '415-555-7600', '--yes']);
    expect([code, output]).toEqual([2, expect.stringContaining('vaults do not open')]);
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [id]);
  });
});

describe('masker vault export and import', () => {
  /** Exports all vaults to a new file. */
  async function exported(name: string): Promise<string> {
    const file = path.join(folder, name);
    expect((await masker(['vault', 'export', '--output', file])).code).toBe(0);
    return file;
  }

  /** Loses the rows of a session, as a broken disk or a wrong statement does. */
  const lose = async (id: SessionId): Promise<void> => {
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [id]);
    await calls.pool.query('DELETE FROM vault_entries WHERE session_id = $1', [id]);
  };

  const imports = async (): Promise<Record<string, unknown>[]> => {
    const { rows } = await calls.pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'vault_imported' ORDER BY id",
    );
    return rows.map(({ body }) => (JSON.parse(body) as { subject: Record<string, unknown> }).subject);
  };

  test('bring back what was lost, on record, and nothing twice', async () => {
    const id = await say('my number is 415-555-7700', 'exported');
    const file = await exported('vaults.masker');
    const bytes = await readFile(file);
    for (const text of ['7700', 'sess_', 'MSKV1']) expect(bytes.includes(text)).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await lose(id);
    const first = await masker(['vault', 'import', '--input', file, '--json']);
    expect([first.code, counted(first)]).toEqual([
      0,
      expect.objectContaining({ imported: { vault_keys: 1, vault_entries: 1, payloads: 1 } }),
    ]);
    expect((await imports()).at(-1)).toMatchObject({
      with_purged: false,
      file_created_at: expect.stringMatching(/^\d{4}-/) as unknown,
    });
    const { length } = await imports();
    const second = await masker(['vault', 'import', '--input', file, '--json']);
    expect(counted(second)).toMatchObject({ imported: { vault_keys: 0, vault_entries: 0, payloads: 0 } });
    expect(await imports()).toHaveLength(length);
    const found = await masker(['vault', 'purge', '--subject', '415-555-7700', '--dry-run', '--json']);
    expect(counted(found)).toMatchObject({ sessions: 1, values: 1 });
  });

  test.each([
    ['a session', (id: SessionId) => ['--session', id]],
    ['a person', () => ['--subject', '415-555-7710']],
  ])('leave out what was purged after the export, of %s, unless they are told otherwise', async (of, scope) => {
    const id = await say('my number is 415-555-7710, hers 415-555-7711', `purged-${of}`);
    const file = await exported(`purged-${of}.masker`);
    expect((await masker(['vault', 'purge', ...scope(id), '--yes'])).code).toBe(0);
    await lose(id);
    const ran = await masker(['vault', 'import', '--input', file, '--json']);
    expect(counted(ran)).toMatchObject({ left_out: { purged: expect.any(Number) as unknown } });
    expect([await rowsOf('vault_keys', id), await rowsOf('vault_entries', id)]).toEqual([0, 0]);
    await masker(['vault', 'import', '--input', file, '--with-purged']);
    expect([await rowsOf('vault_keys', id), await rowsOf('vault_entries', id)]).toEqual([1, 2]);
    expect((await imports()).at(-1)).toMatchObject({ with_purged: true });
    // An export made after the purge is taken.
    await masker(['vault', 'purge', '--session', id, '--yes']);
    await say('and 415-555-7712', `purged-${of}`);
    const later = await exported(`later-${of}.masker`);
    await lose(id);
    await masker(['vault', 'import', '--input', later]);
    expect(await rowsOf('vault_entries', id)).toBe(1);
  });

  test('leave out a session that has another data key by now, one that expired, and one that is erased', async () => {
    const [renewed, expired, erased] = [
      await say('my number is 415-555-7800', 'renewed'),
      await say('my number is 415-555-7810', 'expired'),
      await say('my number is 415-555-7820', 'erased'),
    ];
    const file = await exported('earlier.masker');
    for (const id of [renewed, expired, erased]) await lose(id);
    // Its node reads it anew, as it does after a restart.
    await calls.pool.query('SELECT pg_notify($1, $2)', ['masker_vaults', renewed]);
    await expect
      .poll(async () => {
        await say('and 415-555-7801', 'renewed');
        return rowsOf('vault_keys', renewed);
      })
      .toBe(1);
    for (const id of [expired, erased])
      await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    await calls.pool.query('UPDATE sessions SET expired_at = now() WHERE id = $1', [expired]);
    await calls.pool.query(
      "UPDATE sessions SET journal_expired_at = now(), sealed_at = now() - interval '2 days' WHERE id = $1",
      [erased],
    );
    await calls.pool.query('DELETE FROM entries WHERE session_id = $1', [erased]);
    await calls.pool.query('DELETE FROM turns WHERE session_id = $1', [erased]);
    await calls.pool.query('DELETE FROM sessions WHERE id = $1', [erased]);
    const ran = await masker(['vault', 'import', '--input', file, '--json']);
    expect(counted(ran)).toMatchObject({ left_out: { expired: 1, unknown: 1, other_key: 1 } });
    expect(await Promise.all([renewed, expired, erased].map((id) => rowsOf('vault_entries', id)))).toEqual([1, 0, 0]);
  });

  test('refuse a file that exists, is damaged, is another kind of file or is under another key', async () => {
    const file = path.join(folder, 'refused.masker');
    expect((await masker(['vault', 'export', '--output', file])).code).toBe(0);
    expect((await masker(['vault', 'export', '--output', file])).code).toBe(64);
    const damaged = path.join(folder, 'damaged.masker');
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
    await writeFile(damaged, bytes);
    expect((await masker(['vault', 'import', '--input', damaged])).code).toBe(2);
    expect((await masker(['vault', 'import', '--input', path.resolve('package.json')])).code).toBe(2);
    expect((await masker(['vault', 'import', '--input', path.join(folder, 'none')])).code).toBe(1);
    const keys = {
      ...KEYS,
      MASKER_KEY_K_HEALTHCARE: Buffer.from('another key of thirty-two bytes.').toString('base64'),
    };
    const env = { ...keys, MASKER_DATABASE_URL: calls.db.url };
    const foreign = await runMasker(['vault', 'import', '--input', file], env);
    expect([foreign.code, foreign.errors]).toEqual([4, expect.stringContaining('MASKER_KEY_K_HEALTHCARE_OLD')]);
  });
});
