/** SIGTERM to the server as users run it, with answers under way. See docs/operations.md, Health: a drain on SIGTERM. */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { putDatabase, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

let folder: string;
let upstream: TestUpstream;
let server: ServerProcess | null;
/** Lets the upstream go on with the stream that it holds after its first words. */
let goOn: () => void;

const chunk = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

beforeAll(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
  upstream = await startUpstream();
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server = null;
  const released = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  upstream.respond(async (_, response) => {
    response.on('close', goOn);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk('first words, '));
    await released;
    response.end(`${chunk('last words', 'stop')}data: [DONE]\n\n`);
  });
});
afterEach(() => {
  server?.child.kill('SIGKILL');
});

async function start(env: Record<string, string>): Promise<ServerProcess> {
  server = await startServer(folder, { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk', ...env });
  return server;
}

/** A streamed call whose first words have arrived, and how it goes on. */
async function underWay({ url }: ServerProcess, name: string): Promise<{ session: string; rest: Promise<string> }> {
  const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' };
  const created = await fetch(`${url}/api/v1/agents`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name, upstream: 'openai:gpt-4o-mini', caller_auth: null }),
  });
  const { agent } = (await created.json()) as { agent: { id: string } };
  const response = await fetch(`${url}/proxy/${agent.id}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'hello' }] }),
  });
  if (response.body === null) throw new Error(`no body: ${response.status}`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = await reader.read();
  let text = Buffer.from(first.value ?? []).toString('utf8');
  expect(text).toContain('first words');
  const rest = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += Buffer.from(part.value).toString('utf8');
    return text;
  })();
  rest.catch(() => undefined);
  return { session: response.headers.get('masker-session-id') ?? '', rest };
}

/** How the turns of a session ended, as the database has it once the server is gone. */
async function recorded(session: string): Promise<string[]> {
  const postgres = await startEmbeddedPostgres(folder);
  const client = new pg.Client(postgres.url());
  await client.connect();
  try {
    const { rows } = await client.query<{ status: string }>('SELECT status FROM turns WHERE session_id = $1', [
      session,
    ]);
    return rows.map(({ status }) => status);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

const looks = (url: string): Promise<number | 'refused'> =>
  fetch(url).then(
    ({ status }) => status,
    () => 'refused',
  );

test('after SIGTERM /readyz returns 503 and everything else is served for MASKER_DRAIN_GRACE_MS', async () => {
  // Longer than any machine is slow.
  const running = await start({ MASKER_DRAIN_GRACE_MS: '600000' });
  running.child.kill('SIGTERM');
  await expect.poll(() => looks(`${running.url}/readyz`)).toBe(503);
  expect(await looks(`${running.url}/livez`)).toBe(200);
  const exit = once(running.child, 'exit');
  running.child.kill('SIGKILL');
  await exit;
});

test('after the grace the listener closes, the stream under way ends whole, and the process exits with 0', async () => {
  const running = await start({ MASKER_DRAIN_GRACE_MS: '200' });
  const { session, rest } = await underWay(running, 'to the end');
  const exit = once(running.child, 'exit') as Promise<[number | null, string | null]>;
  running.child.kill('SIGTERM');
  await expect.poll(() => looks(`${running.url}/readyz`)).toBe('refused');
  goOn();
  const text = await rest;
  expect(text).toContain('last words');
  expect(text).toContain('[DONE]');
  expect(await exit).toEqual([0, null]);
  expect(await recorded(session)).toEqual(['ok']);
});

test('a stream that takes too long is cut, on record as partial, and the process ends well all the same', async () => {
  const running = await start({ MASKER_DRAIN_GRACE_MS: '0', MASKER_DRAIN_TIMEOUT_MS: '300' });
  const { session, rest } = await underWay(running, 'too long');
  const exit = once(running.child, 'exit') as Promise<[number | null, string | null]>;
  running.child.kill('SIGTERM');
  await expect(rest).rejects.toThrow();
  expect(await exit).toEqual([0, null]);
  expect(await recorded(session)).toEqual(['partial']);
});
