/** What the log says of agents that anybody may call. See docs/proxy.md, Who may call an agent. */
import type { Pool } from 'pg';
import { findOpenAgents } from '../../agents/open-agents.ts';
import type { Config } from '../../platform/config.ts';
import type { AgentId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/log.ts';

export interface OpenAgentLog {
  /** Says that an agent was made or changed so that anybody may call it. */
  opened(id: AgentId): void;
  /** Says how many there are, and names them by id. Rejects when the database does. */
  atStart(pool: Pick<Pool, 'query'>): Promise<void>;
}

/** Warns in production. On a development start that is how agents are made, and no more than information. */
export function createOpenAgentLog({ production }: Pick<Config, 'production'>, log: Logger): OpenAgentLog {
  const say = (context: object, message: string): void => {
    if (production) log.warn(context, message);
    else log.info(context, message);
  };
  return {
    opened: (agent_id) => {
      say({ agent_id }, 'anybody who knows the id of this agent may call it: it has no caller_auth');
    },
    atStart: async (pool) => {
      const { count, ids } = await findOpenAgents(pool);
      if (count > 0)
        say({ count, agent_ids: ids }, 'agents that anybody who knows their id may call: they have no caller_auth');
    },
  };
}
