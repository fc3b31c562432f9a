import type { Cue } from '../cues.ts';
import type { Reading } from '../reading.ts';

// "born in Chicago on ...", "date of birth? It's ...": so many words may stand between.
const MAX_WORDS = 6;

/** Whether a cue of birth stands before the word `first`, or in brackets after the word `last`. */
export function isBirth(reading: Reading, first: number, last: number): boolean {
  if (reading.cues.length === 0) return false;
  const next = reading.cues[cuesBefore(reading, first)];
  if (next?.kind === 'DOB' && reading.words[last + 1]?.text === '(' && next.first === last + 2) return true;
  return dateCueBefore(reading, first)?.kind === 'DOB';
}

/** The cue of a date or a birth that stands before the word, no other number in between; null if there is none. */
export function dateCueBefore(reading: Reading, first: number): Cue | null {
  const { cues, words } = reading;
  let weak: Cue | null = null;
  for (let c = cuesBefore(reading, first) - 1; c >= 0; c--) {
    const cue = cues[c];
    if (!cue || first - cue.last > MAX_WORDS * 3) break;
    let distance = 0;
    for (let at = cue.last + 1; at < first; at++) {
      const word = words[at];
      // A number in between has used the cue up.
      if (word?.type === 'digits' || word?.type === 'ordinal') return weak;
      if (word?.type === 'letters') distance++;
    }
    if (distance > MAX_WORDS) break;
    // "date" may be the end of a longer phrase about a birth.
    if (cue.kind === 'DOB' || (cue.kind === 'DATE' && cue.strong)) return cue;
    if (cue.kind === 'DATE') weak ??= cue;
  }
  return weak;
}

/** How many cues end before the word, by bisection. */
function cuesBefore({ cues }: Reading, first: number): number {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cues[middle]?.last ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  return low;
}
