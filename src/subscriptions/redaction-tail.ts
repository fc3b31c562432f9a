/**
 * Reads redactions in an order that does not change any more, so that a reader who resumes behind one misses none.
 *
 * - Of a session: by their place in the journal, which has no gaps.
 * - Of an agent: by the transaction that recorded their turn, then by session and turn. A turn is read only when no older
 *   transaction is under way any more: nothing can appear before it later (`recorded_xid` in prisma/schema.prisma).
 */
import type { Pool } from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import type { ExportPlace } from '../reports/exports.ts';

type Db = Pick<Pool, 'query'>;

/** The text of an entry at its place. */
export interface PlacedEntry extends ExportPlace {
  readonly agentId: AgentId;
  readonly body: string;
}

/** What a look has found. */
export interface TailPage {
  readonly entries: readonly PlacedEntry[];
  /** Nothing more will ever come. */
  readonly isComplete: boolean;
  /** A turn is recorded that cannot be read yet, because an older transaction is under way. */
  readonly isHeld: boolean;
}

/** Reads on from where the last look ended. Rejects when the database does. */
export type Tail = () => Promise<TailPage>;

/** Entries, or turns, of one look. */
const PAGE = 100;

const OF_SESSION = `
SELECT s.sealed_at IS NOT NULL AS sealed, e.seq, e.body
  FROM sessions s LEFT JOIN LATERAL (
    SELECT seq, body FROM entries
     WHERE session_id = s.id AND kind = 'redaction' AND seq > $3 ORDER BY seq LIMIT ${PAGE}
  ) e ON true
 WHERE s.id = $1 AND s.account_id = $2 ORDER BY e.seq`;

/** Reads the redactions of one session behind a place in its journal; -1 for all. It is complete once the session is sealed. */
export function sessionTail(
  db: Db,
  session: { readonly accountId: AccountId; readonly agentId: AgentId; readonly id: SessionId },
  after: number,
): Tail {
  const { accountId, agentId, id: sessionId } = session;
  let last = after;
  return async () => {
    const { rows } = await db.query<{ sealed: boolean; seq: number | null; body: string | null }>({
      name: 'masker_tail_session',
      text: OF_SESSION,
      values: [sessionId, accountId, last],
    });
    const entries = rows.flatMap(({ seq, body }) =>
      seq === null || body === null ? [] : [{ sessionId, agentId, seq, body }],
    );
    last = entries.at(-1)?.seq ?? last;
    // Both are of one moment, and a sealed journal gets no further entry.
    return { entries, isComplete: entries.length < PAGE && rows[0]?.sealed !== false, isHeld: false };
  };
}

/** A turn's place in the order of an agent. Transactions are numbers of 64 bits, as the database writes them. */
interface TurnPlace {
  readonly xid: string;
  readonly sessionId: string;
  readonly number: number;
}

const TURNS = `
SELECT recorded_xid::text AS xid, session_id, number,
       recorded_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS final
  FROM turns
 WHERE agent_id = $1 AND recorded_xid >= $2::bigint AND (recorded_xid, session_id, number) > ($2::bigint, $3, $4)
   AND ($5::pg_snapshot IS NULL OR NOT pg_visible_in_snapshot(recorded_xid::text::xid8, $5::pg_snapshot))
 ORDER BY recorded_xid, session_id, number LIMIT ${PAGE}`;

const OF_TURN = `
SELECT seq, body FROM entries
 WHERE session_id = $1 AND seq > $3 AND turn = $2 AND kind = 'redaction' ORDER BY seq LIMIT ${PAGE}`;

/** Turns of one look, without those that an older transaction holds back. */
interface TurnPage {
  readonly turns: readonly TurnPlace[];
  readonly isHeld: boolean;
}

async function turnsBehind(
  db: Db,
  agentId: AgentId,
  { xid, sessionId, number }: TurnPlace,
  seenIn: string | null,
): Promise<TurnPage> {
  const { rows } = await db.query<{ xid: string; session_id: string; number: number; final: boolean }>({
    name: 'masker_tail_turns',
    text: TURNS,
    values: [agentId, xid, sessionId, number, seenIn],
  });
  const held = rows.findIndex(({ final }) => !final);
  const isHeld = held >= 0;
  const turns = (isHeld ? rows.slice(0, held) : rows).map((row) => ({
    xid: row.xid,
    sessionId: row.session_id,
    number: row.number,
  }));
  return { turns, isHeld };
}

