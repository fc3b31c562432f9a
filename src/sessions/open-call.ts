/** The open sessions of a call that the platform names: what its end is the end of, whatever its callers proved. */
import type { Pool } from 'pg';
import type { AgentId, SessionId } from '../platform/ids.ts';
import type { CallDigests } from './call-digests.ts';
import type { NamedCall } from './correlation.ts';

// Sessions without a call digest were opened before there was one; their key digest is the same.
const OPEN_SESSIONS = {
  name: 'masker_open_call',
  text: `SELECT id FROM sessions
    WHERE agent_id = $1 AND (call_digest = $2 OR key_digest = $2) AND sealed_at IS NULL ORDER BY id`,
};

/** Returns the ids of the agent's open sessions that belong to the call, oldest first. Rejects when the database does. */
export async function openSessions(
  pool: Pick<Pool, 'query'>,
  digests: CallDigests,
  agentId: AgentId,
  reference: NamedCall,
): Promise<readonly SessionId[]> {
  switch (reference.by) {
    case 'session':
      return [reference.sessionId];
    case 'key': {
      const { rows } = await pool.query<{ id: SessionId }>({
        ...OPEN_SESSIONS,
        values: [agentId, digests.call(agentId, reference.key)],
      });
      return rows.map(({ id }) => id);
    }
  }
}
