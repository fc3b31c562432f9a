/** Replaces the identifiers of one text by surrogates, and keeps nothing of it. See docs/synthetic.md. */
import { randomBytes } from 'node:crypto';
import { ENTITY_KINDS, isEntityKind } from '../../detection/kinds.ts';
import { Failure } from '../../platform/failure.ts';
import type { AccountId } from '../../platform/ids.ts';
import { OneThread } from '../../platform/one-thread.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { EntityRule, Policy } from '../../policy/policy.ts';
import { synthesise } from '../../synthesis/surrogates.ts';
import type { FoundSpan, Synthetic } from '../../synthesis/surrogates.ts';
import type { SynthesisTask } from './long-texts/synthesis-worker.ts';
import type { OneShotMasking } from './one-shot-masking.ts';

/** Texts up to this length are replaced at once: some milliseconds of work, in UTF-16 code units. */
const SHORT = 1000;
/** Texts that may wait for the thread. */
const WAITING = 16;
/** How long a text may take, waiting included, in milliseconds. */
const TIMEOUT_MS = 30_000;
const SEED_BYTES = 32;
/** Characters of the longest seed. */
export const LONGEST_SEED = 256;

/** A value that was found; neither the value nor its surrogate. */
export interface SynthesisEvent {
  readonly pass: string;
  readonly entity_kind: string;
  /** [start, end) in the text, in UTF-16 code units. */
  readonly span: readonly [number, number];
  /** [start, end) in the new text; null where the policy passes the kind through. */
  readonly surrogate_span: readonly [number, number] | null;
  readonly confidence: number;
  readonly found_as?: string;
}

export interface Synthesised {
  readonly text: string;
  /** In order of the text. */
  readonly events: readonly SynthesisEvent[];
}

/** Makes synthetic texts; of long ones in a thread of its own. */
export class OneShotSynthesis {
  /** Masks a text by tokens instead. */
  readonly masking: OneShotMasking;
  readonly #thread = new OneThread<SynthesisTask, Synthetic | null>({
    worker: new URL('long-texts/synthesis-worker', import.meta.url),
    timeoutMs: TIMEOUT_MS,
  });

  constructor(masking: OneShotMasking) {
    this.masking = masking;
  }

  /**
   * Replaces what a turn under the policy would mask. The same seed and text give the same result; without a seed (null) it is
   * drawn. Throws Failure `detection_unavailable`, or `payload_too_large` for more text than a request may have.
   */
  async synthesise(accountId: AccountId, text: string, policy: Policy, seed: string | null): Promise<Synthesised> {
    const { events } = await this.masking(accountId, text, replacingAll(policy));
    const found = events.flatMap(({ action, entity_kind: kind, span: [start, end] }) =>
      action === 'passthrough' || !isEntityKind(kind) ? [] : [{ kind, start, end }],
    );
    const made = await this.#replace(text, found, seed === null ? randomBytes(SEED_BYTES) : sha256(seed));
    let next = 0;
    return {
      text: made.text,
      events: events.map(({ pass, entity_kind, span, confidence, action, found_as }) => ({
        pass,
        entity_kind,
        span,
        surrogate_span: action === 'passthrough' ? null : (made.spans[next++] ?? null),
        confidence,
        ...(found_as === undefined ? {} : { found_as }),
      })),
    };
  }

  async #replace(text: string, found: readonly FoundSpan[], seed: Uint8Array): Promise<Synthetic> {
    if (text.length <= SHORT) return synthesise(text, found, seed);
    if (this.#thread.underWay > WAITING) throw unavailable('Too many long texts wait. Try again later.');
    const made = await this.#thread.run({ text, found, seed }).catch((cause: unknown) => {
      throw unavailable('The text could not be replaced in time. Try again later.', cause);
    });
    if (made === null) throw new Error('the surrogates of a text could not be made');
    return made;
  }

  /** Ends the thread; the text that it works on is lost. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}

/** A kind that a policy redacts gets surrogates too: they say as little. What it passes through stays. */
function replacingAll(policy: Policy): Policy {
  const rules = ENTITY_KINDS.map((kind): [string, EntityRule] => {
    const rule = policy.entities[kind];
    return [kind, rule.action === 'redact' ? { ...rule, action: 'tokenize' } : rule];
  });
  return { ...policy, entities: { ...policy.entities, ...Object.fromEntries(rules) } };
}

const unavailable = (message: string, cause?: unknown): Failure =>
  new Failure('detection_unavailable', message, [], { cause });
