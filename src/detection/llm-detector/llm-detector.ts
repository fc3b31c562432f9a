/**
 * The LLM detector (pass `gemma`): a language model on a server of the operator's reads the texts too, and what it finds is added to what
 * the built-in passes found. It can only add: a text that talks the model out of its task leaves what others find.
 * See docs/detection.md, Passes.
 */
import { withoutAllowed } from '../allowed-terms.ts';
import { reportOf } from '../reporting.ts';
import type { DetectionRules, Pass, Span } from '../span.ts';
import { Circuit } from './circuit.ts';
import type { CircuitState } from './circuit.ts';
import type { LlmServer, ServerFault } from './llm-server.ts';
import { LLM_CONFIDENCE, locate } from './occurrences.ts';
import { isReadable, packRequests } from './pieces.ts';
import type { Piece } from './pieces.ts';

/** Why the pass did not read all that it was given. */
export type DegradedReason = ServerFault | 'timeout' | 'circuit_open';

/** A pass that fell short. */
export interface Degraded {
  readonly reason: DegradedReason;
  /** Numbers the outages of this process, from 1: one lasts until the pass has read all it was given again. */
  readonly outage: number;
}

/** What came of reading texts. */
export interface Reading {
  /** Spans by text, as far as the rules want them; in no order. */
  readonly found: ReadonlyMap<string, readonly Span[]>;
  /** The texts that were read from beginning to end. */
  readonly read: ReadonlySet<string>;
  /** Null where all were. */
  readonly degraded: Degraded | null;
}

/** Time as the pass needs it. */
export interface Timer {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Acts once, `ms` milliseconds from now; returns a function that takes it back. */
  after(ms: number, act: () => void): () => void;
}

export interface LlmDetectorOptions {
  readonly server: LlmServer;
  readonly timer: Timer;
  /** MASKER_DETECTION_TIMEOUT_MS: the longest that a turn waits. */
  readonly timeoutMs: number;
  readonly onCircuit: (state: CircuitState) => void;
  /** Told of answers with members that are no entities or stand in no text. */
  readonly onDropped: (count: number) => void;
}

/** Requests of one turn that are under way at a time. */
const IN_FLIGHT = 8;
/** Turns in a row that get nothing from the server, within the window, before it is left alone. */
const FAILURES = 5;
const WINDOW_MS = 30_000;
const OPEN_MS = 10_000;

/** What the requests of one turn have brought so far. */
interface Yield {
  readonly found: Map<string, Span[]>;
  /** Pieces of each text that are not read yet. */
  readonly unread: Map<string, number>;
  answered: boolean;
  fault: ServerFault | null;
}

export class LlmDetector {
  readonly #options: LlmDetectorOptions;
  readonly #circuit: Circuit;
  #outage = 0;
  #down = false;

  constructor(options: LlmDetectorOptions) {
    this.#options = options;
    const { timer, onCircuit } = options;
    this.#circuit = new Circuit({
      now: () => timer.now(),
      failures: FAILURES,
      windowMs: WINDOW_MS,
      openMs: OPEN_MS,
      onChange: onCircuit,
    });
  }

  /** Whether the server is asked at all. */
  get circuit(): CircuitState {
    return this.#circuit.state;
  }

  /** Whether rules have the pass run. */
  static wantedBy({ passes }: DetectionRules): boolean {
    return passes.includes('gemma');
  }

  /** Reads the texts, within the time limit. Never rejects for what the server does. */
  async read(texts: Iterable<string>, rules: DetectionRules): Promise<Reading> {
    const all = new Set(texts);
    const readable = [...all].filter(isReadable);
    const yielded: Yield = {
      found: new Map(),
      unread: new Map(readable.map((text) => [text, 1])),
      answered: false,
      fault: null,
    };
    const reason = readable.length === 0 ? null : await this.#ask(readable, yielded);
    const read = [...all].filter((text) => (yielded.unread.get(text) ?? 0) === 0);
    return {
      found: wanted(yielded.found, rules),
      read: new Set(read),
      degraded: this.#judge(reason, readable.length > 0),
    };
  }

  async #ask(texts: readonly string[], yielded: Yield): Promise<DegradedReason | null> {
    const attempt = this.#circuit.enter();
    if (attempt === null) return 'circuit_open';
    const requests = packRequests(texts);
    yielded.unread.clear();
    for (const { text } of requests.flat()) yielded.unread.set(text, (yielded.unread.get(text) ?? 0) + 1);
    const { timer, timeoutMs } = this.#options;
    const abort = new AbortController();
    let takeBack = (): void => undefined;
    const expired = new Promise<'timeout'>((resolve) => {
      takeBack = timer.after(timeoutMs, () => {
        resolve('timeout');
        abort.abort();
      });
    });
    try {
      const done = this.#askAll(requests, yielded, abort.signal).then(() => yielded.fault);
      return await Promise.race([done, expired]);
    } finally {
      takeBack();
      // A long text may be more than the server can read in time: that alone does not make it a broken one.
      if (yielded.answered) attempt.succeeded();
      else attempt.failed();
    }
  }

  async #askAll(requests: readonly Piece[][], yielded: Yield, signal: AbortSignal): Promise<void> {
    const waiting = requests.values();
    const worker = async (): Promise<void> => {
      for (const pieces of waiting) {
        await this.#askOne(pieces, yielded, signal);
        if (signal.aborted) return;
      }
    };
    await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, requests.length) }, worker));
  }

  async #askOne(pieces: readonly Piece[], yielded: Yield, signal: AbortSignal): Promise<void> {
    const answer = await this.#options.server.find(
      pieces.map(({ text, start, end }) => text.slice(start, end)),
      signal,
    );
    if (!answer.ok) {
      yielded.fault ??= answer.fault;
      return;
    }
    yielded.answered = true;
    const { spans, invented } = locate(pieces, answer.entities);
    if (answer.dropped + invented > 0) this.#options.onDropped(answer.dropped + invented);
    for (const [text, found] of spans) {
      const before = yielded.found.get(text);
      if (before === undefined) yielded.found.set(text, [...found]);
      else before.push(...found);
    }
    for (const { text } of pieces) yielded.unread.set(text, (yielded.unread.get(text) ?? 0) - 1);
  }

  #judge(reason: DegradedReason | null, asked: boolean): Degraded | null {
    if (reason === null) {
      if (asked) this.#down = false;
      return null;
    }
    if (!this.#down) this.#outage += 1;
    this.#down = true;
    return { reason, outage: this.#outage };
  }
}

function wanted(
  found: ReadonlyMap<string, readonly Span[]>,
  rules: DetectionRules,
): ReadonlyMap<string, readonly Span[]> {
  const kept = new Map<string, readonly Span[]>();
  for (const [text, spans] of found) {
    const reported = spans.flatMap((span): Span[] => {
      const report = reportOf(rules, LLM_PASSES, span.kind, LLM_CONFIDENCE);
      return report === null ? [] : [{ ...span, ...report }];
    });
    const some = withoutAllowed(text, reported, rules.allow);
    if (some.length > 0) kept.set(text, some);
  }
  return kept;
}

const LLM_PASSES: readonly Pass[] = ['gemma'];
