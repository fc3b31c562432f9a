/** Versions of a policy, and what is different between two of them. */
import { createHash } from 'node:crypto';
import { versionOf } from '../agents/policy-versions.ts';
import type { VersionRecord } from '../agents/policy-versions.ts';
import { Failure } from '../platform/failure.ts';
import { policyDifferences } from '../policy/diff.ts';
import type { PolicyDifference } from '../policy/diff.ts';
import type { Policy } from '../policy/policy.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { connectionOf, numberKey, pageQuery, readPage } from './keyset.ts';
import type { Connection, PageArguments } from './keyset.ts';
import { resolvedOf, textOf } from './named-policy.ts';
import type { NamedPolicy } from './named-policy.ts';

/** A version with the policy that it is of. */
interface OwnedVersion {
  readonly policy: NamedPolicy;
  readonly version: Pick<
    VersionRecord,
    'version' | 'description' | 'createdBy' | 'createdAt' | 'publishedAt' | 'restores'
  >;
}

const STATUSES = ['draft', 'published', 'superseded', 'skipped'] as const;
type Status = (typeof STATUSES)[number];

const StatusType = builder.enumType('PolicyVersionStatus', { values: STATUSES });

function statusOf({ policy: { publishedVersion }, version }: OwnedVersion): Status {
  if (version.version === publishedVersion) return 'published';
  if (version.publishedAt !== null) return 'superseded';
  return publishedVersion === null || version.version > publishedVersion ? 'draft' : 'skipped';
}

/** SHA-256 of a text in hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export const PolicyVersionType = builder.objectRef<OwnedVersion>('PolicyVersion').implement({
  description: 'A version of a policy. Its text never changes.',
  fields: (t) => ({
    version: t.int({ description: 'From 1.', resolve: ({ version }) => version.version }),
    status: t.field({ type: StatusType, resolve: statusOf }),
    description: t.string({ resolve: ({ version }) => version.description }),
    yaml: t.string({
      description: 'The text as it was written.',
      resolve: ({ policy, version }, _args, context) => textOf(context, policy, version.version),
    }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ version }) => version.createdAt }),
    createdBy: t.id({
      nullable: true,
      description: 'The user who saved it; null for the system.',
      resolve: ({ version }) => version.createdBy,
    }),
    publishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was first published; null where it never was.',
      resolve: ({ version }) => version.publishedAt,
    }),
    restores: t.int({
      nullable: true,
      description: 'The earlier version whose text a rollback took up again.',
      resolve: ({ version }) => version.restores,
    }),
  }),
});

const VERSION_KEY = numberKey('policy-version');

/** A page of the versions of a policy, the newest first. A policy of the instance has none. */
export async function versionsOf(
  context: GraphqlContext,
  policy: NamedPolicy,
  args: PageArguments,
): Promise<Connection<OwnedVersion>> {
  const page = readPage(VERSION_KEY, args);
  const { range, order, take } = pageQuery(page, 'desc');
  const rows =
    policy.instanceText === null
      ? await context.prisma.policyVersion.findMany({
          where: { policyId: policy.id, version: range },
          orderBy: { version: order },
          take,
          omit: { yaml: true },
        })
      : [];
  return connectionOf(page, VERSION_KEY, rows, (version) => ({ key: version.version, node: { policy, version } }));
}

interface Diff {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly PolicyDifference[];
}

const PolicyDifferenceType = builder.objectRef<PolicyDifference>('PolicyDifference').implement({
  description: 'A setting that two versions have different values of.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Dotted from the root; patterns by their names.' }),
    before: t.exposeString('before', { nullable: true, description: 'JSON; null where it is absent.' }),
    after: t.exposeString('after', { nullable: true, description: 'JSON; null where it is absent.' }),
  }),
});

export const PolicyDiffType = builder.objectRef<Diff>('PolicyDiff').implement({
  description: 'What is different between two versions, setting by setting. Defaults count as written.',
  fields: (t) => ({
    from: t.exposeInt('from'),
    to: t.exposeInt('to'),
    changes: t.field({ type: [PolicyDifferenceType], resolve: ({ changes }) => [...changes] }),
  }),
});

export interface DiffArguments {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
  readonly yaml?: string | null | undefined;
}

/** Throws Failure `validation_failed` for a version that is unknown, and for a text that does not hold on this server. */
export async function diffOf(
  context: GraphqlContext,
  policy: NamedPolicy,
  { from, to, yaml }: DiffArguments,
): Promise<Diff> {
  const first = from ?? policy.version;
  const [before, after] = await Promise.all([
    policyAt(context, policy, first, 'from'),
    candidateOf(context, policy, { version: to, yaml }, 'to'),
  ]);
  return { from: first, to: after.version, changes: policyDifferences(before, after.policy) };
}

/** What is tried in the place of the version in force. */
export interface Candidate {
  /** The number that a text would be saved under, where it is not. */
  readonly version: number;
  readonly policy: Policy;
}

/**
 * The text that is tried; without one a version, by default the newest. Throws Failure `validation_failed` for a version that is
 * unknown, and for a text that does not hold on this server.
 */
export async function candidateOf(
  context: GraphqlContext,
  policy: NamedPolicy,
  { version, yaml }: { readonly version?: number | null | undefined; readonly yaml?: string | null | undefined },
  path: string,
): Promise<Candidate> {
  if (typeof yaml !== 'string') {
    const number = version ?? policy.latestVersion;
    return { version: number, policy: await policyAt(context, policy, number, path) };
  }
  const next = policy.latestVersion + 1;
  const parsed = context.services.policies.inForce({ stored: { name: policy.name, version: next, yaml } });
  if (parsed === null)
    throw new Failure('validation_failed', 'The text is not valid.', [
      { path: 'yaml', code: 'policy_yaml_invalid', message: 'The text has problems. validatePolicy lists them.' },
    ]);
  return { version: next, policy: parsed.policy };
}

/** The policy at a version. Throws Failure `validation_failed` for one that is unknown, or does not hold on this server. */
export async function policyAt(
  context: GraphqlContext,
  policy: NamedPolicy,
  version: number,
  path: string,
): Promise<Policy> {
  const fail = (code: string, message: string): Failure =>
    new Failure('validation_failed', 'The version is not valid.', [{ path, code, message }]);
  if (policy.instanceText === null) await versionOf(context.prisma, policy.id, version, path);
  else if (version !== policy.version) throw fail('unknown_version', 'The policy has no such version.');
  const resolved = await resolvedOf(context, policy, version);
  if (resolved === null) throw fail('policy_yaml_invalid', 'This version does not hold on this server.');
  return resolved.policy;
}
