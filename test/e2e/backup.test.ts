/** Backups: made under load, restored elsewhere, and refused where a byte is wrong. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmptyDatabase, createTestDatabase, openPool, temporaryFolder } from '../database.ts';
import { KEYS, startTestInstance } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { runMasker } from '../masker-process.ts';
import type { Ran } from '../masker-process.ts';
import { createBackup, readBackup } from '../../src/custody/backup.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { SealedFileError } from '../../src/custody/sealed-file.ts';
import { Signer } from '../../src/audit/seal.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { answerOf, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;
let folder: string;
let file: string;
/** Sessions that the backup must have. */
const sealed: string[] = [];

const on = (url: string): Record<string, string> => ({ ...KEYS, MASKER_DATABASE_URL: url });
const bytesOf = (name: string): Buffer => Buffer.from(KEYS[name] ?? '', 'base64');
const keys = {
  ring: new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: bytesOf('MASKER_KEY_K_HEALTHCARE') }]),
  auditKey: bytesOf('MASKER_AUDIT_HMAC_KEY'),
  signer: new Signer(bytesOf('MASKER_SIGNING_KEY')),
};

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
  folder = await temporaryFolder();
  file = path.join(folder, 'all.masker');
  for (let call = 0; call < 3; call += 1) {
    const response = await calls.masker.chat(agent, saying(`call 415-555-800${call}`), { 'x-call-id': `b-${call}` });
    await answerOf(response);
    sealed.push(sessionOf(response));
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', {
      id: sessionOf(response),
    });
  }
  await answerOf(await calls.masker.chat(agent, saying('call 415-555-8009'), { 'x-call-id': 'open' }));
  await calls.masker.sequenceLogs();
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

const verified = ({ output }: Ran): { faults: unknown; sessions: number } =>
  (JSON.parse(output) as { verified: { faults: unknown; sessions: number } }).verified;

