/** What a policy would have made of redactions that are on record: kinds and passes, no text. See docs/policy.md. */
import type { EntityKind } from '../detection/kinds.ts';
import { reportOf } from '../detection/reporting.ts';
import type { Pass } from '../detection/span.ts';
import { policyDifferences } from './diff.ts';
import { detectionRules } from './policy.ts';
import type { Action, Policy } from './policy.ts';

/** A redaction as the journal has it. */
export interface RecordedRedaction {
  readonly pass: Pass;
  /** The kind that it counted as. */
  readonly kind: EntityKind;
  /** The kind that was found, where it counted as OTHER_ID for its pass was switched off. */
  readonly foundAs: EntityKind | null;
  /** 0 to 1. */
  readonly confidence: number;
  readonly action: Action;
}

/** What would become of the redactions of one recorded kind. */
export interface KindEffect {
  readonly kind: EntityKind;
  readonly recorded: number;
  /** Same kind, same action. */
  readonly kept: number;
  /** Still found, with another kind or action. */
  readonly changed: number;
  /** Of the changed: replaced so far, and would pass through as they are. */
  readonly unmasked: number;
  /** Not reported any more by the pass that found them. */
  readonly dropped: number;
}

/**
 * Effects of a policy that records do not show:
 *
 * - `known_values`: a value that was found again in its call may not be found in the first place;
 * - `overlaps`: a value that is dropped may be found by another pass, or as another kind, that lost to this one;
 * - `new_findings`: kinds or passes are switched on, or thresholds lowered: what they find was never recorded;
 * - `patterns`, `allow`, `speakers`, `sensitivity`, `calendar_dates`: this setting differs, and its effect needs the text.
 */
export const UNKNOWNS = [
  'known_values',
  'overlaps',
  'new_findings',
  'patterns',
  'allow',
  'speakers',
  'sensitivity',
  'calendar_dates',
] as const;
export type Unknown = (typeof UNKNOWNS)[number];

/** Counts what the policy would make of each redaction, by the kind that it is on record with, in alphabetical order. */
export function effectOn(policy: Policy, redactions: Iterable<RecordedRedaction>): KindEffect[] {
  const rules = detectionRules(policy);
  const counts = new Map<EntityKind, { -readonly [Count in keyof KindEffect]: KindEffect[Count] }>();
  for (const { kind, foundAs, pass, confidence, action } of redactions) {
    const count = counts.get(kind) ?? { kind, recorded: 0, kept: 0, changed: 0, unmasked: 0, dropped: 0 };
    counts.set(kind, count);
    count.recorded += 1;
    const report = reportOf(rules, [pass], foundAs ?? kind, confidence);
    if (report === null) {
      count.dropped += 1;
      continue;
    }
    const after = policy.entities[report.kind].action;
    if (report.kind === kind && after === action) count.kept += 1;
    else count.changed += 1;
    if (after === 'passthrough' && action !== 'passthrough') count.unmasked += 1;
  }
  return [...counts.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** What the effect of `draft`, in the place of `inForce`, leaves open, in the order of `UNKNOWNS`. */
export function unknownsOf(inForce: Policy, draft: Policy): Unknown[] {
  const open = new Set<Unknown>(['known_values', 'overlaps']);
  if (findsMore(inForce, draft)) open.add('new_findings');
  for (const { path } of policyDifferences(inForce, draft)) {
    const [key = ''] = path.split('.');
    const unknown = UNKNOWNS.find((name) => name === key);
    if (unknown !== undefined) open.add(unknown);
  }
  return UNKNOWNS.filter((name) => open.has(name));
}

function findsMore(before: Policy, after: Policy): boolean {
  if (after.passes.some((pass) => !before.passes.includes(pass))) return true;
  const kinds = Object.keys(after.entities) as EntityKind[];
  return kinds.some((kind) => {
    const [was, is] = [before.entities[kind], after.entities[kind]];
    if (!is.enabled) return false;
    return !was.enabled || (is.regex && !was.regex) || (is.ner && (!was.ner || is.threshold < was.threshold));
  });
}
