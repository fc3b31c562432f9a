/** Parsing of mask_policy.yaml. Spec: detection.md; the same rules as JSON Schema: schema/mask_policy.schema.json. */
import type { EntityKind } from '../detection/kinds.ts';
import { FieldReader } from './fields.ts';
import type { Entry, Field, TextRule } from './fields.ts';
import { ACTIONS, BINARY_CHOICES, DEGRADED_CHOICES, LISTED_RULE, POLICY_DEFAULTS, TOKENIZATIONS } from './policy.ts';
import { forEachKind, unlistedRule } from './policy.ts';
import type { EntityRule, Policy, PolicyPass } from './policy.ts';
import type { PolicyProblem, ProblemList } from './problem.ts';
import { KIND_SPELLINGS, nearest, PASS_SPELLINGS } from './spelling.ts';
import { readYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export type { PolicyProblem, PolicyProblemCode } from './problem.ts';

/** A policy that holds, with the text that it was read from. */
export interface ParsedPolicy {
  readonly policy: Policy;
  readonly text: string;
}

export type ParseResult =
  | ({ readonly ok: true } & ParsedPolicy)
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** The keys of the document, in the order in which people write them. */
export const POLICY_KEYS = [
  'name',
  'version',
  'description',
  'kid',
  'epsilon',
  'tokenization',
  'passes',
  'entities',
  'audit',
  'on_degraded',
  'binary_content',
] as const;
/** The keys of a row of `entities`. */
export const ENTITY_KEYS = ['enabled', 'regex', 'ner', 'confidence_threshold', 'action'] as const;
/** The keys of `audit`. */
export const AUDIT_KEYS = ['log_events', 'log_payloads', 'retention_days'] as const;

const NAME: TextRule = {
  pattern: /^[^\p{Cc}\p{Cs}\s](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}\s])?$/u,
  maxLength: 64,
  message: 'must be text of 1 to 64 characters, without control characters, and without white space at its ends',
};
const DESCRIPTION: TextRule = {
  pattern: /^(?:[\t\n]|[^\p{Cc}\p{Cs}])*$/u,
  maxLength: 2000,
  message: 'must be text of at most 2000 characters, without control characters',
};
const KID = /^[A-Z][A-Z0-9_]{0,63}$/;
const MAX_VERSION = 2 ** 31 - 1;
const MAX_EPSILON = 100;
/** A hundred years. */
const MAX_RETENTION_DAYS = 36_525;

/**
 * Parses and checks a policy against the kids that have a key. Every problem is found at once, each with its place, in
 * the order of the text. Never throws for bad text.
 */
export function parsePolicy(yaml: string, { kids }: { readonly kids: ReadonlySet<string> }): ParseResult {
  const source = readYaml(yaml);
  if (source.root === null) return { ok: false, problems: source.problems.inOrder() };
  const policy = new PolicyReader(source, kids).read({ path: '', offset: source.root.range[0], node: source.root });
  const problems = source.problems.inOrder();
  if (policy === null || problems.length > 0) return { ok: false, problems };
  return { ok: true, policy, text: yaml };
}

class PolicyReader {
  readonly #problems: ProblemList;
  readonly #reader: FieldReader;
  readonly #kids: ReadonlySet<string>;

  constructor(source: YamlSource, kids: ReadonlySet<string>) {
    this.#problems = source.problems;
    this.#reader = new FieldReader(source);
    this.#kids = kids;
  }

  read(root: Field): Policy | null {
    const reader = this.#reader;
    const fields = reader.fields(root, POLICY_KEYS);
    if (fields === null) return null;
    if (fields.name === undefined) this.#problems.add('invalid_value', 'name', root.offset, 'is required');
    return {
      name: reader.text(fields.name, NAME, ''),
      version: reader.integer(fields.version, 1, MAX_VERSION, POLICY_DEFAULTS.version),
      description: reader.text(fields.description, DESCRIPTION, POLICY_DEFAULTS.description),
      kid: this.#kid(fields.kid, root.offset),
      epsilon: reader.positive(fields.epsilon, MAX_EPSILON, POLICY_DEFAULTS.epsilon),
      tokenization: reader.choice(fields.tokenization, TOKENIZATIONS, POLICY_DEFAULTS.tokenization),
      passes: this.#passes(fields.passes),
      entities: this.#entities(fields.entities),
      audit: this.#audit(fields.audit),
      patterns: POLICY_DEFAULTS.patterns,
      allow: POLICY_DEFAULTS.allow,
      speakers: POLICY_DEFAULTS.speakers,
      sensitivity: POLICY_DEFAULTS.sensitivity,
      restore: POLICY_DEFAULTS.restore,
      synthetic: POLICY_DEFAULTS.synthetic,
      onDegraded: reader.choice(fields.on_degraded, DEGRADED_CHOICES, POLICY_DEFAULTS.onDegraded),
      binaryContent: reader.choice(fields.binary_content, BINARY_CHOICES, POLICY_DEFAULTS.binaryContent),
    };
  }

