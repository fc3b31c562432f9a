/**
 * Safe retries of POST: a request that carries an `Idempotency-Key` runs once, and its answer is given again for 24 hours.
 * See docs/api.md, Safe retries; draft-ietf-httpapi-idempotency-key-header-07.
 *
 * Keys, requests and answers are kept as HMACs or encrypted: an answer may hold a secret that is shown once.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { UserId } from '../platform/ids.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import { SealingKey } from '../tokens/sealing-key.ts';

export const IDEMPOTENCY_HEADER = 'Idempotency-Key';
/** Set on an answer that was given before. */
export const REPLAYED_HEADER = 'Idempotency-Replayed';

/** An answer that can be given again. */
export interface KeptAnswer {
  readonly status: 200 | 201 | 204;
  readonly body: unknown;
}

/** What a key is used for. */
export interface KeyedRequest {
  /** Who asks. Only a caller with the same permissions gets the stored answer. */
  readonly viewer: Pick<Viewer, 'userId' | 'via' | 'permissions'>;
  readonly key: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Idempotency {
  /**
   * Runs the request where its key is new, and keeps the answer. Throws Failure `idempotency_conflict` for a key of another
   * request, `idempotency_in_progress` for one that is under way, and what the request throws, which is not kept.
   */
  once(
    request: KeyedRequest,
    run: () => Promise<KeptAnswer>,
  ): Promise<{ readonly answer: KeptAnswer; readonly isReplayed: boolean }>;
  /** Deletes what is kept no longer. */
  deleteExpired(): Promise<void>;
}

/** Keys that a user may have at a time. */
export const MOST_KEYS = 10_000;
const KEPT = "interval '24 hours'";
/** A node that stopped in the middle of a request leaves its key under way. It may be used again after this long. */
const ABANDONED = "interval '2 minutes'";

// An expired key, or one abandoned by the same request, counts as new.
const BEGIN = `INSERT INTO idempotency_keys AS k (user_id, key_digest, request_digest, attempt, started_at)
  SELECT $1, $2, $3, $4, clock_timestamp()
  WHERE (SELECT count(*) FROM (SELECT FROM idempotency_keys WHERE user_id = $1 LIMIT ${MOST_KEYS}) AS kept) < ${MOST_KEYS}
    OR EXISTS (SELECT FROM idempotency_keys WHERE user_id = $1 AND key_digest = $2)
  ON CONFLICT (user_id, key_digest) DO UPDATE
    SET request_digest = $3, attempt = $4, answer = NULL, started_at = clock_timestamp()
    WHERE k.started_at < clock_timestamp() - ${KEPT}
      OR (k.answer IS NULL AND k.request_digest = $3 AND k.started_at < clock_timestamp() - ${ABANDONED})
  RETURNING attempt`;
const COUNT = `SELECT FROM idempotency_keys WHERE user_id = $1 LIMIT ${MOST_KEYS}`;
const READ = 'SELECT request_digest, answer FROM idempotency_keys WHERE user_id = $1 AND key_digest = $2';
const KEEP = 'UPDATE idempotency_keys SET answer = $4 WHERE user_id = $1 AND key_digest = $2 AND attempt = $3';
const RELEASE = 'DELETE FROM idempotency_keys WHERE user_id = $1 AND key_digest = $2 AND attempt = $3';

const ANSWER = z.object({ status: z.literal([200, 201, 204]), body: z.unknown() });
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key in the header; null where there is none. Throws Failure `validation_failed` for one that is none. */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  // The draft has a quoted string (RFC 8941); most clients send it bare.
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (KEY.test(key)) return key;
  throw new Failure('validation_failed', 'The Idempotency-Key is not acceptable.', [
    { path: IDEMPOTENCY_HEADER, code: 'invalid_value', message: 'must have 1 to 255 visible ASCII characters' },
  ]);
}

/**
 * Stores idempotency keys as HMACs and answers encrypted, both with secrets derived from the session secret. `onLost` is
 * called if the answer of a completed request could not be stored.
 */
