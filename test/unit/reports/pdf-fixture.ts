/** A report to draw, with everything in it that pages show. */
import { Signer } from '../../../src/audit/seal.ts';
import { buildReport, generationTime } from '../../../src/reports/build-report.ts';
import { ReportFigures } from '../../../src/reports/figures.ts';
import type { Report } from '../../../src/reports/report.ts';
import { MEASURED_COVERAGE } from '../../../src/reports/safe-harbor.ts';
import { journalOf, sealedSession } from './report-fixture.ts';

const signer = new Signer(Buffer.alloc(32, 9));
const NOW = Date.UTC(2026, 4, 3, 21, 15);
export const POLICY = 'name: p\nversion: 1\nentities:\n  PHONE: { enabled: true, action: tokenize }\n';

export const TOKEN = 'MSKV1.PHONE.K_HEALTHCARE.ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SAMPLES = [
  {
    session_id: 'sess_01HYZ000000000000000000000' as const,
    turn: 3,
    messages: [
      {
        speaker: 'user',
        text: `Please write down that my number is now ${TOKEN} and not the other one, and ${TOKEN} at work`,
      },
    ],
  },
];

const session = sealedSession(0, journalOf(30), signer, NOW);

function reportOf(): Report {
  const figures = new ReportFigures();
  for (const entry of session.entries) figures.add(entry);
  const unsigned = buildReport({
    id: 'rep_01HYZ000000000000000000000',
    scope: { kind: 'session', accountId: 'acc_01HYZ000000000000000000000', sessionId: session.walked.stored.id },
    sessions: [session.walked],
    figures,
    policySnapshot: POLICY,
    detector: MEASURED_COVERAGE.detector,
    detectionServer: null,
    generatedAt: generationTime(NOW, []),
    payloads: { retention_days: 7, turns_stored: 11 },
    samples: SAMPLES,
    comparisons: [],
  });
  return { ...unsigned, signature: signer.sign(unsigned) };
}

export const report = reportOf();
export const attachment = { name: 'x.bundle.json', text: JSON.stringify({ report }), description: 'The bundle' };
