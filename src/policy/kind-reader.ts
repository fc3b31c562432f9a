/** Reads kinds of identifier, in any of their spellings, and the rows that say what becomes of them. */
import type { EntityKind } from '../detection/kinds.ts';
import type { Entry, Field, FieldReader } from './fields.ts';
import { ACTIONS, LISTED_RULE } from './policy.ts';
import type { EntityRule, KindChoice } from './policy.ts';
import type { ProblemList } from './problem.ts';
import { KIND_SPELLINGS, nearest } from './spelling.ts';

/** The keys of a row of `entities`. */
export const ENTITY_KEYS = ['enabled', 'regex', 'ner', 'confidence_threshold', 'action'] as const;

export class KindReader {
  readonly #problems: ProblemList;
  readonly #reader: FieldReader;

  constructor(reader: FieldReader, problems: ProblemList) {
    this.#reader = reader;
    this.#problems = problems;
  }

  /** The rows that the policy lists. `unwritten` says what a row of a kind says where it says nothing. */
  rows(field: Field | undefined, unwritten: (kind: EntityKind) => EntityRule): ReadonlyMap<EntityKind, EntityRule> {
    const rules = new Map<EntityKind, EntityRule>();
    if (field === undefined) return rules;
    if (field.node === null || this.#reader.scalar(field) === null) {
      this.#problems.add(
        'missing_entity',
        field.path,
        field.offset,
        'lists no kind; leave the key out for the defaults',
      );
      return rules;
    }
    for (const row of this.#reader.entries(field) ?? []) {
      const kind = this.#kindOfRow(row, rules);
      // A row of no kind is read for its own problems.
      const rule = this.#rule(row.value, kind === null ? LISTED_RULE : unwritten(kind));
      if (kind !== null) rules.set(kind, rule);
    }
    return rules;
  }

  /** The kind that the field names; null where there is no such kind. */
  kind(field: Field): EntityKind | null {
    const spelling = this.#reader.scalar(field);
    if (typeof spelling === 'string') return this.#kindOf(spelling, field.path, field.offset);
    this.#reader.refuse(field, 'must be a kind of identifier');
    return null;
  }

  /** `all`, or a list of kinds. */
  choice(field: Field | undefined, fallback: KindChoice): KindChoice {
    if (field === undefined) return fallback;
    const word = this.#reader.scalar(field);
    if (word === 'all') return 'all';
    if (word !== undefined) {
      this.#reader.refuse(field, 'must be all, or a list of kinds');
      return fallback;
    }
    const kinds = this.#reader.items(field)?.map((item) => this.kind(item)) ?? [];
    return [...new Set(kinds.filter((kind) => kind !== null))];
  }

  #kindOfRow(row: Entry, rules: ReadonlyMap<EntityKind, EntityRule>): EntityKind | null {
    const kind = this.#kindOf(row.key, row.value.path, row.offset);
    if (kind !== null && rules.has(kind)) {
      this.#problems.add('invalid_value', row.value.path, row.offset, `a second row for ${kind}, in another spelling`);
    }
    return kind;
  }

  #kindOf(spelling: string, path: string, offset: number): EntityKind | null {
    const kind = KIND_SPELLINGS.get(spelling);
    if (kind !== undefined) return kind;
    const near = nearest(spelling, KIND_SPELLINGS.keys());
    const message = near === null ? 'there is no such kind' : `there is no such kind; did you mean ${near}?`;
    this.#problems.add('missing_entity', path, offset, message);
    return null;
  }

  #rule(row: Field, unwritten: EntityRule): EntityRule {
    const reader = this.#reader;
    const fields = reader.fields(row, ENTITY_KEYS) ?? {};
    return {
      enabled: reader.flag(fields.enabled, unwritten.enabled),
      regex: reader.flag(fields.regex, unwritten.regex),
      ner: reader.flag(fields.ner, unwritten.ner),
      threshold: reader.fraction(fields.confidence_threshold, unwritten.threshold),
      action: reader.choice(fields.action, ACTIONS, unwritten.action),
    };
  }
}
