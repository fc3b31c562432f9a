/** Work that a node does at intervals, beside its requests. Where nodes share a database, each job runs on one at a time. */
import type { Pool } from 'pg';
import type { BrowserSessions } from '../../accounts/browser-sessions.ts';
import type { JournalFault } from '../../audit/anchored-heads.ts';
import type { Signer } from '../../audit/seal.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import { anchorOpenJournals, ANCHORING_MS } from '../../sessions/head-anchoring.ts';
import { findMissingSessions, SEARCHING_ALL_MS } from '../../sessions/missing-sessions.ts';
import { IdleSealing } from '../../sessions/idle-sealing.ts';
import { applyRetention, erasePayloads } from '../../custody/retention.ts';
import type { RetentionOptions, RetentionRun } from '../../custody/retention.ts';
import type { Idempotency } from '../../rest/idempotency.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { rollUpUsage } from '../../usage/rollup.ts';
import type { KeyWatch } from './key-watch.ts';
import { RepeatingJob } from './repeating-job.ts';

/** How often idle sessions are looked for, in milliseconds. */
const SWEEP_MS = 30_000;
/** When retention is first applied after the start, and how often, in milliseconds. */
const RETENTION_FIRST_MS = 60_000;
const RETENTION_MS = 3_600_000;
/** How often the keys in use are looked at, in milliseconds. */
const KEYS_MS = 3_600_000;
/** When sessions of all times are first looked for after the start, in milliseconds. */
const MISSING_FIRST_MS = 60_000;
/** How often usage is counted, and how soon again after a run that could not count all, in milliseconds. */
const COUNTING_MS = 60_000;
const COUNTING_AGAIN_MS = 10;

const FAULTS: Readonly<Record<JournalFault, string>> = {
  cut: 'the end of a journal was cut: entries that were signed are missing',
  unsealed: 'the seal of a session was removed: the log of its account has it',
  unreadable: 'the last entry of a journal was changed: it cannot be read',
};

const REMOVED =
  'an open session was removed: a head of its journal was signed, and the database has neither it nor its seal';
const MARKED = 'an open session was marked as sealed: the log of its account has no seal of it, and none waits';

export interface BackgroundJobs {
  /** Seals idle sessions now; resolves with how many, null where another node is at it. So do the others. */
  readonly sealIdle: () => Promise<number | null>;
  /** Erases payloads that are kept no longer. */
  readonly erasePayloads: () => Promise<number | null>;
  /** Erases all that is kept no longer. */
  readonly applyRetention: () => Promise<RetentionRun | null>;
  /** Anchors the heads of open journals. */
  readonly anchorHeads: () => Promise<number | null>;
  /** Looks for sessions that heads name and the database lacks: of the last hour, or of all times. */
  readonly findMissing: (of: 'the last hour' | 'all times') => Promise<number | null>;
  /** Counts usage; resolves with whether there is more to count. */
  readonly countUsage: () => Promise<boolean | null>;
  /** Looks whether old keys are in use for too long. */
  readonly checkKeys: () => Promise<void>;
  /** Starts no further job. Resolves when nothing is being erased, usage is not being counted, and no old session looked for. */
  readonly stop: () => Promise<void>;
}