/** Reads the redactions of an agent's turns behind a place. It is never complete. */
export function agentTail(db: Db, agentId: AgentId, after: AgentPlace): Tail {
  let last: TurnPlace = after.turn;
  let unread: { readonly turn: TurnPlace; seq: number }[] = after.seq === null ? [] : [{ turn: last, seq: after.seq }];
  return async () => {
    for (;;) {
      for (let [next] = unread; next !== undefined; [next] = unread) {
        const entries = await turnEntries(db, agentId, next.turn, next.seq);
        last = next.turn;
        next.seq = entries.at(-1)?.seq ?? next.seq;
        if (entries.length < PAGE) unread.shift();
        if (entries.length > 0) return { entries, isComplete: false, isHeld: false };
      }
      // Turns without redactions are passed over: those behind them may have some.
      const { turns, isHeld } = await turnsBehind(db, agentId, last, after.seenIn);
      if (turns.length === 0) return { entries: [], isComplete: false, isHeld };
      unread = turns.map((turn) => ({ turn, seq: -1 }));
    }
  };
}

async function turnEntries(db: Db, agentId: AgentId, turn: TurnPlace, after: number): Promise<PlacedEntry[]> {
  const sessionId = parseId('session', turn.sessionId);
  if (sessionId === null) return [];
  const { rows } = await db.query<{ seq: number; body: string }>({
    name: 'masker_tail_turn',
    text: OF_TURN,
    values: [sessionId, turn.number, after],
  });
  return rows.map(({ seq, body }) => ({ sessionId, agentId, seq, body }));
}

/** Where a reader of an agent goes on. */
export interface AgentPlace {
  readonly turn: TurnPlace;
  /** The last entry of the turn that was read; null where the turn is read. */
  readonly seq: number | null;
  /** A snapshot of the database: what is visible in it is read. Null for none. */
  readonly seenIn: string | null;
}

/** Returns the place behind all that is recorded now. */
export async function agentEnd(db: Db): Promise<AgentPlace> {
  const { rows } = await db.query<{ xid: string; snapshot: string }>(
    'SELECT pg_snapshot_xmin(s)::text AS xid, s::text AS snapshot FROM pg_current_snapshot() s',
  );
  const [row] = rows;
  return { turn: { xid: row?.xid ?? '0', sessionId: '', number: 0 }, seq: null, seenIn: row?.snapshot ?? null };
}

/** Returns the place of an entry in the order of its agent; null where the agent has none there. */
export async function agentPlace(
  db: Db,
  agent: { readonly accountId: AccountId; readonly id: AgentId },
  { sessionId, seq }: ExportPlace,
): Promise<AgentPlace | null> {
  const { rows } = await db.query<{ xid: string | null; number: number }>(
    `SELECT t.recorded_xid::text AS xid, t.number
       FROM sessions s JOIN entries e ON e.session_id = s.id JOIN turns t ON t.session_id = s.id AND t.number = e.turn
      WHERE s.id = $1 AND s.account_id = $2 AND s.agent_id = $3 AND e.seq = $4`,
    [sessionId, agent.accountId, agent.id, seq],
  );
  const [row] = rows;
  if (row === undefined) return null;
  // Recorded before turns had a place, or on another database: all that has one came later.
  const turn =
    row.xid === null ? { xid: '0', sessionId: '', number: 0 } : { xid: row.xid, sessionId, number: row.number };
  return { turn, seq: row.xid === null ? null : seq, seenIn: null };
}

/**
 * Takes away places that another database gave: after a restore its transactions have numbers that this one has yet to
 * reach. Cheap where there are none: it looks at the last turn of each agent.
 */
export async function forgetForeignPlaces(db: Db): Promise<void> {
  await db.query(
    `WITH foreigners AS (
       SELECT a.id FROM agents a WHERE (
         SELECT t.recorded_xid FROM turns t WHERE t.agent_id = a.id AND t.recorded_xid IS NOT NULL
          ORDER BY t.recorded_xid DESC LIMIT 1) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
     UPDATE turns SET recorded_xid = NULL FROM foreigners f
      WHERE agent_id = f.id AND recorded_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
  );
}
