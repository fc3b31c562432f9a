/**
 * What the LLM detector has read of a session's texts, and what it finds in those of one turn. See docs/detection.md, Passes.
 * Only what it has not read yet is sent: a platform sends the whole history on every turn.
 */
import { createHash } from 'node:crypto';
import { LlmDetector } from '../../detection/llm-detector/llm-detector.ts';
import type { Degraded, Reading } from '../../detection/llm-detector/llm-detector.ts';
import type { Span } from '../../detection/span.ts';
import type { TurnFact } from '../../audit/session-chain.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { LruMap } from '../../platform/lru-map.ts';
import { runInStretches } from '../../platform/stretch.ts';
import { mayMaskSpeaker } from '../../policy/speakers.ts';
import { visiting } from '../request/text-slot.ts';
import type { MaskingTerms } from './masking-terms.ts';
import type { MaskableRequest } from './maskable-request.ts';

/** Texts remembered as read; the longest unseen are forgotten first and would merely be read again. */
const TEXTS = 4096;

/** What a session remembers of the LLM detector. Grows in `LlmDetection.commit` only. */
export class LlmMemory {
  /** Digests of texts that were read from beginning to end. */
  readonly read = new LruMap<string, true>(TEXTS);
  /** The last outage that the journal has an entry for; 0 for none. */
  outage = 0;
}

const digest = (text: string): string => createHash('sha256').update(text, 'utf16le').digest('base64');

type Terms = Pick<MaskingTerms, 'policy' | 'rules'>;

/** The reading of one turn's new texts. It outlives attempts that lose a race for the session. */
export class LlmDetection {
  readonly #detector: LlmDetector;
  readonly #terms: Terms;
  readonly #found = new Map<string, readonly Span[]>();
  readonly #read = new Set<string>();
  #reading: Promise<Reading> | null = null;
  #degraded: Degraded | null = null;
  #waitedUs = 0;

  /** Null where no server is configured, or the policy has no use for one. */
  static of(detector: LlmDetector | null, terms: Terms): LlmDetection | null {
    return detector !== null && LlmDetector.wantedBy(terms.rules) ? new LlmDetection(detector, terms) : null;
  }

  private constructor(detector: LlmDetector, terms: Terms) {
    this.#detector = detector;
    this.#terms = terms;
  }

  /** Spans by text, of all texts of the turn that were new. */
  get found(): ReadonlyMap<string, readonly Span[]> {
    return this.#found;
  }

  /** How the last reading fell short; null where it did not. */
  get degraded(): Degraded | null {
    return this.#degraded;
  }

  /** How long the turn waited for the server beside all else, in microseconds. */
  get waitedUs(): number {
    return Math.round(this.#waitedUs);
  }

  /** Sends what is new in the request. `finish` waits for the answer, after the work that can be done meanwhile. */
  async begin<P>(request: MaskableRequest<P>, memory: LlmMemory): Promise<void> {
    const texts = new Set<string>();
    const { policy, rules } = this.#terms;
    const { ok } = await runInStretches(
      visiting(request.walking(), ({ text, position: { speaker } }) => {
        if (mayMaskSpeaker(policy, speaker)) texts.add(text);
      }),
    );
    if (!ok) return;
    const fresh = [...texts].filter((text) => this.#isNew(text, memory));
    this.#reading = this.#detector.read(fresh, rules);
    // Where the work done meanwhile throws, nobody waits for it.
    this.#reading.catch(() => undefined);
  }

  /** Resolves when what was begun is read, or time is up. */
  async finish(): Promise<void> {
    if (this.#reading === null) return;
    const began = performance.now();
    const { found, read, degraded } = await this.#reading;
    this.#waitedUs += elapsedUs(began);
    for (const [text, spans] of found) this.#found.set(text, spans);
    for (const text of read) this.#read.add(digest(text));
    this.#degraded = degraded;
    this.#reading = null;
  }

  /** The entry of a reading that fell short: one in each session for each outage. */
  facts(turn: number, memory: LlmMemory): TurnFact[] {
    if (this.#degraded === null || this.#degraded.outage === memory.outage) return [];
    return [{ turn, fact: { kind: 'detector_degraded', pass: 'gemma', reason: this.#degraded.reason } }];
  }

  /** To be called once the journal has the turn. */
  commit(memory: LlmMemory): void {
    for (const text of this.#read) memory.read.set(text, true);
    if (this.#degraded !== null) memory.outage = this.#degraded.outage;
  }

  #isNew(text: string, { read }: LlmMemory): boolean {
    const name = digest(text);
    return read.get(name) !== true && !this.#read.has(name);
  }
}
