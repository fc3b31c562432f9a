/** The first hour with the built program: what a start prints, and how it refuses. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { freePort } from '../free-port.ts';
import { KEYS } from '../instance.ts';
import { startServer } from '../server-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'dist/cli/main.js');

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

/** Runs a program to its end in the scratch folder. */
async function run(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
}
const masker = (args: readonly string[], env: Record<string, string> = {}): ReturnType<typeof run> =>
  run(process.execPath, [MAIN, ...args], env);

describe('a start that cannot be', () => {
  const SECRET = 'hunter2-of-the-test';
  const onDatabase = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(db.url);
    change(url);
    return { ...KEYS, MASKER_DATABASE_URL: url.href };
  };

  test.each([
    [
      'because the data folder cannot be written',
      () => ({ MASKER_DATA_DIR: '/dev/null/data' }),
      'MASKER_DATA_DIR /dev/null/data cannot be written (ENOTDIR). Choose a folder that this user may write to.',
    ],
    // Node's own recursive mkdir never returns there.
    ...(process.platform === 'linux'
      ? ([
          [
            'because the data folder is where nobody can make one',
            () => ({ MASKER_DATA_DIR: '/proc/nope' }),
            'MASKER_DATA_DIR /proc/nope cannot be written (ENOENT). Choose a folder that this user may write to.',
          ],
        ] as const)
      : []),
    [
      'because the database does not answer',
      () => ({ ...KEYS, MASKER_DATABASE_URL: `postgresql://masker:${SECRET}@127.0.0.1:1/calls` }),
      'MASKER_DATABASE_URL: the server at 127.0.0.1:1/calls does not answer (ECONNREFUSED). Start it, or correct the URL.',
    ],
    [
      'because there is no such database',
      () =>
        onDatabase((url) => {
          url.pathname = '/no_such_database';
        }),
      /^MASKER_DATABASE_URL: the server at \S+\/no_such_database has no such database \(3D000\)\. Create it with createdb/,
    ],
    [
      'because the policy file is not there',
      () => ({ ...KEYS, MASKER_DATABASE_URL: db.url, MASKER_POLICY_PATH: 'no-such-policy.yaml' }),
      /^MASKER_POLICY_PATH \S+\/no-such-policy\.yaml has a problem\. Correct it: 1:1 +invalid_yaml: the file cannot be read \(ENOENT\)/,
    ],
    [
      'because a variable is not what it should be',
      () => ({ MASKER_LISTEN_ADDR: SECRET }),
      /^MASKER_LISTEN_ADDR must be host:port/,
    ],
  ] as const)('%s says so in one line, with the variable and the remedy', async (_case, env, expected) => {
    const { code, errors, output } = await masker(['serve'], env());
    expect(code).toBe(1);
    expect(output).toBe('');
    const [line = '', ...others] = errors.trimEnd().split('\n');
    expect(others).toEqual([]);
    expect(line.startsWith('masker: ')).toBe(true);
    expect(line.slice('masker: '.length)).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
    expect(errors).not.toContain(SECRET);
  });

  test('because the port is taken says so in one line, with the address and the remedy', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = {
      ...KEYS,
      MASKER_DATABASE_URL: db.url,
      MASKER_LISTEN_ADDR: `127.0.0.1:${port}`,
    };
    const { code, errors } = await masker(['serve'], env);
    taken.close();
    expect(code).toBe(1);
    expect(errors).toBe(
      `masker: MASKER_LISTEN_ADDR 127.0.0.1:${port} is in use by another program. Stop that program, or choose another port.\n`,
    );
  });

  test('because the port of the metrics is taken says so in one line, and serves nobody', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const env = {
      ...KEYS,
      MASKER_DATABASE_URL: db.url,
      MASKER_LISTEN_ADDR: '127.0.0.1:0',
      MASKER_METRICS_ADDR: `127.0.0.1:${port}`,
    };
    const { code, output, errors } = await masker(['serve'], env);
    taken.close();
    expect(code).toBe(1);
    expect(errors).toBe(
      `masker: MASKER_METRICS_ADDR 127.0.0.1:${port} is in use by another program. Stop that program, or choose another port.\n`,
    );
    expect(output).not.toContain('listens on');
  });

  test('because keys are missing names each of them, and the command that creates them', async () => {
    const { code, errors } = await masker(['serve'], { MASKER_DATABASE_URL: db.url });
    expect(code).toBe(1);
    const [head, ...lines] = errors.trimEnd().split('\n');
    expect(head).toBe('masker: The configuration has 4 problems:');
    expect(lines.map((line) => line.trim().split(' ')[0]).sort()).toEqual(Object.keys(KEYS).sort());
    for (const line of lines)
      expect(line).toMatch(/ is not set\. Create the keys once: node dist\/cli\/main\.js keys generate > masker\.env$/);
  });

  test('because Node.js is too old says so before it loads anything else', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})`;
    const { code, errors } = await run(process.execPath, ['--import', old, MAIN, 'serve']);
    expect(code).toBe(1);
    expect(errors).toBe(
      'masker: Node.js 18.20.4 is too old. Install Node.js 20.19 or later from https://nodejs.org.\n',
    );
  });
});

describe('a start on an empty folder, and the next one', () => {
  test('print where the server listens, how to sign in, where the token is, and a first call that works', async () => {
    const dataDir = path.join(folder, 'first');
    for (let start = 0; start < 2; start += 1) {
      const server = await startServer(dataDir, {
        MASKER_BOOTSTRAP_TOKEN: '',
        MASKER_LISTEN_ADDR: `127.0.0.1:${await freePort()}`,
      });
      try {
        await expect.poll(() => server.printed()).toContain('curl -N');
        const printed = server.printed();
        expect(printed).toMatch(/Portal: http:\/\/localhost:\d+\/portal\n/);
        expect(printed).toMatch(/Sign in: http:\/\/localhost:\d+\/api\/v1\/auth\/bootstrap\?token=\S+\n/);
        expect(printed).toMatch(/README: http:\/\/localhost:\d+\/\n/);
        expect(printed).toContain(`Access token: ${path.join(dataDir, 'bootstrap-token')}\n`);
        const call = /^ +(curl -N .*)$/m.exec(printed)?.[1] ?? '';
        const { code, output } = await run('bash', ['-c', call.replace('localhost', '127.0.0.1')]);
        expect(code).toBe(0);
        expect(output).toContain('data: [DONE]');
      } finally {
        await server.end('SIGTERM');
      }
    }
  });
});

describe('--env-file', () => {
  test('reads variables for any command; what the environment sets stays', async () => {
    const file = path.join(folder, 'some.env');
    await writeFile(file, 'MASKER_DEFAULT_MODEL=from-the-file\nMASKER_SESSION_IDLE_SECONDS=7\n');
    const { output } = await masker(['config', '--env-file', file], { MASKER_SESSION_IDLE_SECONDS: '8' });
    expect(JSON.parse(output)).toMatchObject({
      MASKER_DEFAULT_MODEL: 'from-the-file',
      MASKER_SESSION_IDLE_SECONDS: 8,
    });
  });

  test("the README's cluster block starts nodes that answer, pasted twice: the second has the same keys", async () => {
    const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
    const [, body = ''] = readme.split('\n## Run a cluster\n');
    const block = /```bash\n([\s\S]*?)```/.exec(body)?.[1] ?? '';
    const script = block.replaceAll('dist/cli/main.js', MAIN).replace(/postgresql:\S+/, `'${db.url}'`);
    const first = await pasteNode(script);
    const keys = await readFile(path.join(folder, 'masker.env'), 'utf8');
    expect(keys).toMatch(/^MASKER_SIGNING_KEY=\S+$/m);
    const second = await pasteNode(script);
    expect(await readFile(path.join(folder, 'masker.env'), 'utf8')).toBe(keys);
    expect(first.publicKeys).toContain('"key_id"');
    expect(second.publicKeys).toBe(first.publicKeys);
  });
});

/** Pastes a script that ends in a server into a shell, asks the server for its public keys, and stops it. */
async function pasteNode(script: string): Promise<{ publicKeys: string }> {
  const shell = spawn('bash', ['-euc', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], MASKER_LISTEN_ADDR: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(shell, 'exit');
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let printed = '';
      const read = (chunk: Buffer): void => {
        printed += chunk.toString('utf8');
        const found = /Masker listens on (\S+)/.exec(printed)?.[1];
        if (found !== undefined) resolve(found);
      };
      shell.stdout.on('data', read);
      shell.stderr.on('data', read);
      shell.on('exit', () => {
        reject(new Error(`the block ended before a server listened:\n${printed}`));
      });
    });
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    return { publicKeys: await (await fetch(new URL('/.well-known/masker-keys.json', url))).text() };
  } finally {
    // The shell and the server in it are one process group.
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
    await ended;
  }
}
