/**
 * Sessions with at least so many redactions, in the order of their ids, by indexes that hold them in this order. Each branch
 * of the statement is a range of an index, and PostgreSQL merges them. So it reads the rows of the page, one row of each
 * branch, and the open sessions of the account or agent: an index of their redactions would be written with every turn.
 */
import { Prisma } from '../generated/prisma/client.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { SessionStatus } from '../generated/prisma/enums.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';

/** Where classes of numbers of redactions begin. The indexes of the migration redaction_classes have the same thresholds. */
export const CLASS_THRESHOLDS: readonly number[] = [
  ...[1, 4, 16, 32, 48, 64, 80, 96, 112, 128],
  ...[160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 480, 512],
  ...[576, 640, 704, 768, 832, 896, 960, 1024],
];
const CLASS = Prisma.raw(`width_bucket(sealed_redactions, '{${CLASS_THRESHOLDS.join(',')}}'::int[])`);
const ORDERS = { asc: Prisma.raw('ASC'), desc: Prisma.raw('DESC') } as const;

/** A part of the list. */
export interface RedactedSessionsQuery {
  readonly accountId: AccountId;
  /** Null for all agents of the account. The caller reads the rows of an agent by the account too. */
  readonly agentId: string | null;
  /** An integer above 0. */
  readonly least: number;
  /** Only sessions of this status; null for any. */
  readonly status: SessionStatus | null;
  /** Sessions that began at a moment or later, and the id below theirs. */
  readonly since: { readonly moment: Date; readonly id: string } | null;
  readonly range: { readonly lt?: string; readonly gt?: string };
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** Conditions of the branches: one for each number up to the next threshold, and one for each class from there on. */
function branchesFrom(least: number): Prisma.Sql[] {
  const above = CLASS_THRESHOLDS.findIndex((threshold) => threshold >= least);
  const next = CLASS_THRESHOLDS[above];
  if (next === undefined) return [Prisma.sql`${CLASS} = ${CLASS_THRESHOLDS.length} AND sealed_redactions >= ${least}`];
  const numbers = Array.from({ length: next - least }, (_, n) => Prisma.sql`sealed_redactions = ${least + n}`);
  // The class of a number is how many thresholds it has reached.
  const classes = CLASS_THRESHOLDS.slice(above).map((_, n) => Prisma.sql`${CLASS} = ${above + n + 1}`);
  return [...numbers, ...classes];
}

/** Returns the ids of a page of sessions that have not expired. Rejects when the database does. */
export async function redactedSessions(
  db: Pick<PrismaClient, '$queryRaw'>,
  { accountId, agentId, least, status, since, range, order, limit }: RedactedSessionsQuery,
): Promise<SessionId[]> {
  const conditions = [
    Prisma.sql`expired_at IS NULL`,
    ...(status === null ? [] : [Prisma.sql`status = ${status}::session_status`]),
    ...(since === null ? [] : [Prisma.sql`started_at >= ${since.moment} AND id >= ${since.id}`]),
    ...(range.lt === undefined ? [] : [Prisma.sql`id < ${range.lt}`]),
    ...(range.gt === undefined ? [] : [Prisma.sql`id > ${range.gt}`]),
  ];
  const page = Prisma.sql`ORDER BY id ${ORDERS[order]} LIMIT ${limit}`;
  const branch = (given: readonly Prisma.Sql[]): Prisma.Sql =>
    Prisma.sql`(SELECT id FROM sessions WHERE ${Prisma.join([...given, ...conditions], ' AND ')} ${page})`;
  // Of an agent by its own indexes: the account as a second condition could make the planner take those of the account.
  const owner = agentId === null ? Prisma.sql`account_id = ${accountId}` : Prisma.sql`agent_id = ${agentId}`;
  const open = [owner, Prisma.sql`sealed_at IS NULL AND redaction_count >= ${least}`];
  const sealed = [owner, Prisma.sql`sealed_redactions > 0`];
  const branches = [open, ...branchesFrom(least).map((each) => [...sealed, each])].map(branch);
  const rows = await db.$queryRaw<
    { id: string }[]
  >`SELECT id FROM (${Prisma.join(branches, ' UNION ALL ')}) found ${page}`;
  return rows.flatMap(({ id }) => parseId('session', id) ?? []);
}
