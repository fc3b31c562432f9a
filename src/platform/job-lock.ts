/** Background jobs run on any node, one node at a time. */
import type { Pool, PoolClient } from 'pg';
import { withAdvisoryLock } from './advisory-lock.ts';

/** The class of the locks of jobs: "mask". */
const LOCK_CLASS = 0x6d61736b;

/** The jobs, each with the key of its lock. */
export const JOBS = {
  idleSealing: 1,
  headAnchoring: 2,
  checkpointsToFile: 3,
  payloadErasure: 4,
  checkpointsToHttp: 5,
  usageRollup: 6,
  webhookDelivery: 7,
  keyRotation: 8,
  retention: 9,
  checkpointTimestamps: 10,
  missingSessions: 11,
  recentMissingSessions: 12,
} as const;
export type Job = keyof typeof JOBS;

/** Runs `work` if no other node is at the same job; resolves with its result, or null where another node has the lock. */
export function withJobLock<T>(
  pool: Pick<Pool, 'connect'>,
  job: Job,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | null> {
  return withAdvisoryLock(pool, { lockClass: LOCK_CLASS, key: JOBS[job] }, work);
}
