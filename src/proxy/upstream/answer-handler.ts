/** Receives the answer to one request: undici calls it as the head, the body and the end come. */
import '../../platform/node-fetch.ts';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { Failure } from '../../platform/failure.ts';
import { AnswerBody } from './answer-body.ts';
import { toldHeaders } from './answer-headers.ts';
import type { ProviderAttempt } from './circuits.ts';
import type { Slots } from './slots.ts';
import type { UpstreamResponse } from './upstream.ts';

/** A body that nobody reads is read up to so many bytes, to keep the connection. */
const DUMPED_BYTES = 65_536;

export interface AnswerHandlerOptions {
  /** Aborts the request. */
  readonly signal: AbortSignal;
  readonly attempt: ProviderAttempt;
  /** Called with the head of the answer. */
  readonly resolve: (response: UpstreamResponse) => void;
  readonly reject: (error: unknown) => void;
  /** The request has one of them, which is given back when the answer has ended. */
  readonly slots: Pick<Slots, 'release'>;
}

export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #options: AnswerHandlerOptions;
  readonly #abort: () => void;
  #controller: Dispatcher.DispatchController | null = null;
  #answer: AnswerBody | null = null;
  /** Of an answer that nobody reads: how much more of it is read to keep the connection. */
  #dumped = Infinity;
  #isLeft = false;

  constructor(options: AnswerHandlerOptions) {
    const { signal } = options;
    this.#options = options;
    this.#abort = () => {
      this.#controller?.abort(signal.reason instanceof Error ? signal.reason : new errors.RequestAbortedError());
    };
    signal.addEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#options.signal.aborted) this.#abort();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
  ): void {
    if (status < 200) return;
    const { attempt, resolve } = this.#options;
    const coding = single(headers['content-encoding']) ?? 'identity';
    if (coding.toLowerCase() !== 'identity' && coding !== '') {
      attempt.failed();
      this.#dump(compressed());
      return;
    }
    attempt.answered(status);
    if (status >= 300 && status < 400) {
      this.#dump(redirected());
      return;
    }
    this.#answer = new AnswerBody({
      pause: () => {
        controller.pause();
      },
      resume: () => {
        controller.resume();
      },
      abort: () => {
        this.#isLeft = true;
        controller.abort(new errors.RequestAbortedError());
      },
    });
    resolve({
      status,
      contentType: single(headers['content-type']) ?? 'application/octet-stream',
      told: toldHeaders(headers),
      body: this.#answer,
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#dumped -= chunk.length;
    if (this.#answer !== null) this.#answer.push(chunk);
    else if (this.#dumped < 0) controller.abort(new errors.RequestAbortedError());
  }

  onResponseEnd(): void {
    this.#settle();
    this.#options.attempt.ended();
    this.#answer?.end(null);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { attempt, signal, reject } = this.#options;
    this.#settle();
    if (this.#isLeft || signal.aborted) attempt.abandoned();
    else attempt.failed();
    this.#answer?.end(error);
    reject(error);
  }

  /** Refuses the answer. Its body is read to its end, if that is near. */
  #dump(failure: Failure): void {
    this.#dumped = DUMPED_BYTES;
    this.#options.reject(failure);
  }

  #settle(): void {
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#options.slots.release();
  }
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

/** The failure of an answer that cannot be read. */
function compressed(): Failure {
  return new Failure(
    'upstream_error',
    'The upstream compressed its answer (Content-Encoding) although it was asked not to. Turn compression off there.',
  );
}

/** The failure of a redirect: to follow it would send what was masked for this server to another. */
function redirected(): Failure {
  return new Failure(
    'upstream_error',
    "the upstream redirected the request, which is not followed: check the upstream's base URL",
  );
}
