/** What a report is about: a session, or the sessions of an agent or an account that began within a window. */
import { encodeTime } from 'ulid';
import { LONGEST_STEP_BACK_MS } from '../platform/ids.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';

/** From `since` on and before `until`, in milliseconds since the epoch. */
export interface ReportWindow {
  readonly since: number;
  readonly until: number;
}

export type ReportScope =
  | { readonly kind: 'session'; readonly accountId: AccountId; readonly sessionId: SessionId }
  | { readonly kind: 'agent'; readonly accountId: AccountId; readonly agentId: AgentId; readonly window: ReportWindow }
  | { readonly kind: 'account'; readonly accountId: AccountId; readonly window: ReportWindow };

/** The name of a scope, as samples are chosen by it: its kind and its id. */
export function scopeName(scope: ReportScope): string {
  switch (scope.kind) {
    case 'session':
      return `session|${scope.sessionId}`;
    case 'agent':
      return `agent|${scope.agentId}`;
    case 'account':
      return `account|${scope.accountId}`;
  }
}

/** A condition on `sessions s`, with its parameters from $1 on. */
export interface ScopeCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The latest time that an id can have, in milliseconds since the epoch. The earliest is 0. */
const LATEST_ID_MS = 2 ** 48 - 1;

function boundAt(time: number): string {
  return `sess_${encodeTime(Math.min(Math.max(0, time), LATEST_ID_MS))}`;
}

/**
 * The ids of the sessions of a window, from `gte` on and below `lt`. The time in an id may be later than the start of its
 * session (`newId`). So sessions that began shortly after the window are within, and the start decides.
 */
export function idsWithin({ since, until }: ReportWindow): { readonly gte: string; readonly lt: string } {
  return { gte: boundAt(since), lt: boundAt(until + LONGEST_STEP_BACK_MS) };
}

/** The sessions of a scope. The ids narrow what is read; the times decide. */
export function scopeCondition(scope: ReportScope): ScopeCondition {
  // A journal that is being erased is as good as gone.
  if (scope.kind === 'session')
    return {
      sql: 's.account_id = $1 AND s.id = $2 AND s.journal_expired_at IS NULL',
      values: [scope.accountId, scope.sessionId],
    };
  const { since, until } = scope.window;
  const window =
    's.journal_expired_at IS NULL AND s.started_at >= $2 AND s.started_at < $3 AND s.id >= $4 AND s.id < $5';
  const ids = idsWithin(scope.window);
  const values = [scope.accountId, new Date(since), new Date(until), ids.gte, ids.lt];
  return scope.kind === 'agent'
    ? { sql: `s.account_id = $1 AND ${window} AND s.agent_id = $6`, values: [...values, scope.agentId] }
    : { sql: `s.account_id = $1 AND ${window}`, values };
}
