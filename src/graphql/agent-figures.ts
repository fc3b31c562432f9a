import type { AgentStats } from '../agents/agent-stats.ts';
import { parseId } from '../platform/ids.ts';
import type { AgentId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { Batch } from './batch.ts';
import type { GraphqlContext } from './context.ts';

const NO_STATS: AgentStats = {
  sessionCount24h: 0,
  sessionCount7d: 0,
  redactionCount24h: 0,
  p50LatencyMs: null,
  p95LatencyMs: null,
};

// One batch for each operation: it goes when its context goes.
const batches = new WeakMap<GraphqlContext, Batch<AgentId, AgentStats>>();

/** The figures of one agent; all agents of one operation are asked for in one call of the service. */
export async function figuresOf(context: GraphqlContext, id: string): Promise<AgentStats> {
  const { accountId } = viewerOf(context);
  let batch = batches.get(context);
  if (batch === undefined) {
    batch = new Batch((ids) => context.services.agentStats(accountId, ids));
    batches.set(context, batch);
  }
  const agentId = parseId('agent', id);
  return (agentId === null ? undefined : await batch.load(agentId)) ?? NO_STATS;
}
