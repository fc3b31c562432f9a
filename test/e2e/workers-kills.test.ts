/** Workers and their supervisor killed or stopped: what ends with a process, and what does not. See docs/operations.md. */
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../src/audit/chain.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { readJournal } from '../../src/reports/evidence.ts';
import { openPool, putDatabase, temporaryFolder } from '../database.ts';
import { KEYS } from '../instance.ts';
import { startMasker } from '../masker-process.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { answerWith, echo, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';
import { createAgent, logged, openLines, pidOf, workerOf } from './workers-fixture.ts';

const CALLERS = 6;
const KILLS = 2;
/** A caller that was refused tries again after so long, as voice platforms do. */
const AGAIN_MS = 50;

let folder: string;
let upstream: TestUpstream;
let server: ServerProcess | null = null;

beforeAll(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
  upstream = await startUpstream();
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  upstream.respond(echo);
  server?.child.kill('SIGKILL');
  server = null;
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  server = await startServer(folder, {
    MASKER_WORKERS: '2',
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
    ...env,
  });
  return server;
}

/** Resolves when the worker of this number serves again. */
async function servesAgain(running: ServerProcess, worker: number, times: number): Promise<void> {
  await logged(running, (line) => line.worker === worker && line.msg === 'the worker serves again', times);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test(`${KILLS} kills of a worker under load lose no acknowledged turn, and only the turns that it had`, async () => {
  const running = await start();
  const agent = await createAgent(running.url);
  const turns = new Map<SessionId, number>();
  let [answered, failed, isOver] = [0, 0, false];
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let said = 0; !isOver; said += 1) {
      const number = `415-555-${1000 + said}`;
      const response = await fetch(`${running.url}/proxy/${agent}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-call-id': `call ${caller}`, connection: 'close' },
        body: JSON.stringify({ messages: [{ role: 'user', content: `this is Maria Gonzalez, call ${number}` }] }),
      })
        .then(async (got) => ({
          status: got.status,
          session: got.headers.get('masker-session-id'),
          is: await got.text(),
        }))
        .catch(() => null);
      if (response?.status === 200 && response.session !== null && response.is.includes(number)) {
        const session = response.session as SessionId;
        turns.set(session, (turns.get(session) ?? 0) + 1);
        answered += 1;
      } else {
        failed += 1;
        await pause(AGAIN_MS);
      }
    }
  });
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = answered;
    await expect.poll(() => answered).toBeGreaterThan(before + 5 * CALLERS);
    process.kill(pidOf(running, 2), 'SIGKILL');
    await servesAgain(running, 2, kill);
  }
  const before = answered;
  await expect.poll(() => answered).toBeGreaterThan(before + 5 * CALLERS);
  isOver = true;
  await Promise.all(callers);
  // A caller has one turn at a time; it may be refused once more by a connection that was given to the dead process.
  expect(failed).toBeLessThanOrEqual(2 * CALLERS * KILLS);
  expect(turns.size).toBe(CALLERS);
  await running.end('SIGTERM');

  const postgres = await startEmbeddedPostgres(folder);
  const pool = openPool(postgres.url());
  try {
    const auditKey = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
    for (const [id, count] of turns) {
      const verdict = verifyChain(chainKey(auditKey, id), id, await readJournal(pool, id));
      expect(verdict).toMatchObject({ ok: true });
      const kinds = verdict.ok ? verdict.entries.map(({ kind }) => kind) : [];
      expect(kinds.filter((kind) => kind === 'turn_forwarded').length, id).toBeGreaterThanOrEqual(count);
    }
  } finally {
    await pool.end();
    await postgres.stop();
  }
});

test('the next turn of a call whose worker was killed is in the same session, and its values are restored', async () => {
  const running = await start();
  const agent = await createAgent(running.url, 'openai:gpt-4o-mini');
  const lines = await openLines(running);
  const headers = { 'x-call-id': 'a call that goes on' };
  const path = `/proxy/${agent}/v1/chat/completions`;
  const said = [{ role: 'user', content: 'My name is Maria Gonzalez.' }];
  const first = await lines[0].send(path, { messages: said }, headers);
  expect(await text(first)).toContain('Maria Gonzalez');
  const owner = await workerOf(running, first);
  const survivor = lines[owner === 1 ? 1 : 0];
  process.kill(pidOf(running, owner), 'SIGKILL');
  await logged(running, ({ msg }) => msg.startsWith('a worker ended'));
  upstream.respond((request, response) => {
    const name = /"content":"My name is ([^"]+?)\."/.exec(request.body.toString('utf8'))?.[1] ?? '';
    answerWith(`Thank you, ${name}`, request, response);
  });
  const next = await survivor.send(path, { messages: [...said, { role: 'user', content: 'And now?' }] }, headers);
  expect(await text(next)).toContain('Thank you, Maria Gonzalez');
  expect(next.headers['masker-session-id']).toBe(first.headers['masker-session-id']);
  expect(upstream.everything()).not.toContain('Gonzalez');
  await servesAgain(running, owner, 1);
  await running.end('SIGTERM');
});

test('a turn whose worker is killed before it answers fails, and the other worker says so', async () => {
  const running = await start();
  const agent = await createAgent(running.url, 'openai:gpt-4o-mini');
  const lines = await openLines(running);
  const path = `/proxy/${agent}/v1/chat/completions`;
  const headers = { 'x-call-id': 'cut' };
  const first = await lines[0].send(path, { messages: [{ role: 'user', content: 'hello' }] }, headers);
  await text(first);
  const owner = await workerOf(running, first);
  upstream.respond(() => {
    process.kill(pidOf(running, owner), 'SIGKILL');
  });
  const cut = await lines[owner === 1 ? 1 : 0].send(path, { messages: [{ role: 'user', content: 'hello' }] }, headers);
  expect(cut.statusCode).toBe(500);
  expect(JSON.parse(await text(cut))).toMatchObject({ error: { code: 'internal_error' } });
  await servesAgain(running, owner, 1);
});

test('SIGTERM to the supervisor lets a handed-on stream end whole, and everything exits with 0', async () => {
  const running = await start({ MASKER_DRAIN_GRACE_MS: '0' });
  const agent = await createAgent(running.url, 'openai:gpt-4o-mini');
  const lines = await openLines(running);
  const path = `/proxy/${agent}/v1/chat/completions`;
  const headers = { 'x-call-id': 'drained' };
  const first = await lines[0].send(path, { messages: [{ role: 'user', content: 'hello' }] }, headers);
  await text(first);
  const owner = await workerOf(running, first);
  let goOn: () => void = () => undefined;
  upstream.respond(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': a comment\n\ndata: {"choices":[{"index":0,"delta":{"content":"first words, "}}]}\n\n');
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    response.end(
      'data: {"choices":[{"index":0,"delta":{"content":"last words"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    );
  });
  const body = { stream: true, messages: [{ role: 'user', content: 'hello' }] };
  const streamed = await lines[owner === 1 ? 1 : 0].send(path, body, headers);
  const exit = once(running.child, 'exit');
  running.child.kill('SIGTERM');
  await logged(running, ({ msg, worker }) => msg === 'stopping' && worker !== undefined, 2);
  goOn();
  expect(await text(streamed)).toMatch(/last words[^]*\[DONE\]/);
  expect(await exit).toEqual([0, null]);
});

test('a worker that is stopped by itself is started again, and its calls are served meanwhile', async () => {
  const running = await start({ MASKER_DRAIN_GRACE_MS: '0' });
  const agent = await createAgent(running.url);
  process.kill(pidOf(running, 1), 'SIGTERM');
  await servesAgain(running, 1, 1);
  const response = await fetch(`${running.url}/proxy/${agent}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-call-id': 'later' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] }),
  });
  expect(response.status).toBe(200);
  await response.text();
});

