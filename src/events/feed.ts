/** Reads the feed of an account. */
import type { Pool } from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AccountId, FeedEventId } from '../platform/ids.ts';
import type { EventType, FeedEvent } from './event.ts';

/** Which events of a feed. */
export interface FeedQuery {
  /** Only events of these types; null for all. */
  readonly types: readonly EventType[] | null;
  /** Only events behind this place, and before that one. */
  readonly after: number | null;
  readonly before: number | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

export interface Feed {
  /** Returns events in the order that is asked for. */
  read(accountId: AccountId, query: FeedQuery): Promise<FeedEvent[]>;
  /** Returns one event; null where the account has none of this ID. */
  find(accountId: AccountId, id: FeedEventId): Promise<FeedEvent | null>;
}

/** A row of feed_events. */
export interface FeedRecord {
  readonly account_id: AccountId;
  readonly seq: string;
  readonly id: string;
  readonly type: string;
  readonly created_at: Date;
  readonly object_type: string;
  readonly object_id: string;
}

/** The columns of a row, of the table under the name `e`. */
export const FEED_COLUMNS = 'e.account_id, e.seq, e.id, e.type, e.created_at, e.object_type, e.object_id';

/** Returns a row as an event. Throws TypeError for an ID that was never written. */
export function feedEvent(row: FeedRecord): FeedEvent {
  const id = parseId('feedEvent', row.id);
  if (id === null) throw new TypeError('a row of feed_events has an id of another form');
  return {
    accountId: row.account_id,
    seq: Number(row.seq),
    id,
    type: row.type,
    createdAt: row.created_at,
    object: { type: row.object_type, id: row.object_id },
  };
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

/** A page of all events, or one of each type, however rare: pairs are compared, for the index by type alone has their order. */
const statementFor = (order: 'asc' | 'desc', byType: boolean): string =>
  byType
    ? `SELECT e.* FROM unnest($5::text[]) AS t(type) CROSS JOIN LATERAL (
         SELECT ${FEED_COLUMNS} FROM feed_events e
         WHERE e.account_id = $1 AND (e.type, e.seq) > (t.type, $2) AND (e.type, e.seq) < (t.type, $3)
         ORDER BY e.type ${order}, e.seq ${order} LIMIT $4) e
       ORDER BY e.seq ${order} LIMIT $4`
    : `SELECT ${FEED_COLUMNS} FROM feed_events e WHERE e.account_id = $1 AND e.seq > $2 AND e.seq < $3
       ORDER BY e.seq ${order} LIMIT $4`;

export function createFeed(pool: Pick<Pool, 'query'>): Feed {
  return {
    read: async (accountId, { types, after, before, order, limit }) => {
      const values = [accountId, after ?? 0, before ?? MAX_SEQ, limit];
      const { rows } = await pool.query<FeedRecord>(
        statementFor(order, types !== null),
        types === null ? values : [...values, [...new Set(types)]],
      );
      return rows.map(feedEvent);
    },
    find: async (accountId, id) => {
      const { rows } = await pool.query<FeedRecord>(
        `SELECT ${FEED_COLUMNS} FROM feed_events e WHERE e.id = $1 AND e.account_id = $2`,
        [id, accountId],
      );
      const [row] = rows;
      return row === undefined ? null : feedEvent(row);
    },
  };
}
