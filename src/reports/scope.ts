/** What a report is about: a session, or the sessions of an agent or an account that began within a window. */
import { encodeTime } from 'ulid';
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

// An id is made when its session starts, give or take the clocks of two nodes.
export const CLOCK_MARGIN = 3_600_000;
/** The latest time that an id can have, in milliseconds since the epoch. The earliest is 0. */
const LATEST_ID_MS = 2 ** 48 - 1;

/** The id below those of sessions that start at `time` or later, as far as ids reach. */
export function boundAt(time: number): string {
  return `sess_${encodeTime(Math.min(Math.max(0, time), LATEST_ID_MS))}`;
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
  const values = [
    scope.accountId,
    new Date(since),
    new Date(until),
    boundAt(since - CLOCK_MARGIN),
    boundAt(until + CLOCK_MARGIN),
  ];
  return scope.kind === 'agent'
    ? { sql: `s.account_id = $1 AND ${window} AND s.agent_id = $6`, values: [...values, scope.agentId] }
    : { sql: `s.account_id = $1 AND ${window}`, values };
}
