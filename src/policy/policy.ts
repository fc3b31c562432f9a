/** What a mask policy says, once parsed. See docs/policy.md. */
import { ENTITY_KINDS } from '../detection/kinds.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { DetectionRules, KindRule, Pass, TenantPattern } from '../detection/span.ts';

/** What happens to a value that was found. `passthrough` is logged and not replaced. */
export const ACTIONS = ['tokenize', 'redact', 'passthrough'] as const;
export type Action = (typeof ACTIONS)[number];

/** How tokens are made. See docs/tokens.md. */
export const TOKENIZATIONS = ['vault-deterministic', 'vault-random', 'reversible-aead', 'synthetic'] as const;
export type Tokenization = (typeof TOKENIZATIONS)[number];

/** The passes of a policy. `ner` stands for every model pass that is configured: the built-in tagger, and the LLM detector. */
export type PolicyPass = 'regex' | 'ner' | 'diarize';

/** What a detector that is slow or broken means for a call: go on with the built-in result, or refuse the turn. */
export const DEGRADED_CHOICES = ['degrade', 'block'] as const;
/** The form in which a spoken value comes back to the arguments of a tool. */
export const TOOL_FORM_CHOICES = ['canonical', 'as_said'] as const;
/** What is done with image, audio and file parts, which cannot be inspected. */
export const BINARY_CHOICES = ['block', 'allow'] as const;

/** What becomes of dates that are nobody's: today, closures, free slots. */
export const CALENDAR_CHOICES = ['keep', 'mask'] as const;

/** What becomes of what a voice platform would run past the proxy on another model. */
export const BYPASS_CHOICES = ['strip', 'warn', 'refuse'] as const;
export type BypassChoice = (typeof BYPASS_CHOICES)[number];

/** Kinds, or every kind there is. */
export type KindChoice = 'all' | readonly EntityKind[];

/** Where the values that this call gave away may come back to. See docs/proxy.md, Restoring values. */
export interface RestorePolicy {
  /** Into what is said to the caller. */
  readonly speech: KindChoice;
  /** Into the arguments of tools. */
  readonly toolArguments: KindChoice;
  /** Into URLs, wherever they stand. */
  readonly urls: KindChoice;
  /** The tools that may receive values at all, by their names. */
  readonly tools: 'all' | readonly string[];
  /** How a spoken value is written in a tool argument: in its usual written form, or as it was said. */
  readonly toolForm: (typeof TOOL_FORM_CHOICES)[number];
}

/** The rule for one kind. */
export interface EntityRule extends KindRule {
  readonly action: Action;
}

export interface Policy {
  /** 1 to 64 characters. */
  readonly name: string;
  /** From 1. */
  readonly version: number;
  /** Empty where the policy has none. */
  readonly description: string;
  /** The key that tokens are made under. */
  readonly kid: string;
  /** Privacy budget of synthetic surrogates, over 0. */
  readonly epsilon: number;
  readonly tokenization: Tokenization;
  /** In the order that breaks ties between overlapping spans; each at most once. */
  readonly passes: readonly PolicyPass[];
  readonly entities: Readonly<Record<EntityKind, EntityRule>>;
  readonly audit: {
    readonly logEvents: boolean;
    readonly logPayloads: boolean;
    /** How long audit entries are kept, in days. */
    readonly retentionDays: number;
  };
  /** The tenant's own recognisers; each name once. */
  readonly patterns: readonly TenantPattern[];
  /** Public terms, which are never masked by themselves. */
  readonly allow: readonly string[];
  /** Whose words are searched: roles, and the tags of a platform that tells voices apart. Null: everybody's. */
  readonly speakers: readonly string[] | null;
  /** How far the model passes lean towards finding too much, 0 to 1. */
  readonly sensitivity: number;
  readonly onDegraded: (typeof DEGRADED_CHOICES)[number];
  readonly binaryContent: (typeof BINARY_CHOICES)[number];
  /** A kept date is masked from the moment it becomes a person's. */
  readonly calendarDates: (typeof CALENDAR_CHOICES)[number];
  readonly platform: { readonly bypass: BypassChoice };
  readonly restore: RestorePolicy;
  readonly stream: {
    /** Whether the pieces of several tool calls leave ordered by call where a model interleaves them. */
    readonly orderToolCalls: boolean;
  };
  readonly synthetic: {
    /** With a seed the same values have the same surrogates; null: other ones in every session. */
    readonly seed: string | null;
    /** Whether a surrogate is of the same country, area and origin as its value. */
    readonly preserveLocale: boolean;
  };
}

/** What a policy says where it says nothing. The name alone has no default. */
export const POLICY_DEFAULTS = {
  version: 1,
  description: '',
  kid: 'K_HEALTHCARE',
  epsilon: 0.5,
  tokenization: 'vault-deterministic',
  passes: ['regex', 'ner'],
  audit: { logEvents: true, logPayloads: false, retentionDays: 2555 },
  patterns: [],
  allow: [],
  speakers: null,
  sensitivity: 0.25,
  onDegraded: 'degrade',
  binaryContent: 'block',
  calendarDates: 'keep',
  platform: { bypass: 'strip' },
  restore: { speech: 'all', toolArguments: 'all', urls: [], tools: 'all', toolForm: 'canonical' },
  stream: { orderToolCalls: true },
  synthetic: { seed: null, preserveLocale: true },
} as const satisfies Partial<Policy>;

/** A row that a policy lists, where the row itself says nothing. */
export const LISTED_RULE: EntityRule = { enabled: true, regex: true, ner: true, threshold: 0.6, action: 'tokenize' };

/** The rule of a kind that the policy does not list. Protection is opt-out, but for ORG, which is no identifier of a patient. */
export function unlistedRule(kind: EntityKind): EntityRule {
  return kind === 'ORG' ? { ...LISTED_RULE, enabled: false } : LISTED_RULE;
}

/** One value for each kind. */
export function forEachKind<T>(value: (kind: EntityKind) => T): Record<EntityKind, T> {
  // The entries are those of ENTITY_KINDS, of which EntityKind is made.
  return Object.fromEntries(ENTITY_KINDS.map((kind) => [kind, value(kind)])) as Record<EntityKind, T>;
}

/**
 * The policy, reduced to what detection needs. `known`, which re-finds what this call has already given away, always
 * runs, and first: what a value is was settled when it was found. `diarize` is no pass over the text and has no part here.
 */
export function detectionRules(policy: Policy): DetectionRules {
  const { sensitivity, patterns, allow } = policy;
  const passes = policy.passes.flatMap(passesOf);
  return {
    passes: ['known', ...passes],
    kinds: forEachKind((kind) => kindRule(policy.entities[kind])),
    sensitivity,
    patterns,
    allow,
  };
}

function passesOf(pass: PolicyPass): readonly Pass[] {
  switch (pass) {
    case 'regex':
      return ['regex'];
    case 'ner':
      return ['ner', 'gemma'];
    case 'diarize':
      return [];
  }
}

function kindRule({ enabled, regex, ner, threshold }: EntityRule): KindRule {
  return { enabled, regex, ner, threshold };
}
