/** Requests that are sent again: POST under an Idempotency-Key, GET with an entity tag. See docs/api.md, Safe retries. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { MOST_KEYS } from '../../src/rest/idempotency.ts';
import { signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterAll(async () => {
  await api.close();
});

const AGENT = { name: 'front desk', upstream: 'stub' };
const CREATED = z.object({ agent: z.object({ id: z.string() }) });

const post = (key: string, body: unknown, path = '/agents', who = viewer): Promise<Answer> =>
  sendAs(api.rest, who, 'POST', path, body, { 'idempotency-key': key });
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  sendAs(api.rest, viewer, 'GET', path, undefined, headers);

const agents = (): Promise<number> => api.database.prisma.agent.count({ where: { accountId: viewer.accountId } });

/** Has the keys of the user begun so long ago. */
async function age(interval: string): Promise<void> {
  const { pool } = api.database;
  await pool.query(`UPDATE idempotency_keys SET started_at = started_at - $2::interval WHERE user_id = $1`, [
    viewer.userId,
    interval,
  ]);
}

/** Leaves the key as a node does that stops in the middle of the request. */
async function abandon(): Promise<void> {
  await api.database.pool.query('UPDATE idempotency_keys SET answer = NULL WHERE user_id = $1', [viewer.userId]);
}

