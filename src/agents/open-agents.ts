/** Agents that anybody may call who knows their id: those without a `caller_auth`. See docs/proxy.md, Who may call an agent. */
import type { Pool } from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AgentId } from '../platform/ids.ts';

const OPEN = 'FROM agents WHERE caller_auth IS NULL AND deleted_at IS NULL';
/** So many ids stand in one line of the log. */
const LISTED = 20;

export interface OpenAgents {
  readonly count: number;
  /** The newest of them. */
  readonly ids: readonly AgentId[];
}

/** How many open agents there are, of all accounts. Rejects when the database does. */
export async function countOpenAgents(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`SELECT count(*)::int AS count ${OPEN}`);
  return rows[0]?.count ?? 0;
}

/** The open agents of all accounts. Rejects when the database does. */
export async function findOpenAgents(pool: Pick<Pool, 'query'>): Promise<OpenAgents> {
  const count = await countOpenAgents(pool);
  const { rows } = await pool.query<{ id: string }>(`SELECT id ${OPEN} ORDER BY id DESC LIMIT $1`, [LISTED]);
  return { count, ids: rows.flatMap(({ id }) => parseId('agent', id) ?? []) };
}
