/** Finds the settings of a policy that decided about a redaction, with their lines in its text. See docs/policy.md. */
import type { EntityKind } from '../detection/kinds.ts';
import type { Pass } from '../detection/span.ts';
import { FieldReader } from './fields.ts';
import type { Entry, Field } from './fields.ts';
import { LISTED_RULE, POLICY_DEFAULTS, unlistedRule } from './policy.ts';
import { KIND_SPELLINGS } from './spelling.ts';
import { readYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

/**
 * What a setting decided:
 * - `looked_for`: this pass may report the kind; `counts_as`: it may not, so the value counts as OTHER_ID;
 * - `threshold`: the least confidence of a model pass; `action`: what becomes of the value;
 * - `pattern`: the account's own recogniser; `text_kept`: whether the text of the turn is kept.
 */
export const SETTING_ROLES = ['looked_for', 'counts_as', 'threshold', 'action', 'pattern', 'text_kept'] as const;
export type SettingRole = (typeof SETTING_ROLES)[number];

export interface DecidingSetting {
  readonly role: SettingRole;
  /** Dotted from the root, with kinds in capitals: `entities.PHONE.action`. */
  readonly key: string;
  readonly value: string;
  /** Line in the text of the policy, from 1. Null where the text does not write the setting: then its default holds. */
  readonly line: number | null;
  /** The line itself, without its indentation and cut at 200 code units. */
  readonly text: string | null;
}

/** A redaction as the journal has it. */
export interface DecidedRedaction {
  readonly kind: EntityKind;
  /** The kind that was found, where it counts as OTHER_ID. */
  readonly foundAs: EntityKind | null;
  readonly pass: Pass;
}

const LONGEST_LINE = 200;

/** Returns the settings that decided about a redaction, in the order in which they count. `text` is the policy it was made under. */
export function decidingSettings(text: string, { kind, foundAs, pass }: DecidedRedaction): DecidingSetting[] {
  const policy = new WrittenPolicy(text);
  const found = foundAs ?? kind;
  const isModel = pass === 'ner' || pass === 'gemma';
  const key = pass === 'known' ? 'enabled' : isModel ? 'ner' : 'regex';
  return [
    ...(foundAs === null ? [] : [policy.ofKind('counts_as', foundAs, key)]),
    policy.ofKind('looked_for', kind, key),
    ...(isModel ? [policy.ofKind('threshold', found, 'confidence_threshold')] : []),
    policy.ofKind('action', kind, 'action'),
    policy.payloads(),
  ];
}

/** Returns the pattern of this name; null where the text has none. */
export function decidingPattern(text: string, name: string): DecidingSetting | null {
  return new WrittenPolicy(text).pattern(name);
}

type RuleKey = 'enabled' | 'regex' | 'ner' | 'confidence_threshold' | 'action';

class WrittenPolicy {
  readonly #lines: readonly string[];
  readonly #source: YamlSource;
  readonly #reader: FieldReader;
  readonly #root: readonly Entry[];

  constructor(text: string) {
    this.#lines = text.split('\n');
    this.#source = readYaml(text);
    this.#reader = new FieldReader(this.#source);
    const { root } = this.#source;
    this.#root = root === null ? [] : this.#entries({ path: '', offset: 0, node: root });
  }

  ofKind(role: SettingRole, kind: EntityKind, key: RuleKey): DecidingSetting {
    const rows = this.#below(this.#root, 'entities');
    const row = rows.find((each) => KIND_SPELLINGS.get(each.key) === kind);
    const { threshold, ...rule } = row === undefined ? unlistedRule(kind) : LISTED_RULE;
    const written = row === undefined ? undefined : this.#entries(row.value).find((each) => each.key === key);
    const fallback = key === 'confidence_threshold' ? threshold : rule[key];
    return this.#setting(role, `entities.${kind}.${key}`, written, fallback);
  }

  payloads(): DecidingSetting {
    const written = this.#below(this.#root, 'audit').find(({ key }) => key === 'log_payloads');
    return this.#setting('text_kept', 'audit.log_payloads', written, POLICY_DEFAULTS.audit.logPayloads);
  }

  pattern(name: string): DecidingSetting | null {
    const list = this.#root.find(({ key }) => key === 'patterns');
    const items = list === undefined ? [] : (this.#reader.items(list.value) ?? []);
    for (const [at, item] of items.entries()) {
      const entry = this.#entries(item).find(({ key }) => key === 'name');
      if (entry !== undefined && this.#reader.scalar(entry.value) === name)
        return this.#setting('pattern', `patterns.${at}`, entry, name);
    }
    return null;
  }

  #setting(
    role: SettingRole,
    key: string,
    written: Entry | undefined,
    fallback: string | number | boolean,
  ): DecidingSetting {
    if (written === undefined) return { role, key, value: String(fallback), line: null, text: null };
    const scalar = this.#reader.scalar(written.value);
    const isPlain = typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean';
    const value = String(isPlain ? scalar : fallback);
    const line = this.#source.lineOf(written.offset);
    const text = (this.#lines[line - 1] ?? '').trim().slice(0, LONGEST_LINE);
    return { role, key, value, line, text };
  }

  #below(entries: readonly Entry[], key: string): readonly Entry[] {
    const entry = entries.find((each) => each.key === key);
    return entry === undefined ? [] : this.#entries(entry.value);
  }

  #entries(field: Field): readonly Entry[] {
    return this.#reader.entries(field) ?? [];
  }
}
