/** What became of a candidate of detection, in words. */
import type { DetectionOutcome } from './queries.generated.ts';

const WORDS: Readonly<Record<DetectionOutcome, string>> = {
  reported: 'Masked',
  counted_as_other: 'Masked as other ID: its kind is off for this pass',
  merged: 'Masked as part of another match',
  allowed: 'Stays: the policy lists it',
  explained: 'Stays: the words around it say what it is',
  kind_disabled: 'Stays: the policy does not look for its kind',
  pass_disabled: 'Stays: this pass is off for its kind',
  overlap: 'Stronger match at the same place',
  public: 'Stays: it identifies nobody',
  threshold: 'Stays: below the threshold of the policy',
};

export function outcomeWords(outcome: DetectionOutcome): string {
  return WORDS[outcome];
}
