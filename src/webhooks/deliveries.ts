/** What webhooks have yet to be sent: taken from the feed in order, kept until it is delivered. */
import type { Pool } from 'pg';
import { FEED_COLUMNS, feedEvent } from '../events/feed.ts';
import type { FeedRecord } from '../events/feed.ts';
import type { FeedEvent, PublicEvent } from '../events/event.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId, WebhookId } from '../platform/ids.ts';
import type { Outcome } from './receiver.ts';

export type Db = Pick<Pool, 'query'>;

/** Events that one webhook may have outstanding and could send now: the others wait in the feed. Refused ones do not count. */
export const OUTSTANDING = 500;

/** A webhook, as far as its deliveries need it. */
export interface Target {
  readonly id: WebhookId;
  readonly accountId: AccountId;
  readonly url: string;
  /** When its settings last changed: what an attempt under earlier settings found does not count. */
  readonly updatedAt: Date;
  /** Rounds in a row in which the receiver was down. */
  readonly failures: number;
  readonly secrets: readonly SecretRow[];
}

export interface SecretRow {
  readonly kid: string;
  readonly keyVersion: string;
  readonly sealed: Buffer;
}

/** An event that is due. */
export interface Due {
  readonly event: FeedEvent;
  /** Attempts so far. */
  readonly attempts: number;
}

/** Returns webhooks with something to do at the moment: events to take, a replay, or a delivery that is due. */
export async function webhooksToServe(db: Db, now: number): Promise<WebhookId[]> {
  const { rows } = await db.query<{ id: WebhookId }>({
    name: 'masker_webhooks_to_serve',
    text: `SELECT w.id FROM webhooks w
           WHERE NOT w.paused AND (w.retry_at IS NULL OR w.retry_at <= $1) AND (
             EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.next_at <= $1)
             OR EXISTS (SELECT FROM feed_events e WHERE e.account_id = w.account_id AND e.seq > w.position)
             OR EXISTS (SELECT FROM webhook_replays r WHERE r.webhook_id = w.id))
           ORDER BY w.id`,
    values: [new Date(now)],
  });
  return rows.map(({ id }) => id);
}

/** Returns a webhook that may be sent something now; null where it is gone, paused or waiting. */
export async function readTarget(db: Db, id: WebhookId, now: number): Promise<Target | null> {
  const { rows } = await db.query<{
    account_id: AccountId;
    url: string;
    updated_at: Date;
    failures: number;
    secrets: { kid: string; key_version: string; sealed: string }[] | null;
  }>({
    name: 'masker_webhook_target',
    text: `SELECT account_id, url, updated_at, failures, (
             SELECT json_agg(json_build_object('kid', kid, 'key_version', key_version, 'sealed', encode(sealed, 'base64'))
                             ORDER BY generation DESC)
             FROM webhook_secrets WHERE webhook_id = w.id AND (expires_at IS NULL OR expires_at > $2)
           ) AS secrets
           FROM webhooks w WHERE id = $1 AND NOT paused AND (retry_at IS NULL OR retry_at <= $2)`,
    values: [id, new Date(now)],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const secrets = (row.secrets ?? []).map(({ kid, key_version: keyVersion, sealed }) => ({
    kid,
    keyVersion,
    sealed: Buffer.from(sealed, 'base64'),
  }));
  const { account_id: accountId, url, updated_at: updatedAt, failures } = row;
  return { id, accountId, url, updatedAt, failures, secrets };
}

const WANTED = `(cardinality(w.event_types) = 0 OR b.type = ANY(w.event_types))`;

// Each in one statement: an event is taken when the place behind it is, or not at all.
const TAKE = `
WITH w AS MATERIALIZED (SELECT account_id, position, event_types FROM webhooks WHERE id = $1),
b AS MATERIALIZED (
  SELECT e.seq, e.type, e.object_id FROM w, feed_events e
  WHERE e.account_id = w.account_id AND e.seq > w.position ORDER BY e.seq LIMIT $2
), taken AS (
  INSERT INTO webhook_deliveries (webhook_id, seq, object_id, next_at)
  SELECT $1, b.seq, b.object_id, $3 FROM b, w WHERE ${WANTED}
  ON CONFLICT DO NOTHING
)
UPDATE webhooks SET position = (SELECT max(seq) FROM b) WHERE id = $1 AND EXISTS (SELECT FROM b)
RETURNING (SELECT count(*)::int FROM b) AS count`;

const TAKE_REPLAY = `
WITH r AS MATERIALIZED (
  SELECT id, since, until, position, last FROM webhook_replays WHERE webhook_id = $1 ORDER BY id LIMIT 1
), w AS MATERIALIZED (SELECT account_id, event_types FROM webhooks WHERE id = $1),
b AS MATERIALIZED (
  SELECT e.seq, e.type, e.object_id, e.created_at FROM w, r, feed_events e
  WHERE e.account_id = w.account_id AND e.seq > r.position AND e.seq <= r.last ORDER BY e.seq LIMIT $2
), taken AS (
  INSERT INTO webhook_deliveries (webhook_id, seq, object_id, next_at)
  SELECT $1, b.seq, b.object_id, $3 FROM b, w, r WHERE b.created_at >= r.since AND b.created_at < r.until AND ${WANTED}
  ON CONFLICT DO NOTHING
), done AS (
  DELETE FROM webhook_replays USING r WHERE webhook_id = $1 AND webhook_replays.id = r.id
    AND coalesce((SELECT max(seq) FROM b), r.last) >= r.last
)
UPDATE webhook_replays SET position = (SELECT max(seq) FROM b) FROM r
WHERE webhook_id = $1 AND webhook_replays.id = r.id AND (SELECT max(seq) FROM b) < r.last
RETURNING 1`;

// An event that was refused, and what waits behind it, must not keep those of other objects out.
const FRESH = `
SELECT count(*)::int AS count FROM webhook_deliveries d
WHERE d.webhook_id = $1 AND d.attempts = 0 AND NOT EXISTS (
  SELECT FROM webhook_deliveries p WHERE p.webhook_id = $1 AND p.object_id = d.object_id AND p.seq < d.seq AND p.attempts > 0)`;

/** Takes events of the feed, then of windows that are replayed, as far as there is room. */
export async function takeEvents(db: Db, id: WebhookId, now: number): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ count: number }>({ name: 'masker_webhook_fresh', text: FRESH, values: [id] });
    const room = OUTSTANDING - (rows[0]?.count ?? OUTSTANDING);
    if (room <= 0) return;
    const at = new Date(now);
    const taken = await db.query<{ count: number }>({
      name: 'masker_webhook_take',
      text: TAKE,
      values: [id, room, at],
    });
    const left = room - (taken.rows[0]?.count ?? 0);
    if (left === 0) continue;
    const replay = { name: 'masker_webhook_replay', text: TAKE_REPLAY, values: [id, left, at] };
    if ((await db.query(replay)).rowCount === 0) return;
  }
}

