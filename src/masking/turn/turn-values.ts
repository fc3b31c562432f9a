/** The values that are known in a turn: those of the call, and those that this turn has learned. */
import { inTheirFields } from '../../detection/documents/document-spans.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import { KnownValues } from '../../detection/known.ts';
import type { Span } from '../../detection/span.ts';
import type { Policy } from '../../policy/policy.ts';
import type { NamedValue } from './long-texts/text-search.ts';
import type { MaskingMemory } from './masking-memory.ts';
import type { NonPersonalText } from './non-personal-text.ts';

export class TurnValues {
  readonly #memory: Pick<MaskingMemory, 'known'>;
  readonly #nonPersonal: Pick<NonPersonalText, 'learn'>;
  readonly #policy: Pick<Policy, 'entities'>;
  #learned = new KnownValues();

  constructor(
    memory: Pick<MaskingMemory, 'known'>,
    nonPersonal: Pick<NonPersonalText, 'learn'>,
    policy: Pick<Policy, 'entities'>,
  ) {
    this.#memory = memory;
    this.#nonPersonal = nonPersonal;
    this.#policy = policy;
  }

  /** The number of known values. They are numbered in the order in which they were learned. */
  get count(): number {
    return this.#memory.known.size + this.#learned.size;
  }

  /** The values that this turn has learned so far. */
  get learned(): KnownValues {
    return this.#learned;
  }

  /** All values, in the order of their numbers. */
  get lists(): readonly Iterable<NamedValue>[] {
    return [this.#memory.known, this.#learned];
  }

  /** Learns a value that is new. Calendar dates of the same day are learned too. */
  learn(value: string, kind: EntityKind): void {
    if (this.#memory.known.has(value) || this.#learned.has(value)) return;
    this.#learned.set(value, kind);
    for (const same of this.#nonPersonal.learn(value, kind)) this.learnDate(same);
  }

  /** Learns a calendar date that is now a date of a person, unless the policy passes dates through. */
  learnDate(value: string): void {
    if (this.#policy.entities.DATE.action !== 'passthrough') this.learn(value, 'DATE');
  }

  /** Returns the spans of known values in the text, without the first `since` values. */
  find(text: string, since: number): readonly Span[] {
    const { known } = this.#memory;
    return [
      ...inTheirFields(text, known.find(text, since)),
      ...inTheirFields(text, this.#learned.find(text, since - known.size)),
    ];
  }

  /** Returns the known value that has the given one as a part; null for none. */
  partOf(value: string, kind: EntityKind): ReturnType<KnownValues['partOf']> {
    return this.#memory.known.partOf(value, kind) ?? this.#learned.partOf(value, kind);
  }

  /** Returns the learned values and clears them, because they join the values of the call. */
  takeLearned(): KnownValues {
    const learned = this.#learned;
    this.#learned = new KnownValues();
    return learned;
  }
}
