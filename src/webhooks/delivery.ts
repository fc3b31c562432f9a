/**
 * Delivers the feed to webhooks, at least once, and in order for each object: an event is not sent while an older one of
 * the same session is outstanding. Each webhook has a worker of its own, so that a slow or dead receiver delays no other.
 *
 * An answer that refuses an event holds up the events of its object alone. A receiver that does not answer, or asks for a
 * pause, is left alone for longer and longer, and then tried with its oldest event.
 */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import type { WebhookId } from '../platform/ids.ts';
import { pauseAfter } from './backoff.ts';
import { noteReceiver, readDue, readTarget, settle, takeEvents, webhooksToServe } from './deliveries.ts';
import type { Attempt, Due, Target } from './deliveries.ts';
import { isReceiverDown } from './receiver.ts';
import type { Receivers } from './receiver.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

/** Events of different objects that one receiver is sent at once. */
const AT_ONCE = 8;

export interface DeliveryOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly receivers: Pick<Receivers, 'send'>;
  readonly secrets: WebhookSecrets;
  readonly clock: Clock;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
  /** A worker failed: the database did not answer, for instance. It is tried again at the next look. */
  readonly onFailure: (webhook: WebhookId, error: unknown) => void;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #workers = new Map<WebhookId, Promise<void>>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /**
   * Starts a worker for each webhook that has something to do and none yet. Resolves with how many were started. The signal
   * aborts requests in flight; their events stay outstanding.
   */
  async look(signal: AbortSignal): Promise<number> {
    const { pool, clock, onFailure } = this.#options;
    let started = 0;
    for (const id of await webhooksToServe(pool, clock.now())) {
      if (this.#workers.has(id) || signal.aborted) continue;
      started += 1;
      const worker = this.#serve(id, signal)
        .catch((error: unknown) => {
          if (!signal.aborted) onFailure(id, error);
        })
        .finally(() => this.#workers.delete(id));
      this.#workers.set(id, worker);
    }
    return started;
  }

  /** Resolves when no worker is left. */
  async settled(): Promise<void> {
    while (this.#workers.size > 0) await Promise.all(this.#workers.values());
  }

  /** Sends what is due until nothing is, or the receiver is down. */
  async #serve(id: WebhookId, signal: AbortSignal): Promise<void> {
    const { pool, clock } = this.#options;
    while (!signal.aborted) {
      const target = await readTarget(pool, id, clock.now());
      if (target === null) return;
      await takeEvents(pool, id, clock.now());
      const due = await readDue(pool, target, clock.now(), target.failures > 0 ? 1 : AT_ONCE);
      if (due.length === 0) return;
      if (!(await this.#round(target, due, signal))) return;
    }
  }

  /** Sends events at once; resolves with whether the receiver may be sent more. */
  async #round(target: Target, due: readonly Due[], signal: AbortSignal): Promise<boolean> {
    const { pool, clock, secrets, random = Math.random } = this.#options;
    const keys = target.secrets.flatMap((row) => secrets.open(target.accountId, target.id, row)?.reveal() ?? []);
    const attempts = await Promise.all(due.map((one) => this.#attempt(target, one, keys, signal)));
    const down = attempts.some(isReceiverDown);
    const failures = down ? target.failures + 1 : 0;
    const retryAt = clock.now() + pauseAfter(Math.max(failures, 1), random());
    // The receiver first: if we crash after this line, what was sent is sent again, and not to one that is down.
    if (failures > 0 || target.failures > 0) await noteReceiver(pool, target, failures, down ? retryAt : null);
    for (const [index, attempt] of attempts.entries()) {
      const seq = due[index]?.event.seq ?? 0;
      const nextAt = isReceiverDown(attempt) ? retryAt : clock.now() + pauseAfter(attempt.number, random());
      await settle(pool, target, seq, attempt, nextAt);
    }
    return !down;
  }

  async #attempt(
    { url }: Target,
    { event, attempts }: Due,
    secrets: readonly string[],
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { receivers, clock } = this.#options;
    const at = clock.now();
    const outcome = await receivers.send({ url, secrets, event, at }, signal);
    return { ...outcome, event, number: attempts + 1, at, durationMs: Math.max(0, clock.now() - at) };
  }
}
