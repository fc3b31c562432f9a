/**
 * Explains detection in a thread of its own. A long text takes seconds: neither the loop nor the threads that calls have
 * their texts searched in wait for it.
 */
import { explain } from '../../../detection/explain.ts';
import type { Explanation } from '../../../detection/explain.ts';
import type { DetectionRules } from '../../../detection/span.ts';
import { Failure } from '../../../platform/failure.ts';
import { OneThread } from '../../../platform/one-thread.ts';
import type { ExplanationTask } from './explanation-worker.ts';
import { unpackExplanation, type PackedExplanation } from './packed-explanation.ts';

/** Texts up to this length are explained at once: some 10 ms of work, in UTF-16 code units. */
const SHORT = 1000;
/** Texts that may wait for the thread. */
const WAITING = 16;
/** How long a text may take, waiting included, in milliseconds. */
const TIMEOUT_MS = 30_000;

export class Explanations {
  readonly #thread = new OneThread<ExplanationTask, PackedExplanation | null>({
    worker: new URL('explanation-worker', import.meta.url),
    timeoutMs: TIMEOUT_MS,
  });

  /** What detection finds in the text and why. Rejects with Failure `detection_unavailable` where too many wait. */
  async explain(text: string, rules: DetectionRules): Promise<Explanation> {
    if (text.length <= SHORT) return explain(text, rules);
    if (this.#thread.underWay > WAITING) throw unavailable('Too many long texts wait to be searched. Try again later.');
    const explained = await this.#thread.run({ text, rules: JSON.stringify(rules) }).catch((cause: unknown) => {
      throw unavailable('The text could not be searched in time. Try again later.', cause);
    });
    if (explained === null) throw new Error('the explanation of a text failed');
    return unpackExplanation(explained);
  }

  /** Ends the thread; the text that it reads is lost. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

const unavailable = (message: string, cause?: unknown): Failure =>
  new Failure('detection_unavailable', message, [], { cause });
