/** Sessions of an account by what an auditor holds: the statements, each by an index. See docs/account-log.md, Finding. */
import type { Pool } from 'pg';
import type { AccountId, AgentId, SessionId } from '../../platform/ids.ts';
import { scopeCondition } from '../scope.ts';
import type { ReportScope } from '../scope.ts';

export type Db = Pick<Pool, 'query'>;

/** A place in a list: sessions by their ids, and entries of one session by their numbers. */
export interface FoundPlace {
  readonly sessionId: SessionId;
  /** The number of the entry; 0 where the session was found by something else. */
  readonly seq: number;
}

/** A part of a list, in the order of the places. */
export interface FoundRange {
  readonly above: FoundPlace | null;
  readonly below: FoundPlace | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** The entry that an auditor's hash belongs to. */
export interface FoundEntry {
  readonly seq: number;
  readonly kind: string;
  readonly leafHash: Buffer;
}

export interface FoundSession {
  readonly id: SessionId;
  readonly agentId: AgentId;
  readonly startedAt: Date;
  readonly sealedAt: Date | null;
  readonly status: 'ok' | 'partial' | 'error';
  /** Null where the session was found by something else than an entry. */
  readonly entry: FoundEntry | null;
}

/** What sessions are looked for by. */
export type Sought =
  | { readonly by: 'scope'; readonly scope: ReportScope }
  | {
      readonly by: 'call';
      readonly agents: readonly AgentId[];
      /** The digests of the call's names, as sessions of this agent have them. */
      readonly digestsOf: (agentId: AgentId) => readonly Buffer[];
    }
  | { readonly by: 'request'; readonly sha256: string };

/** The texts of an entry's members `request_sha256` and `agent_id`, as the index entries_request_of_agent has them. */
const REQUEST_SHA256 = `(substr(e.body, strpos(e.body, '"request_sha256":"') + 18, 64) COLLATE "C")`;
const AGENT_ID = `(substr(e.body, strpos(e.body, '"agent_id":"') + 12, 30) COLLATE "C")`;

interface Statement {
  /** `sessions s`, with `e.seq` where there is an entry. */
  readonly from: string;
  readonly where: string;
  /** From $1 on; the first is the account. */
  readonly values: readonly unknown[];
}

/** The columns of a place in the list. */
const PLACE = {
  ofSession: ['s.id'],
  inCalls: ['o.id'],
  ofEntry: ['s.id', 'e.seq'],
  inEntries: ['e.session_id', 'e.seq'],
} as const;

const OF_REQUEST = `e.kind = 'turn_forwarded' AND ${REQUEST_SHA256} = $2`;
/** The account's first agent from `sender` on. Pairs are compared: only the index by account has their order. */
const OWN = `(SELECT CASE WHEN own.account_id = $1 THEN own.id END FROM (
    SELECT account_id, id FROM agents WHERE (account_id, id) >= ($1, sender COLLATE "default")
    ORDER BY account_id, id LIMIT 1) own)`;
/**
 * The agents of the account that sent the request $2. The agents that sent it and those of the account are walked together,
 * each up to the next one of the other. So it reads twice as many rows as the shorter of the two at most.
 */
const SENDERS = `WITH RECURSIVE walk(sender, own) AS (
    SELECT sender, ${OWN} FROM (
      SELECT ${AGENT_ID} AS sender FROM entries e WHERE ${OF_REQUEST} ORDER BY ${AGENT_ID} LIMIT 1) first
    UNION ALL
    SELECT sender, ${OWN} FROM (
      SELECT next.sender FROM walk CROSS JOIN LATERAL (
        SELECT ${AGENT_ID} AS sender FROM entries e
        WHERE ${OF_REQUEST} AND ${AGENT_ID} > walk.sender AND ${AGENT_ID} >= walk.own
        ORDER BY ${AGENT_ID} LIMIT 1) next) following)
  SELECT own AS id FROM walk WHERE own = sender`;

function statementOf(accountId: AccountId, sought: Sought, range: FoundRange): Statement {
  switch (sought.by) {
    case 'scope': {
      const { sql, values } = scopeCondition(sought.scope);
      return { from: 'sessions s', where: sql, values };
    }
    case 'call': {
      const digests = sought.agents.flatMap((agentId) =>
        sought.digestsOf(agentId).map((digest) => ({ agentId, digest })),
      );
      const values = [accountId, digests.map(({ agentId }) => agentId), digests.map(({ digest }) => digest)];
      return {
        from: `unnest($2::text[], $3::bytea[]) AS d(agent_id, digest) CROSS JOIN LATERAL (
                 SELECT * FROM sessions o
                 WHERE o.account_id = $1 AND o.agent_id = d.agent_id AND o.call_digest = d.digest
                 ${pageSql(PLACE.inCalls, values.length, range)}) s`,
        where: 'TRUE',
        values,
      };
    }
    case 'request': {
      // A page of each agent. OFFSET 0: the planner knows no figures of the expression, and would expect far too many rows.
      const values = [accountId, sought.sha256];
      return {
        from: `(${SENDERS}) a CROSS JOIN LATERAL (
                 SELECT e.session_id, e.seq, e.kind, e.leaf_hash FROM entries e
                 WHERE ${OF_REQUEST} AND ${AGENT_ID} = a.id
                 ${pageSql(PLACE.inEntries, values.length, range)}) e
               CROSS JOIN LATERAL (SELECT * FROM sessions o WHERE o.id = e.session_id OFFSET 0) s`,
        where: 's.account_id = $1',
        values,
      };
    }
  }
}

/** The end of a statement: the bounds of a range, whose values come after the `given` ones, its order and its limit. */
function pageSql(place: readonly string[], given: number, { above, below, order, limit }: FoundRange): string {
  const bound = (comparison: '<' | '>', before: number): string =>
    ` AND (${place.join(', ')}) ${comparison} (${place.map((_, at) => `$${before + at + 1}`).join(', ')})`;
  const lower = above === null ? '' : bound('>', given);
  const upper = below === null ? '' : bound('<', given + (above === null ? 0 : place.length));
  return `${lower}${upper} ORDER BY ${place.map((name) => `${name} ${order}`).join(', ')} LIMIT ${limit}`;
}

/** Agents that one statement looks among for a call. */
export const AGENTS_AT_ONCE = 250;

/** Pairs are compared: of an account given by `=` the planner expects an agent soon in any order. */
const CALLED = `SELECT s.account_id, s.agent_id FROM sessions s WHERE s.call_digest IS NOT NULL`;

/** Returns the agents of an account that had a call, the deleted too. Reads one row for each. */
export async function agentsWithCalls(db: Db, accountId: AccountId): Promise<AgentId[]> {
  const { rows } = await db.query<{ id: AgentId }>(
    `WITH RECURSIVE walk(account_id, agent_id) AS (
       (${CALLED} AND (s.account_id, s.agent_id) > ($1, '') ORDER BY s.account_id, s.agent_id LIMIT 1)
       UNION ALL
       SELECT next.* FROM walk CROSS JOIN LATERAL (
         ${CALLED} AND (s.account_id, s.agent_id) > (walk.account_id, walk.agent_id)
         ORDER BY s.account_id, s.agent_id LIMIT 1) next
       WHERE walk.account_id = $1)
     SELECT agent_id AS id FROM walk WHERE account_id = $1`,
    [accountId],
  );
  return rows.map(({ id }) => id);
}

interface FoundRecord {
  readonly id: SessionId;
  readonly agent_id: AgentId;
  readonly started_at: Date;
  readonly sealed_at: Date | null;
  readonly status: FoundSession['status'];
  readonly seq: number | null;
  readonly kind: string | null;
  readonly leaf_hash: Buffer | null;
}

/** Returns the sessions of the account that are sought, within a range. One that is found by several entries comes as often. */
export async function foundSessions(
  db: Db,
  accountId: AccountId,
  sought: Sought,
  range: FoundRange,
): Promise<FoundSession[]> {
  const { from, where, values } = statementOf(accountId, sought, range);
  const hasEntry = sought.by === 'request';
  const bounds = [range.above, range.below].flatMap((place) =>
    place === null ? [] : hasEntry ? [place.sessionId, place.seq] : [place.sessionId],
  );
  const columns = hasEntry ? 'e.seq, e.kind, e.leaf_hash' : 'NULL AS seq, NULL AS kind, NULL AS leaf_hash';
  const { rows } = await db.query<FoundRecord>(
    `SELECT s.id, s.agent_id, s.started_at, s.sealed_at, s.status, ${columns} FROM ${from}
     WHERE ${where}${pageSql(hasEntry ? PLACE.ofEntry : PLACE.ofSession, values.length, range)}`,
    [...values, ...bounds],
  );
  return rows.map(({ id, agent_id, started_at, sealed_at, status, seq, kind, leaf_hash }) => ({
    id,
    agentId: agent_id,
    startedAt: started_at,
    sealedAt: sealed_at,
    status,
    entry: seq === null || kind === null || leaf_hash === null ? null : { seq, kind, leafHash: leaf_hash },
  }));
}