/** Returns what is due, the oldest first: of each object the oldest event alone, so that events of one object keep their order. */
export async function readDue(db: Db, { id, accountId }: Target, now: number, limit: number): Promise<Due[]> {
  const { rows } = await db.query<FeedRecord & { attempts: number }>({
    name: 'masker_webhook_due',
    text: `SELECT ${FEED_COLUMNS}, d.attempts FROM webhook_deliveries d
           JOIN feed_events e ON e.account_id = $2 AND e.seq = d.seq
           WHERE d.webhook_id = $1 AND d.next_at <= $3 AND NOT EXISTS (
             SELECT FROM webhook_deliveries p
             WHERE p.webhook_id = $1 AND p.object_id = d.object_id AND p.seq < d.seq)
           ORDER BY d.seq LIMIT $4`,
    values: [id, accountId, new Date(now), limit],
  });
  return rows.map((row) => ({ event: feedEvent(row), attempts: row.attempts }));
}

/** An attempt that is over. */
export interface Attempt extends Outcome {
  readonly event: PublicEvent;
  /** 1 for the first attempt at the event. */
  readonly number: number;
  /** When it began, in milliseconds since the epoch, and how long it took. */
  readonly at: number;
  readonly durationMs: number;
}

/** Returns the row of an attempt. */
export function attemptRow({ event, number, at, durationMs, status, error }: Attempt): {
  id: string;
  eventId: string;
  eventType: string;
  number: number;
  at: Date;
  durationMs: number;
  status: number | null;
  error: string | null;
} {
  const id = newId('webhookAttempt', at);
  return { id, eventId: event.id, eventType: event.type, number, at: new Date(at), durationMs, status, error };
}

/**
 * Records an attempt, and with it that the event was delivered, or when it is tried again. The record of a webhook that
 * was deleted meanwhile is dropped.
 */
export async function settle(
  db: Db,
  { id: webhook, updatedAt }: Pick<Target, 'id' | 'updatedAt'>,
  seq: number,
  attempt: Attempt,
  nextAt: number,
): Promise<void> {
  const { id, eventId, eventType, number, at, durationMs, status, error } = attemptRow(attempt);
  await db.query({
    name: 'masker_webhook_settle',
    text: `WITH delivered AS (DELETE FROM webhook_deliveries WHERE webhook_id = $1 AND seq = $2 AND $10::text IS NULL),
           failed AS (
             UPDATE webhook_deliveries SET attempts = $6, next_at = $11
             WHERE webhook_id = $1 AND seq = $2 AND $10::text IS NOT NULL
               AND EXISTS (SELECT FROM webhooks WHERE id = $1 AND updated_at = $12)
           )
           INSERT INTO webhook_attempts (id, webhook_id, event_id, event_type, number, at, duration_ms, status, error)
           SELECT $3, id, $4, $5, $6, $7, $8, $9, $10 FROM webhooks WHERE id = $1`,
    values: [webhook, seq, id, eventId, eventType, number, at, durationMs, status, error, new Date(nextAt), updatedAt],
  });
}

/**
 * Notes whether the receiver is down: so many rounds in a row, and until when it is left alone. Nothing is noted of a webhook
 * whose settings have changed since the target was read: the receiver may be another one.
 */
export async function noteReceiver(
  db: Db,
  { id, updatedAt }: Pick<Target, 'id' | 'updatedAt'>,
  failures: number,
  retryAt: number | null,
): Promise<void> {
  await db.query('UPDATE webhooks SET failures = $2, retry_at = $3 WHERE id = $1 AND updated_at = $4', [
    id,
    failures,
    retryAt === null ? null : new Date(retryAt),
    updatedAt,
  ]);
}

/** Deletes records of attempts from before `before`, in milliseconds since the epoch. */
export async function deleteOldAttempts(db: Db, before: number): Promise<void> {
  await db.query('DELETE FROM webhook_attempts WHERE at < $1', [new Date(before)]);
}
