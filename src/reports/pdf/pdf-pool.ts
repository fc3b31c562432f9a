/** Draws PDFs in a thread of this process: a long report takes seconds, and the loop carries everybody's calls. */
import { systemClock, type Clock } from '../../platform/clock.ts';
import { Failure } from '../../platform/failure.ts';
import { OneThread } from '../../platform/one-thread.ts';
import type { Report } from '../report.ts';
import type { Attachment } from './document.ts';
import type { PdfTask } from './pdf-worker.ts';
import { fillSignature } from './signature-field.ts';
import type { SignatureRequest, UnsignedPdf } from './signature-field.ts';
import { largestSignedData, signedData } from './signed-data.ts';
import type { SigningIdentity } from './signed-data.ts';
import { isValidAt, subjectOf } from './signing-identity.ts';

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

export interface PdfPoolOptions {
  /** PDFs that are drawn or wait, at most. */
  readonly mostWaiting?: number;
  /** Signs each PDF; null for none. The key stays in this thread. */
  readonly identity?: SigningIdentity | null;
  /** The time of signing. A report may say an earlier one: that of a sealed session is of its seal. */
  readonly clock?: Clock;
}

export class PdfPool implements PdfRenderer {
  readonly #thread = new OneThread<PdfTask, Uint8Array | UnsignedPdf | null>({
    worker: new URL('pdf-worker', import.meta.url),
    timeoutMs: TIMEOUT_MS,
  });
  readonly #mostWaiting: number;
  readonly #identity: SigningIdentity | null;
  readonly #place: Omit<SignatureRequest, 'signedAt'> | null;
  readonly #clock: Clock;

  constructor({ mostWaiting = MOST_WAITING, identity = null, clock = systemClock }: PdfPoolOptions = {}) {
    this.#mostWaiting = mostWaiting;
    this.#identity = identity;
    this.#clock = clock;
    this.#place = identity && { signer: subjectOf(identity), space: largestSignedData(identity) };
  }

  async render(report: Report, attachment: Attachment): Promise<Uint8Array> {
    if (this.#thread.underWay >= this.#mostWaiting)
      throw new Failure('rate_limited', 'Too many PDF reports are being drawn. Try again after Retry-After.', [], {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    const signedAt = this.#clock.now();
    if (this.#identity !== null && !isValidAt(this.#identity, new Date(signedAt)))
      throw new Failure('report_generation_failed', 'The certificate that signs PDFs is not valid at this time.');
    const task = { report, attachment, signature: this.#place && { ...this.#place, signedAt } };
    const drawn = await this.#thread.run(task).catch((cause: unknown) => {
      throw new Failure('report_generation_failed', 'The PDF could not be drawn in time.', [], { cause });
    });
    if (drawn === null) throw new Failure('report_generation_failed', 'The PDF could not be drawn.');
    if (drawn instanceof Uint8Array) return drawn;
    return this.#signed(drawn);
  }

  async #signed(drawn: UnsignedPdf): Promise<Uint8Array> {
    if (this.#identity === null) throw new Error('a PDF waits for a signature that was not asked for');
    const signature = await signedData(this.#identity, drawn.digest).catch((cause: unknown) => {
      throw new Failure('report_generation_failed', 'The PDF could not be signed.', [], { cause });
    });
    return fillSignature(drawn, signature);
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
