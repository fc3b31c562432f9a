/** Agents: made, changed and removed, each act in one transaction with its record. See docs/api.md, REST routes. */
import type { Agent } from '../generated/prisma/client.ts';
import type { AccountId } from '../platform/ids.ts';
import { AgentEdits } from './agent-edits.ts';
import type { AgentCondition, AgentServiceOptions, CreatedAgent } from './agent-edits.ts';
import type { AgentChange, NewAgent } from './agent-input.ts';
import { agentIdOf, agentNotFound, livingAgent, recordAgentAct } from './agent-transaction.ts';
import type { Actor } from './agent-transaction.ts';
import { createProxyKeys } from './proxy-keys.ts';
import type { ProxyKeyService } from './proxy-keys.ts';

/** Agents of an account. Every method throws Failure `agent_not_found` for an id that names no living agent of it. */
export interface AgentService {
  /** Throws Failure `name_taken`, or what `checkNewAgent` throws. */
  create(actor: Actor, input: NewAgent): Promise<CreatedAgent>;
  /**
   * Changes what is given. A change that changes nothing writes nothing. A changed policy raises the policy version.
   * Throws Failure `name_taken`, `precondition_failed` where the condition does not hold, or what `checkAgentChange` throws.
   */
  update(actor: Actor, id: string, change: AgentChange, condition?: AgentCondition): Promise<Agent>;
  /** Takes the agent out of use for good; its sessions and their vault stay. Who may do this is the caller's to check. */
  remove(actor: Actor, id: string): Promise<void>;
  find(accountId: AccountId, id: string): Promise<Agent>;
  /** Throws what `checkAgentChange` throws, and changes nothing. */
  check(actor: Actor, change: AgentChange): Promise<void>;
  /** What an agent of the account may name as its upstream, `stub` first. */
  upstreams(accountId: AccountId): readonly string[];
  readonly keys: ProxyKeyService;
}

export function createAgentService(options: AgentServiceOptions): AgentService {
  const { prisma, clock, onChange } = options;
  const edits = new AgentEdits(options);
  return {
    upstreams: (accountId) => edits.upstreams(accountId),
    create: (actor, input) => edits.create(actor, input),
    update: (actor, id, input, condition) => edits.update(actor, id, input, condition),
    check: (actor, change) => edits.check(actor, change),
    find: async (accountId, id) => livingAgent(prisma, accountId, agentIdOf(id)),

    async remove(actor, id) {
      const agentId = agentIdOf(id);
      const now = clock.now();
      await prisma.$transaction(async (tx) => {
        // The condition makes the second of two removals find nothing.
        const living = { id: agentId, accountId: actor.accountId, deletedAt: null };
        const { count } = await tx.agent.updateMany({
          where: living,
          data: { deletedAt: new Date(now), updatedAt: new Date(now) },
        });
        if (count === 0) throw agentNotFound();
        // What let callers in is of no more use to anyone.
        await tx.agentSecret.deleteMany({ where: { agentId } });
        await tx.proxyKey.deleteMany({ where: { agentId } });
        await recordAgentAct(tx, actor, agentId, { kind: 'agent_deleted', subject: {} }, now);
      });
      onChange?.(agentId);
    },

    keys: createProxyKeys({ ...options, seal: (...secret) => edits.seal(...secret) }),
  };
}
