/**
 * Reports, made on demand by walking the journal and never cached. See docs/audit-format.md, Reports.
 * A chain that does not verify makes no report: the failure says which entry broke.
 */
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { tooLargeForBundle } from './bundle.ts';
import { discloseReport } from './disclosure.ts';
import type { DisclosedReport } from './disclosure.ts';
import type { FacedEntry } from './faces/faced-entry.ts';
import { FACES } from './faces/faces.ts';
import type { JournalFace } from './faces/faces.ts';
import { createIssuedReports } from './issued-reports.ts';
import { walkJournals } from './journal-walk.ts';
import type { Attachment } from './pdf/document.ts';
import type { PdfRenderer } from './pdf/pdf-pool.ts';
import type { Bundle, Report, SessionReport } from './report.ts';
import type { ReportScope, ReportWindow } from './scope.ts';
import { ReportMaker, sessionNotFound } from './report-maker.ts';
import type { ReportMakerOptions } from './report-maker.ts';

export interface ReportsOptions extends ReportMakerOptions {
  readonly prisma: PrismaClient;
  /** Of Masker, as the faces of journals name it. */
  readonly version: string;
  readonly pdf: PdfRenderer;
}

/** What a report is asked for, by the ids that a caller gives. */
export type ReportSubject =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'agent'; readonly agentId: string; readonly window: ReportWindow }
  | { readonly kind: 'account'; readonly window: ReportWindow };

/** A PDF, and the name of the file that it is saved as. */
export interface PdfReport {
  readonly bytes: Uint8Array;
  readonly fileName: string;
}

/**
 * Who asks, and what for: `purpose` is what the caller says of it, null where nothing. Each report that is issued is an event
 * of the account. All throw Failure `session_not_found`, `agent_not_found`, `report_generation_failed`, or
 * `audit_unavailable` where the account's log does not have the seal of a sealed session yet.
 */
export interface Reports {
  /** The signed report of a session of the viewer's account. */
  session(viewer: Viewer, sessionId: string, purpose: string | null): Promise<SessionReport>;
  /** The signed report of the sessions of an agent or of the account. */
  many(viewer: Viewer, subject: Exclude<ReportSubject, { kind: 'session' }>, purpose: string | null): Promise<Report>;
  /**
   * A report with everything that an offline verifier needs. Of a sealed session, two with the same id are the same. Throws Failure
   * `validation_failed` for more sessions or entries than one file takes.
   */
  bundle(viewer: Viewer, subject: ReportSubject, purpose: string | null): Promise<Bundle>;
  /** A report with the named members open, and commitments to the others. Throws Failure `validation_failed` for no such member. */
  disclosure(
    viewer: Viewer,
    subject: ReportSubject,
    members: readonly string[],
    purpose: string | null,
  ): Promise<DisclosedReport>;
  /** A report as PDF, with its bundle attached; of very many sessions or entries, with the report attached. */
  pdf(viewer: Viewer, subject: ReportSubject, purpose: string | null): Promise<PdfReport>;
  /** The session's journal in the form of another tool. */
  journal(viewer: Viewer, sessionId: string, face: JournalFace, purpose: string | null): Promise<string>;
}

