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
  /** The kind that was found, where the policy switched off the pass for it and the span counts as OTHER_ID. */
  readonly foundAs?: EntityKind;
  /**
   * The value, where a document writes it otherwise (`O\T\Brien`, `623^5550123`, `DCSOKAFOR`). Its token stands for this;
   * absent where the value is the text of the span.
   */
  readonly meant?: string;
}

/** The value that the token of a span in `text` stands for. */
export function valueOf(text: string, { start, end, meant }: Pick<Span, 'start' | 'end' | 'meant'>): string {
  return meant ?? text.slice(start, end);
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

/** Check digits that a tenant's pattern may ask for; what each means says tenant-checksums.ts. */
export const TENANT_CHECKSUMS = ['luhn', 'mod97', 'iban', 'aba', 'npi', 'dea', 'vin', 'verhoeff'] as const;
export type TenantChecksum = (typeof TENANT_CHECKSUMS)[number];

/** A recogniser that a tenant wrote: the form of its own identifiers. See docs/policy.md. */
export interface TenantPattern {
  /** Unique in its policy; spans carry it as `tenant.<name>`. */
  readonly name: string;
  readonly kind: EntityKind;
  /** In the syntax of RE2, over the folded text; a group named `value` is the identifier, else the whole match is. */
  readonly regex: string;
  /** Words or phrases of which one must stand near; empty where none needs to. */
  readonly cues: readonly string[];
  /** How many words may stand between a cue and the match, from 0. */
  readonly within: number;
  readonly checksum: TenantChecksum | null;
  /** 0 to 1. */
  readonly confidence: number;
}

/** What detection is asked to find: a policy, reduced to what detection needs. */
export interface DetectionRules {
  /** The passes to run, first to last; the order also breaks ties between overlapping spans. */
  readonly passes: readonly Pass[];
  readonly kinds: Readonly<Record<EntityKind, KindRule>>;
  /** How far the model passes lean towards finding too much rather than too little, 0 to 1; 0 is not at all. */
  readonly sensitivity: number;
  /** The tenant's own recognisers, of pass `regex`. What is made of them is kept for as long as this very list lives. */
  readonly patterns: readonly TenantPattern[];
  /** Public terms: a span whose whole text is one of them is no finding. */
  readonly allow: readonly string[];
}
