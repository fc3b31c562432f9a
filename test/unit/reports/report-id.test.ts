import { decodeTime } from 'ulid';
import { describe, expect, test } from 'vitest';
import { Signer } from '../../../src/audit/seal.ts';
import { parseId } from '../../../src/platform/ids.ts';
import { buildReport, generationTime } from '../../../src/reports/build-report.ts';
import { ReportFigures } from '../../../src/reports/figures.ts';
import { sealedReportId } from '../../../src/reports/report-id.ts';
import type { UnsignedReport } from '../../../src/reports/report.ts';
import { journalOf, sealedSession } from './report-fixture.ts';

const SEALED_AT = Date.UTC(2026, 4, 3, 21, 15);

const { walked } = sealedSession(0, journalOf(3), new Signer(Buffer.alloc(32, 9)), SEALED_AT);

function contentOf(turnsStored: number): Omit<UnsignedReport, 'id'> {
  const { id: _id, ...content } = buildReport({
    id: 'rep_01HYZ000000000000000000000',
    scope: { kind: 'session', accountId: 'acc_01HYZ000000000000000000000', sessionId: walked.stored.id },
    sessions: [walked],
    figures: new ReportFigures(),
    policySnapshot: 'name: p\nversion: 1\n',
    detector: 'masker-detector/1',
    detectionServer: null,
    generatedAt: generationTime(SEALED_AT, []),
    payloads: { retention_days: 7, turns_stored: turnsStored },
    samples: [],
    comparisons: [],
  });
  return content;
}

describe('the id of a report of a sealed session', () => {
  const content = contentOf(3);
  const id = sealedReportId(content, SEALED_AT);

  test('is a report id with the time of the seal', () => {
    expect(parseId('report', id)).toBe(id);
    expect(decodeTime(id.slice('rep_'.length))).toBe(SEALED_AT);
  });

  test('is the same for the same content, in any order of members', () => {
    expect(sealedReportId(contentOf(3), SEALED_AT)).toBe(id);
    const turned = Object.fromEntries(Object.entries(content).reverse()) as unknown as typeof content;
    expect(sealedReportId(turned, SEALED_AT)).toBe(id);
  });

  test('is another one when anything in the report is', () => {
    const others = Object.keys(content).map((member) => ({ ...content, [member]: 'other' }));
    const ids = others.map((other) => sealedReportId(other, SEALED_AT));
    expect(new Set([id, sealedReportId(contentOf(2), SEALED_AT), ...ids]).size).toBe(others.length + 2);
  });
});
