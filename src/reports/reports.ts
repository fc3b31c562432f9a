/**
 * Reports, made on demand by walking the journal and never cached. See docs/audit-format.md, Reports.
 * A chain that does not verify makes no report: the failure says which entry broke.
 */
import { recordAct } from '../audit/account-events.ts';
import type { StoredEntry } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import type { SealInLog } from '../audit-log/seal-in-log.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { buildReport, generationTime } from './build-report.ts';
import type { FacedEntry } from './faces/faced-entry.ts';
import { FACES } from './faces/faces.ts';
import type { JournalFace } from './faces/faces.ts';
import { ReportFigures } from './figures.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession } from './journal-walk.ts';
import { loggedSeal, witnessedSeal } from './logged-seals.ts';
import type { SealsInLog } from './logged-seals.ts';
import type { PdfRenderer } from './pdf/pdf-pool.ts';
import type { Bundle, Report, SessionReport, UnsignedReport } from './report.ts';
import { sealedReportId } from './report-id.ts';
import { scopeName } from './scope.ts';
import type { ReportScope, ReportWindow } from './scope.ts';
import type { Database, Snapshots } from './snapshot.ts';
import { keptPayloads } from './stored-payloads.ts';
import { policyText } from './stored-sessions.ts';
import { bundledEntry } from './stored-text.ts';

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
  readonly sealsInLog: SealsInLog;
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
 * of the account. All throw Failure `session_not_found`, `agent_not_found` or `report_generation_failed`.
 */
export interface Reports {
  /** The signed report of a session of the viewer's account. */
  session(viewer: Viewer, sessionId: string, purpose: string | null): Promise<SessionReport>;
  /** The signed report of the sessions of an agent or of the account. */
  many(viewer: Viewer, subject: Exclude<ReportSubject, { kind: 'session' }>, purpose: string | null): Promise<Report>;
  /**
   * A report with everything that an offline verifier needs. Of a sealed session it is the same each time. Throws Failure
   * `validation_failed` for more sessions or entries than one file takes.
   */
  bundle(viewer: Viewer, subject: ReportSubject, purpose: string | null): Promise<Bundle>;
  /** A report as PDF, with its bundle attached; of very many sessions or entries, with the report attached. */
  pdf(viewer: Viewer, subject: ReportSubject, purpose: string | null): Promise<PdfReport>;
  /** The session's journal in the form of another tool. */
  journal(viewer: Viewer, sessionId: string, face: JournalFace, purpose: string | null): Promise<string>;
}

/** The public half of the signing key, as bundles and `/.well-known/masker-keys.json` give it. */
export function publicKeys(signer: Signer): Bundle['keys'] {
  return [{ key_id: signer.keyId, alg: 'Ed25519', public_key: signer.publicKey.toString('base64') }];
}

/** When a report is of: now, or the moment at which its sealed session was sealed. */
type Moment = 'now' | 'seal';

interface MadeReport extends ReadReport {
  readonly report: Report;
  readonly logged: readonly SealInLog[];
}

interface ReadReport {
  readonly unsigned: UnsignedReport;
  readonly sessions: readonly WalkedSession[];
  /** The entries; null where they were not asked for, or are more than one file takes. */
  readonly rows: readonly StoredEntry[] | null;
}

/** What one bundle of many sessions takes: so much a verifier reads in some seconds. */
const BUNDLED_SESSIONS = 1000;
const BUNDLED_ENTRIES = 50_000;

/** Keeps the entries of a bundle, and gives them up where they become too many. */
class BundledRows {
  #rows: StoredEntry[] | null;
  readonly #isBounded: boolean;

  constructor(isAsked: boolean, isBounded: boolean) {
    this.#rows = isAsked ? [] : null;
    this.#isBounded = isBounded;
  }

