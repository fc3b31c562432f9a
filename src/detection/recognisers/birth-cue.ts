import type { Reading } from '../reading.ts';

// "born in Chicago on ...", "date of birth? It's ...": so many words may stand between.
const MAX_WORDS = 6;

/** Whether a cue of birth stands before the word `first`, or in brackets after the word `last`. */
export function isBirth(reading: Reading, first: number, last: number): boolean {
  const { cues, words } = reading;
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cues[middle]?.last ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  if (cues[low]?.kind === 'DOB' && words[last + 1]?.text === '(' && cues[low]?.first === last + 2) return true;
  for (let c = low - 1; c >= 0; c--) {
    const cue = cues[c];
    if (!cue || first - cue.last > MAX_WORDS * 3) return false;
    let distance = 0;
    for (let at = cue.last + 1; at < first; at++) {
      const word = words[at];
      // A number in between has used the cue up.
      if (word?.type === 'digits' || word?.type === 'ordinal') return false;
      if (word?.type === 'letters') distance++;
    }
    if (distance > MAX_WORDS) return false;
    if (cue.kind === 'DOB') return true;
  }
  return false;
}
