/** GET /exports/...: every line once, resumable after each line, on record, and only what the caller may read. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { createExports, ENTRY_FORMATS } from '../../src/reports/exports.ts';
import { createRestApp } from '../../src/rest/app.ts';
import { as, by, seedAgent, seedCall, seedMoreRedactions, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';

const MINUTE = 60_000;

let api: TestApi;
let viewer: Viewer;
let agent: AgentId;
const sessions: SessionId[] = [];

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  agent = await seedAgent(api.database, viewer.accountId, 'exported');
  const stranger = await signUp(api.database);
  const foreign = await seedAgent(api.database, stranger.accountId, 'foreign');
  const start = Date.now() - 50 * MINUTE;
  await seedCall(api.database, stranger.accountId, foreign, { at: start });
  for (let index = 0; index < 4; index += 1)
    sessions.push(
      await seedCall(api.database, viewer.accountId, agent, { at: start + index * 10 * MINUTE, redactions: index }),
    );
});
afterAll(async () => {
  await api.close();
});

function unreachable(): never {
  throw new Error('unreachable');
}

interface Export {
  readonly status: number;
  readonly headers: Headers;
  readonly lines: readonly string[];
}

async function exported(path: string, who = viewer, headers: Record<string, string> = {}): Promise<Export> {
  const response = await api.rest.request(`/api/v1/exports${path}`, { headers }, by(who));
  const text = await response.text();
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return { status: response.status, headers: response.headers, lines: text.split('\n').slice(0, -1) };
}

/** The stored entries of the account's sessions. */
async function stored(): Promise<{ sessionId: string; seq: number; body: string; leafHash: Uint8Array }[]> {
  return api.database.prisma.entry.findMany({
    where: { session: { accountId: viewer.accountId } },
    orderBy: [{ sessionId: 'asc' }, { seq: 'asc' }],
    select: { sessionId: true, seq: true, body: true, leafHash: true },
  });
}

test('exports sessions as JSON lines with a cursor each, the oldest first', async () => {
  const { status, headers, lines } = await exported('/sessions');
  expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
    200,
    'application/x-ndjson; charset=utf-8',
    'attachment; filename="sessions.jsonl"',
  ]);
  expect(lines.map((line) => (JSON.parse(line) as { cursor: string }).cursor)).toEqual(sessions);
  const row = await api.database.prisma.session.findUniqueOrThrow({ where: { id: sessions[3] ?? '' } });
  expect(JSON.parse(lines[3] ?? '')).toEqual({
    cursor: row.id,
    session: {
      id: row.id,
      agent_id: agent,
      agent_name: 'exported',
      started_at: row.startedAt.toISOString(),
      ended_at: row.endedAt?.toISOString(),
      duration_ms: 794,
      status: 'ok',
      redaction_count: 3,
      redactions_by_kind: { NAME: 3 },
      upstream_model: 'gpt-4o-mini',
      policy_name: 'healthcare-default',
      policy_version: 1,
      turn_count: 1,
      sealed_at: null,
      merkle_root_hex: null,
    },
  });
});

test('exports entries as they are stored, with leaf hash and cursor', async () => {
  const { lines } = await exported('/entries');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    (await stored()).map(({ sessionId, seq, body, leafHash }) => ({
      cursor: `${sessionId}.${seq}`,
      leaf_hash: Buffer.from(leafHash).toString('hex'),
      entry: JSON.parse(body) as unknown,
    })),
  );
});

test.each(ENTRY_FORMATS)('an export of entries as %s goes on after any entry with exactly the rest', async (format) => {
  const { lines } = await exported(`/entries?format=${format}`);
  const rows = await stored();
  // FHIR has a second resource for each request that left.
  const linesOf = rows.map(({ body }) => (format === 'fhir' && body.includes('"kind":"turn_forwarded"') ? 2 : 1));
  expect(lines).toHaveLength(linesOf.reduce((sum, count) => sum + count, 0));
  let seen = 0;
  for (const [index, { sessionId, seq }] of rows.entries()) {
    expect(lines[seen]).toContain(sessionId);
    seen += linesOf[index] ?? 0;
    const rest = await exported(`/entries?format=${format}&cursor=${sessionId}.${seq}`);
    expect(rest.lines).toEqual(lines.slice(seen));
  }
});

test('an export of sessions goes on after any session with exactly the rest', async () => {
  const { lines } = await exported('/sessions');
  for (const [index, id] of sessions.entries())
    expect((await exported(`/sessions?cursor=${id}`)).lines).toEqual(lines.slice(index + 1));
});

