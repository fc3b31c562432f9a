/** The PDF of a report says what its JSON says, to a reader that knows nothing of how it was made. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import { renderPdf } from '../../../src/reports/pdf/render.ts';
import { verifyBundle } from '../../../verifier/src/verify.ts';
import { withRewrittenPdf } from '../../../verifier/src/with-rewritten-pdf.ts';
import { readPdf } from '../../pdf-text.ts';
import type { ReadPdf } from '../../pdf-text.ts';
import { attachment, POLICY, report, TOKEN } from './pdf-fixture.ts';

const SECTIONS = [
  'Executive summary',
  'Safe Harbor matrix',
  'PCI DSS scope',
  'Leak detection',
  'Retention attestation',
  'BAA chain',
  'Redaction summary',
  'Sample masked transcripts',
  'Audit integrity',
  'Configuration snapshot',
  'Appendix',
];

let bytes: Uint8Array;
let pdf: ReadPdf;
let lines: readonly string[];

beforeAll(async () => {
  bytes = await renderPdf(report, attachment);
  pdf = await readPdf(bytes);
  lines = pdf.pages.flat();
});

/** Whether a line has the label and right behind it the number. */
function states(label: string, value: number | string): boolean {
  const text = `${label} ${value}`;
  return lines.some((line) => line === text || line.startsWith(`${text} `) || line.endsWith(` ${text}`));
}

const counts = (record: object): [string, number][] => Object.entries(record) as [string, number][];

describe('every number of the JSON', () => {
  test('stands behind its kind, pass or scheme on one line', () => {
    const all = [
      ...counts(report.redactions_by_kind),
      ...counts(report.redactions_by_pass),
      ...counts(report.leak_detection.suspected_by_kind),
      ...counts(report.tokens.redactions_by_scheme),
    ];
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(([name, value]) => !states(name, value))).toEqual([]);
  });

  test('stands behind its label', () => {
    const { tokens, leak_detection: leaks, pci_dss: cards, retention_attestation: kept, audit } = report;
    const labelled: [string, number][] = [
      ['Sessions sealed', 1],
      ['Sessions still open', 0],
      ['Journal entries', audit.event_count],
      ['Tokens issued', tokens.issued],
      ['Returned exactly', tokens.returned_exact],
      ['Returned repaired', tokens.returned_repaired],
      ['Not returned', tokens.not_returned],
      ['Unknown tokens', tokens.unknown],
      ['Refused tokens', tokens.refused],
      ['Refused as outside the turn', tokens.outside_turn],
      ['Withheld by policy', tokens.withheld],
      ['Requests searched', leaks.searched_requests],
      ['Requests refused', leaks.blocked_requests],
      ['Card numbers replaced', cards.replaced],
      ['Card numbers let through', cards.forwarded],
      ['Card numbers in refused requests', cards.blocked],
      ['Sessions with a data key', kept.vault.sessions_with_key],
      ['Sessions without a data key', kept.vault.sessions_without_key],
      ['Values in the vault', kept.vault.values_stored],
      ['Turns with payloads kept', kept.payloads.turns_stored],
      ['Days that payloads are kept', kept.payloads.retention_days],
      ['Redactions outside the categories', report.coverage.redactions_outside],
      ['Redactions in all', report.sessions[0]?.redaction_count ?? -1],
      ['Sealed entries', report.seals[0]?.seal.event_count ?? -1],
    ];
    expect(labelled.filter(([label, value]) => !states(label, value))).toEqual([]);
  });

  test('of the coverage stands in the line of its category', () => {
    const missing = SAFE_HARBOR_CATEGORIES.filter((name) => {
      const { status, redactions, written, spoken } = report.coverage.categories[name];
      const figures = [written, spoken].flatMap((form) => [
        `${form?.recall_percent} %`,
        `${form?.lower_percent} %`,
        form?.identifiers,
      ]);
      const end = `${status.replaceAll('_', ' ')} ${redactions} ${figures.join(' ')}`;
      return !lines.some((line) => line.startsWith(`${name.slice(0, 1)} `) && line.endsWith(end));
    });
    expect(missing).toEqual([]);
  });

  test('of the sessions and the models stands in their lines', () => {
    for (const { turns, redaction_count: redactions, event_count: entries } of report.sessions)
      expect(lines.some((line) => line.includes(`turns ${turns} redactions ${redactions} entries ${entries}`))).toBe(
        true,
      );
    const provider = report.baa_chain.find(({ role }) => role === 'model_provider');
    expect(lines).toContainEqual(expect.stringContaining(`masked text ${provider?.requests}`));
  });
});

