/** Agents: made, changed and removed, each act in one transaction with its record. See docs/api.md, REST routes. */
import { createHash } from 'node:crypto';
import type { Json } from '../audit/canonical.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';
import { checkAgentChange, checkNewAgent } from './agent-input.ts';
import type { AgentChange, AgentRules, AgentSettings, ChosenPolicy, NewAgent } from './agent-input.ts';
import { optionsAfter, optionsOf } from './agent-options.ts';
import type { AgentOptions, OptionsAfter } from './agent-options.ts';
import type { AgentSecrets, SealedSecret } from './agent-secrets.ts';
import { agentIdOf, agentNotFound, changeAgent, livingAgent, recordAgentAct } from './agent-transaction.ts';
import type { Actor, AgentTransactions, Transaction } from './agent-transaction.ts';
import { storedCallerAuth } from './caller-auth.ts';
import { createProxyKeys, storeSecret } from './proxy-keys.ts';
import type { ProxyKeyService } from './proxy-keys.ts';

/** Agents of an account. Every method throws Failure `agent_not_found` for an id that names no living agent of it. */
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
  readonly keys: ProxyKeyService;
}

export interface AgentServiceOptions extends AgentRules, AgentTransactions {
  readonly secrets: AgentSecrets;
}

const NO_OPTIONS: AgentOptions = { callerAuth: null, assistant: null, assistantCallbackUrl: null };

export function createAgentService({
  secrets,
  upstreams,
  policies,
  ...transactions
}: AgentServiceOptions): AgentService {
  const { prisma, clock, onChange } = transactions;
  const rules = { upstreams, policies };

  /** Under the key that the agent's values are under: whoever erases that key means both. */
  const seal = (agent: Agent, purpose: SealedSecret['purpose'], secret: Secret<string>): SealedSecret => {
    const accountId = parseId('account', agent.accountId);
    if (accountId === null) throw new TypeError('a row of agents holds what was never written');
    const { policy } = policies.resolve({ policyName: agent.policyName, policyYaml: agent.policyYaml });
    return secrets.seal(accountId, agentIdOf(agent.id), purpose, policy.kid, secret);
  };
  const storeSecrets = async (
    tx: Transaction,
    agent: Agent,
    { newSecrets, lostSecrets }: OptionsAfter,
  ): Promise<void> => {
    const agentId = agentIdOf(agent.id);
    if (lostSecrets.length > 0)
      await tx.agentSecret.deleteMany({ where: { agentId, purpose: { in: [...lostSecrets] } } });
    for (const [purpose, secret] of newSecrets) await storeSecret(tx, agentId, seal(agent, purpose, secret));
  };

  return {
    async create(actor, input) {
      const { policy, name, upstream, tokenization, ...change } = checkNewAgent(input, rules);
      const options = optionsAfter(NO_OPTIONS, new Set(), change);
      const now = clock.now();
      const agentId = newId('agent', now);
      const created = await whereNameIsFree(() =>
        prisma.$transaction(async (tx) => {
          const agent = await tx.agent.create({
            data: {
              id: agentId,
              accountId: actor.accountId,
              name,
              upstream,
              tokenization,
              policyName: policy.name,
              policyYaml: policy.yaml,
              policyVersion: policy.policy.version,
              ...optionColumns(options),
              createdAt: new Date(now),
              updatedAt: new Date(now),
            },
          });
          await storeSecrets(tx, agent, options);
          const set = options.changed.length === 0 ? {} : { set: [...options.changed] };
          const subject = { upstream, tokenization, ...policySubject(agent, policy), ...set };
          await recordAgentAct(tx, actor, agentId, { kind: 'agent_created', subject }, now);
          return agent;
        }),
      );
      onChange?.(agentId);
      return created;
    },

    async update(actor, id, input) {
      const agentId = agentIdOf(id);
      await livingAgent(prisma, actor.accountId, agentId);
      const change = checkAgentChange(input, rules);
      return whereNameIsFree(() =>
        changeAgent(transactions, actor, agentId, async (tx, before, now) => {
          const columns = columnsAfter(before, change);
          const known = await tx.agentSecret.findMany({ where: { agentId }, select: { purpose: true } });
          const options = optionsAfter(optionsOf(before), new Set(known.map(({ purpose }) => purpose)), change);
          const names = changedSettings(before, columns);
          const changed = [...names, ...options.changed];
          if (changed.length === 0) return { result: before, act: null };
          const newPolicy = names.includes('policy') ? change.policy : undefined;
          const policyVersion = newPolicy === undefined ? before.policyVersion : versionAfter(before, newPolicy);
          const data = { ...columns, ...optionColumns(options), policyVersion, updatedAt: new Date(now) };
          const after = await tx.agent.update({ where: { id: agentId }, data });
          await storeSecrets(tx, after, options);
          const policy = newPolicy === undefined ? {} : policySubject(after, newPolicy);
          return { result: after, act: { kind: 'agent_updated', subject: { changed, ...policy } } };
        }),
      );
    },

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

    async find(accountId, id) {
      return livingAgent(prisma, accountId, agentIdOf(id));
    },

    keys: createProxyKeys({ ...transactions, seal }),
  };
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

/** What options are kept in. */
function optionColumns({
  callerAuth,
  assistant,
  assistantCallbackUrl,
}: AgentOptions): Pick<Prisma.AgentUncheckedCreateInput, 'callerAuth' | 'assistant' | 'assistantCallbackUrl'> {
  return {
    callerAuth: callerAuth === null ? Prisma.DbNull : storedCallerAuth(callerAuth),
    assistant: assistant ?? Prisma.DbNull,
    assistantCallbackUrl,
  };
}

/** The names of what changed, as the record has them. */
function changedSettings(before: Columns, after: Columns): string[] {
  const names: string[] = [];
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
