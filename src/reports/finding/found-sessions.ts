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
const PLACE = { ofSession: ['s.id'], ofEntry: ['s.id', 'e.seq'], inEntries: ['e.session_id', 'e.seq'] } as const;

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
      // Two parts: open and sealed sessions have an index each.
      return {
        from: `unnest($2::text[], $3::bytea[]) AS d(agent_id, digest) CROSS JOIN LATERAL (
                 SELECT * FROM sessions o
                 WHERE o.agent_id = d.agent_id AND o.call_digest = d.digest AND o.sealed_at IS NULL
                 UNION ALL
                 SELECT * FROM sessions c
                 WHERE c.agent_id = d.agent_id AND c.call_digest = d.digest AND c.sealed_at IS NOT NULL) s`,
        where: 's.account_id = $1',
        values: [accountId, digests.map(({ agentId }) => agentId), digests.map(({ digest }) => digest)],
      };
    }
    case 'request': {
      // A page of each agent. OFFSET 0: the planner knows no figures of the expression, and would expect far too many rows.
      const values = [accountId, sought.sha256];
      return {
        from: `agents a CROSS JOIN LATERAL (
                 SELECT e.session_id, e.seq, e.kind, e.leaf_hash FROM entries e
                 WHERE e.kind = 'turn_forwarded' AND ${REQUEST_SHA256} = $2 AND ${AGENT_ID} = a.id
                 ${pageSql(PLACE.inEntries, values.length, range)}) e
               CROSS JOIN LATERAL (SELECT * FROM sessions o WHERE o.id = e.session_id OFFSET 0) s`,
        where: 'a.account_id = $1 AND s.account_id = $1',
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

/** Returns the agents of an account that had a session, the deleted too. */
export async function agentsWithSessions(db: Db, accountId: AccountId): Promise<AgentId[]> {
  // The first session from an agent on, in the order of the index by agent. By `=` the planner expects one soon in any order,
  // and reads the whole table for an agent that has none.
  const { rows } = await db.query<{ id: AgentId }>(
    `SELECT a.id FROM agents a CROSS JOIN LATERAL (
       SELECT agent_id FROM sessions WHERE agent_id >= a.id ORDER BY agent_id, id LIMIT 1) s
     WHERE a.account_id = $1 AND s.agent_id = a.id ORDER BY a.id`,
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
