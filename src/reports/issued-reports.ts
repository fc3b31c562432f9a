/** The record of who was given which report: events of the account. See docs/account-log.md. */
import { recordAct } from '../audit/account-events.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { SessionId } from '../platform/ids.ts';
import type { JournalFace } from './faces/faces.ts';
import type { Report } from './report.ts';

/** The forms in which a report is given. */
export type ReportFormat = 'json' | 'pdf' | 'bundle' | 'disclosure';

export interface IssuedReports {
  /** Records a report that is about to be given to the viewer. */
  report(viewer: Viewer, report: Report, format: ReportFormat, purpose: string | null): Promise<void>;
  /** Records a journal that is about to be given to the viewer. */
  journal(viewer: Viewer, sessionId: SessionId, format: JournalFace, purpose: string | null): Promise<void>;
}

/** Writes the record through Prisma. What cannot be recorded must not be given. */
export function createIssuedReports(prisma: PrismaClient, clock: Clock): IssuedReports {
  return {
    report: async ({ accountId, userId }, report, format, purpose) => {
      const { id, scope, window, session_id: sessionId, agent_id: agentId, merkle_root_hex: root } = report;
      const subject = {
        report_id: id,
        scope,
        ...(sessionId === undefined ? {} : { session_id: sessionId }),
        ...(agentId === undefined ? {} : { agent_id: agentId }),
        ...(scope === 'session' ? {} : { since: window.since, until: window.until }),
        merkle_root_hex: root,
        format,
        purpose,
        result: 'issued',
      };
      await prisma.$transaction((tx) =>
        recordAct(tx, { accountId, userId, kind: 'report_issued', subject }, clock.now()),
      );
    },
    journal: async ({ accountId, userId }, sessionId, format, purpose) => {
      const subject = { session_id: sessionId, format, purpose, result: 'issued' };
      await prisma.$transaction((tx) =>
        recordAct(tx, { accountId, userId, kind: 'journal_exported', subject }, clock.now()),
      );
    },
  };
}
