/** What is stored of policies, as their readers see it. */
import type { PolicyVersion, Prisma, StoredPolicy } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, PolicyId } from '../platform/ids.ts';

type Reader = Pick<Prisma.TransactionClient, 'storedPolicy' | 'policyVersion'>;

/** A named policy of an account, without the texts of its versions. */
export interface AccountPolicy {
  readonly id: PolicyId;
  readonly name: string;
  /** The version in force; null while there are only drafts. */
  readonly publishedVersion: number | null;
  /** The newest version, published or not. */
  readonly latestVersion: number;
  /** What the version in force says of itself; of the newest, where none is. */
  readonly description: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version, without its text. */
export type VersionRecord = Omit<PolicyVersion, 'yaml'>;

/** The version that a policy is shown by: the one in force, or the newest while none is. */
export function shownVersion(policy: Pick<AccountPolicy, 'publishedVersion' | 'latestVersion'>): number {
  return policy.publishedVersion ?? policy.latestVersion;
}

/** Adds to rows what their shown versions say of themselves. One statement. */
export async function describedPolicies(db: Reader, rows: readonly StoredPolicy[]): Promise<AccountPolicy[]> {
  if (rows.length === 0) return [];
  const versions = await db.policyVersion.findMany({
    where: { OR: rows.map((row) => ({ policyId: row.id, version: shownVersion(row) })) },
    select: { policyId: true, description: true },
  });
  const descriptions = new Map(versions.map(({ policyId, description }) => [policyId, description]));
  return rows.map(({ accountId: _accountId, ...row }) => ({
    ...row,
    id: policyIdOf(row.id),
    description: descriptions.get(row.id) ?? '',
  }));
}

/** The policy of the account under the name. Throws Failure `policy_not_found`. */
export async function policyNamed(db: Reader, accountId: AccountId, name: string): Promise<AccountPolicy> {
  const row = await db.storedPolicy.findFirst({ where: { accountId, name } });
  const [policy] = row === null ? [] : await describedPolicies(db, [row]);
  if (policy === undefined) throw policyNotFound();
  return policy;
}

/** A version with its text. Throws Failure `validation_failed` for one that is not there. */
export async function versionOf(
  db: Reader,
  policyId: PolicyId,
  version: number,
  path = 'version',
): Promise<PolicyVersion> {
  const row = await db.policyVersion.findUnique({ where: { policyId_version: { policyId, version } } });
  if (row === null) throw invalidVersion(path, 'unknown_version', 'The policy has no such version.');
  return row;
}

/** The failure of an argument that names a version. */
export function invalidVersion(path: string, code: string, message: string): Failure {
  return new Failure('validation_failed', 'The version is not valid.', [{ path, code, message }]);
}

export function policyNotFound(): Failure {
  return new Failure('policy_not_found', 'There is no such policy.');
}

/** The id of a row of policies. */
export function policyIdOf(text: string): PolicyId {
  const id = parseId('policy', text);
  if (id === null) throw new TypeError('a row of policies has an id of another form');
  return id;
}
