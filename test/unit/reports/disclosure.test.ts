import { describe, expect, test } from 'vitest';
import { Signer } from '../../../src/audit/seal.ts';
import { buildReport, generationTime } from '../../../src/reports/build-report.ts';
import { discloseReport } from '../../../src/reports/disclosure.ts';
import { ReportFigures } from '../../../src/reports/figures.ts';
import type { Report } from '../../../src/reports/report.ts';
import { verifyBundle } from '../../../verifier/src/verify.ts';
import { journalOf, sealedSession } from './report-fixture.ts';

const signer = new Signer(Buffer.alloc(32, 9));
const NOW = Date.UTC(2026, 4, 3, 21, 15);
const { walked } = sealedSession(0, journalOf(3), signer, NOW);
const unsigned = buildReport({
  id: 'rep_01HYZ000000000000000000000',
  scope: { kind: 'session', accountId: 'acc_01HYZ000000000000000000000', sessionId: walked.stored.id },
  sessions: [walked],
  figures: new ReportFigures(),
  policySnapshot: 'name: p\n',
  detector: 'detector/1',
  detectionServer: null,
  generatedAt: generationTime(NOW, []),
  payloads: { retention_days: 7, turns_stored: 2 },
  samples: [],
  comparisons: [],
});
const report: Report = { ...unsigned, signature: signer.sign(unsigned) };

describe('discloseReport', () => {
  test('opens all members, which the verifier finds to be what was signed', () => {
    const disclosed = discloseReport(report, ['*'], signer);
    const { outcome } = verifyBundle(Buffer.from(JSON.stringify(disclosed)), { trustedKeys: [signer.publicKey] });
    expect(outcome).toBe('authentic');
    expect(disclosed.openings).toHaveLength(disclosed.statement.commitments.length);
    const opened = new Set(disclosed.openings.map(([, pointer]) => pointer.split('/')[1]));
    const inStatement = ['schema', 'scope', 'session_id', 'generated_at', 'merkle_root_hex'];
    expect([...opened, ...inStatement, 'id', 'signature'].sort()).toEqual(Object.keys(report).sort());
  });

  test('opens the named members alone; nothing of the others is in the document', () => {
    const disclosed = discloseReport(report, ['window', 'sessions'], signer);
    expect(disclosed.openings.map(([, pointer]) => pointer)).toEqual(['/window', '/sessions/-', '/sessions/0']);
    expect(JSON.stringify(disclosed)).not.toContain('appointment-bot');
    const { outcome } = verifyBundle(Buffer.from(JSON.stringify(disclosed)), { trustedKeys: [signer.publicKey] });
    expect(outcome).toBe('authentic');
  });

  test('takes 16 fresh bytes for each opening', () => {
    const salts = discloseReport(report, ['*'], signer).openings.map(([salt]) => salt);
    expect(new Set(salts).size).toBe(salts.length);
    for (const salt of salts) expect(Buffer.from(salt, 'base64')).toHaveLength(16);
    expect(discloseReport(report, [], signer).statement.commitments).not.toEqual(
      discloseReport(report, [], signer).statement.commitments,
    );
  });

  test('refuses a member that the report does not have, or that is always open', () => {
    for (const name of ['nothing', 'merkle_root_hex', ''])
      expect(() => discloseReport(report, [name], signer)).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          details: [expect.objectContaining({ path: 'disclose' })],
        }),
      );
  });
});