// A story: the first test makes the file that the others read, and the last one changes an entry.
describe('backup and restore', { shuffle: false }, () => {
  describe('masker backup', () => {
    test('is one moment of the database while calls go on, and verifies', async () => {
      let writing = true;
      const load = Array.from({ length: 8 }, async (_, call) => {
        for (let turn = 0; writing; turn += 1) {
          const response = await calls.masker.chat(agent, saying(`call 415-556-${1000 + turn}`), {
            'x-call-id': `l-${call}`,
          });
          expect(response.status).toBe(200);
          await response.text();
        }
      });
      const ran = await runMasker(['backup', '--output', file, '--verify', '--json'], on(calls.db.url));
      writing = false;
      await Promise.all(load);
      expect(ran.code).toBe(0);
      expect(verified(ran)).toMatchObject({ faults: [] });
      expect(verified(ran).sessions).toBeGreaterThanOrEqual(4);
    });

    test('is encrypted, on record, and overwrites nothing', async () => {
      const bytes = await readFile(file);
      for (const text of ['acc_0', 'sess_', 'MSKV1', 'session_sealed']) expect(bytes.includes(text)).toBe(false);
      const { rowCount } = await calls.pool.query("SELECT FROM account_events WHERE kind = 'backup_created'");
      expect(rowCount).toBe(1);
      expect((await runMasker(['backup', '--output', file], on(calls.db.url))).code).toBe(64);
      expect((await readFile(file)).equals(bytes)).toBe(true);
    });
  });

  describe('masker restore', () => {
    test('gives another database the same sessions and reports, and the calls go on there', async () => {
      const empty = await createEmptyDatabase();
      const ran = await runMasker(['restore', '--input', file, '--verify', '--yes', '--json'], on(empty.url));
      expect(ran.code).toBe(0);
      expect(verified(ran)).toMatchObject({ faults: [] });
      const restored = await startTestInstance(empty.url, {
        MASKER_OPENAI_BASE_URL: calls.upstream.url,
        MASKER_OPENAI_API_KEY: 'sk',
      });
      for (const id of sealed) {
        const [before, after] = await Promise.all(
          [calls.masker, restored].map(async (each) => (await each.api('GET', `/sessions/${id}`)).text()),
        );
        expect(after).toEqual(before);
        const report = await restored.api('GET', `/sessions/${id}/report`);
        expect(report.status).toBe(200);
        const query = 'query ($id: ID!) { verifyAudit(sessionId: $id) { ok message } }';
        expect(await restored.graphql(query, { id })).toEqual({ verifyAudit: { ok: true, message: 'chain ok' } });
      }
      const pool = openPool(empty.url, 1);
      const events = await pool.query("SELECT FROM account_events WHERE kind = 'backup_restored'");
      expect(events.rowCount).toBe(1);
      // The call that was open keeps the values that it had.
      const answer = await restored.chat(onNode(restored, agent), saying('call 415-555-8009'), { 'x-call-id': 'open' });
      expect(await answerOf(answer)).toContain('415-555-8009');
      await restored.sequenceLogs();
      expect((await pool.query('SELECT FROM log_queue')).rowCount).toBe(0);
      await restored.close();
      await pool.end();
      await empty.drop();
    });

    test('checks a file alone with --dry-run, without any database', async () => {
      const nowhere = on('postgresql://u@127.0.0.1:1/none');
      const ran = await runMasker(['restore', '--input', file, '--verify', '--dry-run', '--json'], nowhere);
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.output)).toMatchObject({ dry_run: true, verified: { faults: [] } });
      expect((await runMasker(['restore', '--input', file, '--yes'], nowhere)).code).toBe(5);
    });

    test('refuses a database that is not empty, and asks before it writes', async () => {
      const full = await runMasker(['restore', '--input', file, '--yes'], on(calls.db.url));
      expect([full.code, full.errors]).toEqual([2, expect.stringContaining('not empty')]);
      const migrated = await createTestDatabase();
      expect((await runMasker(['restore', '--input', file], on(migrated.url))).code).toBe(64);
      const pool = openPool(migrated.url, 1);
      expect((await pool.query('SELECT FROM accounts')).rowCount).toBe(0);
      expect((await runMasker(['restore', '--input', file, '--yes'], on(migrated.url))).code).toBe(0);
      expect((await pool.query('SELECT FROM accounts')).rowCount).toBe(1);
      await pool.end();
      await migrated.drop();
    });

    test('refuses a backup of a newer version before it writes anything', async () => {
      const source = await createTestDatabase();
      const pool = openPool(source.url, 1);
      await pool.query(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '99990101000000_future', now())",
      );
      const newer = path.join(folder, 'newer.masker');
      await createBackup(pool, { ...keys, file: newer, clock: systemClock });
      const target = await createEmptyDatabase();
      const ran = await runMasker(['restore', '--input', newer, '--yes'], on(target.url));
      expect([ran.code, ran.errors]).toEqual([2, expect.stringContaining('99990101000000_future')]);
      const check = openPool(target.url, 1);
      expect((await check.query("SELECT FROM pg_class WHERE relname = 'accounts'")).rowCount).toBe(0);
      await Promise.all([pool.end(), check.end()]);
      await Promise.all([source.drop(), target.drop()]);
    });

    test('refuses a key that it does not have with 4, and names the variable', async () => {
      const key = Buffer.from('another key of thirty-two bytes.').toString('base64');
      const other = { ...on(calls.db.url), MASKER_KEY_K_HEALTHCARE: key };
      const ran = await runMasker(['restore', '--input', file, '--dry-run'], other);
      expect([ran.code, ran.errors]).toEqual([4, expect.stringContaining('MASKER_KEY_K_HEALTHCARE')]);
    });
  });

  describe('a backup file', () => {
    test('is refused with any byte changed, cut anywhere, or with something behind it', async () => {
      const bytes = await readFile(file);
      const altered = path.join(folder, 'altered.masker');
      const step = Math.max(1, Math.floor(bytes.length / 150));
      const places = [
        ...Array.from({ length: 400 }, (_, at) => at),
        ...Array.from({ length: 150 }, (_, at) => at * step),
      ];
      for (const at of places.filter((place) => place < bytes.length)) {
        const copy = Buffer.from(bytes);
        copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at);
        await writeFile(altered, copy);
        await expect(readBackup({ ...keys, file: altered }, false), `byte ${at}`).rejects.toThrow(SealedFileError);
      }
      for (const length of [0, 1, 300, bytes.length - 1, bytes.length - 17, Math.floor(bytes.length / 2)]) {
        await writeFile(altered, bytes.subarray(0, length));
        await expect(readBackup({ ...keys, file: altered }, false), `cut at ${length}`).rejects.toThrow(
          SealedFileError,
        );
      }
      await writeFile(altered, Buffer.concat([bytes, Buffer.from('x')]));
      await expect(readBackup({ ...keys, file: altered }, false)).rejects.toThrow(SealedFileError);
      expect((await runMasker(['restore', '--input', altered, '--dry-run'], on(calls.db.url))).code).toBe(2);
    });

    test('shows an entry that was changed in the database before the backup was made', async () => {
      const id = sealed[0] ?? '';
      await calls.pool.query('ALTER TABLE entries DISABLE TRIGGER USER');
      await calls.pool.query(
        'UPDATE entries SET body = replace(body, \'"turn":1\', \'"turn":2\') WHERE session_id = $1',
        [id],
      );
      const forged = path.join(folder, 'forged.masker');
      const ran = await runMasker(['backup', '--output', forged, '--verify'], on(calls.db.url));
      expect([ran.code, ran.output]).toEqual([2, expect.stringContaining(id)]);
    });
  });
});
