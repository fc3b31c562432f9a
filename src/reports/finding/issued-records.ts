/** What the account's log says of reports that were issued: by their id, and by the session that they are about. */
import { z } from 'zod';
import type { AccountId, SessionId } from '../../platform/ids.ts';
import { isId } from '../../platform/ids.ts';
import type { ReportScope } from '../scope.ts';
import type { Db } from './found-sessions.ts';

/** A report as it was issued once. */
export interface IssuedRecord {
  readonly reportId: string;
  readonly format: string;
  readonly at: Date;
  /** Id of the record in the account's log. */
  readonly eventId: string;
  readonly sessionId: SessionId;
}

const REPORT_ID = `(substring(body from '"report_id":"(rep_[0-9A-Z]{26})"') COLLATE "C")`;
const SESSION_ID = `(substring(v.body from '"session_id":"(sess_[0-9A-Z]{26})"') COLLATE "C")`;

/**
 * Behind the ids of all records, in any collation. Pairs are compared, for the index by session alone has their order: of
 * equal values the planner would read the account's whole log.
 */
const BEHIND_ALL = 'f';

/** Records that are given for one session: the newest. */
const MOST_OF_A_SESSION = 20;

const RECORD = z.object({ subject: z.object({ report_id: z.string(), format: z.string() }) });

/** Returns the reports about exactly one of the sessions each, the newest first, at most 20 of a session. */
export async function reportsOfSessions(
  db: Db,
  accountId: AccountId,
  sessionIds: readonly SessionId[],
): Promise<IssuedRecord[]> {
  const { rows } = await db.query<{ session_id: SessionId; id: string; at: Date; body: string }>(
    `SELECT s.id AS session_id, r.id, r.at, r.body FROM unnest($2::text[]) AS s(id) CROSS JOIN LATERAL (
       SELECT v.id, v.at, v.body FROM account_events v
       WHERE v.account_id = $1 AND v.kind = 'report_issued'
         AND (${SESSION_ID}, v.id) > (s.id, '') AND (${SESSION_ID}, v.id) < (s.id, '${BEHIND_ALL}')
       ORDER BY ${SESSION_ID} DESC, v.id DESC LIMIT ${MOST_OF_A_SESSION}) r`,
    [accountId, [...new Set(sessionIds)]],
  );
  return rows.flatMap(({ session_id: sessionId, id, at, body }) => {
    const record = RECORD.safeParse(JSON.parse(body));
    if (!record.success) return [];
    const { report_id: reportId, format } = record.data.subject;
    return [{ reportId, format, at, eventId: id, sessionId }];
  });
}

const MOMENT = z.iso.datetime().transform((text) => Date.parse(text));
const SCOPE = z.object({
  subject: z.union([
    z.object({
      scope: z.literal('session'),
      session_id: z.custom<SessionId>((id) => typeof id === 'string' && isId('session', id)),
    }),
    z.object({
      scope: z.literal('agent'),
      agent_id: z.custom<`agt_${string}`>((id) => typeof id === 'string' && isId('agent', id)),
      since: MOMENT,
      until: MOMENT,
    }),
    z.object({ scope: z.literal('account'), since: MOMENT, until: MOMENT }),
  ]),
});

/** Returns what a report was about; null where the account's log has no such report. */
export async function scopeOfReport(db: Db, accountId: AccountId, reportId: string): Promise<ReportScope | null> {
  const { rows } = await db.query<{ body: string }>(
    `SELECT body FROM account_events
     WHERE account_id = $1 AND kind = 'report_issued' AND ${REPORT_ID} = $2 ORDER BY id LIMIT 1`,
    [accountId, reportId],
  );
  const [row] = rows;
  const record = row === undefined ? null : SCOPE.safeParse(JSON.parse(row.body));
  if (record?.success !== true) return null;
  const { subject } = record.data;
  switch (subject.scope) {
    case 'session':
      return { kind: 'session', accountId, sessionId: subject.session_id };
    case 'agent': {
      const window = { since: subject.since, until: subject.until };
      return { kind: 'agent', accountId, agentId: subject.agent_id, window };
    }
    case 'account':
      return { kind: 'account', accountId, window: { since: subject.since, until: subject.until } };
  }
}
