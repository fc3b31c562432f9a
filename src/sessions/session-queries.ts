/** What a session's writer asks the database beside the session itself. All reject when the database does. */
import type { Pool } from 'pg';
import type { SessionId, TurnId } from '../platform/ids.ts';

type Db = Pick<Pool, 'query'>;

/** Nothing of a session that another node has sealed: it takes no announcement either. */
const WAS_ANNOUNCED = `SELECT 1 FROM entries e JOIN sessions s ON s.id = e.session_id
  WHERE e.session_id = $1 AND e.kind = 'call_started' AND s.sealed_at IS NULL LIMIT 1`;

/** Returns whether the journal of the open session says that its call was announced. */
export async function wasAnnounced(db: Db, id: SessionId): Promise<boolean> {
  const { rows } = await db.query(WAS_ANNOUNCED, [id]);
  return rows.length > 0;
}

/** Returns how many turns have no end on record. `except`: a turn whose end is about to be written. */
export async function turnsWithoutEnd(db: Db, id: SessionId, except: TurnId | null): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM turns WHERE session_id = $1 AND status = 'forwarded' AND id IS DISTINCT FROM $2`,
    [id, except],
  );
  return rows[0]?.n ?? 0;
}

/** Returns whether the end of the turn is on record. */
export async function hasEnded(db: Db, id: TurnId): Promise<boolean> {
  const { rows } = await db.query<{ ended: boolean }>('SELECT ended_at IS NOT NULL AS ended FROM turns WHERE id = $1', [
    id,
  ]);
  return rows[0]?.ended ?? false;
}
