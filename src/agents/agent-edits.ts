/** Makes and changes agents: checks the input, stores settings and secrets, and records the act. */
import { createHash } from 'node:crypto';
import type { OperatorKeys } from '../accounts/operator-keys.ts';
import type { Json } from '../audit/canonical.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';
import type { StoredText } from '../policy/store.ts';
import { checkAgentChange, checkNewAgent } from './agent-input.ts';
import type { AgentChange, AgentRules, AgentSettings, ChosenPolicy, NewAgent } from './agent-input.ts';
import { optionsAfter, optionsOf, wouldOpen } from './agent-options.ts';
import type { AgentOptions, OptionsAfter } from './agent-options.ts';
import type { AgentSecrets, SealedSecret } from './agent-secrets.ts';
import { agentIdOf, changeAgent, livingAgent, recordAgentAct, updatedAfter } from './agent-transaction.ts';
import type { Actor, AgentTransactions, AgentWork, Transaction } from './agent-transaction.ts';
import { storedCallerAuth } from './caller-auth.ts';
import { holdPublishedPolicy, publishedPolicy } from './published-policies.ts';
import { insertProxyKey, storeSecret } from './proxy-keys.ts';
import type { NewProxyKey } from './proxy-keys.ts';

/** An agent that was just made, and its first proxy key where it asks for one: the only time that the key is shown. */
export interface CreatedAgent {
  readonly agent: Agent;
  readonly proxyKey: NewProxyKey | null;
}

/** What must hold of an agent before it is changed. */
export interface AgentCondition {
  /** When it was last changed, as the caller read it. Null asks for nothing. */
  readonly updatedAt?: Date | null | undefined;
}

export interface AgentServiceOptions extends AgentRules, AgentTransactions {
  readonly secrets: AgentSecrets;
  readonly operatorKeys: OperatorKeys;
  /** Whether a new agent that says nothing of `caller_auth` asks for a proxy key; else anybody may call it. */
  readonly keysByDefault: boolean;
  /** Told when an agent is made or changed so that anybody may call it. */
  readonly onOpened?: (id: AgentId) => void;
}

/** The rules of one account. */
interface AccountRules extends AgentRules {
  /** What the account has published under the name that is given; null for nothing. */
  readonly stored: StoredText | null;
}

interface Updated {
  readonly agent: Agent;
  readonly opened: boolean;
}

const NO_OPTIONS: AgentOptions = { callerAuth: null, assistant: null, assistantCallbackUrl: null };

export class AgentEdits {
  readonly #options: AgentServiceOptions;

  constructor(options: AgentServiceOptions) {
    this.#options = options;
  }

  upstreams(accountId: AccountId): readonly string[] {
    return this.#options.upstreams.list().filter((name) => !this.#isWithheld(accountId, name));
  }

