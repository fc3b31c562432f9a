/**
 * An upgrade while calls go on, and the way back. The next version is this one with one more migration: to it this version is
 * the previous one.
 */
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../src/audit/chain.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { readJournal } from '../../src/reports/evidence.ts';
import { createEmptyDatabase, createTestDatabase, openPool, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import { runMasker } from '../masker-process.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CALLERS = 4;
const NEWEST = '99990101000000_of_next';

let folder: string;
let nextVersion: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  nextVersion = path.join(folder, 'next');
  for (const part of ['bin', 'dist', 'prisma', 'package.json'])
    await cp(path.join(ROOT, part), path.join(nextVersion, part), { recursive: true });
  for (const part of ['configs', 'models', 'node_modules', 'schema', 'docs'])
    await symlink(path.join(ROOT, part), path.join(nextVersion, part));
  const migration = path.join(nextVersion, 'prisma/migrations', NEWEST);
  await mkdir(migration);
  const sql = 'CREATE TABLE of_next (id int PRIMARY KEY);\nALTER TABLE sessions ADD COLUMN of_next text;\n';
  await writeFile(path.join(migration, 'migration.sql'), sql);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function createAgent({ url }: ServerProcess): Promise<string> {
  const response = await fetch(`${url}/api/v1/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'desk', upstream: 'stub', caller_auth: null }),
  });
  const { agent } = (await response.json()) as { agent: { id: string } };
  return agent.id;
}

/** Callers who talk until they are stopped, each in one call, at the node that `at` gives. */
class Load {
  readonly turns = new Map<SessionId, number>();
  readonly refused: string[] = [];
  #answered = 0;
  #isOver = false;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #callers: Promise<unknown>;

  constructor(agent: string, at: (caller: number) => ServerProcess) {
    this.#callers = Promise.all(
      Array.from({ length: CALLERS }, async (_, caller) => {
        for (let turn = 0; !this.#isOver; turn += 1) await this.#say(at(caller), agent, caller, turn);
      }),
    );
  }

  async #say({ url }: ServerProcess, agent: string, caller: number, turn: number): Promise<void> {
    const content = `this is Maria Gonzalez, call 415-555-${1000 + turn}`;
    const response = await fetch(`${url}/proxy/${agent}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-call-id': `call-${caller}` },
      body: JSON.stringify({ messages: [{ role: 'user', content }] }),
    });
    const body = await response.text();
    const session = response.headers.get('masker-session-id') as SessionId | null;
    if (response.status !== 200 || session === null || !body.includes('Gonzalez')) {
      this.refused.push(`${response.status} ${body}`);
      return;
    }
    this.turns.set(session, (this.turns.get(session) ?? 0) + 1);
    this.#answered += 1;
    for (const { count, resolve } of this.#waiting) if (this.#answered >= count) resolve();
  }

  /** Resolves once so many further turns were answered. */
  async more(count: number): Promise<void> {
    const until = this.#answered + count;
    await new Promise<void>((resolve) => this.#waiting.push({ count: until, resolve }));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#callers;
  }
}

test(
  'an upgrade under load loses no turn, the old version refuses the new database, and a backup leads back',
  { timeout: 600_000 },
  async () => {
    const database = await createTestDatabase();
    const env = { ...KEYS, MASKER_DATABASE_URL: database.url };
    const backup = path.join(folder, 'before.masker');
    const old = await startServer(folder, env);
    const agent = await createAgent(old);
    let next: ServerProcess | null = null;
    const load = new Load(agent, (caller) => (caller % 2 === 0 ? old : (next ?? old)));
    await load.more(8);
    expect((await runMasker(['backup', '--output', backup, '--json'], env)).code).toBe(0);

    const migrated = await promisify(execFile)(process.execPath, [path.join(nextVersion, 'bin/masker.js'), 'migrate'], {
      env: { PATH: process.env['PATH'], ...env },
    });
    expect(migrated.stdout).toContain(`applied ${NEWEST}`);
    // Both versions serve the same calls for a while.
    await load.more(8);
    next = await startServer(folder, env, path.join(nextVersion, 'dist/cli/main.js'));
    await load.more(16);
    await load.stop();
    expect(load.refused).toEqual([]);
    await old.end('SIGTERM');
    const refusal = await runMasker(['serve'], { ...env, MASKER_LISTEN_ADDR: '127.0.0.1:0' });
    expect(refusal.code).not.toBe(0);
    expect(refusal.errors.trim().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`belongs to a newer version of Masker: it has the migration ${NEWEST}`)),
    ]);

    const pool = openPool(database.url, 2);
    const auditKey = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
    expect(load.turns.size).toBe(CALLERS);
    for (const [id, count] of load.turns) {
      const verdict = verifyChain(chainKey(auditKey, id), id, await readJournal(pool, id));
      expect(verdict.ok && verdict.entries.filter(({ kind }) => kind === 'turn_forwarded').length).toBe(count);
    }
    await pool.end();
    await next.end('SIGTERM');

    const restored = await createEmptyDatabase();
    const back = { ...env, MASKER_DATABASE_URL: restored.url };
    const ran = await runMasker(['restore', '--input', backup, '--verify', '--yes', '--json'], back);
    expect(ran.code, ran.errors).toBe(0);
    expect(JSON.parse(ran.output)).toMatchObject({ verified: { faults: [] } });
    const again = await startServer(folder, back);
    const after = new Load(agent, () => again);
    await after.more(4);
    await after.stop();
    expect(after.refused).toEqual([]);
    await again.end('SIGTERM');
    await Promise.all([database.drop(), restored.drop()]);
  },
);
