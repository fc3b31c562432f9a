/** One search of one text, the same on the loop and in a worker. */
import { detect, detectProse } from '../../detection/detection.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import { KnownValues } from '../../detection/known.ts';
import type { DetectionRules, Span } from '../../detection/span.ts';
import { LruMap } from '../../platform/lru-map.ts';

export type NamedValue = readonly [value: string, kind: EntityKind];

/** What a text is to be searched for: identifiers by the rules of a policy, or values that the call gave away before. */
export type TextSearch =
  | { readonly for: 'identifiers'; readonly text: string }
  /** Identifiers by the words alone: documents in the text were read before. */
  | { readonly for: 'prose'; readonly text: string }
  /** The values that are known as number `since` and later, in order. */
  | { readonly for: 'known'; readonly text: string; readonly since: number; readonly values: readonly NamedValue[] };

/** A search as it is sent to a worker. */
export interface SearchTask {
  readonly search: TextSearch;
  /** Detection rules as JSON: a worker reads those of one policy once. */
  readonly rules: string;
}

/** Policies whose rules a worker keeps. */
const POLICIES = 64;
const rulesByText = new LruMap<string, DetectionRules>(POLICIES);

/** Spans of the searched text, sorted and disjoint. Keeps nothing of it. */
export function runSearch({ search, rules }: SearchTask): Span[] {
  switch (search.for) {
    case 'identifiers':
      return detect(search.text, readRules(rules));
    case 'prose':
      return detectProse(search.text, readRules(rules));
    case 'known': {
      const known = new KnownValues();
      for (const [value, kind] of search.values) known.set(value, kind);
      return known.find(search.text);
    }
  }
}

function readRules(text: string): DetectionRules {
  const known = rulesByText.get(text);
  if (known !== undefined) return known;
  const rules = JSON.parse(text) as DetectionRules;
  rulesByText.set(text, rules);
  return rules;
}
