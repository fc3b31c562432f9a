/** Agents: made, changed and removed, each act in one transaction with its record. Spec: api.md, REST routes. */
import { createHash } from 'node:crypto';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import type { Json } from '../audit/canonical.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Agent, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import { AGENT_CHANNEL } from './agent-changes.ts';
import { checkAgentChange, checkNewAgent } from './agent-input.ts';
import type { AgentChange, AgentRules, AgentSettings, ChosenPolicy, NewAgent } from './agent-input.ts';

/** Agents of an account. Every method throws Failure `agent_not_found` for an id that names no living agent of it. */
/** Who does it: a viewer, or the system for the bootstrap admin. */
export type Actor = Pick<Viewer, 'accountId' | 'userId'>;

export interface AgentService {
  /** Throws Failure `name_taken`, or what `checkNewAgent` throws. */
  create(actor: Actor, input: NewAgent): Promise<Agent>;
  /**
   * Changes what is given. A change that changes nothing writes nothing. A changed policy raises the policy version.
   * Throws Failure `name_taken`, or what `checkAgentChange` throws.
   */
  update(actor: Actor, id: string, change: AgentChange): Promise<Agent>;
  /** Takes the agent out of use for good; its sessions and their vault stay. Who may do this is the caller's to check. */
  remove(actor: Actor, id: string): Promise<void>;
  find(accountId: AccountId, id: string): Promise<Agent>;
}

export interface AgentServiceOptions extends AgentRules {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  /** Told of every change when it is committed, before the caller is answered: this node forgets what it had cached. */
  readonly onChange?: (id: AgentId) => void;
}

type Transaction = Prisma.TransactionClient;

/** The names of an agent's settings as its record has them. */
type SettingName = 'name' | 'upstream' | 'tokenization' | 'policy';

export function createAgentService({ prisma, clock, onChange, ...rules }: AgentServiceOptions): AgentService {
  const changed = (agent: Agent): Agent => {
    onChange?.(agentIdOf(agent.id));
    return agent;
  };

  return {
    async create({ accountId, userId }, input) {
      const { policy, ...settings } = checkNewAgent(input, rules);
      const now = clock.now();
      const agentId = newId('agent', now);
      const agent = await whereNameIsFree(() =>
        prisma.$transaction(async (tx) => {
          const created = await tx.agent.create({
            data: {
              id: agentId,
              accountId,
              ...settings,
              policyName: policy.name,
              policyYaml: policy.yaml,
              policyVersion: policy.policy.version,
              createdAt: new Date(now),
              updatedAt: new Date(now),
            },
          });
          const { upstream, tokenization } = created;
          const subject = { agent_id: agentId, upstream, tokenization, ...policySubject(created, policy) };
          await recordAct(tx, { accountId, userId, kind: 'agent_created', subject }, now);
          await notify(tx, agentId);
          return created;
        }),
      );
      return changed(agent);
    },

    async update({ accountId, userId }, id, input) {
      const agentId = agentIdOf(id);
      await livingAgent(prisma, accountId, agentId);
      const change = checkAgentChange(input, rules);
      const now = clock.now();
      const agent = await whereNameIsFree(() =>
        prisma.$transaction(async (tx) => {
          // Two changes at once would both raise the same policy version: the second waits here and sees the first.
          await tx.$executeRaw`SELECT 1 FROM "agents" WHERE "id" = ${agentId} FOR UPDATE`;
          const before = await livingAgent(tx, accountId, agentId);
          const columns = columnsAfter(before, change);
          const names = changedSettings(before, columns);
          if (names.length === 0) return before;
          const newPolicy = names.includes('policy') ? change.policy : undefined;
          const policyVersion = newPolicy === undefined ? before.policyVersion : versionAfter(before, newPolicy);
          const data = { ...columns, policyVersion, updatedAt: new Date(now) };
          const after = await tx.agent.update({ where: { id: agentId }, data });
          const policy = newPolicy === undefined ? {} : policySubject(after, newPolicy);
          const subject = { agent_id: agentId, changed: names, ...policy };
          await recordAct(tx, { accountId, userId, kind: 'agent_updated', subject }, now);
          await notify(tx, agentId);
          return after;
        }),
      );
      return changed(agent);
    },

    async remove({ accountId, userId }, id) {
      const agentId = agentIdOf(id);
      const now = clock.now();
      await prisma.$transaction(async (tx) => {
        // The condition makes the second of two removals find nothing.
        const living = { id: agentId, accountId, deletedAt: null };
        const { count } = await tx.agent.updateMany({ where: living, data: { deletedAt: new Date(now), updatedAt: new Date(now) } });
        if (count === 0) throw notFound();
        await recordAct(tx, { accountId, userId, kind: 'agent_deleted', subject: { agent_id: agentId } }, now);
        await notify(tx, agentId);
      });
      onChange?.(agentId);
    },

    async find(accountId, id) {
      return livingAgent(prisma, accountId, agentIdOf(id));
    },
  };
}

async function livingAgent(db: Transaction, accountId: AccountId, id: AgentId): Promise<Agent> {
  const agent = await db.agent.findFirst({ where: { id, accountId, deletedAt: null } });
  if (agent === null) throw notFound();
  return agent;
}

function agentIdOf(text: string): AgentId {
  const id = parseId('agent', text);
  if (id === null) throw notFound();
  return id;
}

function notFound(): Failure {
  return new Failure('agent_not_found', 'There is no such agent.');
}

/** The columns that settings are kept in. */
type Columns = Pick<Agent, 'name' | 'upstream' | 'tokenization' | 'policyName' | 'policyYaml'>;

function columnsAfter(before: Agent, { policy, ...change }: Partial<AgentSettings>): Columns {
  return {
    name: change.name ?? before.name,
    upstream: change.upstream ?? before.upstream,
    tokenization: change.tokenization ?? before.tokenization,
    policyName: policy === undefined ? before.policyName : policy.name,
    policyYaml: policy === undefined ? before.policyYaml : policy.yaml,
  };
}

function changedSettings(before: Columns, after: Columns): SettingName[] {
  const names: SettingName[] = [];
  if (after.name !== before.name) names.push('name');
  if (after.upstream !== before.upstream) names.push('upstream');
  if (after.tokenization !== before.tokenization) names.push('tokenization');
  if (after.policyName !== before.policyName || after.policyYaml !== before.policyYaml) names.push('policy');
  return names;
}

/** An agent's policy version only grows: one number never means two policies in its sessions. */
function versionAfter(before: Agent, { policy }: ChosenPolicy): number {
  return Math.max(before.policyVersion + 1, policy.version);
}

/** What the record says of a policy. The text itself may be long; its digest is the one that sessions are sealed with. */
function policySubject({ policyName, policyVersion }: Agent, { text }: ChosenPolicy): Readonly<Record<string, Json>> {
  const digest = createHash('sha256').update(text, 'utf8').digest('hex');
  return { policy_name: policyName, policy_version: policyVersion, policy_digest: digest };
}

/** Tells every node, when the transaction commits, that the agent is not what it was. */
async function notify(tx: Transaction, id: AgentId): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${AGENT_CHANNEL}, ${id})`;
}

/** Names are unique by an index: of two callers who take one name at once, the second fails here and nowhere before. */
async function whereNameIsFree(work: () => Promise<Agent>): Promise<Agent> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    throw new Failure('name_taken', 'An agent of this name already exists.', [
      { path: 'name', code: 'name_taken', message: 'must be unique among the agents of the account' },
    ]);
  }
}
