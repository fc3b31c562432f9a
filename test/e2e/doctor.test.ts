/** `masker doctor` with the built command: a sound installation, and one fault after the other. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { masker } from '../built-command.ts';
import type { Ran } from '../built-command.ts';
import { makeDurable, temporaryFolder } from '../database.ts';
import { freePort } from '../free-port.ts';
import { BOOTSTRAP_TOKEN, KEYS, startTestInstance } from '../instance.ts';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { disguises } from './everything.ts';

interface Result {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly fix?: string;
}

let calls: Calls;
let folder: string;
let endDurability: () => Promise<void>;
let sound: Record<string, string>;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  endDurability = await makeDurable();
  calls = await startCalls({ MASKER_METRICS_ADDR: '127.0.0.1:0' });
  calls.upstream.respond((_request, response) => {
    response.writeHead(200).end('{"data":[]}');
  });
  sound = {
    ...KEYS,
    HOME: folder,
    MASKER_DATABASE_URL: calls.db.url,
    MASKER_LISTEN_ADDR: `127.0.0.1:${new URL(calls.masker.url).port}`,
    MASKER_METRICS_ADDR: `127.0.0.1:${new URL(calls.masker.metricsUrl ?? '').port}`,
    MASKER_DATA_DIR: path.join(folder, 'data'),
    MASKER_SERVER: calls.masker.url,
    MASKER_TOKEN: BOOTSTRAP_TOKEN,
    MASKER_OPENAI_BASE_URL: calls.upstream.url,
    MASKER_OPENAI_API_KEY: 'sk-of-the-doctor-test',
  };
});
afterAll(async () => {
  for (const server of servers) server.close();
  await calls.close();
  await endDurability();
  await rm(folder, { recursive: true, force: true });
});

/** Runs it with JSON, and returns the results by id. */
async function examine(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<{ ran: Ran; results: Map<string, Result> }> {
  const ran = await masker(['doctor', '--json', ...args], { env, cwd: folder });
  const { checks } = JSON.parse(ran.output) as { checks: Result[] };
  return { ran, results: new Map(checks.map((check) => [check.id, check])) };
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

describe('masker doctor', () => {
  test('finds no fault in a sound installation, in more than twenty checks, and leaves nothing behind', async () => {
    const { ran, results } = await examine(sound);
    expect([...results.values()].filter(({ status }) => status === 'fail')).toEqual([]);
    expect(ran.code).toBe(0);
    const decided = [...results.values()].filter(({ status }) => status !== 'skipped');
    expect(decided.length).toBeGreaterThanOrEqual(20);
    for (const { status, fix } of results.values()) expect(fix === undefined).toBe(status === 'ok');
    for (const id of ['canary_masking', 'canary_call', 'database_migrations', 'server_token', 'metrics_address'])
      expect(results.get(id)?.status, id).toBe('ok');
    expect(results.get('canary_call')?.found).toBe('none of 5 identifiers reached the upstream; all were restored');
    expect(results.get('upstream_openai_key')?.status).toBe('ok');
    const agents = await (await calls.masker.api('GET', '/agents?limit=100')).text();
    expect(agents).not.toContain('masker-doctor');
  });

  test('finds each of several faults at once, says what to do, and ends with 2', async () => {
    const policy = path.join(folder, 'bad.yaml');
    await writeFile(policy, 'name: p\nentities:\n  PHNE: {}\n');
    const foreign = await listening(createServer((_request, response) => response.end('something else')));
    const refusing = await listening(createServer((_request, response) => response.writeHead(401).end('{}')));
    const { ran, results } = await examine({
      ...sound,
      MASKER_POLICY_PATH: policy,
      MASKER_METRICS_ADDR: `127.0.0.1:${foreign}`,
      MASKER_PUBLIC_URL: 'http://masker.invalid',
      MASKER_OPENAI_BASE_URL: `http://127.0.0.1:${refusing}`,
      MASKER_UPSTREAM_OTHER_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
      MASKER_UPSTREAM_OTHER_MODELS: 'a-model',
      MASKER_CHECKPOINT_DIR: path.join(folder, 'nowhere'),
      MASKER_TOKEN: 'msk_a_token_that_nobody_made_000000',
    });
    expect(ran.code).toBe(2);
    const failed = [...results.values()].filter(({ status }) => status === 'fail').map(({ id }) => id);
    expect(failed.sort()).toEqual(
      [
        'checkpoint_folder',
        'metrics_address',
        'policy',
        'public_address',
        'public_url',
        'server_token',
        'upstream_openai_key',
        'upstream_other',
      ].sort(),
    );
    expect(results.get('upstream_openai_key')?.found).toBe('the provider refuses it (401)');
    expect(results.get('policy')?.found).toContain('3:3');
  });

  test('says of a database that does not answer, or has no tables, what to do', async () => {
    const gone = await examine({ ...sound, MASKER_DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/db' }, ['--local']);
    expect(gone.results.get('database_reachable')).toMatchObject({ status: 'fail' });
    expect(gone.results.get('database_version')).toMatchObject({ status: 'skipped' });
    expect(gone.ran.output).not.toContain('hunter2');
    expect(gone.results.has('server_reachable')).toBe(false);
    await calls.pool.query('CREATE SCHEMA nothing_here');
    const url = new URL(calls.db.url);
    url.searchParams.set('options', '-c search_path=nothing_here -c synchronous_commit=off');
    const bare = await examine({ ...sound, MASKER_DATABASE_URL: url.href }, ['--local']);
    expect(bare.results.get('database_migrations')).toMatchObject({ status: 'fail' });
    expect(bare.results.get('database_migrations')?.found).toContain('masker migrate');
    expect(bare.results.get('database_queues')).toMatchObject({ status: 'skipped' });
    expect(bare.results.get('database_synchronous_commit')).toMatchObject({ status: 'fail' });
  });

  test('lists every problem of the variables, and skips what depends on them', async () => {
    const { ran, results } = await examine({ ...sound, MASKER_LISTEN_ADDR: 'nowhere', MASKER_LOG_LEVEL: 'loud' }, [
      '--local',
    ]);
    expect(ran.code).toBe(2);
    expect(results.get('configuration')?.found).toMatch(/MASKER_LISTEN_ADDR .*MASKER_LOG_LEVEL /);
    expect(results.get('policy')?.status).toBe('skipped');
  });

  test('says of keys that others can read, and of keys that are old, what to do', async () => {
    const data = path.join(folder, 'embedded');
    await mkdir(path.join(data, 'keys'), { recursive: true });
    for (const [name, value] of Object.entries(KEYS)) {
      await writeFile(path.join(data, 'keys', name), `${value}\n`, { mode: 0o600 });
    }
    await chmod(path.join(data, 'keys/MASKER_SIGNING_KEY'), 0o644);
    const { results } = await examine(
      {
        HOME: folder,
        MASKER_DATA_DIR: data,
        MASKER_KEY_K_HEALTHCARE_OLD: Buffer.alloc(32, 'another key').toString('base64'),
      },
      ['--local'],
    );
    expect(results.get('key_files')).toMatchObject({
      status: 'fail',
      fix: `Run: chmod 600 ${path.join(data, 'keys/MASKER_SIGNING_KEY')}`,
    });
    expect(results.get('old_keys')).toMatchObject({ status: 'warn' });
    expect(results.get('key_age')).toMatchObject({ status: 'ok' });
    expect(await readFile(path.join(data, 'keys/MASKER_SESSION_SECRET'), 'utf8')).toBe(
      `${KEYS['MASKER_SESSION_SECRET'] ?? ''}\n`,
    );
  });

  test('looks at the file that a variable names: one that everybody can read is a failure', async () => {
    const file = path.join(folder, 'signing-key');
    await writeFile(file, KEYS['MASKER_SIGNING_KEY'] ?? '', { mode: 0o600 });
    const env = { ...sound, MASKER_SIGNING_KEY: `file:${file}` };
    expect((await examine(env, ['--local'])).results.get('key_files')).toMatchObject({
      status: 'ok',
      found: '1 files, closed to other users',
    });
    await chmod(file, 0o644);
    expect((await examine(env, ['--local'])).results.get('key_files')).toMatchObject({
      status: 'fail',
      fix: `Run: chmod 600 ${file}`,
    });
  });

  test('takes a policy that redacts everything for sound, and only warns of a kind that the policy passes on', async () => {
    const canariesOf = async (action: string, kinds: readonly string[]): Promise<(Result | undefined)[]> => {
      const policy = path.join(folder, `${action}.yaml`);
      const rows = kinds.map((kind) => `  ${kind}: { action: ${action} }\n`).join('');
      await writeFile(policy, `name: healthcare-default\nentities:\n${rows}`);
      const masker = await startTestInstance(calls.db.url, { MASKER_POLICY_PATH: policy });
      const env = { ...sound, MASKER_POLICY_PATH: policy, MASKER_SERVER: masker.url };
      const { results } = await examine(env).finally(() => masker.close());
      return ['canary_masking', 'canary_call'].map((id) => results.get(id));
    };
    for (const result of await canariesOf('redact', ['NAME', 'PHONE', 'EMAIL', 'SSN', 'DOB']))
      expect(result, result?.found).toMatchObject({ status: 'ok' });
    for (const result of await canariesOf('passthrough', ['PHONE']))
      expect(result, result?.found).toMatchObject({
        status: 'warn',
        found: expect.stringMatching(/^PHONE /) as string,
      });
  });

  test('refuses a certificate that no known authority signed', async () => {
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-days', '90', '-keyout', key, '-out', certificate];
    await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject]);
    const [keyText, certText] = await Promise.all([readFile(key, 'utf8'), readFile(certificate, 'utf8')]);
    const port = await listening(
      createTlsServer({ key: keyText, cert: certText }, (_, response) => response.end('{}')),
    );
    const { results } = await examine({ ...sound, MASKER_NER_URL: `https://127.0.0.1:${port}` }, ['--local']);
    expect(results.get('ner_server')).toMatchObject({ status: 'fail' });
    expect(results.get('ner_server')?.found).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('a server that was named and does not answer is a failure; one that was not named is skipped', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const named = await examine({ ...sound, MASKER_SERVER: '' }, ['--remote', '--server', nobody]);
    expect([named.ran.code, named.results.get('server_reachable')?.status]).toEqual([2, 'fail']);
    expect(named.results.has('node_version')).toBe(false);
    const unnamed = await examine({ HOME: folder, MASKER_LISTEN_ADDR: new URL(nobody).host }, ['--remote']);
    expect([unnamed.ran.code, unnamed.results.get('server_reachable')?.status]).toEqual([0, 'skipped']);
  });

  test('sends test events only when it is asked to, and names the webhook that does not take one', async () => {
    let taken = 0;
    const port = await listening(
      createServer((_request, response) => {
        taken += 1;
        response.writeHead(500).end();
      }),
    );
    const made = await calls.masker.api('POST', '/webhooks', { url: `http://127.0.0.1:${port}/`, paused: true });
    const { webhook } = (await made.json()) as { webhook: { id: string } };
    expect((await examine(sound, ['--remote', '--no-canary'])).results.get('webhooks')?.status).toBe('warn');
    expect(taken).toBe(0);
    const asked = await examine(sound, ['--remote', '--no-canary', '--test-webhooks']);
    expect(asked.results.get('webhooks')?.found).toBe(`${webhook.id} of 1 cannot be reached`);
    expect(taken).toBe(1);
    expect(asked.results.has('canary_call')).toBe(false);
  });

  test('prints findings and remedies to a person, without a secret, and with --strict fails for a warning', async () => {
    const secrets = {
      MASKER_DATABASE_URL: sound['MASKER_DATABASE_URL']?.replace('postgres@', 'postgres:hunter2-database@') ?? '',
      MASKER_OPENAI_API_KEY: 'sk-secret-of-openai-000',
      MASKER_BOOTSTRAP_TOKEN: 'msk_secret_of_the_bootstrap_admin',
      MASKER_VAPI_WEBHOOK_SECRET: 'vapi-secret-of-the-test',
    };
    const ran = await masker(['doctor', '--strict', '--no-canary'], { env: { ...sound, ...secrets }, cwd: folder });
    expect(ran.code).toBe(2);
    expect(ran.output).toMatch(/^Machine\n/);
    expect(ran.output).toMatch(/warn Bootstrap token +set, in production\n +→ Unset MASKER_BOOTSTRAP_TOKEN/);
    expect(ran.output).toMatch(/\n\d+ checks: \d+ ok, \d+ warnings?, 0 failed, \d+ skipped\n$/);
    const hidden = [...Object.values(KEYS), 'hunter2-database', ...Object.values(secrets).slice(1), BOOTSTRAP_TOKEN];
    for (const needle of hidden.flatMap(disguises)) expect(ran.output + ran.errors).not.toContain(needle);
    const quiet = await masker(['doctor', '--quiet', '--local'], { env: sound, cwd: folder });
    expect(quiet.output).not.toMatch(/^ {2}(?:ok|skip) /m);
  });
});
