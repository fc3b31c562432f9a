/** The commands of `masker` that talk to a server, from the built files against a running instance. */
import { spawn } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { echo } from '../upstream.ts';
import { saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const BINARY = path.resolve(import.meta.dirname, '../../bin/masker.js');

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

let calls: Calls;
let folder: string;

beforeAll(async () => {
  calls = await startCalls();
  calls.upstream.respond(echo);
  folder = await temporaryFolder();
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], env: Record<string, string> = {}): ReturnType<typeof spawn> {
  const settings = { MASKER_SERVER: calls.masker.url, MASKER_TOKEN: BOOTSTRAP_TOKEN, HOME: folder };
  return spawn(process.execPath, [BINARY, ...args], {
    env: { PATH: process.env['PATH'], ...settings, ...env },
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function run(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  const child = start(args, env);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the command has no streams');
  stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(stdout), text(stderr), ended]);
  return { code, output, errors };
}

async function json<T>(args: readonly string[]): Promise<T> {
  const { code, output, errors } = await run([...args, '--json']);
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(output) as T;
}

interface Shown {
  readonly agent: { readonly id: string; readonly name: string; readonly upstream: string };
}

describe('masker agents', () => {
  test('create, show, update, list and delete an agent', async () => {
    const { agent } = await json<Shown>(['agents', 'create', '--name', 'front desk', '--upstream', 'stub']);
    expect(agent).toMatchObject({ name: 'front desk', upstream: 'stub' });
    const changed = await json<Shown>([
      'agents',
      'update',
      agent.id,
      '--name',
      'back desk',
      '--tokenization',
      'vault-random',
    ]);
    expect(changed.agent).toMatchObject({ id: agent.id, name: 'back desk', tokenization: 'vault-random' });
    expect((await json<Shown>(['agents', 'show', agent.id])).agent.name).toBe('back desk');
    const listed = await run(['agents', 'list', '--name-contains', 'BACK']);
    expect(listed.output.split('\n')).toEqual([
      expect.stringMatching(/^ID +NAME +UPSTREAM/),
      expect.stringContaining(`${agent.id}  back desk  stub`),
      '',
    ]);
    const deleted = await run(['agents', 'delete', agent.id]);
    expect([deleted.code, deleted.output, deleted.errors]).toEqual([0, '', `Deleted ${agent.id}.\n`]);
    expect(await json(['agents', 'list', '--name-contains', 'back desk'])).toEqual([]);
  });

  test('with a policy of its own, and exit code 3 where that is invalid', async () => {
    const good = path.join(folder, 'good.yaml');
    await writeFile(good, 'name: own\nkid: K_HEALTHCARE\nentities:\n  PHONE: { action: redact }\n');
    const { agent } = await json<Shown>([
      'agents',
      'create',
      '--name',
      'own',
      '--upstream',
      'stub',
      '--policy-file',
      good,
    ]);
    expect(agent).toMatchObject({ policy_name: 'own' });
    const bad = path.join(folder, 'bad.yaml');
    await writeFile(bad, 'name: own\nkid: K_HEALTHCARE\nentities:\n  PHNE: { action: redact }\n');
    const refused = await run(['agents', 'create', '--name', 'bad', '--upstream', 'stub', '--policy-file', bad]);
    expect(refused).toMatchObject({ code: 3, output: '' });
    expect(refused.errors).toContain('policy_yaml');
  });

  test('list of several pages is whole with --all', async () => {
    for (let n = 0; n < 3; n += 1) await calls.masker.createAgent({ name: `paged ${n}` });
    const first = await json<unknown[]>(['agents', 'list', '--name-contains', 'paged', '--limit', '2']);
    expect(first).toHaveLength(2);
    expect(await json(['agents', 'list', '--name-contains', 'paged', '--all'])).toHaveLength(3);
  });
});

describe('masker sessions', () => {
  test('list, show, verify, report and end a call', async () => {
    const agent = await calls.masker.createAgent();
    const response = await calls.masker.chat(agent, saying('call 415-555-0142'), { 'x-call-id': 'by command' });
    const id = sessionOf(response);
    await response.text();
    await (await calls.masker.api('GET', `/sessions/${id}`)).text();
    const listed = await json<{ id: string }[]>(['sessions', 'list', '--agent-id', agent.id]);
    expect(listed.map((each) => each.id)).toEqual([id]);
    const shown = await run(['sessions', 'show', id]);
    expect(shown.output).toContain(`id: ${id}\n`);
    expect(shown.output).not.toContain('415-555-0142');
    const ended = await run(['sessions', 'end', id]);
    expect([ended.code, ended.output]).toEqual([0, `Sealed ${id}.\n`]);
    const verified = await run(['audit', 'verify', '--session-id', id]);
    expect([verified.code, verified.output]).toEqual([0, expect.stringMatching(/^chain ok \(\d+ entries\)\n$/)]);
    const file = path.join(folder, 'report.pdf');
    const report = await run([
      'report',
      '--session-id',
      id,
      '--format',
      'pdf',
      '--purpose',
      'annual audit',
      '--output',
      file,
    ]);
    expect(report.code).toBe(0);
    expect((await readFile(file)).subarray(0, 5).toString('latin1')).toBe('%PDF-');
    const document = JSON.parse((await run(['report', '--session-id', id, '--output', '-'])).output) as object;
    expect(document).toMatchObject({ report: { session_id: id, signature: { alg: 'Ed25519' } } });
    const broken = await run(['audit', 'verify', '--session-id', 'sess_01HYZ000000000000000000000']);
    expect(broken.code).toBe(1);
    expect(broken.errors).toContain('session_not_found');
  });

  test('a journal that was changed does not verify: exit code 2', async () => {
    const agent = await calls.masker.createAgent();
    const response = await calls.masker.chat(agent, saying('hello'), { 'x-call-id': 'changed' });
    const id = sessionOf(response);
    await response.text();
    await (await calls.masker.api('GET', `/sessions/${id}`)).text();
    const client = await calls.pool.connect();
    try {
      await client.query('SET session_replication_role = replica');
      await client.query(
        `UPDATE entries SET body = replace(body, '"seq":1', '"seq":9') WHERE session_id = $1 AND seq = 1`,
        [id],
      );
    } finally {
      await client.query('SET session_replication_role = DEFAULT');
      client.release();
    }
    const verified = await run(['audit', 'verify', '--session-id', id, '--json']);
    expect(verified.code).toBe(2);
    expect(JSON.parse(verified.output)).toMatchObject({ ok: false });
  });

  test('tail prints each new session in a line', async () => {
    const agent = await calls.masker.createAgent();
    const child = start(['sessions', 'tail', '--agent-id', agent.id, '--json']);
    const { stdout } = child;
    if (stdout === null) throw new Error('the command has no output');
    const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    try {
      // Sessions from before it began are not new: calls go on until one is seen.
      const seen: string[] = [];
      const first = lines.next().then(({ value }: IteratorResult<string, unknown>) => seen.push(String(value)));
      for (let n = 0; seen.length === 0; n += 1)
        await (await calls.masker.chat(agent, saying('hello'), { 'x-call-id': `tail ${n}` })).text();
      await first;
      expect(JSON.parse(seen.join())).toMatchObject({ agent_id: agent.id });
    } finally {
      child.kill();
    }
  });
});

describe('masker tokens and login', () => {
  test('a token that was made signs in, and is refused once it is revoked', async () => {
    const made = await json<{ token: { id: string }; secret: string }>([
      'tokens',
      'create',
      '--name',
      'nightly',
      '--permission',
      'sessions:read',
      'agents:read',
    ]);
    const home = path.join(folder, 'home');
    const env = { HOME: home, MASKER_TOKEN: '' };
    const login = await run(['login', '--token'], env, `${made.secret}\n`);
    expect([login.code, login.output]).toEqual([0, '']);
    expect(login.errors).not.toContain(made.secret);
    const file = path.join(home, '.config/masker/credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await run(['sessions', 'list'], env)).code).toBe(0);
    expect((await run(['agents', 'delete', 'agt_01HYZ000000000000000000000'], env)).code).toBe(4);
    expect((await json<{ id: string }[]>(['tokens', 'list'])).map(({ id }) => id)).toContain(made.token.id);
    expect((await run(['tokens', 'revoke', made.token.id])).code).toBe(0);
    const refused = await run(['sessions', 'list'], env);
    expect(refused.code).toBe(4);
    expect(refused.errors).toContain('unauthenticated');
    expect((await run(['login'], env, made.secret)).code).toBe(4);
  });
});

describe('a command that cannot do its work', () => {
  test('ends with 4 without a token, 5 where no server answers, and 64 for wrong usage', async () => {
    expect((await run(['agents', 'list'], { MASKER_TOKEN: '' })).code).toBe(4);
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => gone.once('listening', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const unreachable = await run(['agents', 'list'], { MASKER_SERVER: `http://127.0.0.1:${port}` });
    expect([unreachable.code, unreachable.errors]).toEqual([
      5,
      `masker: No Masker server answers at http://127.0.0.1:${port}. Start it, or name another one with --server.\n`,
    ]);
    for (const args of [
      ['agents', 'create', '--name', 'x'],
      ['agents', 'list', '--server', 'ftp://somewhere'],
      ['report', '--session-id', 'a', '--agent-id', 'b', '--output', '-'],
      ['report'],
      ['policy', 'nonsense'],
    ])
      expect((await run(args)).code, args.join(' ')).toBe(64);
  });

  test('sends its token to no other server: an answer that redirects is no answer', async () => {
    const seen: unknown[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    const first = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` }).end();
    }).listen(0, '127.0.0.1');
    await Promise.all([other, first].map((each) => new Promise((resolve) => each.once('listening', resolve))));
    const { code } = await run(['agents', 'list'], {
      MASKER_SERVER: `http://127.0.0.1:${(first.address() as AddressInfo).port}`,
    });
    for (const each of [other, first]) each.close();
    expect([code, seen]).toEqual([5, []]);
  });

  test('sends the token of the environment to no server that a file in the folder names, nor by plain http elsewhere', async () => {
    const file = path.join(folder, 'masker.toml');
    await writeFile(file, `server = "${calls.masker.url}"\n`);
    try {
      const refused = await run(['agents', 'list'], { MASKER_SERVER: '' });
      expect([refused.code, refused.errors]).toEqual([4, expect.stringContaining('masker.toml')]);
      expect((await run(['agents', 'list', '--config', file], { MASKER_SERVER: '' })).code).toBe(0);
    } finally {
      await rm(file);
    }
    const plain = await run(['agents', 'list', '--server', 'http://masker.invalid']);
    expect([plain.code, plain.errors]).toEqual([4, expect.stringContaining('unencrypted')]);
    expect((await run(['agents', 'list', '--server', 'http://masker.invalid', '--insecure'])).code).toBe(5);
  });

  test('prints no control character of a name', async () => {
    const agent = await calls.masker.createAgent();
    const assistant = { 'x\u001b]0;owned\u0007': 'y\u001b[2J' };
    expect((await calls.masker.api('PATCH', `/agents/${agent.id}`, { assistant })).status).toBe(200);
    const { output } = await run(['agents', 'show', agent.id]);
    expect(output).toContain('owned');
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('reads the server from a configuration file, and refuses one with unknown keys', async () => {
    const file = path.join(folder, 'masker-test.toml');
    await writeFile(file, `server = "${calls.masker.url}/"\n`);
    expect((await run(['agents', 'list', '--config', file], { MASKER_SERVER: '' })).code).toBe(0);
    await writeFile(file, 'servr = "x"\n');
    const refused = await run(['agents', 'list', '--config', file], { MASKER_SERVER: '' });
    expect([refused.code, refused.errors]).toEqual([64, expect.stringContaining('servr')]);
    expect((await run(['agents', 'list', '--config', path.join(folder, 'none.toml')])).code).toBe(1);
  });
});

describe('masker audit find and subject', () => {
  test('find the call by its ID, by its day and by what was said in it, which is on no command line', async () => {
    const agent = await calls.masker.createAgent();
    const response = await calls.masker.chat(agent, saying('call 415-555-0187'), { 'x-call-id': 'to be found' });
    const id = sessionOf(response);
    await response.text();
    await (await calls.masker.api('GET', `/sessions/${id}`)).text();
    for (const held of [
      ['--call-id', 'to be found'],
      ['--session-id', id],
    ])
      expect((await json<{ id: string }[]>(['audit', 'find', ...held])).map((each) => each.id)).toEqual([id]);
    expect((await run(['audit', 'find'])).code).toBe(1);
    const subject = await run(
      ['audit', 'subject', '--kind', 'PHONE', '--purpose', 'ticket INC-17'],
      {},
      '(415) 555-0187\n',
    );
    expect(subject.code).toBe(0);
    expect(subject.output).toContain(id);
  });
});

describe('masker webhooks', () => {
  test('list, replay and test; exit code 2 where a test is not taken', async () => {
    const receiver = createServer((_request, response) => {
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const made = await calls.masker.api('POST', '/webhooks', { url, paused: true });
    const { webhook } = (await made.json()) as { webhook: { id: string } };
    expect((await json<{ id: string }[]>(['webhooks', 'list'])).map(({ id }) => id)).toEqual([webhook.id]);
    const tested = await run(['webhooks', 'test', webhook.id]);
    receiver.close();
    expect([tested.code, tested.output]).toEqual([2, expect.stringContaining('status: 500')]);
    expect((await run(['webhooks', 'replay', webhook.id, '--since', '2026-01-01'])).code).toBe(0);
    expect((await run(['webhooks', 'replay', webhook.id, '--since', 'yesterday'])).code).toBe(64);
  });
});

describe('masker policy', () => {
  test('save, publish, show and roll back a stored policy', async () => {
    const file = path.join(folder, 'stored.yaml');
    await writeFile(file, 'name: clinic\nentities:\n  PHONE: { action: redact }\n');
    expect((await run(['policy', 'save', 'clinic', file])).code).toBe(1);
    expect((await run(['policy', 'save', 'clinic', file, '--new'])).code).toBe(0);
    await writeFile(file, 'name: clinic\nentities:\n  PHONE: { action: tokenize }\n');
    const draft = await json<{ policy: object }>(['policy', 'save', 'clinic', file]);
    expect(draft.policy).toMatchObject({ published_version: 1, draft_version: 2 });
    const published = await json<{ policy: object }>(['policy', 'publish', 'clinic', '2']);
    expect(published.policy).toMatchObject({ published_version: 2 });
    expect((await run(['policy', 'rollback', 'clinic'])).code).toBe(64);
    const back = await json<{ policy: object }>(['policy', 'rollback', 'clinic', '1']);
    expect(back.policy).toMatchObject({ published_version: 3 });
    expect((await run(['policy', 'show', 'clinic'])).output).toContain('action: redact');
    expect((await run(['policy', 'list'])).output).toMatch(/^clinic +account +3 +3/m);
    await writeFile(file, 'entities:\n  PHNE: {}\n');
    expect((await run(['policy', 'save', 'clinic', file])).code).toBe(3);
  });

  test('validate says where a file is wrong, with exit code 3, and reload reaches the server', async () => {
    const file = path.join(folder, 'p.yaml');
    await writeFile(file, 'name: p\nentities:\n  PHNE: { action: redact }\n');
    const bad = await run(['policy', 'validate', file]);
    expect([bad.code, bad.output]).toEqual([3, expect.stringMatching(/p\.yaml:3:3: /)]);
    await writeFile(file, 'name: p\n');
    expect(await run(['policy', 'validate', file])).toMatchObject({ code: 0, output: `${file} is valid.\n` });
    expect((await run(['policy', 'reload'])).output).toBe('Nothing has changed.\n');
  });
});