describe('the pages', () => {
  test('have the sections in order as bookmarks, and as lines', () => {
    expect(pdf.bookmarks).toEqual(SECTIONS);
    const found = lines.filter((line) => SECTIONS.includes(line));
    expect(found).toEqual(SECTIONS);
  });

  test('have the id of the report and their number each', () => {
    for (const [at, page] of pdf.pages.entries())
      expect(page.at(-1)).toBe(`${report.id} Page ${at + 1} of ${pdf.pages.length}`);
  });

  test('hold each hash, id and signature in one piece', () => {
    const { audit, seals, signature, merkle_root_hex: root, session_id: id } = report;
    const [sealed] = seals;
    const whole = [
      root,
      id,
      audit.first_hash,
      audit.last_hash,
      signature.sig,
      sealed?.seal.policy_digest,
      sealed?.signature.sig,
    ];
    for (const text of whole) expect(pdf.runs.some((run) => run.trim() === text)).toBe(true);
  });

  test('hold the words of each sample, no token of them broken', () => {
    const words = lines.join(' ');
    expect(words).toContain('my number is now');
    expect(lines.some((line) => line.includes('sess_01HYZ000000000000000000000 turn 3'))).toBe(true);
    expect(words.split(TOKEN)).toHaveLength(3);
  });

  test('hold the policy word for word', () => {
    for (const line of POLICY.trimEnd().split('\n')) expect(lines).toContain(line.replace(/\s+/g, ' ').trim());
  });

  test('hold each limit of the report', () => {
    const text = lines.join(' ');
    for (const limit of report.limits) expect(text).toContain(limit);
  });
});

describe('masker-verify', () => {
  test('finds each number of the attached report on the pages', () => {
    const verification = verifyBundle(bytes);
    if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
    const check = verification.checks.find(({ id }) => id === 'pdf_text');
    expect(check).toMatchObject({ verdict: 'holds', findings: [] });
    expect(Number(/^\d+/.exec(check?.reason ?? '')?.[0])).toBeGreaterThan(110);
  });

  // No script installs qpdf, so that a machine without it has no test that is skipped.
  const savers = spawnSync('qpdf', ['--version']).status === 0 ? ['qpdf'] : [];
  test.each(savers)('says the same when %s has saved the file again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'masker-qpdf-'));
    try {
      const [from, to] = [join(folder, 'from.pdf'), join(folder, 'to.pdf')];
      writeFileSync(from, bytes);
      execFileSync('qpdf', ['--object-streams=generate', from, to]);
      const again = readFileSync(to);
      const first = verifyBundle(again);
      expect(first.outcome).toBe('unreadable');
      expect(withRewrittenPdf(again, first)).toEqual(verifyBundle(bytes));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the file', () => {
  test('carries the bundle, byte for byte, as data of the document', () => {
    expect(pdf.attachments.get('x.bundle.json')?.toString('utf8')).toBe(attachment.text);
    const raw = Buffer.from(bytes).toString('latin1');
    expect(raw).toContain('/AFRelationship /Data');
    expect(raw).toContain('/Subtype /application#2Fjson');
  });

  test('claims PDF/A-3b and no tagging, for it has no structure tree', () => {
    const raw = Buffer.from(bytes).toString('latin1');
    expect(raw).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(raw).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    expect(raw).toContain('/OutputIntents');
    expect(raw).not.toContain('/StructTreeRoot');
    expect(raw).not.toContain('/MarkInfo');
  });

  test('has the title and the bytes that follow from the report', async () => {
    expect(pdf.title).toBe(`Compliance report ${report.id}`);
    expect(Buffer.from(await renderPdf(report, attachment)).equals(Buffer.from(bytes))).toBe(true);
  });
});
