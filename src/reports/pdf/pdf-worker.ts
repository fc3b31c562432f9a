/** What the thread that draws PDFs runs. */
import type { Report } from '../report.ts';
import type { Attachment } from './document.ts';
import { renderPdf } from './render.ts';

export interface PdfTask {
  readonly report: Report;
  readonly attachment: Attachment;
}

/** The PDF, or null where drawing it threw: an error would carry what it choked on across. */
export default async function draw({ report, attachment }: PdfTask): Promise<Uint8Array | null> {
  try {
    return await renderPdf(report, attachment);
  } catch {
    return null;
  }
}
