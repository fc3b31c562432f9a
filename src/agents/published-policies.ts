/** Policies that accounts have published under a name: what agents go by that name them. See docs/policy.md. */
import type { Prisma } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import type { StoredText } from '../policy/store.ts';

/** The names that policies can be stored under. They are parts of addresses. */
export const STORED_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>;

/** Returns the published policies of the account by their names; a name without one is absent. One statement. */
export async function publishedPolicies(
  db: Reader,
  accountId: AccountId,
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredText>> {
  const possible = names.filter((name) => STORED_NAME.test(name));
  if (possible.length === 0) return new Map();
  const rows = await db.$queryRaw<StoredText[]>`
    SELECT p.name, v.version, v.yaml
      FROM policies p JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.published_version
     WHERE p.account_id = ${accountId} AND p.name = ANY(${possible}::text[])`;
  return new Map(rows.map((row) => [row.name, row]));
}

/** Returns what the account has published under the name, or null. */
export async function publishedPolicy(
  db: Reader,
  accountId: AccountId,
  name: string | null | undefined,
): Promise<StoredText | null> {
  if (name === null || name === undefined) return null;
  return (await publishedPolicies(db, accountId, [name])).get(name) ?? null;
}

/**
 * Keeps a published policy from being deleted or published anew until the transaction ends: an agent is about to name it.
 * Returns what is in force under the lock. Throws Failure `unknown_policy` where the policy is gone already. Locks
 * policies before agents, as publishing does.
 */
export async function holdPublishedPolicy(db: Reader, accountId: AccountId, name: string): Promise<StoredText> {
  await db.$queryRaw`SELECT 1 FROM policies WHERE account_id = ${accountId} AND name = ${name} FOR SHARE`;
  // A second statement: the first one waits for a publication, and would still join the version that was replaced.
  const stored = await publishedPolicy(db, accountId, name);
  if (stored !== null) return stored;
  throw new Failure('unknown_policy', 'There is no policy of this name.', [
    { path: 'policyName', code: 'unknown_policy', message: 'The policy was deleted meanwhile.' },
  ]);
}
