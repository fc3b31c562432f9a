/** When a part of a known value is what an interruption left of it, and may be masked as the whole. */
import { BEGINNING } from '../../detection/context/known-parts.ts';
import type { MaskedText } from './masking-memory.ts';
import type { TokenSet } from './tokens-in-turn.ts';
import type { PartOfKnown } from '../../detection/known.ts';

/** Returns true if the finding is of a value that was cut. What detection takes for a value of its own is none that was cut. */
export function isCutPart({ isCode }: Pick<PartOfKnown, 'isCode'>, recogniser: string): boolean {
  if (recogniser === BEGINNING || recogniser.startsWith('context.read_back')) return true;
  if (!isCode) return false;
  return /^context\.(?:answer|announced)/.test(recogniser) || recogniser === 'tagger' || recogniser.endsWith('.cue');
}

/**
 * Returns whether each part in the text that is masked as its whole has the whole in front of it: `inTurn` has the tokens
 * before the text. Otherwise the whole would come back to a caller who said a part of it.
 */
export function hasWholes(text: Pick<MaskedText, 'cut'> | undefined, inTurn: Pick<TokenSet, 'has'>): boolean {
  return text?.cut.every((token) => inTurn.has(token)) ?? true;
}
