import type { EntityKind } from './kinds.ts';
import type { DetectionRules, KindRule, Pass } from './span.ts';

/** How a finding is reported. */
export interface Report {
  /** The finding's own kind, or OTHER_ID where the policy switched off the pass for that kind. */
  readonly kind: EntityKind;
  readonly pass: Pass;
  /** The finding's own kind, where it is reported as OTHER_ID instead. */
  readonly foundAs?: EntityKind;
}

/**
 * Returns the first pass of the policy that may report the finding, null if none may. Protection is opt-out: a finding of
 * a pass that the policy switched off for its kind (`SSN: { ner: false }`) is still an identifier, and counts as OTHER_ID.
 * A kind that is not enabled is never reported.
 *
 * @param passes that the finding may be reported in
 * @param confidence 0 to 1
 */
export function reportOf(
  rules: DetectionRules,
  passes: readonly Pass[],
  kind: EntityKind,
  confidence: number,
): Report | null {
  const rule = rules.kinds[kind];
  let other: Pass | null = null;
  let isRefused = false;
  for (const pass of rules.passes) {
    if (!passes.includes(pass)) continue;
    if (mayReport(rule, pass, confidence)) return { kind, pass };
    // A threshold that an open pass does not reach is the policy's decision, too.
    if (isOpen(rule, pass)) isRefused = true;
    else other ??= countsAsOther(rules, rule, pass, confidence) ? pass : null;
  }
  return other === null || isRefused ? null : { kind: 'OTHER_ID', pass: other, foundAs: kind };
}

/** Returns true if a pass may report a finding of a kind with such a rule. */
export function mayReport(rule: KindRule, pass: Pass, confidence: number): boolean {
  return rule.enabled && isOpen(rule, pass) && confidence >= thresholdOf(rule, pass);
}

function countsAsOther({ kinds }: DetectionRules, rule: KindRule, pass: Pass, confidence: number): boolean {
  if (!rule.enabled || confidence < thresholdOf(rule, pass)) return false;
  return mayReport(kinds.OTHER_ID, pass, confidence);
}

function isOpen(rule: KindRule, pass: Pass): boolean {
  switch (pass) {
    case 'regex':
      return rule.regex;
    case 'known':
      return true;
    case 'ner':
    case 'gemma':
      return rule.ner;
  }
}

/** The threshold of a policy is for the model passes alone. */
function thresholdOf(rule: KindRule, pass: Pass): number {
  return pass === 'ner' || pass === 'gemma' ? rule.threshold : 0;
}
