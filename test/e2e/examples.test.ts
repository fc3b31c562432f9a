/** Runs each program of examples/ against an instance, as its README says. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../database.ts';
import { freePort } from '../free-port.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples');

let calls: Calls;
let folder: string;

beforeAll(async () => {
  // The addresses of agents have the port that is configured.
  calls = await startCalls({ MASKER_LISTEN_ADDR: `127.0.0.1:${await freePort()}` });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], MASKER_URL: calls.masker.url, MASKER_TOKEN: BOOTSTRAP_TOKEN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(command: string, ...args: readonly string[]): Promise<Ran> {
  const child = start(command, args);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the example has no streams');
  const [[code], output, errors] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(stdout),
    text(stderr),
  ]);
  return { code, output, errors };
}

const runTypeScript = (file: string, ...args: readonly string[]): Promise<Ran> =>
  run(process.execPath, '--import', 'tsx', path.join(EXAMPLES, file), ...args);

describe('the examples', () => {
  test('first-call.sh gets the values back and a bundle that verify.ts finds authentic', async () => {
    const called = await run('bash', path.join(EXAMPLES, 'curl/first-call.sh'), folder);
    expect(called).toMatchObject({ code: 0, errors: '' });
    expect(called.output).toMatch(/^answer: .*Maria Gonzalez, 415-555-0142/m);
    expect(called.output).toMatch(/NAME: 1/);
    const key = (await readFile(path.join(folder, 'key.txt'), 'utf8')).trim();

    const verified = await runTypeScript('verify-bundle/verify.ts', path.join(folder, 'bundle.json'), key);

    expect(verified).toMatchObject({ code: 0, errors: '' });
    expect(verified.output).toMatch(/^authentic\n/);
  });

  test('verify.ts refuses a bundle under another key', async () => {
    await run('bash', path.join(EXAMPLES, 'curl/first-call.sh'), folder);
    const otherKey = '/RckOFqgx1tk+3jNYC+h2ZH96/drE8WO1wLqyDXp9hg=';
    const verified = await runTypeScript('verify-bundle/verify.ts', path.join(folder, 'bundle.json'), otherKey);
    expect(verified.code).toBe(1);
    expect(verified.output).toMatch(/^does not hold {2}\w/m);
  });

  test('call.ts streams both answers with the real values, in one session', async () => {
    const { code, output, errors } = await runTypeScript('openai-sdk/call.ts');
    expect([code, errors]).toEqual([0, '']);
    const sessions = output.match(/^sess_[0-9A-Z]{26}$/gm) ?? [];
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions).size).toBe(1);
    expect(output).toMatch(/answer: .*Maria Gonzalez/);
    expect(output).toMatch(/answer: .*415-555-0142/);
  });

  test('live-redactions.ts shows each redaction, and each session of its agent', async () => {
    const { code, output, errors } = await runTypeScript('graphql-client/live-redactions.ts');
    expect([code, errors]).toEqual([0, '']);
    expect(output.match(/^sess_\w+ [A-Z_]+ \d+-\d+$/gm)).toHaveLength(3);
    expect(output.match(/^sess_\w+: 1 redaction$/gm)).toHaveLength(3);
  });

  test('receiver.ts takes a test event of a webhook, and refuses one with another signature', async () => {
    const receiver = await startReceiver('whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz');
    const refused = await fetch(receiver.url, {
      method: 'POST',
      headers: { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) },
      body: '{}',
    });
    expect(refused.status).toBe(401);
    receiver.end();

    const created = await calls.masker.api('POST', '/webhooks', { url: receiver.url, event_types: [] });
    const { webhook, secret } = (await created.json()) as { webhook: { id: string }; secret: string };
    const right = await startReceiver(secret, receiver.port);
    const tested = await calls.masker.api('POST', `/webhooks/${webhook.id}/test`);
    expect(await tested.json()).toMatchObject({ attempt: { status: 204 } });
    expect(await right.nextLine()).toContain('"webhook.test"');
    right.end();
  });
});

interface Receiver {
  readonly url: string;
  readonly port: string;
  nextLine(): Promise<string>;
  end(): void;
}

/** Starts the receiver; without a port on a free one. */
async function startReceiver(secret: string, port = '0'): Promise<Receiver> {
  const args = ['--import', 'tsx', path.join(EXAMPLES, 'webhook-receiver/receiver.ts'), port];
  const child = start(process.execPath, args, { MASKER_WEBHOOK_SECRET: secret });
  if (child.stdout === null) throw new Error('the receiver has no output');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  const [, listening = ''] = /"port":(\d+)/.exec(await nextLine()) ?? [];
  return {
    url: `http://127.0.0.1:${listening}/`,
    port: listening,
    nextLine,
    end: () => {
      child.kill();
    },
  };
}
