/** Parsing of mask_policy.yaml. See docs/policy.md. schema/mask_policy.schema.json has the same rules as a JSON Schema. */
import { FieldReader } from './fields.ts';
import type { Field, TextRule } from './fields.ts';
import { KindReader } from './kind-reader.ts';
import { PatternReader } from './pattern-reader.ts';
import {
  BINARY_CHOICES,
  BYPASS_CHOICES,
  CALENDAR_CHOICES,
  DEGRADED_CHOICES,
  LISTED_RULE,
  POLICY_DEFAULTS,
  TOKENIZATIONS,
  TOOL_FORM_CHOICES,
} from './policy.ts';
import { forEachKind, unlistedRule } from './policy.ts';
import type { Policy, PolicyPass, RestorePolicy } from './policy.ts';
import type { PolicyProblem, ProblemList } from './problem.ts';
import { renderPolicy } from './render.ts';
import { PASS_SPELLINGS } from './spelling.ts';
import { UNWIRED_KEYS } from './unwired.ts';
import { readYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export type { PolicyProblem, PolicyProblemCode } from './problem.ts';

/** A policy that holds, with the text that says all of it. */
export interface ParsedPolicy {
  readonly policy: Policy;
  /** As it was written; of a policy that extends another the two together, as one document. */
  readonly text: string;
}

export type ParseResult =
  ({ readonly ok: true } & ParsedPolicy) | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** What a policy is checked against. */
export interface ParseContext {
  /** The kids that have a key. */
  readonly kids: ReadonlySet<string>;
  /** The policies that `extends` may name; none where it may not be used. */
  readonly bases?: ReadonlyMap<string, Policy>;
  /** The name and version that the policy is stored under. The text may leave the name out, and may not say another one. */
  readonly storedAs?: { readonly name: string; readonly version: number };
}

/** The keys of the document, in the order in which people write them. */
export const POLICY_KEYS = [
  'extends',
  'name',
  'version',
  'description',
  'kid',
  'epsilon',
  'tokenization',
  'passes',
  'entities',
  'patterns',
  'allow',
  'speakers',
  'sensitivity',
  'audit',
  'on_degraded',
  'binary_content',
  'calendar_dates',
  'platform',
  'restore',
  'stream',
  'synthetic',
] as const;
/** The keys of `audit`. */
export const AUDIT_KEYS = ['log_events', 'log_payloads', 'retention_days'] as const;
/** The keys of `platform`. */
export const PLATFORM_KEYS = ['bypass'] as const;
/** The keys of `restore`. */
export const RESTORE_KEYS = ['speech', 'tool_arguments', 'urls', 'tools', 'tool_form'] as const;
/** The keys of `stream`. */
export const STREAM_KEYS = ['order_tool_calls'] as const;
/** The keys of `synthetic`. */
export const SYNTHETIC_KEYS = ['seed', 'preserve_locale'] as const;

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
const TERM: TextRule = { ...NAME, maxLength: 128, message: NAME.message.replace('64', '128') };
const SEED: TextRule = { ...NAME, maxLength: 256, message: NAME.message.replace('64', '256') };
const TOOL: TextRule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  maxLength: 64,
  message: 'must be the name of a tool: 1 to 64 letters, digits, underscores and hyphens',
};
const KID = /^[A-Z][A-Z0-9_]{0,63}$/;
const MAX_VERSION = 2 ** 31 - 1;
const MAX_EPSILON = 100;
/** A hundred years. */
const MAX_RETENTION_DAYS = 36_525;
const MAX_TERMS = 1000;
const MAX_SPEAKERS = 50;
const MAX_TOOLS = 200;

/** What is not written: the defaults, or what the policy says that is extended. */
type Unwritten = Omit<Policy, 'name'> & { readonly name: string | null };

const NOTHING_EXTENDED: Unwritten = { ...POLICY_DEFAULTS, name: null, entities: forEachKind(unlistedRule) };

/**
 * Parses and checks a policy. Every problem is found at once, each with its place, in the order of the text. Never throws
 * for bad text.
 *
 * A policy that `extends` another says only what is different: rows, and the keys of `audit`, `platform`, `restore`, `stream`
 * and `synthetic`, one by one; patterns by their names; any other key as a whole.
 */
export function parsePolicy(yaml: string, context: ParseContext): ParseResult {
  const source = readYaml(yaml);
  if (source.root === null) return { ok: false, problems: source.problems.inOrder() };
  const read = new PolicyReader(source, context).read({ path: '', offset: source.root.range[0], node: source.root });
  const problems = source.problems.inOrder();
  if (read === null || problems.length > 0) return { ok: false, problems };
  return { ok: true, policy: read.policy, text: read.extended ? renderPolicy(read.policy) : yaml };
}

