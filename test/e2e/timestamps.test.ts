/** Time stamps of checkpoints: taken at intervals, refused where they do not hold, given out, and required where set so. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Signer } from '../../src/audit/seal.ts';
import { createPublisher } from '../../src/audit-log/publisher.ts';
import { fileSink } from '../../src/audit-log/sinks.ts';
import { createTimestampAuthority } from '../../src/audit-log/timestamping/authority.ts';
import { TimestampRefusal } from '../../src/audit-log/timestamping/refusal.ts';
import { createTimestamper } from '../../src/audit-log/timestamping/timestamper.ts';
import type { TimestamperOptions } from '../../src/audit-log/timestamping/timestamper.ts';
import type { AccountId } from '../../src/platform/ids.ts';
import { exportEvidence } from '../../src/reports/evidence.ts';
import { parseAuthorities, verifyTimestamp, withTimestamps } from '../../verifier/src/timestamps.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { reply } from '../../verifier/test/authority.ts';
import { by, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { KEYS } from '../instance.ts';
import { temporaryFolder } from '../database.ts';
import { PATIENCE } from '../patience.ts';
import { REPLY_TYPE, startTimeStampingServer } from '../time-stamping-server.ts';
import type { TimeStampingServer } from '../time-stamping-server.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { logOnDatabase } from './log-fixture.ts';
import type { LogOnDatabase } from './log-fixture.ts';

const SIGNER = new Signer(Buffer.from(KEYS['MASKER_SIGNING_KEY'] ?? '', 'base64'));

let tsa: TimeStampingServer;
const failures: string[] = [];
beforeAll(async () => {
  tsa = await startTimeStampingServer();
});
beforeEach(() => {
  failures.length = 0;
  tsa.queries.length = 0;
  tsa.terms = {};
  tsa.answer = null;
});
afterAll(async () => {
  await tsa.close();
});

const authority = (url = tsa.url) =>
  createTimestampAuthority({ url, authorities: tsa.authorities, now: () => Date.now() });
const timestamper = (pool: TimestamperOptions['pool'], options: Partial<TimestamperOptions> = {}) =>
  createTimestamper({
    pool,
    authority: authority(),
    intervalSeconds: 0,
    onFailure: (_, error) => failures.push(error instanceof TimestampRefusal ? error.code : String(error)),
    ...options,
  });

describe('the time stamps of logs', () => {
  let log: LogOnDatabase;
  let account: AccountId;
  beforeAll(async () => {
    log = await logOnDatabase();
  });
  beforeEach(async () => {
    account = await log.createAccount();
    await grow();
  });
  afterAll(async () => {
    await log.close();
  });

  async function grow(): Promise<void> {
    await log.act(account);
    await log.node().run();
  }
  const stored = async () =>
    (
      await log.pool.query<{ size: string; token: Buffer; note: string; stamped_at: Date }>(
        'SELECT size, token, note, stamped_at FROM log_timestamps JOIN log_checkpoints USING (account_id, size) WHERE account_id = $1 ORDER BY size',
        [account],
      )
    ).rows;

  test('are of the newest checkpoint, once, and hold for the verifier', async () => {
    await grow();
    const own = timestamper(log.pool);
    expect(await own.run()).toBe(true);
    expect(await own.run()).toBe(true);
    const [stamp, ...more] = await stored();
    expect([stamp?.size, more, own.state()]).toEqual(['2', [], 'ok']);
    const terms = { message: Buffer.from(stamp?.note ?? ''), authorities: parseAuthorities(Buffer.from(tsa.pem)) };
    const { time } = await verifyTimestamp(stamp?.token ?? Buffer.alloc(0), terms);
    expect(time).toBe(stamp?.stamped_at.getTime());
  });

  test('of a log that grows are taken at intervals alone', async () => {
    const rare = timestamper(log.pool, { intervalSeconds: 3600 });
    await rare.run();
    await grow();
    await rare.run();
    expect((await stored()).map(({ size }) => size)).toEqual(['1']);
    await timestamper(log.pool).run();
    expect((await stored()).map(({ size }) => size)).toEqual(['1', '2']);
  });

  test('cannot be changed or deleted in the database', async () => {
    await timestamper(log.pool).run();
    for (const sql of ['DELETE FROM log_timestamps', "UPDATE log_timestamps SET token = ''", 'TRUNCATE log_timestamps'])
      await expect(log.pool.query(sql)).rejects.toThrow();
  });

  const answers = (status: number, type: string, body: Buffer | string) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:9/' }).end(body);
  };
  test.each<[string, TimeStampingServer['answer'], string]>([
    ['an error', answers(500, 'text/plain', 'busy'), 'http_status'],
    ['a redirect', answers(302, 'text/plain', ''), 'not_reached'],
    ['a page', answers(200, 'text/html', '<p>busy'), 'not_a_reply'],
    ['a page that claims to be a reply', answers(200, REPLY_TYPE, '<p>busy'), 'not_a_reply'],
    ['a rejection', answers(200, REPLY_TYPE, reply(2)), 'not_granted'],
    ['a reply without end', answers(200, REPLY_TYPE, Buffer.alloc(5_000_000, 48)), 'too_large'],
    [
      'a reply that is cut off',
      (response, right) => void response.writeHead(200, { 'content-type': REPLY_TYPE }).end(right.subarray(0, 300)),
      'not_a_reply',
    ],
    ['nothing', (response) => void response.destroy(), 'not_reached'],
  ])('are not taken from an authority that answers with %s, and are tried again', async (_, answer, code) => {
    const own = timestamper(log.pool);
    tsa.answer = answer;
    expect(await own.run()).toBe(false);
    expect([await stored(), own.state(), failures[0]]).toEqual([[], 'degraded', code]);
    tsa.answer = null;
    expect(await own.run()).toBe(true);
    expect([(await stored()).length, own.state()]).toEqual([1, 'ok']);
    expect(own.counts().failed).toBe(failures.length);
  });

  test('are not taken where the token is of an hour ago', async () => {
    tsa.terms = { at: new Date(Date.now() - 3_600_000).toISOString() };
    expect(await timestamper(log.pool).run()).toBe(false);
    expect([await stored(), failures[0]]).toEqual([[], 'wrong_time']);
  });

  test('are asked for with the hash of the note alone', async () => {
    await timestamper(log.pool).run();
    const [query] = tsa.queries.slice(-1);
    expect(query?.length).toBeLessThan(80);
    expect(query?.includes(account)).toBe(false);
  });

  test('that are required hold back publication: only stamped checkpoints go out', async () => {
    const folder = await temporaryFolder();
    const publisher = createPublisher({
      pool: log.pool,
      sinks: [fileSink(folder)],
      released: 'stamped',
      onFailure: () => undefined,
    });
    const filed = async (): Promise<string[]> => await readdir(path.join(folder, account)).catch(() => []);
    expect(await publisher.run()).toBe(true);
    expect(await filed()).toEqual([]);
    await grow();
    await timestamper(log.pool).run();
    await grow();
    await publisher.run();
    expect(await filed()).toEqual(['2']);
  });
});

describe('an instance that requires time stamps', () => {
  let calls: Calls;
  beforeAll(async () => {
    const ca = path.join(await temporaryFolder(), 'ca.pem');
    await writeFile(ca, tsa.pem);
    calls = await startCalls({
      MASKER_TIMESTAMPS: 'required',
      MASKER_TSA_URL: tsa.url,
      MASKER_TSA_CA: ca,
      MASKER_TSA_INTERVAL_SECONDS: '1',
    });
  });
  afterAll(async () => {
    await calls.close();
  });

  test('answers calls while the authority fails, and gives bundles once it answers', async () => {
    tsa.answer = (response) => void response.writeHead(503).end();
    const response = await calls.masker.chat(await calls.masker.createAgent(), saying('call 415-555-2671'));
    expect(response.status).toBe(200);
    await answerOf(response);
    const session = sessionOf(response);
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: session });
    const health = async (): Promise<unknown> => {
      const { status, timestamps } = (await (await fetch(`${calls.masker.url}/health`)).json()) as Record<
        string,
        unknown
      >;
      return { status, timestamps };
    };
    await expect.poll(health, PATIENCE).toEqual({ status: 'ok', timestamps: 'degraded' });
    // An answer that is not read keeps its connection, for which the instance would wait at its end.
    const bundle = async (): Promise<{ status: number; bytes: Buffer }> => {
      const answer = await calls.masker.api('GET', `/sessions/${session}/report?format=bundle`);
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    expect((await bundle()).status).toBe(503);
    tsa.answer = null;
    await expect.poll(async () => (await bundle()).status, PATIENCE).toBe(200);
    const { bytes } = await bundle();
    const authorities = parseAuthorities(Buffer.from(tsa.pem));
    const verification = await withTimestamps(bytes, verifyBundle(bytes), { authorities });
    expect(verification).toMatchObject({ outcome: 'consistent' });
    expect(await health()).toEqual({ status: 'ok', timestamps: 'ok' });
  });
});

describe.each(['all', 'stamped'] as const)('over REST, where %s checkpoints may leave the server,', (released) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ released });
  });
  afterAll(async () => {
    await api.close();
  });

  test('a checkpoint, a proof and a bundle have the time stamp, and the verifier takes it', async () => {
    const owner = await signUp(api.database);
    const call = await seedCall(api.database, owner.accountId, await seedAgent(api.database, owner.accountId, 'desk'));
    await api.graphqlOptions.services.sessions.end(owner, call);
    const get = async (route: string): Promise<Response> =>
      api.rest.request(`/api/v1${route}`, { headers: { accept: '*/*' } }, by(owner));
    const bundle = `/sessions/${call}/report?format=bundle`;
    const proof = `/audit/proof/inclusion?session_id=${call}`;
    const exported = async () => (await exportEvidence(api.database.pool, SIGNER, call, released))?.bundle.account_log;
    const before = await Promise.all(['/audit/checkpoint', proof, bundle].map(get));
    const held = released === 'stamped' ? 503 : 200;
    expect(before.map(({ status }) => status)).toEqual([held, held, held]);
    expect((await get('/audit/checkpoint/timestamped')).status).toBe(404);
    expect((await exported())?.length).toBe(released === 'stamped' ? undefined : 1);
    await expect.poll(() => timestamper(api.database.pool).run()).toBe(true);

    const { checkpoint } = (await (await get('/audit/checkpoint/timestamped')).json()) as {
      checkpoint: { size: number; timestamp: { note: string; token: string } };
    };
    const authorities = parseAuthorities(Buffer.from(tsa.pem));
    const { note, token } = checkpoint.timestamp;
    await verifyTimestamp(Buffer.from(token, 'base64'), { message: Buffer.from(note), authorities });
    const sized = await get(`/audit/checkpoint/timestamped?tree_size=${checkpoint.size}`);
    expect(await sized.json()).toEqual({ checkpoint });
    expect((await get(`/audit/checkpoint/timestamped?tree_size=${checkpoint.size + 1}`)).status).toBe(404);

    expect(await exported()).toMatchObject([{ timestamp_proof: expect.stringContaining('c2sp.org') as string }]);
    const first = await get(bundle);
    expect(first.status).toBe(200);
    const bytes = Buffer.from(await first.arrayBuffer());
    const verification = await withTimestamps(bytes, verifyBundle(bytes), { authorities });
    expect(verification).toMatchObject({ outcome: 'consistent', not_covered: [] });
    const checks = verification.outcome === 'unreadable' ? [] : verification.checks;
    expect(checks.find(({ id }) => id === 'timestamps')).toMatchObject({ verdict: 'holds' });
    expect(Buffer.from(await (await get(bundle)).arrayBuffer()).equals(bytes)).toBe(true);
  });
});
