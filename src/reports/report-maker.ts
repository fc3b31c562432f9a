/** Reads the journals of a scope, and makes the signed report and its bundle. */
import type { StoredEntry } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import type { LeafInLog } from '../audit-log/leaf-in-log.ts';
import { comparisonsOf } from '../completeness/comparisons.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { buildReport, generationTime } from './build-report.ts';
import { BundledRows, tooLargeForBundle, writingBundle } from './bundle.ts';
import type { BundleLimit } from './bundle.ts';
import { ReportFigures } from './figures.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession } from './journal-walk.ts';
import { loggedLeaf } from './logged-leaves.ts';
import type { ActsInLog, SealsInLog } from './logged-leaves.ts';
import type { Bundle, Report, UnsignedReport } from './report.ts';
import { sealedReportId } from './report-id.ts';
import { payloadDaysOf } from '../sessions/payload-retention.ts';
import { scopeName } from './scope.ts';
import type { ReportScope } from './scope.ts';
import type { Database, Snapshots } from './snapshot.ts';
import { keptPayloads } from './stored-payloads.ts';
import { policyText } from './stored-sessions.ts';

/** When a report is of: now, or the moment at which its sealed session was sealed. */
type Moment = 'now' | 'seal';

/** What is asked for. */
export interface Order {
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

export interface ReportMakerOptions {
  readonly snapshots: Snapshots;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly detectorVersion: string;
  /** The server that reads texts too, as reports name it; null where there is none. */
  readonly detectionServer: string | null;
  /** Opens the payloads that samples are taken from. */
  readonly ring: KeyRing;
  /** MASKER_PAYLOAD_RETENTION_DAYS. */
  readonly payloadRetentionDays: number;
  readonly bundleLimit: BundleLimit;
  readonly sealsInLog: SealsInLog;
  readonly actsInLog: ActsInLog;
  readonly clock: Clock;
}

export class ReportMaker {
  readonly #options: ReportMakerOptions;

  constructor(options: ReportMakerOptions) {
    this.#options = options;
  }

  async #read(db: Database, { scope, moment, needs }: Order): Promise<ReadReport> {
    const { clock, detectorVersion, detectionServer, bundleLimit, ring, payloadRetentionDays } = this.#options;
    const figures = new ReportFigures();
    const sessions: WalkedSession[] = [];
    const rows = new BundledRows(needs !== 'report', scope.kind === 'session' ? null : bundleLimit);
    const unmasked = new Set<SessionId>();
    await walkJournals(db, scope, this.#options, {
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
    const retentionDays = await payloadDaysOf(db, scope.accountId, payloadRetentionDays);
    const kept = await keptPayloads(db, ring, scope, choice, { now, days: payloadRetentionDays });
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
  async #leavesOf(
    accountId: AccountId,
    { unsigned, rows }: ReadReport,
    scope: ReportScope,
  ): Promise<readonly LeafInLog[]> {
    // A report over many sessions states no leaves; its bundle has them.
    if (rows === null && scope.kind !== 'session') return [];
    const ids = unsigned.seals.map(({ seal }) => seal.session_id);
    return inLog('seals', ids, await this.#options.sealsInLog(accountId, ids));
  }

  /** The leaves of the comparisons in a bundle, likewise. */
  async #comparedIn(accountId: AccountId, { unsigned, rows }: ReadReport): Promise<readonly LeafInLog[]> {
    if (rows === null) return [];
    const ids = unsigned.completeness.sessions.map(({ event_id: id }) => id);
    return inLog('comparisons', ids, await this.#options.actsInLog(accountId, ids));
  }

  /** Makes a report, and its bundle if the order needs one. Throws Failure. */
  async make(accountId: AccountId, order: Order): Promise<MadeReport> {
    const { snapshots, signer, bundleLimit } = this.#options;
    const { scope } = order;
    const found = await snapshots.read((db) => this.#read(db, order));
    const { sealedAt, sessions, rows } = found;
    if (order.needs === 'bundle' && rows === null) throw tooLargeForBundle(bundleLimit);
    const logged = await this.#leavesOf(accountId, found, scope);
    const [only] = logged;
    const placed: UnsignedReport =
      scope.kind === 'session' && only !== undefined
        ? { ...found.unsigned, account_log: loggedLeaf(only) }
        : found.unsigned;
    const { id: _id, ...content } = placed;
    const unsigned = sealedAt === null ? placed : { ...placed, id: sealedReportId(content, sealedAt) };
    const report = { ...unsigned, signature: signer.sign(unsigned) };
    const heads = sessions.flatMap((session) => session.heads);
    const parts = { report, seals: report.seals, heads, logged, compared: await this.#comparedIn(accountId, found) };
    const bundle = rows === null ? null : await runInStretches(writingBundle({ ...parts, rows }, signer));
    return { report, bundle };
  }
}

/** The leaves, if the log has all of them. Throws Failure `audit_unavailable`. */
function inLog(what: string, ids: readonly string[], leaves: readonly LeafInLog[]): readonly LeafInLog[] {
  if (leaves.length === ids.length) return leaves;
  const missing = `${ids.length - leaves.length} of ${ids.length} ${what}`;
  const message = `The account's log does not have ${missing} yet. Try again later; if it stays so, the operator must see to the log.`;
  throw new Failure('audit_unavailable', message, [], { retryAfterSeconds: 1 });
}

export function sessionNotFound(): Failure {
  return new Failure('session_not_found', 'No session with this id exists in your account.');
}
