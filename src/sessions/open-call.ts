/** The open session of a call that the platform names: what its end is the end of. */
import type { Pool } from 'pg';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { parseId } from '../platform/ids.ts';
import { agentDigester } from './agent-digest.ts';
import type { NamedCall } from './correlation.ts';

/** Null where no open session of the agent belongs to the call. Rejects when the database does. */
export type FindOpenCall = (agentId: AgentId, reference: NamedCall) => Promise<SessionId | null>;

const OPEN_SESSION = {
  name: 'masker_open_call',
  text: 'SELECT id FROM sessions WHERE agent_id = $1 AND key_digest = $2 AND sealed_at IS NULL',
};

/** `auditKey` is MASKER_AUDIT_HMAC_KEY. */
export function openCallFinder(pool: Pick<Pool, 'query'>, auditKey: Uint8Array): FindOpenCall {
  const digestKey = agentDigester(auditKey, 'session-key');
  return async (agentId, reference) => {
    switch (reference.by) {
      case 'session':
        return reference.sessionId;
      case 'key': {
        const { rows } = await pool.query<{ id: string }>({
          ...OPEN_SESSION,
          values: [agentId, digestKey(agentId, reference.key)],
        });
        return parseId('session', rows[0]?.id ?? '');
      }
    }
  };
}
