/** The `masker` command as an operator uses it: from the built files, configured by its environment. */
import { spawn } from 'node:child_process';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import { createEmptyDatabase, createTestDatabase, openPool, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { KEYS, startTestInstance } from '../instance.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(ROOT, file), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
}
const masker = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  run('bin/masker.js', args, env);

/** The records of journals that were exported, as they go into the account's log. */
async function exportsOnRecord(url: string): Promise<unknown[]> {
  const { prisma, close } = openDatabase({ url });
  try {
    const events = await prisma.accountEvent.findMany({ where: { kind: 'journal_exported' } });
    return events.map(({ body }) => JSON.parse(body) as unknown);
  } finally {
    await close();
  }
}

let folder: string;
let db: TestDatabase;
beforeAll(async () => {
  folder = await temporaryFolder();
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('masker', () => {
  test('says what it can do, and its version', async () => {
    const help = await masker(['--help']);
    expect(help.code).toBe(0);
    for (const command of ['serve', 'migrate', 'config', 'keys', 'detect', 'audit'])
      expect(help.output).toContain(command);
    expect((await masker(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['nonsense']],
    [['help', 'nonsense']],
    [['audit', 'nonsense']],
    [['audit', 'export']],
    [['serve', '--port', '1']],
  ])('answers wrong usage with 64: %j', async (args) => {
    expect((await masker(args)).code).toBe(64);
  });

  test('config shows what is in force, without a secret', async () => {
    const { code, output } = await masker(['config'], {
      ...KEYS,
      MASKER_DATA_DIR: folder,
      MASKER_OPENAI_API_KEY: 'sk-secret-of-the-test',
    });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      MASKER_LISTEN_ADDR: '0.0.0.0:8080',
      MASKER_OPENAI_API_KEY: '[set]',
      MASKER_KEY_K_HEALTHCARE: '[set]',
    });
    for (const secret of ['sk-secret-of-the-test', ...Object.values(KEYS)]) expect(output).not.toContain(secret);
  });

  test('a start with a faulty configuration lists every problem at once, and no value', async () => {
    const { code, errors } = await masker(['serve'], {
      MASKER_DATABASE_URL: 'mysql://user:hunter2@host/x',
      MASKER_LISTEN_ADDR: 'nowhere',
      MASKER_SESION_IDLE_SECONDS: '1',
      MASKER_LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    for (const name of [
      'MASKER_DATABASE_URL',
      'MASKER_LISTEN_ADDR',
      'MASKER_SESION_IDLE_SECONDS',
      'MASKER_LOG_LEVEL',
      'MASKER_SIGNING_KEY',
    ]) {
      expect(errors).toContain(name);
    }
    expect(errors).toContain('MASKER_SESSION_IDLE_SECONDS meant?');
    expect(errors).not.toContain('hunter2');
  });

  test('a start that asks for what is not there yet stops: nobody counts on a check that is not made', async () => {
    const secrets = {
      MASKER_VAPI_WEBHOOK_SECRET: 'a-secret-of-the-webhook',
      MASKER_BOLNA_WEBHOOK_SECRET: 'a-secret-of-the-webhook',
    };
    const asked = { MASKER_ZEROIZE_BUFFERS: '1' };
    const { code, errors } = await masker(['serve'], { ...KEYS, ...secrets, ...asked, MASKER_DATABASE_URL: db.url });
    expect(code).toBe(1);
    for (const name of Object.keys(secrets)) expect(errors).not.toContain(name);
    for (const name of Object.keys(asked)) expect(errors).toContain(`${name} is not supported by this version.`);
    expect(errors).not.toContain('a-secret-of-the-webhook');
  });

  test('keys generate makes a set that a production start accepts', async () => {
    const { output } = await masker(['keys', 'generate']);
    const keys = Object.fromEntries(
      output
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(Object.keys(keys).sort()).toEqual(Object.keys(KEYS).sort());
    expect((await masker(['config'], { ...keys, MASKER_DATABASE_URL: db.url })).code).toBe(0);
    expect((await masker(['keys', 'generate'])).output).not.toBe(output);
  });

  test('keys generate --output writes files for their owner that a start reads, and overwrites none', async () => {
    const secrets = path.join(folder, 'secrets');
    const { output, code } = await masker(['keys', 'generate', '--output', secrets, '--json']);
    expect(code).toBe(0);
    const variables = JSON.parse(output) as Record<string, string>;
    expect(Object.keys(variables).sort()).toEqual(Object.keys(KEYS).sort());
    expect((await stat(secrets)).mode & 0o777).toBe(0o700);
    for (const name of Object.keys(variables))
      expect((await stat(path.join(secrets, name))).mode & 0o777, name).toBe(0o600);
    await writeFile(path.join(secrets, 'url'), `${db.url}\n`);
    const env = { ...variables, MASKER_DATABASE_URL: `file:${path.join(secrets, 'url')}` };
    expect(await masker(['config'], env)).toMatchObject({ code: 0, errors: '' });
    const before = await readFile(path.join(secrets, 'MASKER_SIGNING_KEY'), 'utf8');
    await rm(path.join(secrets, 'MASKER_KEY_K_HEALTHCARE'));
    expect((await masker(['keys', 'generate', '--output', secrets])).code).toBe(2);
    expect(await readFile(path.join(secrets, 'MASKER_SIGNING_KEY'), 'utf8')).toBe(before);
    await expect(stat(path.join(secrets, 'MASKER_KEY_K_HEALTHCARE'))).rejects.toThrow('ENOENT');
    await chmod(secrets, 0o755);
    const open = await masker(['keys', 'generate', '--kid', 'K_OTHER', '--output', secrets]);
    expect([open.code, open.errors]).toEqual([2, expect.stringContaining('chmod 700')]);
  });

  test('login-link prints a link that signs the admin in once on a running server, and is on record', async () => {
    const instance = await startTestInstance(db.url);
    const env = { ...KEYS, MASKER_DATABASE_URL: db.url, MASKER_PUBLIC_URL: instance.url };
    const made = await masker(['login-link', '--json'], env);
    expect(made, made.errors).toMatchObject({ code: 0 });
    const { url } = JSON.parse(made.output) as { url: string };
    expect(new URL(url).origin).toBe(instance.url);
    const opened = await fetch(url, { redirect: 'manual' });
    expect(opened.status).toBe(302);
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const me = await fetch(`${instance.url}/api/v1/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ user: { id: 'usr_00000000000000000000000000' } });
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(401);
    const pool = openPool(db.url, 1);
    const { rows } = await pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind IN ('sign_in_link_created', 'sign_in') ORDER BY id",
    );
    await pool.end();
    await instance.close();
    expect(rows.map(({ body }) => (JSON.parse(body) as { kind: string }).kind)).toEqual([
      'sign_in_link_created',
      'sign_in',
    ]);
    expect(JSON.stringify(rows)).not.toContain(new URL(url).searchParams.get('token'));
    for (const minutes of ['0', '1441', 'x', '1.5'])
      expect((await masker(['login-link', '--minutes', minutes], env)).code, minutes).toBe(64);
    expect((await masker(['login-link'], { ...env, MASKER_DATABASE_URL: 'postgresql://u@127.0.0.1:1/d' })).code).toBe(
      5,
    );
  });

  test('migrate brings an empty database up to date, once', async () => {
    const empty = await createEmptyDatabase();
    try {
      expect((await masker(['migrate'], { MASKER_DATABASE_URL: empty.url })).output).toMatch(/^applied \d+_init/);
      expect((await masker(['migrate'], { MASKER_DATABASE_URL: empty.url })).output).toBe('up to date\n');
    } finally {
      await empty.drop();
    }
  });

  test('audit export and audit key give an auditor all that the verifier asks for', async () => {
    const instance = await startTestInstance(db.url);
    const agent = await instance.createAgent({ upstream: 'stub' });
    const response = await instance.chat(agent, {
      messages: [{ role: 'user', content: 'this is Maria Gonzalez, 415-555-0142' }],
    });
    const id = response.headers.get('masker-session-id') ?? '';
    await response.text();
    const { keys } = (await (await fetch(`${instance.url}/.well-known/masker-keys.json`)).json()) as {
      keys: { public_key: string }[];
    };
    await instance.close();

    const env = { ...KEYS, MASKER_DATABASE_URL: db.url };
    const file = path.join(folder, 'evidence.json');
    const exported = await masker(['audit', 'export', '--session-id', id, '--output', file], env);
    expect(exported).toMatchObject({ code: 0, errors: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('Maria');
    expect(await exportsOnRecord(db.url)).toMatchObject([
      { user_id: null, subject: { session_id: id, format: 'bundle', purpose: null, result: 'issued' } },
    ]);
    const key = (await masker(['audit', 'key', '--session-id', id], env)).output.trim();
    const verified = await run('verifier/bin/masker-verify.js', [
      file,
      '--chain-key',
      key,
      '--trusted-key',
      keys[0]?.public_key ?? '',
    ]);
    expect(verified.code, verified.output).toBe(0);
    expect(verified.output).toContain('=> authentic');

    const bare = await createEmptyDatabase();
    const early = await masker(['audit', 'export', '--session-id', id, '--output', file], {
      ...KEYS,
      MASKER_DATABASE_URL: bare.url,
    });
    await bare.drop();
    expect(early).toMatchObject({
      code: 1,
      errors: 'masker: The database has no tables yet. Run `masker migrate` first.\n',
    });

    const nobodys = `sess_${'0'.repeat(26)}`;
    const unknown = await masker(['audit', 'export', '--session-id', nobodys, '--output', file], env);
    expect(unknown).toMatchObject({
      code: 1,
      errors: `masker: --session-id ${nobodys}: no session has this ID. List sessions with \`masker sessions list\`.\n`,
    });
    expect(await exportsOnRecord(db.url)).toHaveLength(1);
  });
});
