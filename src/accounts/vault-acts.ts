/** What admins may do to vaults over the API. Custody does it; the API knows this form alone. */
import type { SessionId } from '../platform/ids.ts';
import type { ActingUser } from './acting-user.ts';

/** What a purge erases values of. */
export type PurgeScope =
  /** Sealed sessions that began before a moment. */
  | { readonly by: 'before'; readonly before: Date }
  | { readonly by: 'session'; readonly sessionId: SessionId }
  | { readonly by: 'subject'; readonly value: string };

/** What a purge erases, or would erase. */
export interface PurgeTotals {
  /** Sessions with a vault that were looked at. */
  readonly searched: number;
  /** Of these, sessions whose vault does not open: their key is not registered. A value in them is not found. */
  readonly unopened: number;
  readonly sessions: number;
  readonly values: number;
  readonly payloads: number;
}

/** A purge of the vaults of one account. */
export interface PurgeRequest {
  readonly scope: PurgeScope;
  /** Count, and change nothing. */
  readonly dryRun: boolean;
  /** What a search for a subject is for; null where nothing is said. */
  readonly purpose: string | null;
}

export interface VaultActs {
  /**
   * Erases values of the user's own account, on record with the user. A search for a subject that erases nothing is on
   * record, too. Throws Failure `session_not_found` for a session of another account, and `forbidden` for a user who may
   * not purge any more.
   */
  purge(user: ActingUser, request: PurgeRequest): Promise<PurgeTotals>;
}
