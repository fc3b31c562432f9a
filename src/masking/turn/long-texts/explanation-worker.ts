/** What the thread of explanations runs. */
import { explain } from '../../../detection/explain.ts';
import type { Explanation } from '../../../detection/explain.ts';
import type { DetectionRules } from '../../../detection/span.ts';

export interface ExplanationTask {
  readonly text: string;
  /** As JSON. */
  readonly rules: string;
}

/** The explanation, or null where it threw: an error would carry what it choked on across, into whatever logs it. */
export default function explanation({ text, rules }: ExplanationTask): Explanation | null {
  try {
    return explain(text, JSON.parse(rules) as DetectionRules);
  } catch {
    return null;
  }
}
