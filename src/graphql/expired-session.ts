/** What is said of a session whose metadata is kept no longer. See docs/operations.md, Retention. */
import { z } from 'zod';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';

/** What the leaf of a seal says of its session. */
const SEAL_LEAF = z.object({
  seal: z.object({
    sealed_at: z.string(),
    status: z.string(),
    event_count: z.number(),
    merkle_root_hex: z.string(),
  }),
});

/** Throws Failure `session_expired` if the account had the session and it has expired. The log keeps its seal. */
export async function refuseExpired(prisma: PrismaClient, accountId: AccountId, id: string): Promise<void> {
  const row = await prisma.session.findUnique({ where: { id, accountId }, select: { expiredAt: true } });
  if (row !== null && row.expiredAt === null) return;
  const leaf = await prisma.logLeaf.findUnique({
    where: { accountId_source_ref: { accountId, source: 'seal', ref: id } },
    select: { index: true, body: true },
  });
  if (row === null && leaf === null) return;
  const seal = leaf === null ? null : await sealTextIn(prisma, accountId, leaf);
  throw new Failure('session_expired', `The session has expired.${seal === null ? '' : ` ${seal}`}`);
}

/** What the leaf says; that it was pruned, if the log does not give it out any more. */
async function sealTextIn(
  prisma: PrismaClient,
  accountId: AccountId,
  { index, body }: { readonly index: bigint; readonly body: string },
): Promise<string | null> {
  const { logMinimumIndex } = await prisma.account.findUniqueOrThrow({
    where: { id: accountId },
    select: { logMinimumIndex: true },
  });
  return index < logMinimumIndex
    ? `Its seal is leaf ${index} of the account log, which was pruned.`
    : sealText(body, index);
}

function sealText(body: string, index: bigint): string | null {
  const read = SEAL_LEAF.safeParse(JSON.parse(body));
  if (!read.success) return null;
  const { sealed_at: at, status, event_count: entries, merkle_root_hex: root } = read.data.seal;
  return `It was sealed at ${at} as ${status}, with ${entries} entries and the Merkle root ${root}. Its seal is leaf ${index} of the account log.`;
}