export interface BackgroundJobsOptions {
  readonly config: Pick<Config, 'sessionIdleSeconds' | 'payloadRetentionDays' | 'metadataRetentionDays'>;
  readonly pool: Pool;
  readonly keyWatch: Pick<KeyWatch, 'check'>;
  readonly sessions: Sessions;
  readonly browserSessions: BrowserSessions;
  readonly idempotency: Pick<Idempotency, 'deleteExpired'>;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What every job needs to know of the node that runs it. */
interface JobContext extends BackgroundJobsOptions {
  readonly shouldStop: () => boolean;
}

/** Starts the jobs. A job that fails is logged, and runs again at its next time. */
export function startBackgroundJobs(options: BackgroundJobsOptions): BackgroundJobs {
  let isStopping = false;
  const context: JobContext = { ...options, shouldStop: () => isStopping };
  const { pool, sessions, clock, config } = options;
  const retention = retentionJob(context);
  const counting = usageJob(context);
  const keys = keysJob(context);
  const missing = missingSessionsJob(context);
  const idle = new IdleSealing({ pool, sessions, clock, idleSeconds: config.sessionIdleSeconds });
  const jobs = {
    findMissing: (of: 'the last hour' | 'all times') => findMissing(context, of),
    checkKeys: () => keys.run(),
    countUsage: () => counting.run(),
    sealIdle: () => idle.sweep(),
    erasePayloads: () => erasePayloads(retentionTerms(context)),
    applyRetention: () => retention.run(),
    anchorHeads: () => anchorHeads(context),
  };
  const timers = startTimers(context, jobs);
  const repeating = [retention, counting, keys, missing];
  for (const job of repeating) job.start();
  return {
    ...jobs,
    stop: async () => {
      isStopping = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(repeating.map((job) => job.stop()));
    },
  };
}

/** Starts the jobs that run at fixed times, however long the last run took. */
function startTimers(
  { idempotency, browserSessions, log }: JobContext,
  jobs: Pick<BackgroundJobs, 'sealIdle' | 'anchorHeads' | 'findMissing'>,
): readonly NodeJS.Timeout[] {
  const every = (ms: number, job: () => Promise<unknown>, failure: string): NodeJS.Timeout =>
    setInterval(() => {
      job().catch((err: unknown) => {
        log.warn({ err }, failure);
      });
    }, ms);
  return [
    every(SWEEP_MS, jobs.sealIdle, 'idle sessions could not be sealed; trying again later'),
    every(SWEEP_MS, () => idempotency.deleteExpired(), 'old idempotency keys could not be deleted; trying again later'),
    every(SWEEP_MS, () => browserSessions.deleteExpired(), 'expired sign-ins could not be deleted; trying again later'),
    every(ANCHORING_MS, jobs.anchorHeads, 'the heads of open journals could not be anchored; trying again later'),
    every(
      ANCHORING_MS,
      () => jobs.findMissing('the last hour'),
      'removed sessions could not be looked for; trying again later',
    ),
  ];
}

function retentionTerms({ pool, clock, config, shouldStop }: JobContext): RetentionOptions {
  return {
    pool,
    clock,
    payloadDays: config.payloadRetentionDays,
    metadataDays: config.metadataRetentionDays,
    shouldStop,
  };
}

function retentionJob(context: JobContext): RepeatingJob<RetentionRun | null> {
  return new RepeatingJob({
    run: () => applyRetention(retentionTerms(context)),
    firstMs: RETENTION_FIRST_MS,
    everyMs: RETENTION_MS,
    soonMs: RETENTION_MS,
    leftWork: () => false,
    onFailure: (err) => {
      context.log.warn({ err }, 'what is kept for long enough could not be erased; trying again later');
    },
  });
}

function usageJob({ pool, clock, log }: JobContext): RepeatingJob<boolean | null> {
  return new RepeatingJob({
    run: () => rollUpUsage({ pool, clock }),
    everyMs: COUNTING_MS,
    soonMs: COUNTING_AGAIN_MS,
    leftWork: (more) => more === true,
    onFailure: (err) => {
      log.warn({ err }, 'usage could not be counted; trying again later');
    },
  });
}

function keysJob({ keyWatch, log }: JobContext): RepeatingJob<void> {
  return new RepeatingJob({
    run: () => keyWatch.check(),
    everyMs: KEYS_MS,
    soonMs: KEYS_MS,
    leftWork: () => false,
    onFailure: (err) => {
      log.warn({ err }, 'the keys in use could not be looked at; trying again later');
    },
  });
}

function missingSessionsJob(context: JobContext): RepeatingJob<number | null> {
  return new RepeatingJob({
    run: () => findMissing(context, 'all times'),
    firstMs: MISSING_FIRST_MS,
    everyMs: SEARCHING_ALL_MS,
    soonMs: SEARCHING_ALL_MS,
    leftWork: () => false,
    onFailure: (err) => {
      context.log.warn({ err }, 'removed sessions could not be looked for; trying again later');
    },
  });
}

function findMissing(
  { pool, clock, log, shouldStop }: JobContext,
  of: 'the last hour' | 'all times',
): Promise<number | null> {
  return findMissingSessions({
    pool,
    since: of === 'all times' ? null : clock.now() - SEARCHING_ALL_MS,
    shouldStop,
    onMissing: ({ sessionId, accountId, anchored, isMarked }) => {
      log.error({ session_id: sessionId, account_id: accountId, anchored }, isMarked ? MARKED : REMOVED);
    },
  });
}

function anchorHeads({ pool, signer, clock, log }: JobContext): Promise<number | null> {
  return anchorOpenJournals({
    pool,
    signer,
    clock,
    onFault: (fault, session_id, entries, anchored) => {
      log.error({ session_id, entries, anchored }, FAULTS[fault]);
    },
  });
}
