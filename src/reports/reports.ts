/**
 * Reports, made on demand by walking the journal and never cached. See docs/audit-format.md, Reports.
 * A chain that does not verify makes no report: the failure says which entry broke.
 */
import type { Pool } from 'pg';
import { recordAct } from '../audit/account-events.ts';
import type { StoredEntry } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import { buildReport } from './build-report.ts';
import type { FacedEntry } from './faces/faced-entry.ts';
import { FACES } from './faces/faces.ts';
import type { JournalFace } from './faces/faces.ts';
import { ReportFigures } from './figures.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession } from './journal-walk.ts';
import type { Bundle, Report, SessionReport } from './report.ts';
import { sealedReportId } from './report-id.ts';
import type { ReportScope } from './scope.ts';
import { Snapshots } from './snapshot.ts';
import type { Database } from './snapshot.ts';
import { policyText } from './stored-sessions.ts';
import { bundledEntry } from './stored-text.ts';

export interface ReportsOptions {
  readonly pool: Pick<Pool, 'connect'>;
  readonly prisma: PrismaClient;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly detectorVersion: string;
  /** Of Masker, as the faces of journals name it. */
  readonly version: string;
  /** The server that reads texts too, as reports name it; null where there is none. */
  readonly detectionServer: string | null;
  readonly clock: Clock;
}

export interface Reports {
  /** The signed report of a session of the viewer's account. Throws Failure session_not_found or report_generation_failed. */
  session(viewer: Viewer, sessionId: string): Promise<SessionReport>;
  /** The same with everything that an offline verifier needs. Of a sealed session it is the same each time. */
  bundle(viewer: Viewer, sessionId: string): Promise<Bundle>;
  /** The session's journal in the form of another tool. Throws Failure like `session`. */
  journal(viewer: Viewer, sessionId: string, face: JournalFace): Promise<string>;
}

/** The public half of the signing key, as bundles and `/.well-known/masker-keys.json` give it. */
export function publicKeys(signer: Signer): Bundle['keys'] {
  return [{ key_id: signer.keyId, alg: 'Ed25519', public_key: signer.publicKey.toString('base64') }];
}

/** When a report is of: now, or the moment at which its sealed session was sealed. */
type Moment = 'now' | 'seal';

interface MadeReport {
  readonly report: Report;
  readonly sessions: readonly WalkedSession[];
  /** The entries, where they were asked for. */
  readonly rows: readonly StoredEntry[];
}

/** Reports over the pool (sessions and journals) and Prisma (the record of who was given one). */
export function createReports(options: ReportsOptions): Reports {
  const { prisma, signer, clock, detectorVersion, detectionServer } = options;
  const snapshots = new Snapshots(options.pool);

  async function read(db: Database, scope: ReportScope, moment: Moment, keepsRows: boolean): Promise<MadeReport> {
    const figures = new ReportFigures();
    const sessions: WalkedSession[] = [];
    const rows: StoredEntry[] = [];
    await walkJournals(db, scope, options, {
      entry: (entry, row) => {
        figures.add(entry);
        if (keepsRows) rows.push(row);
      },
      session: (walked) => {
        sessions.push(walked);
      },
    });
    const last = sessions.at(-1);
    if (scope.kind === 'session' && last === undefined) throw sessionNotFound();
    const sealedAt = moment === 'seal' ? (last?.stored.sealedAt ?? null) : null;
    const now = sealedAt?.getTime() ?? clock.now();
    const unsigned = buildReport({
      id: sealedAt === null || last === undefined ? newId('report', now) : sealedReportId(last.chain.root, now),
      scope,
      sessions,
      figures,
      policySnapshot: last === undefined ? '' : await policyText(db, last.stored.policyDigest),
      detector: detectorVersion,
      detectionServer,
      now,
    });
    return { report: { ...unsigned, signature: signer.sign(unsigned) }, sessions, rows };
  }

  async function make(viewer: Viewer, scope: ReportScope, moment: Moment, keepsRows: boolean): Promise<MadeReport> {
    const made = await snapshots.read((db) => read(db, scope, moment, keepsRows));
    await issued(viewer, made.report);
    return made;
  }

  async function issued({ accountId, userId }: Viewer, report: Report): Promise<void> {
    const { id, scope, session_id: sessionId, merkle_root_hex: root } = report;
    const subject = {
      report_id: id,
      scope,
      ...(sessionId === undefined ? {} : { session_id: sessionId }),
      merkle_root_hex: root,
    };
    await prisma.$transaction((tx) =>
      recordAct(tx, { accountId, userId, kind: 'report_issued', subject }, clock.now()),
    );
  }

  function sessionScope({ accountId }: Viewer, text: string): Extract<ReportScope, { kind: 'session' }> {
    const sessionId = parseId('session', text);
    if (sessionId === null) throw sessionNotFound();
    return { kind: 'session', accountId, sessionId };
  }

  return {
    session: async (viewer, text) => {
      const scope = sessionScope(viewer, text);
      const { report } = await make(viewer, scope, 'now', false);
      return { ...report, scope: 'session', session_id: scope.sessionId };
    },
    bundle: async (viewer, sessionId) => {
      const { report, sessions, rows } = await make(viewer, sessionScope(viewer, sessionId), 'seal', true);
      return {
        format: 'masker-bundle/v1',
        report,
        entries: rows.map(({ body }) => bundledEntry(body)),
        leaf_hashes: rows.map(({ leafHash }) => Buffer.from(leafHash).toString('hex')),
        seals: report.seals,
        anchored_heads: sessions.flatMap(({ heads }) => heads),
        keys: publicKeys(signer),
      };
    },
    journal: async (viewer, text, face) => {
      const scope = sessionScope(viewer, text);
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
      const subject = { session_id: scope.sessionId, format: face };
      await prisma.$transaction((tx) =>
        recordAct(tx, { accountId, userId, kind: 'journal_exported', subject }, clock.now()),
      );
      return FACES[face].write(entries, options.version);
    },
  };
}

function sessionNotFound(): Failure {
  return new Failure('session_not_found', 'No session with this id exists in your account.');
}
