/**
 * Reports, made on demand by walking the journal and never cached. See docs/audit-format.md, Reports.
 * A chain that does not verify makes no report: the failure says which entry broke.
 */
import type { StoredEntry } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import type { LeafInLog } from '../audit-log/leaf-in-log.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { comparisonsOf } from '../completeness/comparisons.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { buildReport, generationTime } from './build-report.ts';
import { BundledRows, tooLargeForBundle, writingBundle } from './bundle.ts';
import type { BundleLimit } from './bundle.ts';
import { discloseReport } from './disclosure.ts';
import type { DisclosedReport } from './disclosure.ts';
import type { FacedEntry } from './faces/faced-entry.ts';
import { FACES } from './faces/faces.ts';
import type { JournalFace } from './faces/faces.ts';
import { ReportFigures } from './figures.ts';
import { createIssuedReports } from './issued-reports.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession } from './journal-walk.ts';
import { loggedLeaf } from './logged-leaves.ts';
import type { ActsInLog, SealsInLog } from './logged-leaves.ts';
import type { PdfRenderer } from './pdf/pdf-pool.ts';
import type { Bundle, Report, SessionReport, UnsignedReport } from './report.ts';
import { sealedReportId } from './report-id.ts';
import { payloadDaysOf } from '../sessions/payload-retention.ts';
import { scopeName } from './scope.ts';
import type { ReportScope, ReportWindow } from './scope.ts';
import type { Database, Snapshots } from './snapshot.ts';
import { keptPayloads } from './stored-payloads.ts';
import { policyText } from './stored-sessions.ts';