/** Reports over snapshots (sessions and journals) and Prisma (the record of who was given one). */
export function createReports(options: ReportsOptions): Reports {
  const { prisma, signer, clock, pdf, bundleLimit } = options;
  const issued = createIssuedReports(prisma, clock);
  const maker = new ReportMaker(options);
  return {
    session: async (viewer, id, purpose) => {
      const scope = await scopeOf(prisma, viewer, { kind: 'session', sessionId: id });
      const { report } = await maker.make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      const { session_id: sessionId } = report;
      if (sessionId === undefined) throw sessionNotFound();
      await issued.report(viewer, report, 'json', purpose);
      return { ...report, scope: 'session', session_id: sessionId };
    },
    many: async (viewer, subject, purpose) => {
      const scope = await scopeOf(prisma, viewer, subject);
      const { report } = await maker.make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      await issued.report(viewer, report, 'json', purpose);
      return report;
    },
    bundle: async (viewer, subject, purpose) => {
      const scope = await scopeOf(prisma, viewer, subject);
      const { report, bundle } = await maker.make(viewer.accountId, { scope, moment: 'seal', needs: 'bundle' });
      if (bundle === null) throw tooLargeForBundle(bundleLimit);
      await issued.report(viewer, report, 'bundle', purpose);
      return bundle;
    },
    disclosure: async (viewer, subject, members, purpose) => {
      const scope = await scopeOf(prisma, viewer, subject);
      const { report } = await maker.make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      const disclosed = discloseReport(report, members, signer);
      await issued.report(viewer, report, 'disclosure', purpose);
      return disclosed;
    },
    journal: async (viewer, id, face, purpose) => {
      const scope = await scopeOf(prisma, viewer, { kind: 'session', sessionId: id });
      const { entries, sessionId } = await facedEntries(options, scope);
      await issued.journal(viewer, sessionId, face, purpose);
      return FACES[face].write(entries, options.version);
    },
    pdf: async (viewer, subject, purpose) => {
      const scope = await scopeOf(prisma, viewer, subject);
      const { report, bundle } = await maker.make(viewer.accountId, { scope, moment: 'now', needs: 'bundle_if_small' });
      const name = report.session_id ?? report.id;
      const bytes = await pdf.render(report, attachmentOf(name, report, bundle));
      await issued.report(viewer, report, 'pdf', purpose);
      return { bytes, fileName: `${name}.report.pdf` };
    },
  };
}

/** Returns the file that a PDF carries: the bundle, or the report where the bundle would be too large. */
function attachmentOf(name: string, report: Report, bundle: Bundle | null): Attachment {
  return bundle === null
    ? { name: `${name}.report.json`, text: JSON.stringify({ report }), description: 'The report as JSON' }
    : { name: `${name}.bundle.json`, text: JSON.stringify(bundle), description: 'The bundle for masker-verify' };
}

/** Returns the sessions that a report is about. Throws Failure for a subject that is not of the account. */
async function scopeOf(prisma: PrismaClient, { accountId }: Viewer, subject: ReportSubject): Promise<ReportScope> {
  switch (subject.kind) {
    case 'session': {
      const sessionId = parseId('session', subject.sessionId);
      if (sessionId === null) throw sessionNotFound();
      return { kind: 'session', accountId, sessionId };
    }
    case 'agent': {
      const agentId = parseId('agent', subject.agentId);
      const where = { id: subject.agentId, accountId };
      // The sessions of a deleted agent stay, and so do reports on them.
      const known = agentId === null ? null : await prisma.agent.findFirst({ where, select: { id: true } });
      if (agentId === null || known === null)
        throw new Failure('agent_not_found', 'No agent with this id exists in your account.');
      return { kind: 'agent', accountId, agentId, window: subject.window };
    }
    case 'account':
      return { kind: 'account', accountId, window: subject.window };
  }
}

/** Reads the entries of a session with their texts and hashes. Throws Failure `session_not_found`. */
async function facedEntries(
  options: ReportsOptions,
  scope: ReportScope,
): Promise<{ readonly entries: readonly FacedEntry[]; readonly sessionId: SessionId }> {
  const entries: FacedEntry[] = [];
  const sessions: SessionId[] = [];
  await options.snapshots.read((db) =>
    walkJournals(db, scope, options, {
      entry: (entry, { body, leafHash }) => {
        entries.push({ entry, body, leafHash: Buffer.from(leafHash).toString('hex') });
      },
      session: ({ stored }) => {
        sessions.push(stored.id);
      },
    }),
  );
  const [sessionId] = sessions;
  if (sessionId === undefined) throw sessionNotFound();
  return { entries, sessionId };
}