class PolicyReader {
  readonly #problems: ProblemList;
  readonly #reader: FieldReader;
  readonly #kinds: KindReader;
  readonly #context: ParseContext;
  /** The fields that are written, by their paths. */
  readonly #written = new Map<string, Field>();

  constructor(source: YamlSource, context: ParseContext) {
    this.#problems = source.problems;
    this.#reader = new FieldReader(source);
    this.#kinds = new KindReader(this.#reader, source.problems);
    this.#context = context;
  }

  read(root: Field): { readonly policy: Policy; readonly extended: boolean } | null {
    const reader = this.#reader;
    const fields = reader.fields(root, POLICY_KEYS);
    if (fields === null) return null;
    this.#remember(fields);
    const base = fields.extends === undefined ? null : this.#base(fields.extends);
    const { storedAs } = this.#context;
    const unwritten = { ...(base ?? NOTHING_EXTENDED), ...storedAs };
    // Whoever extends a policy that is not there learns of that first: the name may have been meant to come from it.
    if (fields.name === undefined && fields.extends === undefined && storedAs === undefined)
      this.#problems.add('invalid_value', 'name', root.offset, 'is required');
    const passes = this.#passes(fields.passes, unwritten.passes);
    // A row that is listed is looked for, ORG too; one that is extended says what it said.
    const rows = this.#kinds.rows(fields.entities, (kind) => (base === null ? LISTED_RULE : base.entities[kind]));
    const entities = forEachKind((kind) => rows.get(kind) ?? unwritten.entities[kind]);
    const patterns = new PatternReader(reader, this.#kinds, this.#problems).patterns(
      fields.patterns,
      unwritten.patterns,
      { entities, passes },
    );
    const policy = {
      name: this.#name(fields.name, unwritten.name ?? ''),
      version: this.#version(fields.version, unwritten.version),
      description: reader.text(fields.description, DESCRIPTION, unwritten.description),
      kid: this.#kid(fields.kid, root.offset, unwritten.kid),
      epsilon: reader.positive(fields.epsilon, MAX_EPSILON, unwritten.epsilon),
      tokenization: reader.choice(fields.tokenization, TOKENIZATIONS, unwritten.tokenization),
      passes,
      entities,
      patterns,
      allow: this.#texts(fields.allow, 0, MAX_TERMS, TERM) ?? unwritten.allow,
      speakers: this.#texts(fields.speakers, 1, MAX_SPEAKERS, NAME) ?? unwritten.speakers,
      sensitivity: reader.fraction(fields.sensitivity, unwritten.sensitivity),
      audit: this.#audit(fields.audit, unwritten.audit),
      onDegraded: reader.choice(fields.on_degraded, DEGRADED_CHOICES, unwritten.onDegraded),
      binaryContent: reader.choice(fields.binary_content, BINARY_CHOICES, unwritten.binaryContent),
      calendarDates: reader.choice(fields.calendar_dates, CALENDAR_CHOICES, unwritten.calendarDates),
      platform: this.#platform(fields.platform, unwritten.platform),
      restore: this.#restore(fields.restore, unwritten.restore),
      stream: this.#stream(fields.stream, unwritten.stream),
      synthetic: this.#synthetic(fields.synthetic, unwritten.synthetic),
    };
    this.#refuseUnwired(policy);
    return { policy, extended: base !== null };
  }