test('workers whose supervisor is killed end by themselves', async () => {
  const running = await start();
  await openLines(running);
  const pids = [pidOf(running, 1), pidOf(running, 2)];
  await running.end('SIGKILL');
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test('an address in use stops the start with a line that names it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { ended } = startMasker(['serve'], {
    ...KEYS,
    MASKER_WORKERS: '2',
    MASKER_DATA_DIR: folder,
    MASKER_LISTEN_ADDR: `127.0.0.1:${port}`,
  });
  const { code, errors } = await ended;
  taken.close();
  expect(code).toBe(1);
  expect(errors).toContain(`MASKER_LISTEN_ADDR 127.0.0.1:${port} is in use`);
});

test('a folder for temporary files with a long name stops the start with a line that names it', async () => {
  const long = path.join(folder, 'x'.repeat(80));
  await mkdir(long);
  const { ended } = startMasker(['serve'], {
    ...KEYS,
    MASKER_WORKERS: '2',
    MASKER_DATA_DIR: folder,
    MASKER_LISTEN_ADDR: '127.0.0.1:0',
    TMPDIR: long,
  });
  const { code, errors } = await ended;
  expect(code).toBe(1);
  expect(errors).toContain(`MASKER_WORKERS needs a shorter folder for sockets than ${long}.`);
});
