/** Pruning of an account log by its minimum index: what is given out no more, and what still verifies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leafHash } from '../../src/audit/merkle.ts';
import { pruneLogs } from '../../src/custody/log-pruning.ts';
import { applyRetention } from '../../src/custody/retention.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { parseCheckpoint } from '../../verifier/src/checkpoint.ts';
import { verifyConsistency, verifyInclusion } from '../../verifier/src/tree-proofs.ts';
import { parseConsistencyProof, parsePublicKey, verifyBundle } from '../../verifier/src/verify.ts';
import { by } from '../api.ts';
import { startLogApi } from './log-api-fixture.ts';
import type { LogApi } from './log-api-fixture.ts';
import { logOnDatabase } from './log-fixture.ts';

const DAY_MS = 86_400_000;
const SIX_YEARS = 2192;

const afterDays = (days: number): number => Date.now() + days * DAY_MS;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const codeOf = async (response: Response): Promise<unknown> => [
  response.status,
  ((await response.json()) as { error: { code: string } }).error.code,
];

describe('a pruned log', () => {
  let log: LogApi;
  let before: { readonly note: string; readonly size: number; readonly root: Uint8Array };
  let bundle: Uint8Array;
  let minimum: number;

  const checkpoint = async (): Promise<typeof before> => {
    const note = await (await log.get('/audit/checkpoint')).text();
    const { size, root } = parseCheckpoint(`${note.split('\n\n')[0] ?? ''}\n`);
    return { note, size: Number(size), root };
  };
  const change = async (body: object): Promise<Response> =>
    log.api.rest.request(
      '/api/v1/retention',
      { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      by(log.owner),
    );
  const minimumIndex = async (): Promise<number> =>
    (await log.json<{ minimum_index: number }>('/audit/minimum-index')).minimum_index;
  const runAfter = async (days: number): Promise<number | undefined> => {
    const { pool } = log.api.database;
    const clock = { ...systemClock, now: () => afterDays(days) };
    return (await applyRetention({ pool, clock, payloadDays: 0, metadataDays: 90 }))?.leaves_pruned;
  };

  beforeAll(async () => {
    log = await startLogApi();
    before = await checkpoint();
    bundle = new Uint8Array(await (await log.get(`/sessions/${log.sealed}/report?format=bundle`)).arrayBuffer());
    await log.acts(600);
    await checkpoint();
  });
  afterAll(async () => {
    await log.api.close();
  });

  test('gives out every leaf where the account does not limit it, however old they are', async () => {
    // Metadata of the session expires; its journal, which the policy keeps for longer, does not.
    expect(await runAfter(SIX_YEARS + 1)).toBe(0);
    expect(await minimumIndex()).toBe(0);
    expect((await log.get('/audit/tile/entries/000')).status).toBe(200);
  });

  test('gives out leaves for six years at least, whatever an account asks for', async () => {
    expect(await codeOf(await change({ log_days: SIX_YEARS - 1 }))).toEqual([422, 'validation_failed']);
    expect(await codeOf(await change({ log_days: 36_501 }))).toEqual([422, 'validation_failed']);
    expect(await (await change({ log_days: SIX_YEARS })).json()).toMatchObject({ retention: { log_days: SIX_YEARS } });
    expect(await runAfter(SIX_YEARS - 1)).toBe(0);
    expect(await minimumIndex()).toBe(0);
  });

  test('keeps the leaf of a seal whose journal is on record, and all that follow it', async () => {
    const { leaf_index: seal } = await log.json<{ leaf_index: number }>(
      `/audit/proof/inclusion?session_id=${log.sealed}`,
    );
    expect(seal).toBeGreaterThan(256);
    expect(seal).toBeLessThan(512);
    expect(await runAfter(SIX_YEARS + 1)).toBe(256);
    expect(await minimumIndex()).toBe(256);
    const proof = await log.get(`/audit/proof/inclusion?session_id=${log.sealed}`);
    expect(proof.status).toBe(200);
  });

  test('is pruned up to the last full tile when the journal is erased, and says so on record', async () => {
    const pruned = await runAfter(36_000);
    minimum = await minimumIndex();
    expect(minimum).toBe(Math.floor((before.size + 600) / 256) * 256);
    expect(pruned).toBe(minimum - 256);
    await log.get('/audit/checkpoint');
    const page = await log.json<{ data: { leaf: { subject: object } }[] }>(
      '/audit/log?types=retention_applied&limit=100',
    );
    expect(page.data.at(-1)?.leaf.subject).toMatchObject({
      leaves_pruned: minimum - 256,
      log_minimum_index: minimum,
      log_retention_days: SIX_YEARS,
      journals_erased: 1,
    });
    expect(await runAfter(36_000)).toBe(0);
  });

  test.each(['/audit/tile/entries/000', '/audit/tile/entries/000.p/5', '/audit/tile/entries/001'])(
    'answers 410 log_pruned for %s',
    async (path) => {
      expect(await codeOf(await log.get(path))).toEqual([410, 'log_pruned']);
    },
  );

  test('answers 410 log_pruned for a proof of a leaf below the minimum index, by place and by session', async () => {
    for (const query of [`leaf_index=${minimum - 1}`, 'leaf_index=0', `session_id=${log.sealed}`])
      for (const accept of ['application/json', 'text/plain'])
        expect(await codeOf(await log.get(`/audit/proof/inclusion?${query}`, log.owner, accept))).toEqual([
          410,
          'log_pruned',
        ]);
    const { error } = (await (await log.get(`/sessions/${log.sealed}`)).json()) as { error: { message: string } };
    expect(error.message).toMatch(
      /^The session has expired\. Its seal is leaf \d+ of the account log, which was pruned\.$/,
    );
  });

  test('lists leaves from the minimum index on, forwards, backwards and by kind', async () => {
    const listed = await log.json<{ data: { index: number }[] }>('/audit/log?limit=2');
    expect(listed.data.map(({ index }) => index)).toEqual([minimum, minimum + 1]);
    const byKind = await log.json<{ data: { index: number }[] }>('/audit/log?types=sign_in,session_sealed&limit=1');
    expect(byKind.data.map(({ index }) => index)).toEqual([minimum]);
    const query = { kinds: null, after: null, before: minimum + 2, order: 'desc', limit: 100 } as const;
    const leaves = await log.api.graphqlOptions.services.accountLog.leaves(log.owner.accountId, query);
    expect(leaves.map(({ index }) => index)).toEqual([minimum + 1, minimum]);
  });

  test('proves the leaves that it gives out, under its newest checkpoint', async () => {
    const { size, root } = await checkpoint();
    for (const index of [minimum, size - 1]) {
      const proof = await log.json<{ leaf: object; leaf_hash: string; hashes: string[] }>(
        `/audit/proof/inclusion?leaf_index=${index}`,
      );
      const claim = { leafHash: bytes(proof.leaf_hash), index, size, proof: proof.hashes.map(bytes), root };
      expect(verifyInclusion(claim)).toBe(true);
    }
    const bundled = Buffer.from(
      await (await log.get(`/audit/tile/entries/${String(minimum / 256).padStart(3, '0')}.p/1`)).arrayBuffer(),
    );
    const tile = await (await log.get(`/audit/tile/0/${String(minimum / 256).padStart(3, '0')}.p/1`)).arrayBuffer();
    expect(leafHash(bundled.subarray(2).toString('utf8'))).toEqual(Buffer.from(tile));
  });

  test('still gives the hashes below the minimum index, and proves that it continues a checkpoint from there', async () => {
    expect((await log.get('/audit/tile/0/000')).status).toBe(200);
    const { size, root } = await checkpoint();
    const { hashes } = await log.json<{ hashes: string[] }>(`/audit/proof/consistency?from=${before.size}`);
    const claim = { size1: before.size, root1: before.root, size2: size, root2: root, proof: hashes.map(bytes) };
    expect(before.size).toBeLessThan(minimum);
    expect(verifyConsistency(claim)).toBe(true);
  });

  test('leaves a bundle verifiable that was made before, against the newest checkpoint', async () => {
    const proof = await (await log.get(`/audit/proof/consistency?from=${before.size}`, log.owner, 'text/plain')).text();
    const keys = JSON.parse(new TextDecoder().decode(bundle)) as { keys: { public_key: string }[] };
    const key = parsePublicKey(keys.keys[0]?.public_key ?? '');
    if (key === null) throw new Error('no key');
    const result = verifyBundle(bundle, {
      trustedKeys: [key],
      previousCheckpoints: [(await checkpoint()).note],
      consistencyProofs: [parseConsistencyProof(proof)],
    });
    if (result.outcome !== 'authentic') throw new Error(JSON.stringify(result));
    expect(result.checks.find(({ id }) => id === 'log_consistency')).toMatchObject({ verdict: 'holds' });
  });
});

test('pruning that is killed between two steps is finished by the next run, which counts both', async () => {
  const log = await logOnDatabase();
  try {
    const account = await log.createAccount();
    await log.act(account, 5000);
    while ((await log.node().run()).more);
    await log.pool.query('UPDATE accounts SET log_retention_days = $1 WHERE id = $2', [SIX_YEARS, account]);
    let steps = 0;
    const query = (text: string, values: unknown[]): Promise<unknown> =>
      text.includes('SET log_minimum_index') && (steps += 1) === 2
        ? Promise.reject(new Error('terminated'))
        : log.pool.query(text, values);
    const dying = { query } as unknown as Pick<typeof log.pool, 'query'>;
    await expect(pruneLogs({ pool: dying, now: afterDays(SIX_YEARS + 1) })).rejects.toThrow('terminated');
    const minimumOf = async (): Promise<number> =>
      Number((await log.pool.query<{ n: string }>('SELECT log_minimum_index AS n FROM accounts')).rows[0]?.n);
    expect(await minimumOf()).toBe(4096);
    const clock = { ...systemClock, now: () => afterDays(SIX_YEARS + 1) };
    const run = await applyRetention({ pool: log.pool, clock, payloadDays: 0, metadataDays: 90 });
    expect(run?.leaves_pruned).toBe(4864 - 4096);
    expect(await minimumOf()).toBe(4864);
    const { rows } = await log.pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'retention_applied'",
    );
    expect(rows.map(({ body }) => (JSON.parse(body) as { subject: object }).subject)).toEqual([
      expect.objectContaining({ leaves_pruned: 4864, log_minimum_index: 4864 }),
    ]);
  } finally {
    await log.close();
  }
});

describe('pruning of a log of five tiles', () => {
  let log: Awaited<ReturnType<typeof logOnDatabase>>;
  let account: Awaited<ReturnType<typeof log.createAccount>>;
  const now = afterDays(SIX_YEARS + 1);
  const minimumOf = async (): Promise<number> => {
    const { rows } = await log.pool.query<{ n: string }>('SELECT log_minimum_index AS n FROM accounts');
    return Number(rows[0]?.n);
  };
  const daysAre = (days: number): Promise<unknown> =>
    log.pool.query('UPDATE accounts SET log_retention_days = $1 WHERE id = $2', [days, account]);

  beforeAll(async () => {
    log = await logOnDatabase();
    account = await log.createAccount();
    await log.act(account, 1280);
    while ((await log.node().run()).more);
    await daysAre(SIX_YEARS);
  });
  afterAll(async () => {
    await log.close();
  });

  test('prunes nothing where the account asks for more days after the job has read them', async () => {
    const query = async (text: string, values: unknown[]): Promise<unknown> => {
      if (text.includes('SET log_minimum_index')) await daysAre(SIX_YEARS + 100);
      return log.pool.query(text, values);
    };
    const changing = { query } as unknown as Pick<typeof log.pool, 'query'>;
    expect(await pruneLogs({ pool: changing, now })).toBe(0);
    expect(await minimumOf()).toBe(0);
    await daysAre(SIX_YEARS);
  });

  test('ends before a leaf that is not old, also where the clock of the database went back behind it', async () => {
    await log.pool.query('ALTER TABLE log_leaves DISABLE TRIGGER USER');
    await log.pool.query('UPDATE log_leaves SET at = $1 WHERE leaf_index = 700', [new Date(now)]);
    await log.pool.query('ALTER TABLE log_leaves ENABLE TRIGGER USER');
    expect(await pruneLogs({ pool: log.pool, now })).toBe(512);
    expect(await pruneLogs({ pool: log.pool, now })).toBe(0);
    expect(await minimumOf()).toBe(512);
  });
});

test('a change of other days leaves the days of the log that another change is setting at the same time', async () => {
  const log = await startLogApi();
  const { pool } = log.api.database;
  const other = await pool.connect();
  try {
    await other.query('BEGIN');
    await other.query('UPDATE accounts SET log_retention_days = 3000');
    const body = JSON.stringify({ payload_days: 7 });
    const init = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body };
    const changing = log.api.rest.request('/api/v1/retention', init, by(log.owner));
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await pool.query(waiting)).rowCount).toBe(1);
    await other.query('COMMIT');
    expect(await (await changing).json()).toMatchObject({ retention: { payload_days: 7, log_days: 3000 } });
  } finally {
    other.release();
    await log.api.close();
  }
});
