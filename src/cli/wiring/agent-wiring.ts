/** Agents, their policies and their upstreams, and the news of them from other nodes. */
import { createOperatorKeys } from '../../accounts/operator-keys.ts';
import type { OperatorKeys } from '../../accounts/operator-keys.ts';
import { AgentCache } from '../../agents/agent-cache.ts';
import { POLICY_CHANNEL } from '../../agents/agent-changes.ts';
import { agentReader } from '../../agents/agent-runtime.ts';
import type { AgentRuntime } from '../../agents/agent-runtime.ts';
import { AgentSecrets } from '../../agents/agent-secrets.ts';
import { createAgentService } from '../../agents/agents.ts';
import type { AgentService } from '../../agents/agents.ts';
import { createStoredPolicies } from '../../agents/stored-policies.ts';
import type { StoredPolicies } from '../../agents/stored-policies.ts';
import type { AgentId } from '../../platform/ids.ts';
import type { PolicyReload } from '../../policy/reload.ts';
import { createOpenAgentLog } from './open-agent-log.ts';
import type { OpenAgentLog } from './open-agent-log.ts';
import { reloadOfPolicies } from './policies.ts';
import { PurgeNews } from './purge-news.ts';
import { createUpstreams } from './upstreams.ts';
import type { Upstreams } from './upstreams.ts';
import type { Ground } from './ground.ts';

export interface AgentWiring {
  readonly agents: AgentService;
  /** The agent as turns need it, or null where no living agent has the id. */
  readonly findAgent: (id: AgentId) => Promise<AgentRuntime | null>;
  readonly storedPolicies: StoredPolicies;
  readonly upstreams: Upstreams;
  readonly operatorKeys: OperatorKeys;
  readonly openAgents: OpenAgentLog;
  /** Tells sessions of values that were purged on other nodes. */
  readonly purged: PurgeNews;
  /** Reads the policy file again on this node; resolves with whether another policy is in force. Problems are logged. */
  readonly reloadHere: () => Promise<boolean>;
  /** Reads the policy file again on all nodes. */
  readonly reloadEverywhere: PolicyReload;
  /** Hears of no more changes. */
  readonly close: () => Promise<void>;
}

export function wireAgents(ground: Ground): AgentWiring {
  const { config, log, clock, pool, prisma, ring, policies } = ground;
  const upstreams = createUpstreams(config, log);
  const secrets = new AgentSecrets(ring);
  const cache = new AgentCache(agentReader(pool, policies, secrets));
  const operatorKeys = createOperatorKeys({
    accounts: config.operatorKeyAccounts,
    providers: upstreams.withOperatorKey,
  });
  const openAgents = createOpenAgentLog(config, log);
  const onChange = (id: AgentId): void => {
    cache.forget(id);
  };
  const agents = createAgentService({
    policies,
    upstreams: { has: (name: string) => upstreams.bindings.includes(name), list: () => upstreams.bindings },
    prisma,
    clock,
    secrets,
    operatorKeys,
    keysByDefault: config.production,
    onChange,
    onOpened: (id) => {
      openAgents.opened(id);
    },
  });
  return {
    agents,
    findAgent: (id) => cache.get(id),
    storedPolicies: createStoredPolicies({ policies, prisma, clock, onChange }),
    upstreams,
    operatorKeys,
    openAgents,
    ...hearChanges(ground, cache),
  };
}

/** Keeps policies and the cache of agents as the file and the other nodes say. */
function hearChanges(
  { config, log, databaseUrl, pool, ring, policies }: Ground,
  cache: AgentCache,
): Pick<AgentWiring, 'purged' | 'reloadHere' | 'reloadEverywhere' | 'close'> {
  const reload = reloadOfPolicies(config, {
    ring,
    policies,
    log,
    onChange: () => {
      cache.forgetAll();
    },
  });
  // What is wrong with the file has been logged by then, and only the file can mend it.
  const reloadHere = async (): Promise<boolean> =>
    reload().then(
      ({ changed }) => changed,
      () => false,
    );
  const purged = new PurgeNews();
  const changes = cache.listenForChanges(
    {
      url: databaseUrl,
      onConnectionError: (err) => {
        log.warn({ err }, 'not hearing of agents that change: they are read afresh for every turn');
      },
    },
    () => void reloadHere(),
    (id) => {
      purged.heard(id);
    },
  );
  return {
    purged,
    reloadHere,
    reloadEverywhere: async () => {
      const reloaded = await reload();
      await pool.query('SELECT pg_notify($1, $2)', [POLICY_CHANNEL, '']);
      return reloaded;
    },
    close: () => changes.close(),
  };
}
