/** Draws PDFs in a thread of this process: a long report takes seconds, and the loop carries everybody's calls. */
import { Piscina } from 'piscina';
import { Failure } from '../../platform/failure.ts';
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
/** A thread without work ends after this, in milliseconds. */
const IDLE_MS = 30_000;

/** From the sources the thread needs what reads TypeScript; a build needs nothing. */
const WORKER = import.meta.url.endsWith('.ts')
  ? { filename: new URL('pdf-worker.ts', import.meta.url).href, execArgv: [...process.execArgv, '--import', 'tsx'] }
  : { filename: new URL('pdf-worker.js', import.meta.url).href };

export class PdfPool implements PdfRenderer {
  #pool: Piscina<PdfTask, Uint8Array | null> | null = null;
  #underWay = 0;
  readonly #mostWaiting: number;

  /** `mostWaiting`: PDFs that are drawn or wait, at most. */
  constructor(mostWaiting = MOST_WAITING) {
    this.#mostWaiting = mostWaiting;
  }

  async render(report: Report, attachment: Attachment): Promise<Uint8Array> {
    if (this.#underWay >= this.#mostWaiting)
      throw new Failure('rate_limited', 'Too many PDF reports are being drawn. Try again after Retry-After.', [], {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    this.#pool ??= this.#start();
    this.#underWay += 1;
    const drawn = await this.#pool
      .run({ report, attachment }, { signal: AbortSignal.timeout(TIMEOUT_MS) })
      .catch((cause: unknown) => {
        throw new Failure('report_generation_failed', 'The PDF could not be drawn in time.', [], { cause });
      })
      .finally(() => {
        this.#underWay -= 1;
      });
    if (drawn === null) throw new Failure('report_generation_failed', 'The PDF could not be drawn.');
    return drawn;
  }

  /** PDFs that are drawn or wait. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Ends the thread; what it is at is lost. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  #start(): Piscina<PdfTask, Uint8Array | null> {
    const pool = new Piscina<PdfTask, Uint8Array | null>({
      ...WORKER,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // A thread that dies without work would end the process. One that dies at work fails its task.
    pool.on('error', () => undefined);
    return pool;
  }
}
