/** The agent on the stub that a first start shows. */
import type { Bootstrap } from '../../accounts/bootstrap.ts';
import type { AgentService } from '../../agents/agents.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

interface DemoParts {
  readonly bootstrap: Pick<Bootstrap, 'ensureAdmin'>;
  readonly prisma: PrismaClient;
  readonly agents: Pick<AgentService, 'create'>;
  readonly publicOrigin: string;
}

/** The address of the demo agent, which is made where there is no agent yet; null where it was deleted. */
export async function demoAgent({ bootstrap, prisma, agents, publicOrigin }: DemoParts): Promise<string | null> {
  const admin = await bootstrap.ensureAdmin();
  const demo = { name: 'demo', upstream: 'stub' };
  const isFirst = (await prisma.agent.findFirst({ select: { id: true } })) === null;
  const { id = null } = isFirst
    ? (await agents.create(admin, { ...demo, callerAuth: null })).agent
    : ((await prisma.agent.findFirst({
        where: { ...demo, accountId: admin.accountId, deletedAt: null },
        select: { id: true },
      })) ?? {});
  return id === null ? null : `${publicOrigin}/proxy/${id}/v1/chat/completions`;
}