test('since and until choose sessions by when they began', async () => {
  const [, second = '', third = ''] = sessions;
  const { startedAt } = await api.database.prisma.session.findUniqueOrThrow({ where: { id: second } });
  const window = `since=${startedAt.toISOString()}&until=${new Date(startedAt.getTime() + 20 * MINUTE).toISOString()}`;
  const { lines } = await exported(`/sessions?${window}`);
  expect(lines.map((line) => (JSON.parse(line) as { cursor: string }).cursor)).toEqual([second, third]);
});

test('a foreign cursor opens nothing of its account', async () => {
  const foreign = await api.database.prisma.session.findFirstOrThrow({
    where: { accountId: { not: viewer.accountId } },
  });
  const { lines } = await exported(`/entries?cursor=${foreign.id}.0`);
  expect(lines.join('')).not.toContain(foreign.id);
});

test('an export reads page by page, no page before it is asked for, and none once the caller is gone', async () => {
  const account = await signUp(api.database);
  const bot = await seedAgent(api.database, account.accountId, 'long');
  const id = await seedCall(api.database, account.accountId, bot);
  await seedMoreRedactions(api.database, id, bot, 1600);
  for (const format of ENTRY_FORMATS) {
    const whole = await exported(`/entries?format=${format}`, account);
    expect(whole.lines.length).toBeGreaterThanOrEqual(1604);
    expect(new Set(whole.lines).size).toBe(whole.lines.length);
  }
  const reads = vi.spyOn(api.database.prisma.entry, 'findMany');
  try {
    const response = await api.rest.request('/api/v1/exports/entries', {}, by(account));
    expect(reads).toHaveBeenCalledTimes(0);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(reads).toHaveBeenCalledTimes(1);
    await reader?.read();
    expect(reads).toHaveBeenCalledTimes(2);
    await reader?.cancel();
    expect(reads).toHaveBeenCalledTimes(2);
  } finally {
    reads.mockRestore();
  }
});

test.each(ENTRY_FORMATS)(
  'an export of entries as %s gives each journal whole where pages end within one and hold several',
  async (format) => {
    const account = await signUp(api.database);
    const bot = await seedAgent(api.database, account.accountId, 'several');
    const ids: SessionId[] = [];
    for (let minutes = 40; minutes > 0; minutes -= 10)
      ids.push(await seedCall(api.database, account.accountId, bot, { at: Date.now() - minutes * MINUTE }));
    const [first = unreachable(), second = unreachable(), third = unreachable(), last = unreachable()] = ids;
    await seedMoreRedactions(api.database, second, bot, 600);
    const { lines } = await exported(`/entries?format=${format}`, account);
    const order = lines.map((line) => ids.findIndex((id) => line.includes(id)));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    const counts = ids.map((_, index) => order.filter((at) => at === index).length);
    expect(counts).toEqual([counts[0], (counts[0] ?? 0) + 600, counts[0], counts[0]]);
    const rest = await exported(`/entries?format=${format}&cursor=${second}.550`, account);
    expect(rest.lines).toEqual(lines.slice(-rest.lines.length));
    expect(rest.lines.filter((line) => line.includes(first))).toEqual([]);
    if (format === 'jsonl') return;
    // A journal that does not verify keeps back nothing of the page before it.
    const body = '{"kind":"redaction"}';
    await api.database.prisma.entry.create({
      data: { sessionId: last, seq: 99, kind: 'redaction', turn: 1, body, leafHash: new Uint8Array(32) },
    });
    const response = await api.rest.request(`/api/v1/exports/entries?format=${format}`, {}, by(account));
    let text = '';
    await expect(
      (async () => {
        for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString();
      })(),
    ).rejects.toThrow('does not verify');
    expect(text.split('\n').filter((line) => line.includes(third))).toHaveLength(counts[2] ?? 0);
  },
);

test('an export ends when its caller is removed, and continues for one whose new role still reads it', async () => {
  const account = await signUp(api.database);
  const bot = await seedAgent(api.database, account.accountId, 'left');
  const id = await seedCall(api.database, account.accountId, bot);
  await seedMoreRedactions(api.database, id, bot, 1600);
  const { prisma } = api.database;
  for (const end of ['demoted', 'removed'] as const) {
    const userId = newId('user');
    await prisma.user.create({ data: { id: userId, accountId: account.accountId, role: 'admin' } });
    const member = { ...account, userId };
    let at = Date.now();
    const exports = createExports({
      prisma,
      auditKey: Buffer.alloc(32),
      clock: { now: () => at },
      version: 'test',
      onBroken: () => undefined,
    });
    const window = { since: at - 60 * MINUTE, until: at + MINUTE };
    const lines = await exports.entries(member, { window, after: null, format: 'jsonl' }, null);
    await lines.next();
    at += 10_000;
    expect((await lines.next()).done).toBe(false);
    if (end === 'removed') await prisma.user.delete({ where: { id: userId } });
    else await prisma.user.update({ where: { id: userId }, data: { role: 'member' } });
    at += 10_000;
    const rest = lines.next();
    if (end === 'removed') await expect(rest).rejects.toMatchObject({ code: 'forbidden' });
    else expect((await rest).done).toBe(false);
  }
});

