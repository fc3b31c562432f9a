/** What the thread that draws PDFs runs. */
import type { Report } from '../report.ts';
import type { Attachment } from './document.ts';
import { renderPdf, renderUnsigned } from './render.ts';
import type { SignatureRequest, UnsignedPdf } from './signature-field.ts';

export interface PdfTask {
  readonly report: Report;
  readonly attachment: Attachment;
  /** For a PDF that will be signed; null for one that will not. */
  readonly signature: SignatureRequest | null;
}

/** The PDF, or null where drawing it threw: an error would carry what it choked on across. */
export default async function draw(task: PdfTask): Promise<Uint8Array | UnsignedPdf | null> {
  const { report, attachment, signature } = task;
  try {
    if (signature !== null) return await renderUnsigned(report, attachment, signature);
    return await renderPdf(report, attachment);
  } catch {
    return null;
  }
}