  async create(actor: Actor, input: NewAgent): Promise<CreatedAgent> {
    const { prisma, clock, onChange, onOpened } = this.#options;
    const rules = await this.#rulesFor(actor, input);
    checkNewAgent(input, rules);
    const now = clock.now();
    const agentId = newId('agent', now);
    const created = await whereNameIsFree(() =>
      prisma.$transaction(async (tx) => {
        const settings = checkNewAgent(input, await this.#heldRules(tx, actor, rules));
        return this.#insert(tx, actor, agentId, settings, now);
      }),
    );
    onChange?.(agentId);
    if (created.agent.callerAuth === null) onOpened?.(agentId);
    return created;
  }

  async update(
    actor: Actor,
    id: string,
    input: AgentChange,
    { updatedAt = null }: AgentCondition = {},
  ): Promise<Agent> {
    const agentId = agentIdOf(id);
    await livingAgent(this.#options.prisma, actor.accountId, agentId);
    const rules = await this.#rulesFor(actor, input);
    let change = checkAgentChange(input, rules);
    const holdPolicy = async (tx: Transaction): Promise<void> => {
      change = checkAgentChange(input, await this.#heldRules(tx, actor, rules));
    };
    const work = async (tx: Transaction, before: Agent, now: number): Promise<AgentWork<Updated>> => {
      if (updatedAt !== null && before.updatedAt.getTime() !== updatedAt.getTime()) throw changedMeanwhile();
      return this.#change(tx, before, change, now);
    };
    const { agent, opened } = await whereNameIsFree(() => changeAgent(this.#options, actor, agentId, work, holdPolicy));
    if (opened) this.#options.onOpened?.(agentId);
    return agent;
  }

  async check(actor: Actor, change: AgentChange): Promise<void> {
    checkAgentChange(change, await this.#rulesFor(actor, change));
  }

  /** Seals under the key that the agent's values are under: whoever erases that key means both. */
  async seal(
    tx: Transaction,
    agent: Agent,
    purpose: SealedSecret['purpose'],
    secret: Secret<string>,
  ): Promise<SealedSecret> {
    const { secrets, policies } = this.#options;
    const accountId = parseId('account', agent.accountId);
    if (accountId === null) throw new TypeError('a row of agents holds what was never written');
    const { policyName, policyYaml } = agent;
    const stored = policyYaml === null ? await publishedPolicy(tx, accountId, policyName) : null;
    const { policy } = policies.resolve({ policyName, policyYaml, stored });
    return secrets.seal(accountId, agentIdOf(agent.id), purpose, policy.kid, secret);
  }

  #isWithheld(accountId: AccountId, name: string): boolean {
    return !this.#options.operatorKeys.allows(accountId, name.split(':', 1)[0] ?? name);
  }

  #rulesOver({ accountId }: Actor, stored: StoredText | null): AccountRules {
    const { policies, upstreams } = this.#options;
    return {
      stored,
      policies: { resolve: (reference) => policies.resolve({ ...reference, stored }) },
      upstreams: { ...upstreams, withholds: (name) => this.#isWithheld(accountId, name) },
    };
  }

  async #rulesFor(actor: Actor, { policyName }: AgentChange): Promise<AccountRules> {
    return this.#rulesOver(actor, await publishedPolicy(this.#options.prisma, actor.accountId, policyName));
  }

  /** Another version may be in force than when `rules` were made: returns the rules under a lock on the policy. */
  async #heldRules(tx: Transaction, actor: Actor, rules: AccountRules): Promise<AccountRules> {
    if (rules.stored === null) return rules;
    return this.#rulesOver(actor, await holdPublishedPolicy(tx, actor.accountId, rules.stored.name));
  }

  async #storeSecrets(tx: Transaction, agent: Agent, { newSecrets, lostSecrets }: OptionsAfter): Promise<void> {
    const agentId = agentIdOf(agent.id);
    if (lostSecrets.length > 0)
      await tx.agentSecret.deleteMany({ where: { agentId, purpose: { in: [...lostSecrets] } } });
    for (const [purpose, secret] of newSecrets)
      await storeSecret(tx, agentId, await this.seal(tx, agent, purpose, secret));
  }

  /** Writes a new agent with its secrets and its first proxy key, and records both acts. */
  async #insert(
    tx: Transaction,
    actor: Actor,
    agentId: AgentId,
    { policy, name, upstream, tokenization, ...change }: AgentSettings,
    now: number,
  ): Promise<CreatedAgent> {
    const options = withDefaultAuth(optionsAfter(NO_OPTIONS, new Set(), change), change, this.#options.keysByDefault);
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
    await this.#storeSecrets(tx, agent, options);
    const set = options.changed.length === 0 ? {} : { set: [...options.changed] };
    const open = change.callerAuth?.opens === true ? { open_to_anyone: true } : {};
    const subject = { upstream, tokenization, ...policySubject(agent, policy), ...set, ...open };
    await recordAgentAct(tx, actor, agentId, { kind: 'agent_created', subject }, now);
    if (options.callerAuth?.proxyKey !== true) return { agent, proxyKey: null };
    const proxyKey = await insertProxyKey(tx, agentId, now);
    const made = { kind: 'proxy_key_created', subject: { proxy_key_id: proxyKey.id, changed: [] } } as const;
    await recordAgentAct(tx, actor, agentId, made, now);
    return { agent, proxyKey };
  }

  async #change(
    tx: Transaction,
    before: Agent,
    change: Partial<AgentSettings>,
    now: number,
  ): Promise<AgentWork<Updated>> {
    const agentId = agentIdOf(before.id);
    const columns = columnsAfter(before, change);
    const known = await tx.agentSecret.findMany({ where: { agentId }, select: { purpose: true } });
    const options = optionsAfter(optionsOf(before), new Set(known.map(({ purpose }) => purpose)), change);
    const names = changedSettings(before, columns);
    const changed = [...names, ...options.changed];
    if (changed.length === 0) return { result: { agent: before, opened: false }, act: null };
    const newPolicy = names.includes('policy') ? change.policy : undefined;
    const policyVersion = newPolicy === undefined ? before.policyVersion : versionAfter(before, newPolicy);
    const data = { ...columns, ...optionColumns(options), policyVersion, updatedAt: updatedAfter(before, now) };
    const after = await tx.agent.update({ where: { id: agentId }, data });
    await this.#storeSecrets(tx, after, options);
    const opened = before.callerAuth !== null && options.callerAuth === null;
    const policy = newPolicy === undefined ? {} : policySubject(after, newPolicy);
    const open = opened ? { open_to_anyone: true } : {};
    const act = { kind: 'agent_updated', subject: { changed, ...policy, ...open } } as const;
    return { result: { agent: after, opened }, act };
  }
}

function changedMeanwhile(): Failure {
  return new Failure('precondition_failed', 'The agent has been changed since you read it. Read it again.');
}

/** The options of a new agent. One that says nothing of its callers asks for a proxy key where that is the default. */
function withDefaultAuth(
  options: OptionsAfter,
  { callerAuth }: Pick<AgentSettings, 'callerAuth'>,
  keysByDefault: boolean,
): OptionsAfter {
  if (options.callerAuth !== null || !keysByDefault || callerAuth?.opens === true) return options;
  if (callerAuth?.proxyKey === false) throw wouldOpen();
  return {
    ...options,
    callerAuth: { signature: null, sharedSecret: null, proxyKey: true },
    changed: [...options.changed, 'caller_auth.proxy_key'],
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
}: AgentOptions): Pick<
  Prisma.AgentUncheckedCreateInput,
  'callerAuth' | 'assistant' | 'assistantText' | 'assistantCallbackUrl'
> {
  return {
    callerAuth: callerAuth === null ? Prisma.DbNull : storedCallerAuth(callerAuth),
    assistant: assistant ?? Prisma.DbNull,
    assistantText: assistant === null ? null : JSON.stringify(assistant),
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
async function whereNameIsFree<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    throw new Failure('name_taken', 'An agent of this name already exists.', [
      { path: 'name', code: 'name_taken', message: 'must be unique among the agents of the account' },
    ]);
  }
}