  #name(field: Field | undefined, unwritten: string): string {
    const name = this.#reader.text(field, NAME, unwritten);
    const { storedAs } = this.#context;
    if (field !== undefined && storedAs !== undefined && name !== storedAs.name)
      this.#reader.refuse(field, 'must be the name that the policy is stored under; or leave it out');
    return name;
  }

  /** A stored policy has the version that it was stored as, whatever its text says. */
  #version(field: Field | undefined, unwritten: number): number {
    const version = this.#reader.integer(field, 1, MAX_VERSION, unwritten);
    return this.#context.storedAs?.version ?? version;
  }

  /** Refuses what is written and nothing would do. Paths that were not written hold: bases were checked themselves. */
  #refuseUnwired(policy: Policy): void {
    for (const { path, holds, message } of UNWIRED_KEYS) {
      const field = this.#written.get(path);
      if (field !== undefined && !holds(policy)) this.#problems.add('not_supported', path, field.offset, message);
    }
  }

  #base(field: Field): Policy | null {
    const name = this.#reader.scalar(field);
    const bases = this.#context.bases ?? new Map<string, Policy>();
    const base = typeof name === 'string' ? bases.get(name) : undefined;
    if (base !== undefined) return base;
    const known = [...bases.keys()].join(', ');
    this.#reader.refuse(
      field,
      known === '' ? 'this policy stands alone: only that of an agent may extend one' : `must name a policy: ${known}`,
    );
    return null;
  }

  #kid(field: Field | undefined, rootOffset: number, unwritten: string): string {
    const kid = field === undefined ? unwritten : this.#reader.scalar(field);
    if (typeof kid !== 'string' || !KID.test(kid)) {
      const message = 'must be the name of a key: capitals, digits and underscores, at most 64';
      this.#problems.add('invalid_value', 'kid', field?.offset ?? rootOffset, message);
      return unwritten;
    }
    if (!this.#context.kids.has(kid)) {
      const message = `there is no key for this kid: set MASKER_KEY_${kid}`;
      this.#problems.add('unknown_kid', 'kid', field?.offset ?? rootOffset, message);
    }
    return kid;
  }

  #passes(field: Field | undefined, unwritten: readonly PolicyPass[]): readonly PolicyPass[] {
    if (field === undefined) return unwritten;
    const items = this.#reader.items(field);
    if (items === null) return unwritten;
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
      if (spellings.has(spelling))
        this.#problems.add('invalid_pass', item.path, item.offset, 'this pass is there twice');
      spellings.add(spelling);
      passes.add(pass);
    }
    if (!misspelled && !passes.has('regex') && !passes.has('ner')) {
      this.#problems.add('invalid_pass', field.path, field.offset, 'without regex or ner nothing is detected');
    }
    return [...passes];
  }

  /** A list of texts; null where there is none. */
  #texts(field: Field | undefined, least: number, most: number, rule: TextRule): readonly string[] | null {
    return field === undefined
      ? null
      : this.#reader.list(field, least, most, (item) => this.#reader.text(item, rule, ''));
  }

  #fields<K extends string>(field: Field, known: readonly K[]): Partial<Record<K, Field>> {
    const fields = this.#reader.fields(field, known) ?? {};
    this.#remember(fields);
    return fields;
  }

  #remember(fields: Partial<Record<string, Field>>): void {
    for (const field of Object.values(fields)) if (field !== undefined) this.#written.set(field.path, field);
  }

  #audit(field: Field | undefined, unwritten: Policy['audit']): Policy['audit'] {
    const reader = this.#reader;
    const fields = field === undefined ? {} : this.#fields(field, AUDIT_KEYS);
    return {
      logEvents: reader.flag(fields.log_events, unwritten.logEvents),
      logPayloads: reader.flag(fields.log_payloads, unwritten.logPayloads),
      retentionDays: reader.integer(fields.retention_days, 1, MAX_RETENTION_DAYS, unwritten.retentionDays),
    };
  }

  #platform(field: Field | undefined, unwritten: Policy['platform']): Policy['platform'] {
    const fields = field === undefined ? {} : (this.#reader.fields(field, PLATFORM_KEYS) ?? {});
    return { bypass: this.#reader.choice(fields.bypass, BYPASS_CHOICES, unwritten.bypass) };
  }

  #restore(field: Field | undefined, unwritten: RestorePolicy): RestorePolicy {
    const fields = field === undefined ? {} : (this.#reader.fields(field, RESTORE_KEYS) ?? {});
    const anyTool = fields.tools !== undefined && this.#reader.scalar(fields.tools) === 'all';
    return {
      speech: this.#kinds.choice(fields.speech, unwritten.speech),
      toolArguments: this.#kinds.choice(fields.tool_arguments, unwritten.toolArguments),
      urls: this.#kinds.choice(fields.urls, unwritten.urls),
      tools: anyTool ? 'all' : (this.#texts(fields.tools, 0, MAX_TOOLS, TOOL) ?? unwritten.tools),
      toolForm: this.#reader.choice(fields.tool_form, TOOL_FORM_CHOICES, unwritten.toolForm),
    };
  }

  #stream(field: Field | undefined, unwritten: Policy['stream']): Policy['stream'] {
    const fields = field === undefined ? {} : (this.#reader.fields(field, STREAM_KEYS) ?? {});
    return { orderToolCalls: this.#reader.flag(fields.order_tool_calls, unwritten.orderToolCalls) };
  }

  #synthetic(field: Field | undefined, unwritten: Policy['synthetic']): Policy['synthetic'] {
    const reader = this.#reader;
    const fields = field === undefined ? {} : this.#fields(field, SYNTHETIC_KEYS);
    const { seed } = fields;
    const number = seed === undefined ? undefined : reader.scalar(seed);
    const isNumber = typeof number === 'number' && Number.isSafeInteger(number);
    return {
      seed: seed === undefined ? unwritten.seed : isNumber ? String(number) : reader.text(seed, SEED, ''),
      preserveLocale: reader.flag(fields.preserve_locale, unwritten.preserveLocale),
    };
  }
}
