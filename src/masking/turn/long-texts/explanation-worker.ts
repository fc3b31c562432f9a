/** What the thread of explanations runs. */
import { explain } from '../../../detection/explain.ts';
import type { DetectionRules } from '../../../detection/span.ts';
import { packExplanation, type PackedExplanation } from './packed-explanation.ts';

export interface ExplanationTask {
  readonly text: string;
  /** As JSON. */
  readonly rules: string;
}

/** The explanation, or null where it threw: an error would carry what it choked on across, into whatever logs it. */
export default function explanation({ text, rules }: ExplanationTask): PackedExplanation | null {
  try {
    return packExplanation(explain(text, JSON.parse(rules) as DetectionRules));
  } catch {
    return null;
  }
}
