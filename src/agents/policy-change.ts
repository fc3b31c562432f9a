/** One change of one stored policy, inside its transaction. */
import { createHash } from 'node:crypto';
import { recordAct } from '../audit/account-events.ts';
import type { AccountEventKind } from '../audit/account-events.ts';
import type { PolicyVersion, StoredPolicy } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AgentId, PolicyId } from '../platform/ids.ts';
import type { ParsedPolicy } from '../policy/parse.ts';
import type { PolicyStore } from '../policy/store.ts';
import { AGENT_CHANNEL } from './agent-changes.ts';
import type { Actor, Transaction } from './agent-transaction.ts';
import { policyIdOf, policyNotFound, versionOf } from './policy-versions.ts';
import { STORED_NAME } from './published-policies.ts';

/** So many policies can an account store, and so many versions can each have. */
export const MAX_STORED_POLICIES = 100;
export const MAX_POLICY_VERSIONS = 1000;

/** What a change is made in. */
export interface ChangeContext {
  readonly tx: Transaction;
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly policies: Pick<PolicyStore, 'resolve' | 'names'>;
  /** Receives the agents that have another policy afterwards. */
  readonly agents: AgentId[];
}

/** A stored policy under a lock on its row, until the transaction ends. */
export class PolicyChange {
  readonly #context: ChangeContext;
  readonly #id: PolicyId;
  readonly #name: string;
  #published: number | null;
  #latest: number;
  /** Agents whose policy this change has replaced. */
  #changedAgents = 0;

  private constructor(context: ChangeContext, row: StoredPolicy) {
    this.#context = context;
    this.#id = policyIdOf(row.id);
    this.#name = row.name;
    this.#published = row.publishedVersion;
    this.#latest = row.latestVersion;
  }

  /** Locks the policy of the account. Throws Failure `policy_not_found`; `forbidden` for a policy of the instance. */
  static async begin(context: ChangeContext, name: string): Promise<PolicyChange> {
    const { tx, actor } = context;
    // A name may hold what PostgreSQL does not take for text.
    const found = STORED_NAME.test(name)
      ? await tx.storedPolicy.findFirst({ where: { accountId: actor.accountId, name }, select: { id: true } })
      : null;
    if (found === null) throw context.policies.names().includes(name) ? ofInstance() : policyNotFound();
    await tx.$executeRaw`SELECT 1 FROM policies WHERE id = ${found.id} FOR UPDATE`;
    const row = await tx.storedPolicy.findUnique({ where: { id: found.id } });
    if (row === null) throw policyNotFound();
    return new PolicyChange(context, row);
  }

