/** Rotation of the key of a kid: under load, after a kill, and with proof that the old key is used no more. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readKeyUse, totalUse } from '../../src/custody/key-use.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AccountId } from '../../src/platform/ids.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { SessionVault } from '../../src/tokens/vault.ts';
import { KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { runMasker, startMasker } from '../masker-process.ts';
import { answerOf, onNode, saying, startCalls, waitingForLocks } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const NAME = 'MASKER_KEY_K_HEALTHCARE';
const base64 = (name: string): string => createHash('sha256').update(name).digest('base64');
const OLD = KEYS[NAME] ?? '';
const NEW = base64('the new key');
const OTHER = base64('the key of another name');
/** The environment of a node in the middle of a rotation. */
const BOTH = { [NAME]: NEW, [`${NAME}_OLD`]: OLD };

const ring = new KeyRing([
  { kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.from(NEW, 'base64') },
  { kid: 'K_HEALTHCARE', role: 'old', secret: Buffer.from(OLD, 'base64') },
]);
const OLD_VERSION = ring.registered('K_HEALTHCARE')[1]?.version ?? '';
const oldRing = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.from(OLD, 'base64') }]);

let calls: Calls;
let agent: CreatedAgent;
beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent({ caller_auth: { shared_secret: { header: 'x-s', secret: 'a'.repeat(32) } } });
  await calls.masker.api('POST', '/webhooks', { url: 'http://127.0.0.1:9/', event_types: [] });
});
afterAll(async () => {
  await calls.close();
});

const environment = (keys: Record<string, string> = BOTH): Record<string, string> => ({
  ...KEYS,
  ...keys,
  MASKER_DATABASE_URL: calls.db.url,
});
const SECRET = { 'x-s': 'a'.repeat(32) };

/** Rows that are sealed under the old key. */
async function oldRows(): Promise<number> {
  const use = (await readKeyUse(calls.pool, ring)).find(({ version }) => version === OLD_VERSION);
  return use === undefined ? 0 : totalUse(use);
}

/** Adds data keys of sessions that are wrapped under the old key. */
async function addDataKeys(count: number): Promise<void> {
  const { rows } = await calls.pool.query<{ account_id: AccountId }>('SELECT account_id FROM agents LIMIT 1');
  const account = rows[0]?.account_id;
  const key = oldRing.active('K_HEALTHCARE');
  if (account === undefined || key === null) throw new Error('no account or no key');
  const made = Array.from({ length: count }, () => {
    const id = newId('session');
    const { kid, keyVersion, wrapped } = SessionVault.create(key, account, id).wrapped;
    return {
      session_id: id,
      account_id: account,
      kid,
      key_version: keyVersion,
      wrapped: `\\x${wrapped.toString('hex')}`,
    };
  });
  await calls.pool.query('INSERT INTO vault_keys SELECT * FROM json_populate_recordset(null::vault_keys, $1::json)', [
    JSON.stringify(made),
  ]);
}

