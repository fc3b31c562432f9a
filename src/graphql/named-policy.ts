/** Policies by their names: those of the instance's file and those that the account has stored. */
import { createHash } from 'node:crypto';
import { describedPolicies, policyNotFound, shownVersion } from '../agents/policy-versions.ts';
import type { AccountPolicy } from '../agents/policy-versions.ts';
import { STORED_NAME } from '../agents/published-policies.ts';
import { parseId } from '../platform/ids.ts';
import type { PolicyId } from '../platform/ids.ts';
import type { ParsedPolicy } from '../policy/parse.ts';
import { viewerOf } from './access.ts';
import { Batch } from './batch.ts';
import type { GraphqlContext, InstancePolicy } from './context.ts';

/** A policy that agents can name, or will once it is published. */
export interface NamedPolicy {
  readonly id: PolicyId;
  readonly name: string;
  /** The version in force; of a policy that has only drafts, the newest. */
  readonly version: number;
  readonly description: string;
  readonly publishedVersion: number | null;
  readonly latestVersion: number;
  /** Null for a policy of the instance. */
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
  /** The text of a policy of the instance; null for one that the account has stored. */
  readonly instanceText: string | null;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The ID of a policy of the instance: made of its name, so that all nodes agree on it. It begins with 7, which no time
 * before the year 9000 does, so such policies come first in a list of the newest.
 */
function instancePolicyId(name: string): PolicyId {
  const digest = createHash('sha256').update(`instance policy ${name}`, 'utf8').digest().subarray(0, 25);
  return `pol_7${Array.from(digest, (byte) => CROCKFORD[byte % 32]).join('')}`;
}

/** A policy of the instance as readers of the API see it. */
export function ofInstance({ name, version, description, yaml }: InstancePolicy): NamedPolicy {
  return {
    id: instancePolicyId(name),
    name,
    version,
    description,
    publishedVersion: version,
    latestVersion: version,
    createdAt: null,
    updatedAt: null,
    instanceText: yaml,
  };
}

/** The policy as readers of the API see it. */
export function ofAccount(policy: AccountPolicy): NamedPolicy {
  return { ...policy, version: shownVersion(policy), instanceText: null };
}

/** All policies that the viewer's agents can name, newest first; those of the instance before them. */
export async function namedPolicies(context: GraphqlContext): Promise<NamedPolicy[]> {
  const { prisma, services } = context;
  const { accountId } = viewerOf(context);
  const rows = await prisma.storedPolicy.findMany({ where: { accountId } });
  const stored = (await describedPolicies(prisma, rows)).map(ofAccount);
  const names = new Set(stored.map(({ name }) => name));
  const others = services.policies.ofInstance().filter(({ name }) => !names.has(name));
  return [...others.map(ofInstance), ...stored].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** The policy under the name: what the account has stored before what the instance has. Null for none. */
export async function findPolicy(context: GraphqlContext, name: string): Promise<NamedPolicy | null> {
  const { prisma, services } = context;
  const { accountId } = viewerOf(context);
  const row = STORED_NAME.test(name) ? await prisma.storedPolicy.findFirst({ where: { accountId, name } }) : null;
  const [stored] = row === null ? [] : await describedPolicies(prisma, [row]);
  if (stored !== undefined) return ofAccount(stored);
  const instance = services.policies.ofInstance().find((policy) => policy.name === name);
  return instance === undefined ? null : ofInstance(instance);
}

/** The policy under the ID; null for none. */
export async function findPolicyById(context: GraphqlContext, text: string): Promise<NamedPolicy | null> {
  const { prisma, services } = context;
  const id = parseId('policy', text);
  if (id === null) return null;
  const row = await prisma.storedPolicy.findFirst({ where: { id, accountId: viewerOf(context).accountId } });
  const [stored] = row === null ? [] : await describedPolicies(prisma, [row]);
  if (stored !== undefined) return ofAccount(stored);
  const instance = services.policies.ofInstance().find(({ name }) => instancePolicyId(name) === id);
  return instance === undefined ? null : ofInstance(instance);
}

// One batch for each operation: it goes when its context goes.
const texts = new WeakMap<GraphqlContext, Batch<string, string>>();

/** The text of a version as it was written; all versions of one operation are read by one statement. */
export async function textOf(context: GraphqlContext, policy: NamedPolicy, version: number): Promise<string> {
  if (policy.instanceText !== null) return policy.instanceText;
  let batch = texts.get(context);
  if (batch === undefined) {
    batch = new Batch(async (keys) => {
      const rows = await context.prisma.policyVersion.findMany({
        where: { OR: keys.map(versionOfKey) },
        select: { policyId: true, version: true, yaml: true },
      });
      return new Map(rows.map((row) => [keyOf(row.policyId, row.version), row.yaml]));
    });
    texts.set(context, batch);
  }
  const yaml = await batch.load(keyOf(policy.id, version));
  if (yaml === undefined) throw policyNotFound();
  return yaml;
}

function keyOf(policyId: string, version: number): string {
  return `${policyId}/${version}`;
}

function versionOfKey(key: string): { readonly policyId: string; readonly version: number } {
  const [policyId = '', version = ''] = key.split('/');
  return { policyId, version: Number(version) };
}

/** What a version says with the policy that it extends; null where it does not hold on this server. */
export async function resolvedOf(
  context: GraphqlContext,
  policy: NamedPolicy,
  version: number,
): Promise<ParsedPolicy | null> {
  const yaml = await textOf(context, policy, version);
  const { policies } = context.services;
  return policies.inForce(
    policy.instanceText === null ? { stored: { name: policy.name, version, yaml } } : { policyName: policy.name },
  );
}
