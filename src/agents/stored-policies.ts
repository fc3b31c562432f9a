/**
 * Named policies of an account: saved as drafts, published, rolled back, deleted, each act in one transaction with its
 * record and the news of it. See docs/policy.md, Stored policies.
 */
import { Prisma } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import type { AgentId } from '../platform/ids.ts';
import { invalidPolicy } from '../policy/store.ts';
import type { PolicyStore } from '../policy/store.ts';
import type { Actor, AgentTransactions, Transaction } from './agent-transaction.ts';
import { PolicyChange } from './policy-change.ts';
import type { ChangeContext } from './policy-change.ts';
import { invalidVersion, policyNamed } from './policy-versions.ts';
import type { AccountPolicy } from './policy-versions.ts';
import { STORED_NAME } from './published-policies.ts';

/** What a caller gives of a new policy. */
export interface NewPolicy {
  /** By default the name that the text gives itself. */
  readonly name?: string | null | undefined;
  readonly yaml: string;
}

/**
 * Every method but `create` throws Failure `policy_not_found` for a name that is none of the account's stored policies, and
 * `forbidden` for a policy of the instance.
 * A text that does not hold is refused with Failure `policy_yaml_invalid`, which names every problem.
 */
export interface StoredPolicies {
  /** Stores a policy and publishes it as version 1. Throws Failure `name_taken` or `validation_failed`, too. */
  create(actor: Actor, input: NewPolicy): Promise<AccountPolicy>;
  /** Stores the text as the newest version, a draft. A text that the newest version has already changes nothing. */
  save(actor: Actor, name: string, yaml: string): Promise<AccountPolicy>;
  /**
   * Puts a version in force, by default the newest: agents that name the policy use it from their next request on. Throws
   * Failure `validation_failed` for a version that is unknown, or older than the one in force.
   */
  publish(actor: Actor, name: string, version?: number | null): Promise<AccountPolicy>;
  /**
   * Publishes the text of an earlier version as a new version. Throws Failure `validation_failed` for a version that is
   * unknown or was never in force.
   */
  rollBack(actor: Actor, name: string, version: number): Promise<AccountPolicy>;
  /** Deletes a policy with its versions. Sessions keep what they ran under. Throws Failure `policy_in_use`. */
  remove(actor: Actor, name: string): Promise<void>;
}

export interface StoredPolicyOptions extends AgentTransactions {
  readonly policies: PolicyStore;
}

export function createStoredPolicies({ policies, ...transactions }: StoredPolicyOptions): StoredPolicies {
  const commit = committing(policies, transactions);
  const change = changing(commit);

  return {
    create(actor, input) {
      const name = newName(input, policies);
      return whereNameIsFree(() =>
        commit(actor, async (tx, context) => {
          const created = await PolicyChange.create(context, name);
          const first = await created.append(input.yaml);
          await created.putInForce(first);
          await created.record('policy_created', first);
          return policyNamed(tx, actor.accountId, name);
        }),
      );
    },

    save: (actor, name, yaml) =>
      change(actor, name, async (policy) => {
        const newest = await policy.version(policy.latestVersion);
        if (newest.yaml === yaml) return;
        await policy.record('policy_saved', await policy.append(yaml));
      }),

    publish: (actor, name, version) =>
      change(actor, name, async (policy) => {
        const { publishedVersion } = policy;
        const chosen = await policy.version(version ?? policy.latestVersion);
        if (chosen.version === publishedVersion) return;
        if (publishedVersion !== null && chosen.version < publishedVersion)
          throw invalidVersion('version', 'older_version', 'This version is older than the one in force; roll back.');
        await policy.putInForce(chosen);
        await policy.record('policy_published', chosen);
      }),

    rollBack: (actor, name, version) =>
      change(actor, name, async (policy) => {
        const earlier = await policy.version(version);
        if (earlier.publishedAt === null)
          throw invalidVersion('version', 'never_published', 'This version was never in force; publish it.');
        if (earlier.version === policy.publishedVersion) return;
        const again = await policy.append(earlier.yaml, earlier.version);
        await policy.putInForce(again);
        await policy.record('policy_rolled_back', again);
      }),

    remove: (actor, name) =>
      commit(actor, async (_tx, context) => {
        const policy = await PolicyChange.begin(context, name);
        await policy.remove();
      }),
  };
}

type Commit = <T>(actor: Actor, work: (tx: Transaction, change: ChangeContext) => Promise<T>) => Promise<T>;

/** Returns a function that runs work in a transaction. Then this node forgets the agents whose policy the work changed. */
function committing(policies: PolicyStore, { prisma, clock, onChange }: AgentTransactions): Commit {
  return async ({ accountId, userId }, work) => {
    const agents: AgentId[] = [];
    const now = clock.now();
    const result = await prisma.$transaction((tx) =>
      work(tx, { tx, actor: { accountId, userId }, now, policies, agents }),
    );
    for (const id of agents) onChange?.(id);
    return result;
  };
}

type Changing = (actor: Actor, name: string, work: (change: PolicyChange) => Promise<void>) => Promise<AccountPolicy>;

/** Returns a function that changes a policy by its name, and returns it as it is then. */
function changing(commit: Commit): Changing {
  return (actor, name, work) =>
    commit(actor, async (tx, context) => {
      await work(await PolicyChange.begin(context, name));
      return policyNamed(tx, actor.accountId, name);
    });
}

/** The name of a new policy. Throws Failure. */
function newName({ name, yaml }: NewPolicy, policies: PolicyStore): string {
  const parsed = policies.check(yaml);
  const chosen = name ?? (parsed.ok ? parsed.policy.name : null);
  if (chosen === null) throw invalidPolicy(parsed.ok ? [] : parsed.problems);
  if (policies.names().includes(chosen))
    throw new Failure('name_taken', 'The instance has a policy of this name.', [
      { path: 'name', code: 'name_taken', message: 'choose a name that no policy of the instance has' },
    ]);
  if (STORED_NAME.test(chosen)) return chosen;
  const message =
    'must have 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or a digit';
  throw new Failure('validation_failed', 'The name is not valid.', [{ path: 'name', code: 'invalid_value', message }]);
}

/** Names are unique by an index: of two callers who take one name at once, the second fails here. */
async function whereNameIsFree<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    throw new Failure('name_taken', 'A policy of this name already exists.', [
      { path: 'name', code: 'name_taken', message: 'must be unique among the policies of the account' },
    ]);
  }
}
