/** One call of Retell on one socket: decides which request is answered, and which response is abandoned. */
import type { AnswerSink } from '../../turn/answer-sink.ts';
import { RetellAnswer } from './retell-answer.ts';
import type { RetellChannel } from './retell-answer.ts';
import type { ResponseRequest } from './retell-frames.ts';
import { saidDigest } from './retell-request.ts';

export interface RetellCallOptions {
  readonly channel: RetellChannel;
  /** MASKER_RETELL_PARTIAL_DEDUP: a request that only repeats what was said gets the answer that is there already. */
  readonly partialDedup: boolean;
  /** Runs one turn to its end. Rejects where there is no answer, with `answer` not ended. */
  readonly run: (request: ResponseRequest, answer: AnswerSink, signal: AbortSignal) => Promise<void>;
  /** Told of a turn that failed and was not given up. */
  readonly onFailure: (error: unknown) => void;
}

interface Asked {
  request: ResponseRequest;
  readonly digest: string;
}

interface Answering extends Asked {
  readonly answer: RetellAnswer;
  readonly abort: AbortController;
}

/**
 * Turns run one after another. A newer request gives the answer under way up, as Retell does; of several that come
 * meanwhile only the newest is answered. So a socket costs one turn at a time, however much is sent.
 */
export class RetellCall {
  readonly #options: RetellCallOptions;
  #current: Answering | null = null;
  #next: Asked | null = null;
  #working: Promise<void> | null = null;
  #over = false;
  #turns = 0;

  constructor(options: RetellCallOptions) {
    this.#options = options;
  }

  /** How many turns were begun. */
  get turns(): number {
    return this.#turns;
  }

  /** Answers a request, unless the call is over. */
  ask(request: ResponseRequest): void {
    if (this.#over) {
      this.#giveUp();
      return;
    }
    const digest = this.#options.partialDedup ? saidDigest(request) : '';
    if (request.type === 'response_required' && this.#repeats(request, digest)) return;
    this.#giveUp();
    this.#next = { request, digest };
    this.#working ??= this.#work();
  }

  /** Takes no further requests. Resolves when what was asked until now is answered. */
  async finish(): Promise<void> {
    this.#over = true;
    await this.#working;
  }

  /** Takes no further requests and gives up the turn under way. Resolves when its end is recorded. */
  async hangUp(): Promise<void> {
    this.#next = null;
    this.#over = true;
    this.#giveUp();
    await this.#working;
  }

  /** Whether the request says nothing new: then the answer that is there becomes its answer. */
  #repeats(request: ResponseRequest, digest: string): boolean {
    if (!this.#options.partialDedup) return false;
    const waiting = this.#next;
    if (waiting !== null) {
      if (waiting.digest !== digest || waiting.request.type !== request.type) return false;
      waiting.request = request;
      return true;
    }
    const current = this.#current;
    if (current?.digest !== digest || current.request.type !== request.type || current.answer.failed) return false;
    current.answer.retarget(request.responseId);
    return true;
  }

  #giveUp(): void {
    this.#current?.answer.abandon();
    this.#current?.abort.abort();
  }

  async #work(): Promise<void> {
    try {
      for (let asked = this.#next; asked !== null; asked = this.#next) {
        this.#next = null;
        await this.#answer(asked);
      }
    } finally {
      // Here, not in a callback of the promise: a request that comes right after must see that no work is running.
      this.#working = null;
    }
  }

  async #answer(asked: Asked): Promise<void> {
    const answer = new RetellAnswer(asked.request.responseId, this.#options.channel);
    const abort = new AbortController();
    this.#current = { ...asked, answer, abort };
    this.#turns += 1;
    try {
      await this.#options.run(asked.request, answer, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#options.onFailure(error);
    }
    // An answer that was never ended would leave the agent waiting; what went wrong is not for the caller's ears.
    if (!answer.ended) answer.fail();
  }
}
