/** The embedded PostgreSQL of a server process: started again when it is killed, stopped by every way out. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '../../src/platform/process-alive.ts';
import { putDatabase, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  const left = await postmaster();
  if (left !== null && (await runs(left))) process.kill(left, 'SIGQUIT');
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** The process id in the lock file of the embedded database; null where there is none. */
async function postmaster(): Promise<number | null> {
  const text = await readFile(path.join(folder, 'postgres/data/postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** Returns true if the process runs; a zombie that nobody has reaped yet does not. */
async function runs(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return state === null ? isAlive(pid) : !state.includes(') Z ');
}

async function serve(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer(folder, env);
  children.push(server.child);
  return server;
}

/** Waits until the embedded database has stopped in an orderly way: it has removed its lock file. */
async function databaseStopped(): Promise<void> {
  await expect.poll(postmaster).toBeNull();
}

async function createStubAgent(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'stub', upstream: 'stub', caller_auth: null }),
  });
  return ((await response.json()) as { agent: { id: string } }).agent.id;
}

/** The status of a turn; what became of it where there was none: a turn has an answer within a minute, whatever the database does. */
function turn(url: string, agent: string): Promise<number | string> {
  return fetch(`${url}/proxy/${agent}/v1/chat/completions`, {
    method: 'POST',
    signal: AbortSignal.timeout(60_000),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'this is Maria Gonzalez, 415-555-0142' }] }),
  }).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    (error: unknown) => (error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'refused'),
  );
}

test('a killed database is started again each time, and turns succeed again in the same process', async () => {
  const server = await serve();
  const agent = await createStubAgent(server.url);
  for (let round = 0; round < 3; round += 1) {
    expect(await turn(server.url, agent)).toBe(200);
    const killed = await postmaster();
    if (killed === null) throw new Error('no database runs');
    process.kill(killed, 'SIGKILL');
    await expect
      .poll(async () => [await turn(server.url, agent), (await postmaster()) !== killed], { timeout: 120_000 })
      .toEqual([200, true]);
  }
  expect(server.child.exitCode).toBeNull();
  await server.end('SIGTERM');
  await databaseStopped();
}, 400_000);

test('a stop that does not end exits with an error at its limit', async () => {
  const script = path.join(import.meta.dirname, 'fixtures/stop-that-hangs.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, '50'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const exit = once(child, 'close') as Promise<[number | null]>;
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await exit).toEqual([1, null]);
  expect(printed).toContain('the stop is not done');
});

test('a database that cannot be started again ends the process with an error', async () => {
  const server = await serve();
  const exit = once(server.child, 'exit') as Promise<[number | null]>;
  // A line that PostgreSQL refuses: what runs goes on, and every later start fails.
  await writeFile(path.join(folder, 'postgres/data/postgresql.conf'), 'no_such_setting = 1\n');
  const pid = await postmaster();
  if (pid === null) throw new Error('no database runs');
  process.kill(pid, 'SIGKILL');
  expect(await exit).toEqual([1, null]);
  expect(server.printed()).toContain('cannot be kept running');
});

describe('the embedded database is stopped', () => {
  /** Runs a start that fails; returns its exit code. */
  async function failedStart(env: Record<string, string>): Promise<unknown> {
    return serve(env).then(
      () => 'started',
      (error: unknown) => String(error),
    );
  }

  test('when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await failedStart({ MASKER_LISTEN_ADDR: `127.0.0.1:${port}` })).toContain('is in use');
    await databaseStopped();
    other.close();
  });

  test('when the policy is invalid', async () => {
    const policy = path.join(folder, 'policy.yaml');
    await writeFile(policy, 'version: "not a policy"\n');
    expect(await failedStart({ MASKER_POLICY_PATH: policy })).toMatch(
      /MASKER_POLICY_PATH .+ has (a problem|\d+ problems)/,
    );
    await databaseStopped();
  });

  test('by one Ctrl-C that arrives twice, as npm passes it on: an orderly stop', async () => {
    const server = await serve();
    const exit = once(server.child, 'exit') as Promise<[number | null]>;
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    await databaseStopped();
  });

  test('by an exit in the middle of a drain', async () => {
    const server = await serve({ MASKER_DRAIN_GRACE_MS: '600000' });
    const exit = once(server.child, 'exit') as Promise<[number | null]>;
    server.child.kill('SIGTERM');
    // Repeats until the server takes it for a second one: a second that follows at once is a relayed first one.
    const again = setInterval(() => server.child.kill('SIGINT'), 200);
    expect(await exit).toEqual([130, null]);
    clearInterval(again);
    await databaseStopped();
  });

  test('by a signal that comes before the server listens', async () => {
    const env = { PATH: process.env['PATH'], ...KEYS, MASKER_DATA_DIR: folder, MASKER_LISTEN_ADDR: '127.0.0.1:0' };
    const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli/main.js'), 'serve'], { env, stdio: 'ignore' });
    children.push(child);
    const exit = once(child, 'exit') as Promise<[number | null]>;
    await expect.poll(postmaster, { interval: 5 }).not.toBeNull();
    child.kill('SIGTERM');
    await exit;
    await databaseStopped();
  });

  test('by a Ctrl-C on `npm run dev`', async () => {
    const child = spawn('npm', ['run', 'dev'], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        MASKER_DATA_DIR: folder,
        MASKER_LISTEN_ADDR: '127.0.0.1:0',
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(child, 'exit');
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
    await expect.poll(() => printed).toContain('Sign in:');
    const pid = await postmaster();
    if (pid === null || child.pid === undefined) throw new Error('no database runs');
    process.kill(-child.pid, 'SIGINT'); // what a terminal does: each process of the group gets the signal
    await exit;
    await databaseStopped();
    expect(await runs(pid)).toBe(false);
  });
});
