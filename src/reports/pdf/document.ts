/** A whole report as a document: sections in the order of the audit schema's description, header, footer and attachment. */
import type { Report } from '../report.ts';
import { appendix } from './appendix.ts';
import { configuration } from './configuration.ts';
import type { Content } from './content.ts';
import { cover, scopeText } from './cover.ts';
import { baaChain, cardScope, leakDetection, retention } from './exposure.ts';
import { integrity } from './integrity.ts';
import { redactionSummary } from './redaction-summary.ts';
import { safeHarborMatrix } from './safe-harbor-matrix.ts';
import { summary } from './summary.ts';
import { sampleTranscripts } from './transcripts.ts';
import { COLOURS, MONO, PAGE, SANS, STYLES } from './theme.ts';

/** A document that travels inside of the PDF. */
export interface Attachment {
  readonly name: string;
  /** JSON. */
  readonly text: string;
  readonly description: string;
}

/** The sections in their order. `signer`: whose signature the file will have. */
export function contents(report: Report, attachment: string, signer: string | null): Content[] {
  return [
    ...cover(report, signer),
    ...summary(report),
    ...safeHarborMatrix(report),
    ...cardScope(report),
    ...leakDetection(report),
    ...retention(report),
    ...baaChain(report),
    ...redactionSummary(report),
    ...sampleTranscripts(report),
    ...integrity(report),
    ...configuration(report),
    ...appendix(report, attachment, signer),
  ];
}

function header(report: Report, page: number): Content | null {
  // The first page has a head of its own.
  if (page === 1) return null;
  return {
    columns: [
      { text: 'MASKER AUDIT', fontSize: 7.5, bold: true, color: COLOURS.accent, characterSpacing: 1.2, width: 'auto' },
      { text: scopeText(report), fontSize: 7.5, color: COLOURS.quiet, alignment: 'right', width: '*' },
    ],
    margin: [PAGE.left, 34, PAGE.right, 0],
  };
}

function footer(report: Report, page: number, pages: number): Content {
  return {
    columns: [
      { text: report.id, font: MONO, fontSize: 7, color: COLOURS.quiet, width: 'auto', noWrap: true },
      { text: `Page ${page} of ${pages}`, fontSize: 7.5, color: COLOURS.quiet, alignment: 'right', width: '*' },
    ],
    margin: [PAGE.left, 22, PAGE.right, 0],
  };
}

/**
 * The document in pdfmake's terms. The same report and attachment make the same bytes. `signer`: whose signature the file will
 * have, as its pages name it; null for none.
 */
export function documentOf(report: Report, attachment: Attachment, signer: string | null): object {
  const generated = new Date(report.generated_at);
  return {
    version: '1.7',
    // What pdfmake writes for it: XMP, an output intent, embedded fonts. It writes no structure tree: level b, no tagging.
    subset: 'PDF/A-3b',
    language: 'en',
    displayTitle: true,
    info: {
      title: `Compliance report ${report.id}`,
      author: 'Masker',
      subject: `Audit of ${scopeText(report)}`,
      keywords: `${report.id} ${report.merkle_root_hex}`,
      creator: 'Masker',
      producer: 'Masker',
      creationDate: generated,
      modDate: generated,
    },
    pageSize: 'A4',
    pageMargins: [PAGE.left, PAGE.top, PAGE.right, PAGE.bottom],
    defaultStyle: { font: SANS, fontSize: 9.5, color: COLOURS.text },
    styles: STYLES,
    files: {
      attachment: {
        src: `data:application/json;base64,${Buffer.from(attachment.text, 'utf8').toString('base64')}`,
        name: attachment.name,
        description: attachment.description,
        type: 'application/json',
        relationship: 'Data',
        creationDate: generated,
        modifiedDate: generated,
      },
    },
    header: (page: number) => header(report, page),
    footer: (page: number, pages: number) => footer(report, page, pages),
    content: contents(report, attachment.name, signer),
  };
}