// Each test continues with the keys that the one before left in use.
describe('keys of a vault', { shuffle: false }, () => {
  describe('masker vault rotate-key', () => {
    test('rotates under 32 connections without a failed request, and the old key is needed no more', async () => {
      for (let call = 0; call < 32; call += 1)
        await answerOf(
          await calls.masker.chat(agent, saying('my number is 415-555-2671'), { ...SECRET, 'x-call-id': `c-${call}` }),
        );
      expect(await oldRows()).toBe(34);
      const node = await calls.anotherNode(BOTH);
      const statuses: number[] = [];
      let rotating = true;
      const load = Array.from({ length: 32 }, async (_, call) => {
        do {
          const headers = { ...SECRET, 'x-call-id': `c-${call}` };
          const response = await node.chat(onNode(node, agent), saying('415-555-2671 and 415-555-9090'), headers);
          statuses.push(response.status);
          expect(await answerOf(response)).toContain('415-555-2671');
        } while (rotating);
      });
      const ran = await runMasker(['vault', 'rotate-key', '--json'], environment());
      rotating = false;
      await Promise.all(load);
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.output)).toMatchObject({ changed: { agent_secrets: 1, webhook_secrets: 1 } });
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(await oldRows()).toBe(0);

      const without = await calls.anotherNode({ [NAME]: NEW });
      const headers = { ...SECRET, 'x-call-id': 'c-3' };
      const restored = await without.chat(onNode(without, agent), saying('415-555-2671'), headers);
      expect(await answerOf(restored)).toContain('415-555-2671');
      await without.checkKeys();
      expect(without.logged.join('\n')).not.toContain('not registered');
    });

    test('records in the account log which rows came from which key', async () => {
      const { rows } = await calls.pool.query<{ body: string }>(
        "SELECT body FROM account_events WHERE kind = 'keys_rotated' ORDER BY id LIMIT 1",
      );
      const { subject } = JSON.parse(rows[0]?.body ?? '{}') as { subject: { keys: object[] } };
      expect(subject.keys).toContainEqual(
        expect.objectContaining({ table: 'vault_keys', key_version: OLD_VERSION, rows: 32 }),
      );
    });

    test('that is killed in the middle leaves a part done, and the next run does the rest', async () => {
      await addDataKeys(450);
      expect(await oldRows()).toBe(450);
      const holder = await calls.pool.connect();
      await holder.query('BEGIN');
      // The second batch meets this lock and waits.
      await holder.query(
        'SELECT FROM vault_keys WHERE session_id = (SELECT session_id FROM vault_keys WHERE key_version = $1 ORDER BY session_id OFFSET 300 LIMIT 1) FOR UPDATE',
        [OLD_VERSION],
      );
      const { child, ended } = startMasker(['vault', 'rotate-key'], environment());
      await waitingForLocks(calls.pool, 1);
      child.kill('SIGKILL');
      await ended;
      // PostgreSQL sees that a client has died when it writes to it, and keeps its locks until then.
      await calls.pool.query(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      await holder.query('ROLLBACK');
      holder.release();
      expect(await oldRows()).toBe(250);
      expect((await runMasker(['vault', 'rotate-key'], environment())).code).toBe(0);
      expect(await oldRows()).toBe(0);
    });

    test('with --dry-run counts and changes nothing', async () => {
      await addDataKeys(3);
      const { code, output } = await runMasker(['vault', 'rotate-key', '--dry-run', '--json'], environment());
      expect(code).toBe(0);
      expect(JSON.parse(output)).toMatchObject({
        dry_run: true,
        pending: { vault_keys: 3 },
        changed: { vault_keys: 0 },
      });
      expect(await oldRows()).toBe(3);
    });

    test('with --new-kid seals everything under the key of that name', async () => {
      const keys = { ...BOTH, MASKER_KEY_K_OTHER: OTHER };
      expect((await runMasker(['vault', 'rotate-key', '--new-kid', 'K_OTHER'], environment(keys))).code).toBe(0);
      const { rows } = await calls.pool.query(
        'SELECT DISTINCT kid FROM vault_keys UNION SELECT kid FROM agent_secrets',
      );
      expect(rows).toEqual([{ kid: 'K_OTHER' }]);
      const node = await calls.anotherNode(keys);
      const headers = { ...SECRET, 'x-call-id': 'c-4' };
      expect(await answerOf(await node.chat(onNode(node, agent), saying('415-555-2671'), headers))).toContain('2671');
    });

    test('ends with 2 where a row does not open, and leaves it', async () => {
      await addDataKeys(1);
      const { code, output } = await runMasker(
        ['vault', 'rotate-key'],
        environment({ [NAME]: NEW, MASKER_KEY_K_OTHER: OTHER }),
      );
      expect(code).toBe(2);
      expect(output).toContain('1 rows do not open');
      expect(await oldRows()).toBe(1);
    });

    test('ends with 64 for a kid without a key, and says which variable to set', async () => {
      const { code, errors } = await runMasker(['vault', 'rotate-key', '--new-kid', 'K_NONE'], environment());
      expect(code).toBe(64);
      expect(errors).toContain('MASKER_KEY_K_NONE');
    });
  });

  describe('an old key', () => {
    test('in use after its grace is a warning in /health and in the log, and none before', async () => {
      await calls.pool.query('DELETE FROM ring_keys');
      await addDataKeys(1);
      const patient = await calls.anotherNode(BOTH);
      await patient.checkKeys();
      const healthOf = async (url: string): Promise<unknown> => (await fetch(`${url}/health`)).json();
      expect(await healthOf(patient.url)).toMatchObject({ keys: { old_in_use: [] } });
      const strict = await calls.anotherNode({ ...BOTH, MASKER_KEY_ROTATION_GRACE_DAYS: '0' });
      await strict.checkKeys();
      expect(await healthOf(strict.url)).toMatchObject({ status: 'ok', keys: { old_in_use: ['K_HEALTHCARE'] } });
      expect(strict.logged.join('\n')).toContain('an old key is still in use');
    });
  });

  describe('masker vault stats', () => {
    test('counts what is sealed under which key, and shows no value', async () => {
      const { code, output } = await runMasker(['vault', 'stats', '--json'], environment());
      expect(code).toBe(0);
      expect(JSON.parse(output)).toMatchObject({ values_by_kind: { PHONE: expect.any(Number) as unknown } });
      expect(output).not.toContain('2671');
    });

    test('ends with 5 without a database, and 1 without keys', async () => {
      const nowhere = { ...environment(), MASKER_DATABASE_URL: 'postgresql://u@127.0.0.1:1/none' };
      expect((await runMasker(['vault', 'stats'], nowhere)).code).toBe(5);
      expect((await runMasker(['vault', 'stats'], { MASKER_DATABASE_URL: calls.db.url })).code).toBe(1);
    });
  });
});
