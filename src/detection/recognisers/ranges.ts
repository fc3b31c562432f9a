import type { EntityKind } from '../kinds.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';

/** The finding that covers the words `first` to `last`. */
export function wordsFinding(
  reading: Reading,
  first: number,
  last: number,
  kind: EntityKind,
  recogniser: string,
  confidence: number,
  validated = false,
): Finding {
  return {
    start: reading.words[first]?.start ?? 0,
    end: reading.words[last]?.end ?? 0,
    kind,
    confidence,
    validated,
    recogniser,
  };
}

/** Index of the first word that starts at or after the offset; the number of words if there is none. */
export function wordAt(reading: Reading, offset: number): number {
  let low = 0;
  let high = reading.words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reading.words[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The code that begins with the word `first`, by bisection. */
export function codeAt(codes: readonly Code[], first: number): Code | null {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((codes[middle]?.first ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  const code = codes[low];
  return code?.first === first ? code : null;
}

/** The code that ends with the word `last`, by bisection. */
export function codeEndingAt(codes: readonly Code[], last: number): Code | null {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((codes[middle]?.last ?? 0) < last) low = middle + 1;
    else high = middle;
  }
  const code = codes[low];
  return code?.last === last ? code : null;
}