  #kid(field: Field | undefined, rootOffset: number): string {
    const kid = field === undefined ? POLICY_DEFAULTS.kid : this.#reader.scalar(field);
    if (typeof kid !== 'string' || !KID.test(kid)) {
      const message = 'must be the name of a key: capitals, digits and underscores, at most 64';
      this.#problems.add('invalid_value', 'kid', field?.offset ?? rootOffset, message);
      return POLICY_DEFAULTS.kid;
    }
    if (!this.#kids.has(kid)) {
      const message = `there is no key for this kid: set MASKER_KEY_${kid}`;
      this.#problems.add('unknown_kid', 'kid', field?.offset ?? rootOffset, message);
    }
    return kid;
  }

  #passes(field: Field | undefined): readonly PolicyPass[] {
    if (field === undefined) return POLICY_DEFAULTS.passes;
    const items = this.#reader.items(field);
    if (items === null) return POLICY_DEFAULTS.passes;
    const spellings = new Set<string>();
    const passes = new Set<PolicyPass>();
    let misspelled = false;
    for (const item of items) {
      const spelling = this.#reader.scalar(item);
      const pass = typeof spelling === 'string' ? PASS_SPELLINGS.get(spelling) : undefined;
      if (typeof spelling !== 'string' || pass === undefined) {
        const message = `must be one of ${[...PASS_SPELLINGS.keys()].join(', ')}`;
        this.#problems.add('invalid_pass', item.path, item.offset, message);
        misspelled = true;
        continue;
      }
      if (spellings.has(spelling)) this.#problems.add('invalid_pass', item.path, item.offset, 'this pass is there twice');
      spellings.add(spelling);
      passes.add(pass);
    }
    if (!misspelled && !passes.has('regex') && !passes.has('ner')) {
      this.#problems.add('invalid_pass', field.path, field.offset, 'without regex or ner nothing is detected');
    }
    return [...passes];
  }

  #entities(field: Field | undefined): Readonly<Record<EntityKind, EntityRule>> {
    const rules = new Map<EntityKind, EntityRule>();
    if (field?.node === null || (field !== undefined && this.#reader.scalar(field) === null)) {
      this.#problems.add('missing_entity', field.path, field.offset, 'lists no kind; leave the key out for the defaults');
    } else if (field !== undefined) {
      for (const row of this.#reader.entries(field) ?? []) {
        const kind = this.#kind(row, rules);
        const rule = this.#rule(row.value);
        if (kind !== null) rules.set(kind, rule);
      }
    }
    return forEachKind((kind) => rules.get(kind) ?? unlistedRule(kind));
  }

  #kind(row: Entry, rules: ReadonlyMap<EntityKind, EntityRule>): EntityKind | null {
    const kind = KIND_SPELLINGS.get(row.key);
    if (kind === undefined) {
      const near = nearest(row.key, KIND_SPELLINGS.keys());
      const message = near === null ? 'there is no such kind' : `there is no such kind; did you mean ${near}?`;
      this.#problems.add('missing_entity', row.value.path, row.offset, message);
      return null;
    }
    if (rules.has(kind)) {
      this.#problems.add('invalid_value', row.value.path, row.offset, `a second row for ${kind}, in another spelling`);
    }
    return kind;
  }

  #rule(row: Field): EntityRule {
    const reader = this.#reader;
    const fields = reader.fields(row, ENTITY_KEYS) ?? {};
    return {
      enabled: reader.flag(fields.enabled, LISTED_RULE.enabled),
      regex: reader.flag(fields.regex, LISTED_RULE.regex),
      ner: reader.flag(fields.ner, LISTED_RULE.ner),
      threshold: reader.fraction(fields.confidence_threshold, LISTED_RULE.threshold),
      action: reader.choice(fields.action, ACTIONS, LISTED_RULE.action),
    };
  }

  #audit(field: Field | undefined): Policy['audit'] {
    const reader = this.#reader;
    const { logEvents, logPayloads, retentionDays } = POLICY_DEFAULTS.audit;
    const fields = field === undefined ? {} : (reader.fields(field, AUDIT_KEYS) ?? {});
    return {
      logEvents: reader.flag(fields.log_events, logEvents),
      logPayloads: reader.flag(fields.log_payloads, logPayloads),
      retentionDays: reader.integer(fields.retention_days, 1, MAX_RETENTION_DAYS, retentionDays),
    };
  }
}
