/** When a part of a known value is what an interruption left of it. */
import { BEGINNING } from '../../detection/context/known-parts.ts';
import type { PartOfKnown } from '../../detection/known.ts';

/** Returns true if the finding is of a value that was cut. What detection takes for a value of its own is none that was cut. */
export function isCutPart({ isCode }: Pick<PartOfKnown, 'isCode'>, recogniser: string): boolean {
  if (recogniser === BEGINNING || recogniser.startsWith('context.read_back')) return true;
  if (!isCode) return false;
  return /^context\.(?:answer|announced)/.test(recogniser) || recogniser === 'tagger' || recogniser.endsWith('.cue');
}
