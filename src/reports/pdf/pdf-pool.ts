/** Draws PDFs in a thread of this process: a long report takes seconds, and the loop carries everybody's calls. */
import { Failure } from '../../platform/failure.ts';
import { OneThread } from '../../platform/one-thread.ts';
import type { Report } from '../report.ts';
import type { Attachment } from './document.ts';
import type { PdfTask } from './pdf-worker.ts';

export interface PdfRenderer {
  /** The bytes of the PDF. Rejects with Failure `report_generation_failed` where it cannot be drawn, `rate_limited` where too many wait. */
  render(report: Report, attachment: Attachment): Promise<Uint8Array>;
}

/** How long one PDF may take, in milliseconds, waiting included. */
const TIMEOUT_MS = 120_000;
/** PDFs that are drawn or wait, at most. */
const MOST_WAITING = 16;
/** When a caller may ask again while too many wait: about as long as one PDF takes. */
const RETRY_AFTER_SECONDS = 5;
export class PdfPool implements PdfRenderer {
  readonly #thread = new OneThread<PdfTask, Uint8Array | null>({
    worker: new URL('pdf-worker', import.meta.url),
    timeoutMs: TIMEOUT_MS,
  });
  readonly #mostWaiting: number;

  /** `mostWaiting`: PDFs that are drawn or wait, at most. */
  constructor(mostWaiting = MOST_WAITING) {
    this.#mostWaiting = mostWaiting;
  }

  async render(report: Report, attachment: Attachment): Promise<Uint8Array> {
    if (this.#thread.underWay >= this.#mostWaiting)
      throw new Failure('rate_limited', 'Too many PDF reports are being drawn. Try again after Retry-After.', [], {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    const drawn = await this.#thread.run({ report, attachment }).catch((cause: unknown) => {
      throw new Failure('report_generation_failed', 'The PDF could not be drawn in time.', [], { cause });
    });
    if (drawn === null) throw new Failure('report_generation_failed', 'The PDF could not be drawn.');
    return drawn;
  }

  /** PDFs that are drawn or wait. */
  get underWay(): number {
    return this.#thread.underWay;
  }

  /** Ends the thread; what it draws is lost. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
