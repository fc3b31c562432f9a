/** What admins do to vaults over the API. See docs/operations.md, Vault, and docs/tokens.md, Rotation. */
import type { Pool } from 'pg';
import { currentUser } from '../accounts/acting-user.ts';
import type { ActingUser } from '../accounts/acting-user.ts';
import { requireInstanceAccount } from '../accounts/instance-account.ts';
import type { PurgeRequest, PurgeTotals, RotationRequest, VaultActs } from '../accounts/vault-acts.ts';
import { mayUse } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { subjectDigest } from '../reports/finding/subject-digest.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { readKeyUse } from './key-use.ts';
import { rotateKeys } from './rotation.ts';
import { planPurge, purge } from './vault-purge.ts';

export interface VaultActsOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly prisma: PrismaClient;
  readonly ring: KeyRing;
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
}

export function createVaultActs(options: VaultActsOptions): VaultActs {
  const { pool, prisma, ring, auditKey, clock } = options;
  return {
    purge: async (user, request) => {
      const { accountId, userId } = user;
      const { scope, dryRun } = request;
      await requireVaultAdmin(prisma, user);
      if (scope.by === 'session') await requireOwnSession(prisma, accountId, scope.sessionId);
      const work = dryRun ? planPurge : purge;
      const totals = await work({ pool, ring, auditKey, clock, scope, accountId, userId });
      await recordSearch(options, user, request, totals);
      return totals;
    },

    rotateKeys: async (user, request) => {
      requireInstanceAccount(user);
      await requireVaultAdmin(prisma, user);
      await refuseUnknownKids(options, request);
      const totals = await rotateKeys({ pool, ring, clock, userId: user.userId, ...request });
      if (totals !== null) return totals;
      throw new Failure('rotation_in_progress', 'Another rotation is under way on this instance. Wait for its end.');
    },
  };
}

/** Throws Failure `forbidden` for a user whose role or credential no longer permits acts on vaults. */
async function requireVaultAdmin(prisma: PrismaClient, user: ActingUser): Promise<void> {
  const current = await prisma.$transaction((tx) => currentUser(tx, user));
  if (!mayUse(current, 'vault:admin')) throw new Failure('forbidden', 'Your role does not permit this any more.');
}

/** Throws Failure `validation_failed` where the new kid has no active key, or nothing is known of the old one. */
async function refuseUnknownKids({ pool, ring }: VaultActsOptions, { oldKid, newKid }: RotationRequest): Promise<void> {
  const faults: FieldProblem[] = [];
  const uses = oldKid === null ? [] : await readKeyUse(pool, ring);
  if (oldKid !== null && !uses.some(({ kid }) => kid === oldKid))
    faults.push({ path: 'oldKid', code: 'unknown_kid', message: 'No key has this name, and no row names it.' });
  if (newKid !== null && ring.active(newKid) === null)
    faults.push({
      path: 'newKid',
      code: 'unknown_kid',
      message: 'No active key has this name. Set MASKER_KEY_<KID> on every node first.',
    });
  if (faults.length > 0) throw new Failure('validation_failed', 'Some fields are not valid.', faults);
}

async function requireOwnSession(prisma: PrismaClient, accountId: AccountId, id: SessionId): Promise<void> {
  const row = await prisma.session.findUnique({ where: { id, accountId }, select: { id: true } });
  if (row === null) throw new Failure('session_not_found', 'No session with this id exists in your account.');
}

/** Counting the sessions of a person is a search for that person. A purge that erased something is on record already. */
async function recordSearch(
  { prisma, auditKey, clock }: VaultActsOptions,
  { accountId, userId }: ActingUser,
  { scope, dryRun, purpose }: PurgeRequest,
  totals: PurgeTotals,
): Promise<void> {
  if (scope.by !== 'subject' || (!dryRun && totals.sessions > 0)) return;
  const subject = {
    value_hmac: subjectDigest(auditKey, accountId, null, scope.value),
    kind: null,
    purpose,
    sessions_searched: totals.searched,
    result_count: totals.sessions,
    result: 'counted',
  };
  await prisma.$transaction((tx) =>
    recordAct(tx, { accountId, userId, kind: 'subject_searched', subject }, clock.now()),
  );
}
