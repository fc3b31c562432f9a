/** The log of accounts on a real database, without the doors in front of it; as many nodes as a test asks for. */
import { createPublicKey, verify } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { leafHash, MerkleFrontier } from '../../src/audit/merkle.ts';
import { Signer } from '../../src/audit/seal.ts';
import { originOf, parseCheckpoint } from '../../src/audit-log/checkpoint.ts';
import { parseNote } from '../../src/audit-log/note.ts';
import { Sequencer } from '../../src/audit-log/sequencer.ts';
import type { LogRefused } from '../../src/audit-log/sequencer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { createTestDatabase, openPool } from '../database.ts';

export interface LogOnDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Logs that a node of `node()` refused to append to. */
  readonly refused: { readonly accountId: AccountId; readonly refusal: LogRefused }[];
  createAccount(): Promise<AccountId>;
  /** Sequencers with a key of their own. */
  node(options?: { readonly signer?: Signer; readonly pool?: Pick<Pool, 'query' | 'connect'> }): Sequencer;
  /** Records administrative acts, in one statement. Returns their ids. */
  act(accountId: AccountId, count?: number): Promise<string[]>;
  /** Stores sealed sessions without journals. Returns their ids. */
  seal(accountId: AccountId, count?: number): Promise<SessionId[]>;
  close(): Promise<void>;
}

export const SIGNER = new Signer(Buffer.alloc(32, 9));

export async function logOnDatabase(): Promise<LogOnDatabase> {
  const db = await createTestDatabase();
  const pool = openPool(db.url, 24);
  const refused: LogOnDatabase['refused'] = [];
  const digest = leafHash('policy').toString('hex');
  await pool.query('INSERT INTO policy_snapshots (digest, text) VALUES ($1, $2)', [digest, 'policy']);
  return {
    url: db.url,
    pool,
    refused,
    createAccount: async () => {
      const accountId = newId('account');
      await pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'clinic')`, [accountId]);
      await pool.query(
        `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
         VALUES ($1, $2, 'desk', 'stub', 'vault-deterministic', 'healthcare-default', 1)`,
        [`agt_${accountId.slice(4)}`, accountId],
      );
      return accountId;
    },
    node: ({ signer = SIGNER, pool: own = pool } = {}) =>
      new Sequencer({
        pool: own,
        signer,
        clock: systemClock,
        onRefused: (accountId, refusal) => refused.push({ accountId, refusal }),
      }),
    act: async (accountId, count = 1) => {
      const acts = Array.from({ length: count }, () => {
        const id = newId('event');
        return { id, body: canonicalJson({ v: 1, event_id: id, account_id: accountId, kind: 'sign_in' }) };
      });
      await pool.query(
        `INSERT INTO account_events (id, account_id, at, kind, body)
         SELECT id, $1, now(), 'sign_in', body FROM json_to_recordset($2::json) AS r(id text, body text)`,
        [accountId, JSON.stringify(acts)],
      );
      return acts.map(({ id }) => id);
    },
    seal: async (accountId, count = 1) => {
      const sessions = Array.from({ length: count }, () => {
        const id = newId('session');
        const seal = { v: 1, session_id: id, account_id: accountId, event_count: 2 };
        return { id, seal: canonicalJson(seal), signature: SIGNER.sign(seal).sig };
      });
      await pool.query(
        `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, upstream_model, policy_name,
                               policy_version, policy_digest, seal, seal_key_id, seal_signature)
         SELECT id, $1, $2, now(), now(), now(), 'stub', 'healthcare-default', 1, $3, seal, $4, decode(signature, 'base64')
         FROM json_to_recordset($5::json) AS r(id text, seal text, signature text)`,
        [accountId, `agt_${accountId.slice(4)}`, digest, SIGNER.keyId, JSON.stringify(sessions)],
      );
      return sessions.map(({ id }) => id);
    },
    close: async () => {
      await pool.end();
      await db.drop();
    },
  };
}

/** A log as it was proven to be. */
export interface SoundLog {
  readonly refs: readonly string[];
  readonly bodies: readonly string[];
  /** Sizes of the checkpoints, ascending. */
  readonly sizes: readonly number[];
  readonly notes: readonly string[];
}

/**
 * Reads a whole log and throws for whatever a monitor would find: a gap, a leaf of other bytes than its hash says, a
 * checkpoint that does not have the root over the leaves before it, or whose signature is of none of the log's keys.
 */
export async function soundLog(pool: Pool, accountId: AccountId): Promise<SoundLog> {
  const { rows: leaves } = await pool.query<{ leaf_index: string; ref: string; body: string; hash: Buffer }>(
    'SELECT leaf_index, ref, body, hash FROM log_leaves WHERE account_id = $1 ORDER BY leaf_index',
    [accountId],
  );
  const { rows: checkpoints } = await pool.query<{ size: string; root: Buffer; note: string }>(
    'SELECT size, root, note FROM log_checkpoints WHERE account_id = $1 ORDER BY size',
    [accountId],
  );
  const { rows: keys } = await pool.query<{ from_size: string; public_key: Buffer }>(
    'SELECT from_size, public_key FROM log_keys WHERE account_id = $1 ORDER BY from_size DESC',
    [accountId],
  );
  const frontier = new MerkleFrontier();
  const roots = [frontier.root()];
  for (const [index, { leaf_index, body, hash }] of leaves.entries()) {
    if (Number(leaf_index) !== index) throw new Error(`leaf ${index} is missing`);
    if (!leafHash(body).equals(hash)) throw new Error(`leaf ${index} has another hash`);
    frontier.append(hash);
    roots.push(frontier.root());
  }
  for (const { size, root, note } of checkpoints) {
    const parsed = parseNote(note);
    const checkpoint = parseCheckpoint(parsed?.text ?? '');
    const key = keys.find(({ from_size: from }) => Number(from) <= Number(size))?.public_key ?? Buffer.alloc(32);
    const [signature] = parsed?.signatures ?? [];
    if (checkpoint?.origin !== originOf(accountId) || checkpoint.size !== BigInt(size) || !checkpoint.root.equals(root))
      throw new Error(`checkpoint ${size} says another thing than its row`);
    if (roots[Number(size)]?.equals(root) !== true) throw new Error(`checkpoint ${size} is not over the leaves`);
    if (!verify(null, Buffer.from(parsed?.text ?? ''), publicKey(key), signature?.signature ?? Buffer.alloc(0)))
      throw new Error(`checkpoint ${size} is signed by none of the log's keys`);
  }
  return {
    refs: leaves.map(({ ref }) => ref),
    bodies: leaves.map(({ body }) => body),
    sizes: checkpoints.map(({ size }) => Number(size)),
    notes: checkpoints.map(({ note }) => note),
  };
}

function publicKey(bytes: Buffer): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' });
}