  add(row: StoredEntry): void {
    this.#rows?.push(row);
    if (this.#isBounded && (this.#rows?.length ?? 0) > BUNDLED_ENTRIES) this.#rows = null;
  }

  get(sessions: number): readonly StoredEntry[] | null {
    return this.#isBounded && sessions > BUNDLED_SESSIONS ? null : this.#rows;
  }
}

/** Reports over snapshots (sessions and journals) and Prisma (the record of who was given one). */
export function createReports(options: ReportsOptions): Reports {
  const { prisma, snapshots, signer, clock, detectorVersion, detectionServer, pdf, sealsInLog } = options;

  async function read(db: Database, scope: ReportScope, moment: Moment, keepsRows: boolean): Promise<ReadReport> {
    const figures = new ReportFigures();
    const sessions: WalkedSession[] = [];
    const rows = new BundledRows(keepsRows, scope.kind !== 'session');
    await walkJournals(db, scope, options, {
      entry: (entry, row) => {
        figures.add(entry);
        rows.add(row);
      },
      session: (walked) => {
        sessions.push(walked);
      },
    });
    const last = sessions.at(-1);
    if (scope.kind === 'session' && last === undefined) throw sessionNotFound();
    const sealedAt = moment === 'seal' && scope.kind === 'session' ? (last?.stored.sealedAt ?? null) : null;
    const now = sealedAt?.getTime() ?? clock.now();
    const generatedAt = generationTime(now, sessions);
    const kept = await keptPayloads(db, options.ring, scope, `${scopeName(scope)}|${generatedAt}`);
    const unsigned = buildReport({
      id: sealedAt === null || last === undefined ? newId('report', now) : sealedReportId(last.chain.root, now),
      scope,
      sessions,
      figures,
      policySnapshot: last === undefined ? '' : await policyText(db, last.stored.policyDigest),
      detector: detectorVersion,
      detectionServer,
      generatedAt,
      payloads: { retention_days: options.payloadRetentionDays, turns_stored: kept.turns },
      samples: kept.samples,
    });
    return { unsigned, sessions, rows: rows.get(sessions.length) };
  }

  async function make(
    viewer: Viewer,
    subject: ReportSubject,
    purpose: string | null,
    moment: Moment,
    keepsRows: boolean,
  ): Promise<MadeReport> {
    const scope = await scopeOf(viewer, subject);
    const found = await snapshots.read((db) => read(db, scope, moment, keepsRows));
    // A report over many sessions states no leaves; its bundle has them.
    const sealed = keepsRows || scope.kind === 'session' ? found.unsigned.seals : [];
    const logged = await sealsInLog(
      viewer.accountId,
      sealed.map(({ seal }) => seal.session_id),
    );
    const [only] = logged;
    const unsigned =
      scope.kind === 'session' && only !== undefined
        ? { ...found.unsigned, account_log: loggedSeal(only) }
        : found.unsigned;
    const report = { ...unsigned, signature: signer.sign(unsigned) };
    await recordIssue(viewer, report, purpose);
    return { ...found, report, logged };
  }

  async function recordIssue({ accountId, userId }: Viewer, report: Report, purpose: string | null): Promise<void> {
    const { id, scope, session_id: sessionId, agent_id: agentId, merkle_root_hex: root } = report;
    const subject = {
      report_id: id,
      scope,
      ...(sessionId === undefined ? {} : { session_id: sessionId }),
      ...(agentId === undefined ? {} : { agent_id: agentId }),
      merkle_root_hex: root,
      purpose,
    };
    await prisma.$transaction((tx) =>
      recordAct(tx, { accountId, userId, kind: 'report_issued', subject }, clock.now()),
    );
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
      const { report } = await make(viewer, { kind: 'session', sessionId: id }, purpose, 'now', false);
      const { session_id: sessionId } = report;
      if (sessionId === undefined) throw sessionNotFound();
      return { ...report, scope: 'session', session_id: sessionId };
    },
    many: async (viewer, subject, purpose) => (await make(viewer, subject, purpose, 'now', false)).report,
    bundle: async (viewer, subject, purpose) => {
      const bundle = bundleOf(await make(viewer, subject, purpose, 'seal', true), signer);
      if (bundle !== null) return bundle;
      const message = `A bundle takes ${BUNDLED_SESSIONS} sessions and ${BUNDLED_ENTRIES} entries. Ask for a shorter window.`;
      throw new Failure('validation_failed', message, [{ path: 'since', code: 'too_many', message }]);
    },
    journal: async (viewer, id, face, purpose) => {
      const scope = await scopeOf(viewer, { kind: 'session', sessionId: id });
      const entries: FacedEntry[] = [];
      let sessions = 0;
      await snapshots.read((db) =>
        walkJournals(db, scope, options, {
          entry: (entry, { body, leafHash }) => {
            entries.push({ entry, body, leafHash: Buffer.from(leafHash).toString('hex') });
          },
          session: () => {
            sessions += 1;
          },
        }),
      );
      if (sessions === 0) throw sessionNotFound();
      const { accountId, userId } = viewer;
      const subject = { session_id: id, format: face, purpose };
      await prisma.$transaction((tx) =>
        recordAct(tx, { accountId, userId, kind: 'journal_exported', subject }, clock.now()),
      );
      return FACES[face].write(entries, options.version);
    },
    pdf: async (viewer, subject, purpose) => {
      const made = await make(viewer, subject, purpose, 'now', true);
      const { report } = made;
      const name = report.session_id ?? report.id;
      const bundle = bundleOf(made, signer);
      const attachment =
        bundle === null
          ? { name: `${name}.report.json`, text: JSON.stringify({ report }), description: 'The report as JSON' }
          : { name: `${name}.bundle.json`, text: JSON.stringify(bundle), description: 'The bundle for masker-verify' };
      return { bytes: await pdf.render(report, attachment), fileName: `${name}.report.pdf` };
    },
  };
}

function bundleOf({ report, sessions, rows, logged }: MadeReport, signer: Signer): Bundle | null {
  if (rows === null) return null;
  return {
    format: 'masker-bundle/v1',
    report,
    entries: rows.map(({ body }) => bundledEntry(body)),
    leaf_hashes: rows.map(({ leafHash }) => Buffer.from(leafHash).toString('hex')),
    seals: report.seals,
    anchored_heads: sessions.flatMap(({ heads }) => heads),
    ...(logged.length === 0 ? {} : { account_log: logged.map(witnessedSeal) }),
    keys: publicKeys(signer),
  };
}

function sessionNotFound(): Failure {
  return new Failure('session_not_found', 'No session with this id exists in your account.');
}
