/** Finds sessions by what an auditor holds. Reads no payload and no value. See docs/account-log.md, Finding. */
import type { AccountId, ReportId, SessionId } from '../../platform/ids.ts';
import type { CallDigests } from '../../sessions/call-digests.ts';
import { callNames } from '../../sessions/call-names.ts';
import { Failure } from '../../platform/failure.ts';
import { AGENTS_AT_ONCE, agentsWithCalls, foundSessions } from './found-sessions.ts';
import type { Db, FoundRange, FoundSession, Sought } from './found-sessions.ts';
import { reportsOfSessions, scopeOfReport } from './issued-records.ts';
import type { IssuedRecord } from './issued-records.ts';

/** What an auditor holds. */
export type Evidence =
  /** The platform's id of a call, compared by its digest. */
  | { readonly by: 'call'; readonly callId: string }
  | { readonly by: 'session'; readonly sessionId: SessionId }
  | { readonly by: 'report'; readonly reportId: ReportId }
  /** Sessions that began from `since` on and before `until`, in milliseconds since the epoch. */
  | { readonly by: 'day'; readonly since: number; readonly until: number }
  /** SHA-256 of the bytes that the provider got, in lower-case hex. */
  | { readonly by: 'request'; readonly sha256: string };

/** A session that was found, with the reports about it alone. */
export interface FoundWithReports extends FoundSession {
  readonly reports: readonly IssuedRecord[];
}

export interface Finder {
  /** Throws Failure `validation_failed` for a text that cannot be the id of a call. */
  find(accountId: AccountId, evidence: Evidence, range: FoundRange): Promise<FoundWithReports[]>;
}

export function createFinder(db: Db, digests: Pick<CallDigests, 'call'>): Finder {
  /** More than one where the statement of one would be too long; none for what is found nowhere. */
  async function soughtBy(accountId: AccountId, evidence: Evidence): Promise<readonly Sought[]> {
    switch (evidence.by) {
      case 'session':
        return [{ by: 'scope', scope: { kind: 'session', accountId, sessionId: evidence.sessionId } }];
      case 'day': {
        const { since, until } = evidence;
        return [{ by: 'scope', scope: { kind: 'account', accountId, window: { since, until } } }];
      }
      case 'request':
        return [evidence];
      case 'report': {
        const scope = await scopeOfReport(db, accountId, evidence.reportId);
        return scope === null ? [] : [{ by: 'scope', scope }];
      }
      case 'call': {
        // Digests hold within one agent.
        const names = namesOf(evidence.callId);
        const agents = await agentsWithCalls(db, accountId);
        return Array.from({ length: Math.ceil(agents.length / AGENTS_AT_ONCE) }, (_, at) => ({
          by: 'call',
          agents: agents.slice(at * AGENTS_AT_ONCE, (at + 1) * AGENTS_AT_ONCE),
          digestsOf: (agentId) => names.map((name) => digests.call(agentId, name)),
        }));
      }
    }
  }

  return {
    find: async (accountId, evidence, range) => {
      const lists: FoundSession[][] = [];
      for (const sought of await soughtBy(accountId, evidence))
        lists.push(await foundSessions(db, accountId, sought, range));
      const found = firstOf(lists, range);
      if (found.length === 0) return [];
      const reports = await reportsOfSessions(
        db,
        accountId,
        found.map(({ id }) => id),
      );
      return found.map((session) => ({
        ...session,
        reports: reports.filter(({ sessionId }) => sessionId === session.id),
      }));
    },
  };
}

/** The beginning of several lists together. Each is in the order of the range. */
function firstOf(lists: readonly FoundSession[][], { order, limit }: FoundRange): FoundSession[] {
  const [list = [], ...others] = lists;
  if (others.length === 0) return list;
  const upwards = order === 'asc' ? 1 : -1;
  return lists
    .flat()
    .sort((a, b) => (a.id < b.id ? -upwards : a.id > b.id ? upwards : 0))
    .slice(0, limit);
}

function namesOf(text: string): readonly string[] {
  const names = callNames(text);
  if (names.length > 0) return names;
  const message = 'This cannot be the id of a call.';
  throw new Failure('validation_failed', message, [{ path: 'callId', code: 'invalid', message }]);
}
