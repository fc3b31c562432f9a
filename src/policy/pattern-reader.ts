/** Reads the tenant's own recognisers: the key `patterns`. */
import { compileRegex } from '../detection/linear-regex.ts';
import { TENANT_CHECKSUMS } from '../detection/span.ts';
import type { TenantPattern } from '../detection/span.ts';
import type { Field, FieldReader, TextRule } from './fields.ts';
import type { KindReader } from './kind-reader.ts';
import type { Policy } from './policy.ts';
import type { ProblemList } from './problem.ts';

/** The keys of an item of `patterns`. */
export const PATTERN_KEYS = ['name', 'kind', 'regex', 'cues', 'within', 'checksum', 'confidence'] as const;
/** Each pattern is a walk over every text. */
export const MAX_PATTERNS = 50;
/** Cues of one pattern. */
export const MAX_CUES = 20;
/** Most words that may stand between a cue and the match. */
export const MAX_WITHIN = 50;

/** What a pattern says where it says nothing: it is sure of itself. Its name, kind and expression have no default. */
export const PATTERN_DEFAULTS = {
  cues: [],
  within: 8,
  checksum: null,
  confidence: 1,
} as const satisfies Partial<TenantPattern>;

const NAME: TextRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  maxLength: 40,
  message: 'must have 1 to 40 letters, digits, hyphens, underscores and dots, and begin with a letter or digit',
};
const CUE: TextRule = {
  pattern: /^[^\S\p{Cc}]*[^\p{Cc}\p{Cs}\s][^\p{Cc}\p{Cs}]*$/u,
  maxLength: 64,
  message: 'must be text of 1 to 64 characters, without control characters',
};

/** What a pattern depends on outside itself. */
export type PatternSurroundings = Pick<Policy, 'entities' | 'passes'>;

export class PatternReader {
  readonly #problems: ProblemList;
  readonly #reader: FieldReader;
  readonly #kinds: KindReader;

  constructor(reader: FieldReader, kinds: KindReader, problems: ProblemList) {
    this.#reader = reader;
    this.#kinds = kinds;
    this.#problems = problems;
  }

  /** The patterns of the field after those of `inherited` whose names it does not use. */
  patterns(
    field: Field | undefined,
    inherited: readonly TenantPattern[],
    policy: PatternSurroundings,
  ): readonly TenantPattern[] {
    if (field === undefined) return inherited;
    const names = new Set<string>();
    const own = this.#reader.list(field, 0, MAX_PATTERNS, (item) => this.#pattern(item, names, policy)) ?? [];
    if (own.length > 0 && !policy.passes.includes('regex'))
      this.#reader.refuse(field, 'patterns are of the pass regex, which passes does not list');
    const all = [...inherited.filter(({ name }) => !names.has(name)), ...own];
    if (all.length > MAX_PATTERNS)
      this.#reader.refuse(
        field,
        `must have at most ${MAX_PATTERNS} items, with those of the policy that this one extends`,
      );
    return all;
  }

  /** The pattern, or null where it lacks what has no default. */
  #pattern(item: Field, names: Set<string>, policy: PatternSurroundings): TenantPattern | null {
    const reader = this.#reader;
    const fields = reader.fields(item, PATTERN_KEYS);
    if (fields === null) return null;
    for (const key of ['name', 'kind', 'regex'] as const) {
      if (fields[key] === undefined)
        this.#problems.add('invalid_value', `${item.path}.${key}`, item.offset, 'is required');
    }
    const name = reader.text(fields.name, NAME, '');
    if (fields.name !== undefined && name !== '' && names.has(name))
      reader.refuse(fields.name, 'another pattern has this name');
    names.add(name);
    const kind = fields.kind === undefined ? null : this.#kinds.kind(fields.kind);
    if (fields.kind !== undefined && kind !== null && !(policy.entities[kind].enabled && policy.entities[kind].regex)) {
      reader.refuse(fields.kind, `would report nothing: entities.${kind} is not enabled, or not for the pass regex`);
    }
    const regex = fields.regex === undefined ? '' : this.#regex(fields.regex);
    const cues =
      fields.cues === undefined
        ? PATTERN_DEFAULTS.cues
        : reader.list(fields.cues, 0, MAX_CUES, (cue) => reader.text(cue, CUE, ''));
    const pattern = {
      name,
      regex,
      cues: cues ?? PATTERN_DEFAULTS.cues,
      within: reader.integer(fields.within, 0, MAX_WITHIN, PATTERN_DEFAULTS.within),
      checksum: fields.checksum === undefined ? null : reader.choice(fields.checksum, TENANT_CHECKSUMS, 'luhn'),
      confidence: reader.fraction(fields.confidence, PATTERN_DEFAULTS.confidence),
    };
    return kind === null ? null : { ...pattern, kind };
  }

  #regex(field: Field): string {
    const source = this.#reader.scalar(field);
    if (typeof source !== 'string') {
      this.#reader.refuse(field, 'must be text');
      return '';
    }
    const compiled = compileRegex(source);
    if (!compiled.ok) this.#problems.add('invalid_regex', field.path, field.offset, compiled.message);
    return source;
  }
}
