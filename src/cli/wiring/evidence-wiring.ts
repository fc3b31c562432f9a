/** Evidence: the accounts' logs and their checkpoints, reports, what auditors look for, and the feed of events. */
import { createAccountLog } from '../../audit-log/account-log.ts';
import type { AccountLog } from '../../audit-log/account-log.ts';
import type { CheckpointPublisher } from '../../audit-log/publisher.ts';
import type { Timestamper } from '../../audit-log/timestamping/timestamper.ts';
import { Sequencer } from '../../audit-log/sequencer.ts';
import { DETECTOR_VERSION } from '../../detection/detection.ts';
import type { Exports } from '../../reports/exports.ts';
import { CallbackTargets } from '../../platform/forbidden-address.ts';
import { createAuditVerification } from '../../reports/audit-verification.ts';
import type { AuditVerification } from '../../reports/audit-verification.ts';
import { BUNDLE_LIMIT } from '../../reports/bundle.ts';
import { createFinder } from '../../reports/finding/find.ts';
import type { Finder } from '../../reports/finding/find.ts';
import { createSubjectSearch } from '../../reports/finding/subject-search.ts';
import type { SubjectSearch } from '../../reports/finding/subject-search.ts';
import { PdfPool } from '../../reports/pdf/pdf-pool.ts';
import { createReports } from '../../reports/reports.ts';
import type { Reports } from '../../reports/reports.ts';
import { Snapshots } from '../../reports/snapshot.ts';
import type { CallDigests } from '../../sessions/call-digests.ts';
import { TokenKeys } from '../../tokens/issuer.ts';
import { createCheckpointPublisher, createInstanceTimestamper, releasedBy } from './checkpoints.ts';
import { createEventFeed } from './event-feed.ts';
import type { EventFeed } from './event-feed.ts';
import { createInstanceExports } from './exports.ts';
import { VERSION } from '../version.ts';
import type { Ground } from './ground.ts';

export interface EvidenceWiring {
  readonly accountLog: AccountLog;
  readonly sequencer: Sequencer;
  readonly publisher: CheckpointPublisher;
  readonly timestamper: Timestamper;
  readonly reports: Reports;
  readonly pdfs: PdfPool;
  readonly verifyAudit: AuditVerification;
  readonly finder: Finder;
  readonly subjectSearch: SubjectSearch;
  readonly exports: Exports;
  readonly events: EventFeed;
  /** Where webhooks and assistant callbacks may be sent. */
  readonly targets: CallbackTargets;
}

export function wireEvidence(ground: Ground, digests: CallDigests): EvidenceWiring {
  const { config, log, clock, pool, prisma, ring, signer, auditKey, witnesses, timestampAuthority } = ground;
  const sequencer = new Sequencer({
    pool,
    signer,
    clock,
    onRefused: (account_id, { reason }) => {
      log.error({ account_id, reason }, 'the log of an account is not continued: see docs/operations.md, Account log');
    },
  });
  const accountLog = createAccountLog({
    pool,
    signer,
    clock,
    sequencer,
    witnesses,
    released: releasedBy(config),
  });
  const targets = new CallbackTargets(config.callbackNetworks);
  const snapshots = new Snapshots(pool);
  const pdfs = new PdfPool({ identity: ground.pdfSigning, clock: ground.clock });
  return {
    accountLog,
    sequencer,
    publisher: createCheckpointPublisher(config, pool, log),
    timestamper: createInstanceTimestamper(config, timestampAuthority, pool, log),
    reports: wireReports(ground, { snapshots, pdfs, accountLog }),
    pdfs,
    verifyAudit: createAuditVerification({ snapshots, auditKey, signer, accountLog }),
    finder: createFinder(pool, digests),
    subjectSearch: createSubjectSearch({ db: pool, prisma, keys: new TokenKeys(ring), auditKey, signer, clock }),
    exports: createInstanceExports(prisma, auditKey, log),
    events: createEventFeed({ pool, prisma, ring, targets, clock, log }),
    targets,
  };
}

interface ReportParts {
  readonly snapshots: Snapshots;
  readonly pdfs: PdfPool;
  readonly accountLog: AccountLog;
}

function wireReports(ground: Ground, { snapshots, pdfs, accountLog }: ReportParts): Reports {
  const { config, clock, prisma, ring, signer, auditKey } = ground;
  return createReports({
    snapshots,
    prisma,
    auditKey,
    signer,
    detectorVersion: DETECTOR_VERSION,
    version: VERSION,
    detectionServer: config.ner === null ? null : 'Gemma server (MASKER_NER_URL)',
    ring,
    payloadRetentionDays: config.payloadRetentionDays,
    pdf: pdfs,
    bundleLimit: BUNDLE_LIMIT,
    sealsInLog: (accountId, ids) => accountLog.sealsOf(accountId, ids),
    actsInLog: (accountId, ids) => accountLog.actsOf(accountId, ids),
    clock,
  });
}