export function createIdempotency(
  pool: Pick<Pool, 'query'>,
  sessionSecret: Uint8Array,
  onLost: (error: unknown) => void,
): Idempotency {
  const keys = new IdempotencyKeys(pool, sessionSecret);
  return {
    once: async ({ viewer: { userId, via, permissions }, key, path, body }, run) => {
      const attempt: Attempt = {
        userId,
        keyDigest: keys.digest('key', key, via, ...[...permissions].sort()),
        requestDigest: keys.digest('request', path, JSON.stringify(body ?? null)),
        nonce: freshBytes(16),
      };
      const kept = await keys.begin(attempt);
      if (kept !== null) return { answer: kept, isReplayed: true };
      let answer: KeptAnswer;
      try {
        answer = await run();
      } catch (error) {
        await keys.release(attempt);
        throw error;
      }
      // The request is done, whatever becomes of its key. One that is not kept counts as under way for a while.
      await keys.keep(attempt, answer).catch(onLost);
      return { answer, isReplayed: false };
    },
    deleteExpired: () => keys.deleteExpired(),
  };
}

/** One request under a key. */
interface Attempt {
  readonly userId: UserId;
  readonly keyDigest: Buffer;
  readonly requestDigest: Buffer;
  /** Tells this attempt from others under the same key. */
  readonly nonce: Uint8Array;
}

/** The stored keys and answers. */
class IdempotencyKeys {
  readonly #pool: Pick<Pool, 'query'>;
  readonly #mac: Uint8Array;
  readonly #vault: SealingKey;

  constructor(pool: Pick<Pool, 'query'>, sessionSecret: Uint8Array) {
    const derived = (info: string): Uint8Array => new Uint8Array(hkdfSync('sha256', sessionSecret, '', info, 32));
    const sealing = derived('masker/idempotency/answer/v1');
    this.#pool = pool;
    this.#mac = derived('masker/idempotency/mac/v1');
    this.#vault = new SealingKey(sealing, sealing);
  }

  digest(...parts: readonly string[]): Buffer {
    return createHmac('sha256', this.#mac).update(JSON.stringify(parts)).digest();
  }

  /** Takes the key for this attempt and returns null; or returns the answer of the earlier request under it. */
  async begin(attempt: Attempt): Promise<KeptAnswer | null> {
    const { userId, keyDigest, requestDigest, nonce } = attempt;
    for (;;) {
      const { rowCount } = await this.#pool.query(BEGIN, [userId, keyDigest, requestDigest, nonce]);
      if (rowCount === 1) return null;
      const answer = await this.#earlier(attempt);
      if (answer !== null) return answer;
      if (await this.#isFull(userId))
        throw new Failure('rate_limited', `A user may have ${MOST_KEYS} keys in 24 hours.`);
    }
  }

  /** Stores the answer under the key of this attempt. */
  async keep({ userId, keyDigest, nonce }: Attempt, answer: KeptAnswer): Promise<void> {
    const sealed = this.#vault.seal(Buffer.from(JSON.stringify(answer), 'utf8'), scopeOf(userId, keyDigest));
    await this.#pool.query(KEEP, [userId, keyDigest, nonce, sealed]);
  }

  /** Gives the key back: the request failed. */
  async release({ userId, keyDigest, nonce }: Attempt): Promise<void> {
    await this.#pool.query(RELEASE, [userId, keyDigest, nonce]);
  }

  async deleteExpired(): Promise<void> {
    await this.#pool.query(`DELETE FROM idempotency_keys WHERE started_at < clock_timestamp() - ${KEPT}`);
  }

  async #isFull(userId: UserId): Promise<boolean> {
    return (await this.#pool.query(COUNT, [userId])).rowCount === MOST_KEYS;
  }

  async #earlier({ userId, keyDigest, requestDigest }: Attempt): Promise<KeptAnswer | null> {
    const { rows } = await this.#pool.query<{ request_digest: Buffer; answer: Buffer | null }>(READ, [
      userId,
      keyDigest,
    ]);
    const [row] = rows;
    if (row === undefined) return null;
    if (!timingSafeEqual(row.request_digest, requestDigest))
      throw new Failure('idempotency_conflict', 'This Idempotency-Key was used for another request. Use a new key.');
    const opened = row.answer === null ? null : this.#vault.open(row.answer, scopeOf(userId, keyDigest));
    if (row.answer === null)
      throw new Failure('idempotency_in_progress', 'A request with this Idempotency-Key is still under way.');
    if (opened === null)
      throw new Failure(
        'idempotency_conflict',
        'The answer under this key was kept under another secret. Use a new key.',
      );
    return ANSWER.parse(JSON.parse(opened.toString('utf8')));
  }
}

const scopeOf = (userId: UserId, keyDigest: Buffer): string =>
  `masker/idempotency/v1|${userId}|${keyDigest.toString('hex')}`;
