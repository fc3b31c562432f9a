/** How long an account keeps payloads and metadata of sessions, and gives out leaves of its log. See docs/operations.md, Retention. */
import { recordAct } from '../audit/account-events.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import { currentUser } from './acting-user.ts';
import type { ActingUser } from './acting-user.ts';
import { mayUse } from './viewer.ts';

/** Days at most: a hundred years. */
export const MOST_DAYS = 36_500;

/** Days of the log at least: six years (45 CFR 164.316(b)(2)). An account cannot hide what it did recently. */
export const LEAST_LOG_DAYS = 2192;

/** The days that count now, and those of the instance, which count where the account has none of its own. */
export interface RetentionSettings {
  /** 0: until their session is sealed. */
  readonly payloadDays: number;
  readonly sessionMetadataDays: number;
  readonly instancePayloadDays: number;
  readonly instanceSessionMetadataDays: number;
  /** Null: leaves of the log are given out for ever. */
  readonly logDays: number | null;
}

/** A field that is absent stays; null takes the account's own days away. */
export interface RetentionChange {
  readonly payloadDays?: number | null | undefined;
  readonly sessionMetadataDays?: number | null | undefined;
  readonly logDays?: number | null | undefined;
}

export interface Retention {
  read(accountId: AccountId): Promise<RetentionSettings>;
  /** Changes the days and records it. Throws Failure `validation_failed`, and `forbidden` for a user who may not any more. */
  change(user: ActingUser, change: RetentionChange): Promise<RetentionSettings>;
}

export interface RetentionOptions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  /** The days of the instance. */
  readonly config: Pick<Config, 'payloadRetentionDays' | 'metadataRetentionDays'>;
}

const COLUMNS = { payloadRetentionDays: true, sessionMetadataRetentionDays: true, logRetentionDays: true } as const;

interface Own {
  readonly payloadRetentionDays: number | null;
  readonly sessionMetadataRetentionDays: number | null;
  readonly logRetentionDays: number | null;
}

export function createRetention({ prisma, clock, config }: RetentionOptions): Retention {
  const settings = (own: Own): RetentionSettings => ({
    payloadDays: own.payloadRetentionDays ?? config.payloadRetentionDays,
    sessionMetadataDays: own.sessionMetadataRetentionDays ?? config.metadataRetentionDays,
    instancePayloadDays: config.payloadRetentionDays,
    instanceSessionMetadataDays: config.metadataRetentionDays,
    logDays: own.logRetentionDays,
  });
  return {
    read: async (accountId) =>
      settings(await prisma.account.findUniqueOrThrow({ select: COLUMNS, where: { id: accountId } })),

    change: (user, change) => {
      refuseFaults(change);
      const { payloadDays, sessionMetadataDays, logDays } = change;
      return prisma.$transaction(async (tx) => {
        const { accountId, userId } = user;
        const current = await currentUser(tx, user);
        if (!mayUse(current, 'vault:admin')) throw new Failure('forbidden', 'Your role does not permit this any more.');
        // All days are written: another change waits until these are. Not FOR UPDATE: foreign keys to the account must not wait.
        await tx.$queryRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`;
        const where = { id: accountId };
        const before = await tx.account.findUniqueOrThrow({ select: COLUMNS, where });
        const after = {
          payloadRetentionDays: payloadDays === undefined ? before.payloadRetentionDays : payloadDays,
          sessionMetadataRetentionDays:
            sessionMetadataDays === undefined ? before.sessionMetadataRetentionDays : sessionMetadataDays,
          logRetentionDays: logDays === undefined ? before.logRetentionDays : logDays,
        };
        if (Object.entries(daysOf(after)).some(([name, days]) => daysOf(before)[name] !== days)) {
          await tx.account.update({ where, data: after });
          const previous = Object.fromEntries(
            Object.entries(daysOf(before)).map(([name, days]) => [`previous_${name}`, days]),
          );
          const subject = { ...daysOf(after), ...previous };
          await recordAct(tx, { accountId, userId, kind: 'retention_changed', subject }, clock.now());
        }
        return settings(after);
      });
    },
  };
}

const daysOf = (own: Own): Readonly<Record<string, number | null>> => ({
  payload_retention_days: own.payloadRetentionDays,
  session_metadata_retention_days: own.sessionMetadataRetentionDays,
  log_retention_days: own.logRetentionDays,
});

function refuseFaults({ payloadDays, sessionMetadataDays, logDays }: RetentionChange): void {
  const faults: FieldProblem[] = [];
  const check = (path: string, days: number | null | undefined, least: number): void => {
    if (days === null || days === undefined || (days >= least && days <= MOST_DAYS)) return;
    faults.push({ path, code: 'invalid_value', message: `must be from ${least} to ${MOST_DAYS}` });
  };
  check('payloadDays', payloadDays, 0);
  check('sessionMetadataDays', sessionMetadataDays, 1);
  check('logDays', logDays, LEAST_LOG_DAYS);
  if (faults.length > 0) throw new Failure('validation_failed', 'Some fields are not valid.', faults);
}
