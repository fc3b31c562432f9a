/** What is known of how a turn crossed the wall: what was found, what is not loaded yet, and whether it crossed at all. */
import type { Redaction, Turn } from './session-view.ts';

type TurnFacts = Pick<Turn, 'status' | 'redactionCount'> & {
  readonly stageDurations: Pick<Turn['stageDurations'], 'upstream'>;
};

/** Returns how many redactions of the turn are on record and not loaded here. */
export function unloadedCount(turn: Pick<Turn, 'redactionCount'>, loaded: readonly Redaction[]): number {
  return Math.max(0, turn.redactionCount - loaded.length);
}

/** Returns true for a turn that Masker refused: it has no answer, and its time at the model was never measured. */
export function isRefused({ status, stageDurations }: TurnFacts): boolean {
  return status === 'error' && stageDurations.upstream === null;
}

/** Says what crossed in a turn without redactions. */
export function nothingFoundWords(turn: TurnFacts): string {
  return isRefused(turn)
    ? 'Masker refused this turn: the masked request still held a known value. Nothing was sent.'
    : 'Nothing was found in what was new in this turn. It crossed as it is.';
}

/** Says of which turns the texts are kept. */
export function keptWords(turns: readonly Pick<Turn, 'number'>[], keptTurns: readonly number[]): string {
  const isKept = ({ number }: Pick<Turn, 'number'>): boolean => keptTurns.includes(number);
  if (!turns.some(isKept))
    return 'The texts of this call are not kept. Kinds and places are all that is known of them.';
  return turns.every(isKept)
    ? 'Kinds and places are shown. The texts are kept for a time, and are revealed for a purpose: see the details of a turn.'
    : 'Kinds and places are shown. The texts of some turns are kept for a time, and are revealed for a purpose: see their details.';
}