describe('a POST under an Idempotency-Key', () => {
  test('runs once, and has the same answer each time', async () => {
    const first = await post('a-key', AGENT);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    for (const key of ['a-key', '"a-key"']) {
      const again = await post(key, AGENT);
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
      expect(again.body).toEqual(first.body);
    }
    expect(await agents()).toBe(1);
  });

  test('runs once when it is sent many times at once', async () => {
    const sent = await Promise.all(Array.from({ length: 12 }, () => post('at-once', AGENT)));
    for (const answer of sent)
      if (answer.status !== 201) {
        expectFailure(answer, 409, 'idempotency_in_progress');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    const ids = sent.filter(({ status }) => status === 201).map(({ body }) => CREATED.parse(body).agent.id);
    expect(new Set(ids).size).toBe(1);
    expect(await agents()).toBe(1);
  });

  test('is refused under the key of another request', async () => {
    await post('taken', AGENT);
    expectFailure(await post('taken', { ...AGENT, name: 'another' }), 422, 'idempotency_conflict');
    expectFailure(await post('taken', {}, '/invitations'), 422, 'idempotency_conflict');
    expect(await agents()).toBe(1);
  });

  test('that failed may be corrected and sent again under its key', async () => {
    expectFailure(await post('corrected', { name: '', upstream: 'stub' }), 422, 'validation_failed', ['name']);
    expect((await post('corrected', AGENT)).status).toBe(201);
  });

  test('has a key of its user only', async () => {
    const other = await signUp(api.database);
    const mine = CREATED.parse((await post('shared', AGENT)).body);
    const theirs = await post('shared', AGENT, '/agents', other);
    expect([theirs.status, theirs.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(CREATED.parse(theirs.body).agent.id).not.toBe(mine.agent.id);
  });

  test('is not answered to a caller who may do less than the one that sent it', async () => {
    const made = await post('secret', AGENT);
    expect(made.status).toBe(201);
    const token: Viewer = { ...viewer, via: 'access_token', permissions: new Set(['audit:read']) };
    expectFailure(await post('secret', AGENT, '/agents', token), 403, 'forbidden');
    expect((await post('secret', AGENT)).headers.get('idempotency-replayed')).toBe('true');
  });

  test('that only reads is run each time, and nothing of it is kept', async () => {
    for (const path of ['/detect', '/mask']) {
      const answers = await Promise.all([1, 2].map(() => post('reads', { text: 'call 415-555-0142' }, path)));
      for (const { status, headers } of answers)
        expect([status, headers.get('idempotency-replayed')]).toEqual([200, null]);
    }
    const { rowCount } = await api.database.pool.query('SELECT FROM idempotency_keys WHERE user_id = $1', [
      viewer.userId,
    ]);
    expect(rowCount).toBe(0);
  });

  test('is refused to a user who has as many keys as there may be', async () => {
    await post('one-of-many', AGENT);
    await api.database.pool.query(
      `INSERT INTO idempotency_keys (user_id, key_digest, request_digest, attempt, started_at)
       SELECT $1, int4send(n), '', '', now() FROM generate_series(2, $2::int) AS n`,
      [viewer.userId, MOST_KEYS],
    );
    expectFailure(await post('one-more', { ...AGENT, name: 'more' }), 429, 'rate_limited');
    expect((await post('one-of-many', AGENT)).headers.get('idempotency-replayed')).toBe('true');
  });

  test('runs again after a day', async () => {
    await post('old', AGENT);
    await age('23 hours 59 minutes');
    expect((await post('old', AGENT)).headers.get('idempotency-replayed')).toBe('true');
    await age('2 minutes');
    expectFailure(await post('old', AGENT), 409, 'name_taken', ['name']);
    const { rowCount } = await api.database.pool.query('SELECT FROM idempotency_keys WHERE user_id = $1', [
      viewer.userId,
    ]);
    expect(rowCount).toBe(0);
  });

  test('that a node left unfinished is under way, and can be run again by the same request only', async () => {
    await post('left', AGENT);
    await abandon();
    expectFailure(await post('left', AGENT), 409, 'idempotency_in_progress');
    await age('3 minutes');
    expectFailure(await post('left', { ...AGENT, name: 'another' }), 422, 'idempotency_conflict');
    expectFailure(await post('left', AGENT), 409, 'name_taken', ['name']);
  });

  test.each(['', ' ', 'with space', 'ümlaut', 'x'.repeat(256), 'a\tb'])('is refused with the key %j', async (key) => {
    // A header cannot hold every text.
    const encoded = Buffer.from(key, 'utf8').toString('latin1');
    const answer = await post(encoded, AGENT);
    expectFailure(answer, 422, 'validation_failed', ['Idempotency-Key']);
    expect(await agents()).toBe(0);
  });

  test('leaves nothing of key, request or answer in the clear', async () => {
    const made = CREATED.parse((await post('my-own-key', AGENT)).body);
    const keyed = await post('another-key', {}, `/agents/${made.agent.id}/proxy-keys`);
    expect(keyed.status).toBe(201);
    const { rows } = await api.database.pool.query<{ row: string }>(
      `SELECT concat_ws('|', encode(key_digest, 'escape'), encode(request_digest, 'escape'), encode(answer, 'escape')) AS row
       FROM idempotency_keys WHERE user_id = $1`,
      [viewer.userId],
    );
    expect(rows).toHaveLength(2);
    const stored = rows.map(({ row }) => row).join();
    for (const clear of [
      'my-own-key',
      'another-key',
      'front desk',
      made.agent.id,
      JSON.stringify(keyed.body).slice(20, 60),
    ])
      expect(stored).not.toContain(clear);
  });

  test('is deleted when it is kept no longer', async () => {
    await post('done', AGENT);
    await api.idempotency.deleteExpired();
    expect((await post('done', AGENT)).headers.get('idempotency-replayed')).toBe('true');
    await age('25 hours');
    await api.idempotency.deleteExpired();
    const { rowCount } = await api.database.pool.query('SELECT FROM idempotency_keys WHERE user_id = $1', [
      viewer.userId,
    ]);
    expect(rowCount).toBe(0);
  });
});

describe('a GET', () => {
  test('with the entity tag of what is unchanged is 304 without a body, and with any other the whole', async () => {
    const { id } = CREATED.parse((await post('tagged', AGENT)).body).agent;
    const first = await get(`/agents/${id}`);
    const tag = first.headers.get('etag') ?? '';
    // Of what may be changed, and of the whole with its figures.
    expect(tag).toMatch(/^"[\w-]{22}\.[\w-]{22}"$/);
    for (const named of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await get(`/agents/${id}`, { 'if-none-match': named });
      expect([again.status, again.headers.get('etag'), again.body]).toEqual([304, tag, undefined]);
    }
    expect((await get(`/agents/${id}`, { 'if-none-match': '"other"' })).status).toBe(200);
    await sendAs(api.rest, viewer, 'PATCH', `/agents/${id}`, { name: 'renamed' }, {});
    const changed = await get(`/agents/${id}`, { 'if-none-match': tag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(tag);
  });
});