test('HEAD of an export is refused, and nothing is on record as given', async () => {
  const account = await signUp(api.database);
  const answer = await send(api.rest, account, 'HEAD', '/exports/sessions');
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  expect(await api.database.prisma.accountEvent.count({ where: { accountId: account.accountId } })).toBe(0);
});

test('a client that hangs up ends the export', async () => {
  let ended = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    ended = resolve;
  });
  async function* endless(): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) yield await Promise.resolve('x'.repeat(100_000));
    } finally {
      ended();
    }
  }
  const exports = { sessions: () => Promise.resolve(endless()), entries: () => Promise.resolve(endless()) };
  const { graphqlOptions, idempotency } = api;
  const app = createRestApp({
    ...graphqlOptions,
    idempotency,
    preconditions: api.preconditions,
    services: { ...graphqlOptions.services, exports },
  });
  const server = createServer((request, response) => {
    void getRequestListener((web) => app.fetch(web, by(viewer)))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const abort = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/exports/entries`;
    const response = await fetch(url, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await gone;
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('each export is an event of the account with its purpose, before the first byte', async () => {
  const account = await signUp(api.database);
  const cursor = `${newId('session')}.3`;
  const headers = { 'masker-purpose': 'Quarterly review' };
  const path = `/api/v1/exports/entries?format=cef&since=2026-01-01&until=2026-02-01&cursor=${cursor}`;
  const { body: stream } = await api.rest.request(path, { headers }, by(account));
  const where = { accountId: account.accountId };
  const events = await api.database.prisma.accountEvent.findMany({ where });
  expect(events.map(({ kind, body }) => [kind, (JSON.parse(body) as { subject: unknown }).subject])).toEqual([
    [
      'data_exported',
      {
        data: 'entries',
        format: 'cef',
        since: '2026-01-01T00:00:00.000Z',
        until: '2026-02-01T00:00:00.000Z',
        after: cursor,
        purpose: 'Quarterly review',
        result: 'issued',
      },
    ],
  ]);
  await stream?.cancel();
});

test('a caller without the permission gets nothing, and nothing is put on record', async () => {
  const account = await signUp(api.database);
  const only = (...permissions: ('audit:read' | 'sessions:read' | 'agents:read')[]): Viewer => ({
    ...account,
    permissions: new Set(permissions),
  });
  for (const [path, who] of [
    ['/exports/entries', only('sessions:read', 'agents:read')],
    ['/exports/sessions', only('audit:read', 'agents:read')],
  ] as const)
    expectFailure(await send(api.rest, who, 'GET', path), 403, 'forbidden');
  expect(await api.database.prisma.accountEvent.count({ where: { accountId: account.accountId } })).toBe(0);
  for (const path of ['/entries', '/sessions']) expect((await exported(path, as(viewer, 'auditor'))).status).toBe(200);
});

test('faulty parameters are named all at once', async () => {
  const answer = await send(api.rest, viewer, 'GET', '/exports/entries?format=xml&cursor=x&since=never&limit=5');
  expectFailure(answer, 422, 'validation_failed', ['cursor', 'format', 'limit', 'since']);
  const turned = await send(api.rest, viewer, 'GET', '/exports/sessions?since=24h&until=7d');
  expectFailure(turned, 422, 'validation_failed', ['since']);
});

test('a journal that does not verify ends an export in the form of a tool, and is given as stored in JSON lines', async () => {
  const account = await signUp(api.database);
  const bot = await seedAgent(api.database, account.accountId, 'broken');
  const id = await seedCall(api.database, account.accountId, bot);
  const body = '{"kind":"redaction"}';
  const row = { sessionId: id, seq: 4, kind: 'redaction', turn: 1, body, leafHash: new Uint8Array(32) };
  await api.database.prisma.entry.create({ data: row });
  for (const format of ['ocsf', 'fhir', 'cef']) {
    const response = await api.rest.request(`/api/v1/exports/entries?format=${format}`, {}, by(account));
    await expect(response.text()).rejects.toThrow('Entry 4');
  }
  const { lines } = await exported('/entries', account);
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
    cursor: `${id}.4`,
    leaf_hash: '00'.repeat(32),
    entry: { kind: 'redaction' },
  });
});
