/** The log of an account: nothing is lost, nothing is forked, and no checkpoint is without its entries. */
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leafHash } from '../../src/audit/merkle.ts';
import { Signer } from '../../src/audit/seal.ts';
import {
  consistencyPath,
  inclusionPath,
  leafOfSession,
  readEntries,
  readTile,
} from '../../src/audit-log/log-reader.ts';
import { startSequencing } from '../../src/audit-log/sequencing-loop.ts';
import { entryBundle } from '../../src/audit-log/tile.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { merkleRoot } from '../../verifier/src/merkle.ts';
import { verifyConsistency, verifyInclusion } from '../../verifier/src/tree-proofs.ts';
import { logOnDatabase, soundLog } from './log-fixture.ts';
import type { LogOnDatabase } from './log-fixture.ts';

let log: LogOnDatabase;
let account: AccountId;
beforeAll(async () => {
  log = await logOnDatabase();
});
beforeEach(async () => {
  account = await log.createAccount();
  log.refused.length = 0;
  // What a test before left waiting, because it could not be signed.
  await log.pool.query('DELETE FROM log_queue');
});
afterAll(async () => {
  await log.close();
});

const waiting = async (): Promise<number> =>
  (await log.pool.query('SELECT FROM log_queue WHERE account_id = $1', [account])).rowCount ?? 0;