  /** Stores a policy without a version yet. Throws Failure `validation_failed` where the account has as many as it may. */
  static async create(context: ChangeContext, name: string): Promise<PolicyChange> {
    const { tx, actor, now } = context;
    const { accountId } = actor;
    // Two creations at once would both count the policies before the other.
    await tx.$executeRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`;
    if ((await tx.storedPolicy.count({ where: { accountId } })) >= MAX_STORED_POLICIES)
      throw new Failure('validation_failed', `An account may store ${MAX_STORED_POLICIES} policies; delete one first.`);
    const at = new Date(now);
    const row = await tx.storedPolicy.create({
      data: { id: newId('policy', now), accountId, name, latestVersion: 0, createdAt: at, updatedAt: at },
    });
    return new PolicyChange(context, row);
  }

  get publishedVersion(): number | null {
    return this.#published;
  }

  get latestVersion(): number {
    return this.#latest;
  }

  /** A version. Throws Failure `validation_failed` for one that is not there. */
  version(version: number): Promise<PolicyVersion> {
    return versionOf(this.#context.tx, this.#id, version);
  }

  /** Adds a version. Throws Failure `policy_yaml_invalid`, or `validation_failed` for one too many. */
  async append(yaml: string, restores: number | null = null): Promise<PolicyVersion> {
    const { tx, actor, now } = this.#context;
    if (this.#latest >= MAX_POLICY_VERSIONS)
      throw new Failure('validation_failed', `A policy may have ${MAX_POLICY_VERSIONS} versions; store it anew.`);
    const version = this.#latest + 1;
    const { description } = this.#parsed({ version, yaml }).policy;
    const at = new Date(now);
    const row = await tx.policyVersion.create({
      data: { policyId: this.#id, version, yaml, description, createdBy: actor.userId, createdAt: at, restores },
    });
    await tx.storedPolicy.update({ where: { id: this.#id }, data: { latestVersion: version, updatedAt: at } });
    this.#latest = version;
    return row;
  }

  /** Puts a version in force, and tells every node when the transaction commits. Throws Failure `policy_yaml_invalid`. */
  async putInForce(version: PolicyVersion): Promise<void> {
    const { tx, actor, now, agents } = this.#context;
    // It may have been valid under keys, or a policy that it extends, which this server does not have any more.
    this.#parsed(version);
    const at = new Date(now);
    const number = version.version;
    await tx.policyVersion.update({
      where: { policyId_version: { policyId: this.#id, version: number } },
      data: { publishedAt: version.publishedAt ?? at },
    });
    await tx.storedPolicy.update({ where: { id: this.#id }, data: { publishedVersion: number, updatedAt: at } });
    // One number never means two policies in the sessions of an agent.
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE agents SET policy_version = GREATEST(policy_version + 1, ${number}::int), updated_at = ${at}
       WHERE account_id = ${actor.accountId} AND policy_name = ${this.#name} AND policy_yaml IS NULL AND deleted_at IS NULL
      RETURNING id, pg_notify(${AGENT_CHANNEL}, id)::text`;
    agents.push(...rows.flatMap(({ id }) => parseId('agent', id) ?? []));
    this.#changedAgents = rows.length;
    this.#published = number;
  }

  /** Records the change in the account's log. */
  async record(kind: AccountEventKind, version: PolicyVersion): Promise<void> {
    const { tx, actor, now } = this.#context;
    const { text } = this.#parsed(version);
    const { restores } = version;
    const subject = {
      policy_id: this.#id,
      policy_name: this.#name,
      policy_version: version.version,
      policy_digest: createHash('sha256').update(text, 'utf8').digest('hex'),
      ...(kind === 'policy_saved' ? {} : { agents: this.#changedAgents }),
      ...(restores === null ? {} : { restores }),
    };
    await recordAct(tx, { ...actor, kind, subject }, now);
  }

  /** Deletes the policy. Throws Failure `policy_in_use`. */
  async remove(): Promise<void> {
    const { tx, actor, now } = this.#context;
    const { accountId } = actor;
    const users = await tx.agent.findMany({
      where: { accountId, policyName: this.#name, policyYaml: null, deletedAt: null },
      select: { name: true },
      orderBy: { id: 'asc' },
    });
    if (users.length > 0) throw inUse(users.map(({ name }) => name));
    await tx.storedPolicy.delete({ where: { id: this.#id } });
    const subject = { policy_id: this.#id, policy_name: this.#name };
    await recordAct(tx, { ...actor, kind: 'policy_deleted', subject }, now);
  }

  /** The policy that a version is. Throws Failure `policy_yaml_invalid`. */
  #parsed({ version, yaml }: Pick<PolicyVersion, 'version' | 'yaml'>): ParsedPolicy {
    return this.#context.policies.resolve({ stored: { name: this.#name, version, yaml } });
  }
}

/** So many agents are named where a policy is in use. */
const NAMED_AGENTS = 10;

function ofInstance(): Failure {
  return new Failure(
    'forbidden',
    'This is a policy of the instance, which its operator changes in its file. Store your own under another name.',
  );
}

function inUse(agents: readonly string[]): Failure {
  const count = agents.length;
  const more = count > NAMED_AGENTS ? ` and ${count - NAMED_AGENTS} more` : '';
  const names = agents.slice(0, NAMED_AGENTS).join(', ') + more;
  const message = `${count} ${count === 1 ? 'agent uses' : 'agents use'} it: ${names}. Give them another policy first.`;
  return new Failure('policy_in_use', 'The policy is in use.', [{ path: 'name', code: 'policy_in_use', message }]);
}
