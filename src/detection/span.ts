import type { EntityKind } from './kinds.ts';

/** The passes of detection, in the spelling of journal entries. `known` re-finds what this call already gave away. */
export type Pass = 'regex' | 'ner' | 'known' | 'gemma';

/** One identifier found in a text. */
export interface Span {
  /** First UTF-16 code unit of the value in the caller's text. */
  readonly start: number;
  /** One past its last code unit. Neither end ever splits a surrogate pair. */
  readonly end: number;
  readonly kind: EntityKind;
  readonly pass: Pass;
  /** 0 to 1. */
  readonly confidence: number;
  /** A check digit or an allocation rule confirmed the value. */
  readonly validated: boolean;
  /** Which recogniser found it, for `explain`: `phone.nanp`, `ssn.spoken`, `name.title`. */
  readonly recogniser: string;
}

/** How one kind is to be looked for. */
export interface KindRule {
  readonly enabled: boolean;
  /** Whether the deterministic recognisers of pass `regex` may report it. */
  readonly regex: boolean;
  /** Whether the model passes may report it. */
  readonly ner: boolean;
  /** Least confidence, 0 to 1, of a span that a model pass reports. */
  readonly threshold: number;
}

/** What detection is asked to find: a policy, reduced to what detection needs. */
export interface DetectionRules {
  /** The passes to run, first to last; the order also breaks ties between overlapping spans. */
  readonly passes: readonly Pass[];
  readonly kinds: Readonly<Record<EntityKind, KindRule>>;
}