/** As the owner of the database, who can do anything but do it unseen. */
async function tamper(table: string, sql: string, values: unknown[]): Promise<void> {
  const client = await log.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await client.query(sql, values);
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

describe('sequencing', () => {
  test('makes leaves of seals and of acts, in the order in which they were queued', async () => {
    const [act] = await log.act(account);
    const seals = await log.seal(account, 3);
    const [later] = await log.act(account);
    await log.node().run();
    const sound = await soundLog(log.pool, account);
    expect(sound.refs).toEqual([act, ...seals, later]);
    expect(sound.sizes).toEqual([5]);
    expect(JSON.parse(sound.bodies[1] ?? '')).toMatchObject({
      v: 1,
      kind: 'session_sealed',
      account_id: account,
      seal: { session_id: seals[0] },
      signature: { alg: 'Ed25519' },
    });
    expect(JSON.parse(sound.bodies[0] ?? '')).toMatchObject({ kind: 'sign_in', event_id: act });
    expect(await waiting()).toBe(0);
  });

  test('keeps logs of accounts apart, and goes on where the last run ended', async () => {
    const other = await log.createAccount();
    for (let round = 0; round < 3; round += 1) {
      await log.act(account, 2);
      await log.seal(other);
      await log.node().run();
    }
    expect((await soundLog(log.pool, account)).sizes).toEqual([2, 4, 6]);
    expect((await soundLog(log.pool, other)).sizes).toEqual([1, 2, 3]);
  });

  test('of nothing signs nothing', async () => {
    await log.node().run();
    expect(await soundLog(log.pool, account)).toMatchObject({ refs: [], sizes: [] });
  });

  test('of more than a batch takes several checkpoints, over full tiles and their levels', async () => {
    const ids = await log.act(account, 1700);
    while ((await log.node().run()).more);
    const sound = await soundLog(log.pool, account);
    expect(sound.refs).toEqual(ids);
    expect(sound.sizes).toEqual([500, 1000, 1500, 1700]);
    const { rows } = await log.pool.query('SELECT FROM log_nodes WHERE account_id = $1 AND level = 1', [account]);
    expect(rows).toHaveLength(Math.floor(1700 / 256));
  });

  test('takes a session once, also where its seal was taken away and put back', async () => {
    const [id = ''] = await log.seal(account);
    await log.node().run();
    await log.pool.query('UPDATE sessions SET seal = NULL WHERE id = $1', [id]);
    await log.pool.query(`UPDATE sessions SET seal = '{"v":2}' WHERE id = $1`, [id]);
    expect(await waiting()).toBe(1);
    await log.node().run();
    expect(await soundLog(log.pool, account)).toMatchObject({ refs: [id], sizes: [1] });
    expect(await waiting()).toBe(0);
  });

  test('goes on behind a row of which nothing is left, and behind one that is no canonical text', async () => {
    const [gone = '', garbled = ''] = await log.seal(account, 2);
    const [act] = await log.act(account);
    await log.pool.query('UPDATE sessions SET seal = NULL WHERE id = $1', [gone]);
    await log.pool.query(`UPDATE sessions SET seal = 'garbled' WHERE id = $1`, [garbled]);
    await log.node().run();
    const sound = await soundLog(log.pool, account);
    expect(sound.refs).toEqual([garbled, act]);
    expect(JSON.parse(sound.bodies[0] ?? '')).toMatchObject({ seal: 'garbled' });
  });

  test('puts the hash of an act that is too long for an entry bundle in its place', async () => {
    await log.pool.query(
      `INSERT INTO account_events (id, account_id, at, kind, body) VALUES ($1, $2, now(), 'agent_updated', $3)`,
      [`evt_${account.slice(4)}`, account, 'x'.repeat(70_000)],
    );
    await log.node().run();
    expect(JSON.parse((await soundLog(log.pool, account)).bodies[0] ?? '')).toMatchObject({
      kind: 'agent_updated',
      body_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  test('is refused to whoever speaks SQL: leaves, hashes, checkpoints and keys are append-only', async () => {
    await log.act(account, 300);
    await log.node().run();
    for (const table of [
      'log_leaves',
      'log_nodes',
      'log_checkpoints',
      'log_keys',
      'log_cosignatures',
      'log_timestamps',
    ]) {
      await expect(log.pool.query(`TRUNCATE ${table}`)).rejects.toMatchObject({ code: '23001' });
      if (table === 'log_cosignatures' || table === 'log_timestamps') continue;
      await expect(log.pool.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '23001' });
      await expect(log.pool.query(`UPDATE ${table} SET account_id = 'x'`)).rejects.toMatchObject({ code: '23001' });
    }
  });
});

describe('a log that is not what was signed', () => {
  const CHANGES: Readonly<Record<string, () => Promise<void>>> = {
    'the last leaf removed': () =>
      tamper('log_leaves', 'DELETE FROM log_leaves WHERE account_id = $1 AND leaf_index = 299', [account]),
    'a hash at the edge changed': () =>
      tamper('log_leaves', `UPDATE log_leaves SET hash = sha256('x') WHERE account_id = $1 AND leaf_index = 270`, [
        account,
      ]),
    'a hash above a full tile changed': () =>
      tamper('log_nodes', `UPDATE log_nodes SET hash = sha256('x') WHERE account_id = $1`, [account]),
    'the hash above a full tile removed': () =>
      tamper('log_nodes', 'DELETE FROM log_nodes WHERE account_id = $1', [account]),
    'a leaf added without a checkpoint, and another hash before it': async () => {
      await tamper(
        'log_leaves',
        `UPDATE log_leaves SET hash = sha256('x') WHERE account_id = $1 AND leaf_index = 256`,
        [account],
      );
      await log.pool.query(
        `INSERT INTO log_leaves (account_id, leaf_index, source, ref, kind, body, hash)
         VALUES ($1, 300, 'event', 'x', 'x', 'x', sha256('x'))`,
        [account],
      );
    },
  };

  test.each(Object.keys(CHANGES))('with %s is not signed on', async (change) => {
    await log.act(account, 300);
    await log.node().run();
    const { notes } = await soundLog(log.pool, account);
    await CHANGES[change]?.();
    await log.act(account);
    await log.node().run();
    expect(log.refused).toMatchObject([{ accountId: account, refusal: { reason: 'not_what_was_signed' } }]);
    const { rows } = await log.pool.query('SELECT note FROM log_checkpoints WHERE account_id = $1', [account]);
    expect(rows).toEqual(notes.map((note) => ({ note })));
    expect(await waiting()).toBe(1);
  });
});

describe('a new signing key', () => {
  const NEXT = new Signer(Buffer.alloc(32, 10));

  test('signs from a place on that the log itself says, and the one before it never again', async () => {
    await log.act(account, 3);
    await log.node().run();
    await log.act(account, 2);
    await log.node({ signer: NEXT }).run();
    const sound = await soundLog(log.pool, account);
    expect(sound.sizes).toEqual([3, 6]);
    expect(JSON.parse(sound.bodies[3] ?? '')).toMatchObject({
      kind: 'signing_key_changed',
      key_id: NEXT.keyId,
      public_key: NEXT.publicKey.toString('base64'),
    });
    const { rows } = await log.pool.query<{ from_size: string }>(
      'SELECT from_size FROM log_keys WHERE account_id = $1 ORDER BY from_size',
      [account],
    );
    expect(rows.map(({ from_size: from }) => Number(from))).toEqual([0, 4]);

    const [act = ''] = await log.act(account);
    await log.node().run();
    expect(log.refused).toMatchObject([{ refusal: { reason: 'key_retired' } }]);
    await log.node({ signer: NEXT }).run();
    expect((await soundLog(log.pool, account)).refs.at(-1)).toBe(act);
  });
});

/** A pool that loses its connection at the n-th statement of a sequencer: before it is sent, or with its answer. */
function crashingPool(at: number, answered: boolean): Pick<Pool, 'query' | 'connect'> {
  let statements = 0;
  const connect = async (): Promise<PoolClient> => {
    const client = await log.pool.connect();
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const release = client.release.bind(client);
    const crashing = async (...args: unknown[]): Promise<unknown> => {
      statements += 1;
      if (statements > at) throw new Error('the node is dead');
      if (statements < at) return query(...args);
      if (answered) await query(...args);
      throw new Error('the node is dead');
    };
    return Object.assign(Object.create(client) as PoolClient, { query: crashing, release });
  };
  return { query: log.pool.query.bind(log.pool), connect };
}

describe('a crash', () => {
  // Seeded by their number: each is another statement, sent or not, in another state of the log.
  test.each(Array.from({ length: 200 }, (_, point) => point))(
    'at point %i loses nothing and forks nothing',
    async (point) => {
      // Now and then around the end of a tile.
      const ids = await log.act(account, point % 10 === 0 ? 254 + ((point / 10) % 4) : 1 + (point % 3));
      if (point % 5 > 1) await log.node().run();
      const before = await soundLog(log.pool, account);
      ids.push(...(await log.act(account, 1 + (point % 4))));
      // Nine statements on the connection: lock, queue, three that read, leaves, checkpoint, unlock.
      await log
        .node({ pool: crashingPool(1 + (point % 11), point % 2 === 0) })
        .run()
        .catch(() => undefined);
      const crashed = await soundLog(log.pool, account);
      expect(crashed.notes.slice(0, before.notes.length)).toEqual(before.notes);
      // The lock of the dead node is free when its connection has closed: until then a run does nothing.
      do await log.node().run();
      while ((await waiting()) > 0);
      const after = await soundLog(log.pool, account);
      expect(after.refs).toEqual(ids);
      expect(after.sizes.at(-1)).toBe(ids.length);
      expect(after.notes.slice(0, crashed.notes.length)).toEqual(crashed.notes);
      expect(await waiting()).toBe(0);
      expect(log.refused).toEqual([]);
    },
  );
});

describe('nodes that race', () => {
  test('make one log', async () => {
    const nodes = Array.from({ length: 4 }, () => log.node());
    const ids: string[] = [];
    for (let round = 0; round < 25; round += 1) {
      const [acts] = await Promise.all([log.act(account, 7), ...nodes.map((node) => node.run())]);
      ids.push(...acts);
    }
    await log.node().run();
    const sound = await soundLog(log.pool, account);
    expect([...sound.refs].sort()).toEqual([...ids].sort());
    expect(sound.sizes.at(-1)).toBe(ids.length);
    expect(new Set(sound.sizes).size).toBe(sound.sizes.length);
  });

  test('and do not hold the lock are refused by the place of the first leaf', async () => {
    await log.act(account, 3);
    // The lock lies: both believe that they have it, and one runs between the other's reading and its writing.
    const other = log.node();
    let between: Promise<unknown> | null = null;
    const connect = async (): Promise<PoolClient> => {
      const client = await log.pool.connect();
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
      const unlocked = async (...args: unknown[]): Promise<unknown> => {
        const [statement] = args;
        const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
        if (text.includes('advisory')) return { rows: [{ locked: true }] };
        if (text.includes('INSERT INTO log_leaves')) await (between ??= other.run());
        return query(...args);
      };
      return Object.assign(Object.create(client) as PoolClient, {
        query: unlocked,
        release: client.release.bind(client),
      });
    };
    const liar = log.node({
      pool: { query: log.pool.query.bind(log.pool), connect } as unknown as Pick<Pool, 'query' | 'connect'>,
    });
    await expect(liar.run()).rejects.toMatchObject({ code: '23505' });
    expect(await soundLog(log.pool, account)).toMatchObject({ sizes: [3] });
  });
});

describe('reading', () => {
  /** The bodies of a log of 701 leaves, in two checkpoints: the last one is the seal of the session. */
  async function longLog(): Promise<{ session: SessionId; bodies: readonly string[] }> {
    await log.act(account, 700);
    const [session = 'sess_'] = await log.seal(account);
    while ((await log.node().run()).more);
    const { bodies, sizes } = await soundLog(log.pool, account);
    expect(sizes).toEqual([500, 701]);
    return { session, bodies };
  }

  test('gives the tiles and bundles of what was sequenced, and none that is not whole', async () => {
    const { session, bodies } = await longLog();
    const hashes = bodies.map((body) => leafHash(body));
    const run = { level: 0, first: 512, last: 701 };
    expect(await readTile(log.pool, account, run)).toEqual(Buffer.concat(hashes.slice(512)));
    expect(await readTile(log.pool, account, { ...run, last: 702 })).toBeNull();
    const nodes = [0, 256].map((first) => Buffer.from(merkleRoot(hashes.slice(first, first + 256))));
    expect(await readTile(log.pool, account, { level: 1, first: 0, last: 2 })).toEqual(Buffer.concat(nodes));
    expect(await readEntries(log.pool, account, 256, 512)).toEqual(entryBundle(bodies.slice(256, 512)));
    expect(await readEntries(log.pool, account, 512, 768)).toBeNull();
    expect(await leafOfSession(log.pool, account, session)).toMatchObject({
      index: 700,
      kind: 'session_sealed',
      body: bodies[700],
    });
  });

  test('proves leaves in trees of any size, and no other leaf, place or root', async () => {
    const { bodies } = await longLog();
    const hashes = bodies.map((body) => leafHash(body));
    for (const size of [1, 256, 257, 500, 513, 701]) {
      const root = merkleRoot(hashes.slice(0, size));
      for (const index of [0, 1, 255, 256, 511, 512, 700].filter((each) => each < size)) {
        const proof = await inclusionPath(log.pool, account, index, size);
        const claim = { leafHash: hashes[index] ?? Buffer.alloc(32), index, size, proof, root };
        expect([size, index, verifyInclusion(claim)]).toEqual([size, index, true]);
        expect(verifyInclusion({ ...claim, leafHash: leafHash('another leaf') })).toBe(false);
        expect(verifyInclusion({ ...claim, root: Buffer.alloc(32) })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, index: index === 0 ? 1 : index - 1 })).toBe(false);
      }
    }
  });

  test('proves that each tree continues each older one, and no other tree', async () => {
    const { bodies } = await longLog();
    const hashes = bodies.map((body) => leafHash(body));
    const rootOf = (size: number): Uint8Array => merkleRoot(hashes.slice(0, size));
    const SIZES = [1, 255, 256, 257, 500, 512, 701];
    for (const to of SIZES) {
      for (const from of SIZES.filter((size) => size < to)) {
        const proof = await consistencyPath(log.pool, account, from, to);
        const claim = { size1: from, root1: rootOf(from), size2: to, root2: rootOf(to), proof };
        expect([from, to, verifyConsistency(claim)]).toEqual([from, to, true]);
        expect(verifyConsistency({ ...claim, root1: Buffer.alloc(32) })).toBe(false);
        expect(verifyConsistency({ ...claim, root2: Buffer.alloc(32) })).toBe(false);
      }
    }
  });
});

test('the loop makes a seal provable without being asked', async () => {
  const errors: unknown[] = [];
  const loop = startSequencing(log.node(), (error) => errors.push(error));
  const [session = 'sess_'] = await log.seal(account);
  await expect.poll(() => leafOfSession(log.pool, account, session)).toMatchObject({ kind: 'session_sealed' });
  await loop.stop();
  expect(errors).toEqual([]);
});