export interface ReportsOptions {
  readonly snapshots: Snapshots;
  readonly prisma: PrismaClient;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly detectorVersion: string;
  /** Of Masker, as the faces of journals name it. */
  readonly version: string;
  /** The server that reads texts too, as reports name it; null where there is none. */
  readonly detectionServer: string | null;
  /** Opens the payloads that samples are taken from. */
  readonly ring: KeyRing;
  /** MASKER_PAYLOAD_RETENTION_DAYS. */
  readonly payloadRetentionDays: number;
  readonly pdf: PdfRenderer;
  readonly bundleLimit: BundleLimit;
  readonly sealsInLog: SealsInLog;
  readonly actsInLog: ActsInLog;
  readonly clock: Clock;
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

/** When a report is of: now, or the moment at which its sealed session was sealed. */
type Moment = 'now' | 'seal';

/** What is asked for. */
interface Order {
  readonly scope: ReportScope;
  readonly moment: Moment;
  readonly needs: 'report' | 'bundle' | 'bundle_if_small';
}

interface MadeReport {
  readonly report: Report;
  /** Null where none was asked for, or it would be too large. */
  readonly bundle: Bundle | null;
}

interface ReadReport {
  /** With an id that is replaced where `sealedAt` is not null. */
  readonly unsigned: UnsignedReport;
  /** When the session was sealed, where the report is of that moment; null otherwise. */
  readonly sealedAt: number | null;
  readonly sessions: readonly WalkedSession[];
  /** The entries; null where they were not asked for, or are more than one file takes. */
  readonly rows: readonly StoredEntry[] | null;
}

/** Reports over snapshots (sessions and journals) and Prisma (the record of who was given one). */
export function createReports(options: ReportsOptions): Reports {
  const { prisma, snapshots, signer, clock, detectorVersion, detectionServer, pdf, bundleLimit } = options;
  const issued = createIssuedReports(prisma, clock);

  async function read(db: Database, { scope, moment, needs }: Order): Promise<ReadReport> {
    const figures = new ReportFigures();
    const sessions: WalkedSession[] = [];
    const rows = new BundledRows(needs !== 'report', scope.kind === 'session' ? null : bundleLimit);
    const unmasked = new Set<SessionId>();
    await walkJournals(db, scope, options, {
      entry: (entry, row) => {
        figures.add(entry);
        rows.add(row);
        if (entry.kind === 'redaction' && entry.action === 'passthrough') unmasked.add(entry.session_id);
      },
      session: (walked) => {
        sessions.push(walked);
      },
    });
    const last = sessions.at(-1);
    if (scope.kind === 'session' && last === undefined) throw sessionNotFound();
    const sealedAt = moment === 'seal' && scope.kind === 'session' ? (last?.stored.sealedAt?.getTime() ?? null) : null;
    const now = clock.now();
    const ids = sessions.map(({ stored }) => stored.id);
    const comparisons = await comparisonsOf(db, scope.accountId, ids);
    const generatedAt = generationTime(sealedAt ?? now, sessions, comparisons);
    const choice = { seed: `${scopeName(scope)}|${generatedAt}`, unmasked };
    const retentionDays = await payloadDaysOf(db, scope.accountId, options.payloadRetentionDays);
    const kept = await keptPayloads(db, options.ring, scope, choice, { now, days: options.payloadRetentionDays });
    const unsigned = buildReport({
      id: newId('report', now),
      scope,
      sessions,
      figures,
      policySnapshot: last === undefined ? '' : await policyText(db, last.stored.policyDigest),
      detector: detectorVersion,
      detectionServer,
      generatedAt,
      payloads: { retention_days: retentionDays, turns_stored: kept.turns },
      samples: kept.samples,
      comparisons,
    });
    return { unsigned, sealedAt, sessions, rows: rows.get(sessions.length) };
  }

  /** The leaves of the seals in the account's log. Throws Failure `audit_unavailable` where one of them is not there. */
  async function leavesOf(
    accountId: AccountId,
    { unsigned, rows }: ReadReport,
    scope: ReportScope,
  ): Promise<readonly LeafInLog[]> {
    // A report over many sessions states no leaves; its bundle has them.
    if (rows === null && scope.kind !== 'session') return [];
    const ids = unsigned.seals.map(({ seal }) => seal.session_id);
    return inLog('seals', ids, await options.sealsInLog(accountId, ids));
  }

  /** The leaves of the comparisons in a bundle, likewise. */
  async function comparedIn(accountId: AccountId, { unsigned, rows }: ReadReport): Promise<readonly LeafInLog[]> {
    if (rows === null) return [];
    const ids = unsigned.completeness.sessions.map(({ event_id: id }) => id);
    return inLog('comparisons', ids, await options.actsInLog(accountId, ids));
  }

  async function make(accountId: AccountId, order: Order): Promise<MadeReport> {
    const { scope } = order;
    const found = await snapshots.read((db) => read(db, order));
    const { sealedAt, sessions, rows } = found;
    if (order.needs === 'bundle' && rows === null) throw tooLargeForBundle(bundleLimit);
    const logged = await leavesOf(accountId, found, scope);
    const [only] = logged;
    const placed: UnsignedReport =
      scope.kind === 'session' && only !== undefined
        ? { ...found.unsigned, account_log: loggedLeaf(only) }
        : found.unsigned;
    const { id: _id, ...content } = placed;
    const unsigned = sealedAt === null ? placed : { ...placed, id: sealedReportId(content, sealedAt) };
    const report = { ...unsigned, signature: signer.sign(unsigned) };
    const heads = sessions.flatMap((session) => session.heads);
    const parts = { report, seals: report.seals, heads, logged, compared: await comparedIn(accountId, found) };
    const bundle = rows === null ? null : await runInStretches(writingBundle({ ...parts, rows }, signer));
    return { report, bundle };
  }

  async function scopeOf({ accountId }: Viewer, subject: ReportSubject): Promise<ReportScope> {
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

  return {
    session: async (viewer, id, purpose) => {
      const scope = await scopeOf(viewer, { kind: 'session', sessionId: id });
      const { report } = await make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      const { session_id: sessionId } = report;
      if (sessionId === undefined) throw sessionNotFound();
      await issued.report(viewer, report, 'json', purpose);
      return { ...report, scope: 'session', session_id: sessionId };
    },
    many: async (viewer, subject, purpose) => {
      const scope = await scopeOf(viewer, subject);
      const { report } = await make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      await issued.report(viewer, report, 'json', purpose);
      return report;
    },
    bundle: async (viewer, subject, purpose) => {
      const scope = await scopeOf(viewer, subject);
      const { report, bundle } = await make(viewer.accountId, { scope, moment: 'seal', needs: 'bundle' });
      if (bundle === null) throw tooLargeForBundle(bundleLimit);
      await issued.report(viewer, report, 'bundle', purpose);
      return bundle;
    },
    disclosure: async (viewer, subject, members, purpose) => {
      const scope = await scopeOf(viewer, subject);
      const { report } = await make(viewer.accountId, { scope, moment: 'now', needs: 'report' });
      const disclosed = discloseReport(report, members, signer);
      await issued.report(viewer, report, 'disclosure', purpose);
      return disclosed;
    },
    journal: async (viewer, id, face, purpose) => {
      const scope = await scopeOf(viewer, { kind: 'session', sessionId: id });
      const entries: FacedEntry[] = [];
      const sessions: SessionId[] = [];
      await snapshots.read((db) =>
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
      await issued.journal(viewer, sessionId, face, purpose);
      return FACES[face].write(entries, options.version);
    },
    pdf: async (viewer, subject, purpose) => {
      const scope = await scopeOf(viewer, subject);
      const { report, bundle } = await make(viewer.accountId, { scope, moment: 'now', needs: 'bundle_if_small' });
      const name = report.session_id ?? report.id;
      const attachment =
        bundle === null
          ? { name: `${name}.report.json`, text: JSON.stringify({ report }), description: 'The report as JSON' }
          : { name: `${name}.bundle.json`, text: JSON.stringify(bundle), description: 'The bundle for masker-verify' };
      const bytes = await pdf.render(report, attachment);
      await issued.report(viewer, report, 'pdf', purpose);
      return { bytes, fileName: `${name}.report.pdf` };
    },
  };
}

/** The leaves, if the log has all of them. Throws Failure `audit_unavailable`. */
function inLog(what: string, ids: readonly string[], leaves: readonly LeafInLog[]): readonly LeafInLog[] {
  if (leaves.length === ids.length) return leaves;
  const missing = `${ids.length - leaves.length} of ${ids.length} ${what}`;
  const message = `The account's log does not have ${missing} yet. Try again later; if it stays so, the operator must see to the log.`;
  throw new Failure('audit_unavailable', message, [], { retryAfterSeconds: 1 });
}

function sessionNotFound(): Failure {
  return new Failure('session_not_found', 'No session with this id exists in your account.');
}
