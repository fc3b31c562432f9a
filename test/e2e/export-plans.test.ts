/** What exports read of long tables: a page of rows with each statement. */
import { PrismaPg } from '@prisma/adapter-pg';
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { createExports } from '../../src/reports/exports.ts';
import type { ExportedLines, Exports } from '../../src/reports/exports.ts';
import { seedAgent, seedCall, seedMoreRedactions, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { readingOf, RecordingPool } from '../query-plans.ts';
import type { Reading } from '../query-plans.ts';

const DAY_MS = 86_400_000;
/** The window begins so many days ago. */
const DAYS_AGO = 180;

let api: TestApi;
let pool: RecordingPool;
let prisma: PrismaClient;

beforeAll(async () => {
  api = await startTestApi();
  pool = new RecordingPool({ connectionString: api.database.url, max: 2 });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await api.close();
});

/** Lines and rows of an export that one statement reads. */
const EXPORT_PAGE = 500;

/** Sessions of a busy account: 2,000 in the half hour before a moment, 1,001 from it on, one of which has a long journal. */
async function seedHours(moment: number): Promise<{ account: Viewer; sessions: number; entries: number }> {
  const account = await signUp(api.database);
  const desk = await seedAgent(api.database, account.accountId, 'busy');
  const long = await seedCall(api.database, account.accountId, desk, { at: moment });
  await seedMoreRedactions(api.database, long, desk, 1_200);
  const made = Array.from({ length: 3_000 }, (_, n) => {
    const at = moment + (n - 2_000) * 1_000;
    return [`sess_${encodeTime(at, 10)}${String(n).padStart(16, '0')}`, new Date(at)] as const;
  });
  const { pool: db } = api.database;
  await db.query(
    `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, upstream_model, policy_name, policy_version,
       policy_digest)
     SELECT made.id, account_id, agent_id, at, at, upstream_model, policy_name, policy_version, policy_digest
     FROM sessions like_it, unnest($2::text[], $3::timestamptz[]) AS made(id, at) WHERE like_it.id = $1`,
    [long, made.map(([id]) => id), made.map(([, at]) => at)],
  );
  await db.query(
    `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
     SELECT made.id, seq, kind, turn, body, leaf_hash FROM entries, unnest($2::text[]) AS made(id)
     WHERE session_id = $1 AND seq < 3`,
    [long, made.map(([id]) => id)],
  );
  await db.query('ANALYZE sessions, entries');
  const entries = await api.database.prisma.entry.count({
    where: { session: { accountId: account.accountId, startedAt: { gte: new Date(moment) } } },
  });
  return { account, sessions: 1_001, entries };
}

/** The lines of an export, and what its statements read of sessions and entries. */
async function exported(open: (exports: Exports) => Promise<ExportedLines>): Promise<[string[], Reading[]]> {
  const exports = createExports({
    prisma,
    auditKey: Buffer.alloc(32),
    clock: { now: () => Date.now() },
    version: 'test',
    onBroken: () => undefined,
  });
  pool.sent.length = 0;
  let text = '';
  for await (const lines of await open(exports)) text += lines;
  const sent = pool.sent.filter(({ text: sql }) => /^SELECT .* FROM "public"."(sessions|entries)"/.test(sql));
  const readings: Reading[] = [];
  for (const statement of sent) readings.push(await readingOf(api.database.pool, statement));
  return [text.split('\n').slice(0, -1), readings];
}

test('an export reads a page of rows with each statement, and the entries of many sessions at once', async () => {
  const since = Date.now() - DAYS_AGO * DAY_MS;
  const { account, sessions, entries } = await seedHours(since);
  const request = { window: { since, until: since + DAY_MS }, after: null };
  const [sessionLines, ofSessions] = await exported((exports) => exports.sessions(account, request, null));
  expect(sessionLines).toHaveLength(sessions);
  const [entryLines, ofEntries] = await exported((exports) =>
    exports.entries(account, { ...request, format: 'jsonl' }, null),
  );
  expect(entryLines).toHaveLength(entries);
  expect(new Set(entryLines).size).toBe(entries);
  for (const { rows, whole, indexes } of [...ofSessions, ...ofEntries]) {
    expect(whole).not.toEqual(expect.arrayContaining([expect.stringMatching('sessions|entries')]));
    expect(indexes).toContain(rows['entries'] === undefined ? 'sessions_account_id_id_idx' : 'entries_pkey');
    expect((rows['sessions'] ?? 0) + (rows['entries'] ?? 0)).toBeLessThanOrEqual(EXPORT_PAGE);
  }
  // None of the sessions that began before. For each page of entries the rest of the session that it ends in.
  expect(ofSessions.length).toBe(Math.ceil(sessions / EXPORT_PAGE));
  const statements = ofEntries.filter(({ rows }) => rows['entries'] !== undefined);
  expect(statements.length).toBeLessThanOrEqual((2 * entries) / EXPORT_PAGE + sessions / EXPORT_PAGE + 1);
});
