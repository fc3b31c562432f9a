/** Finds words in a text of which a person says that they should have been masked. */

/** A span in UTF-16 code units, end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** More places of one word are not offered. */
const MOST_PLACES = 50;

/** Returns where the words are in the text, without those places that lie inside a redaction; at most fifty. */
export function placesOf(text: string, words: string, redactions: readonly Place[]): readonly Place[] {
  const wanted = words.trim();
  const places: Place[] = [];
  if (wanted === '') return places;
  for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    const isMasked = redactions.some((each) => each.start <= start && each.end >= end);
    if (!isMasked) places.push({ start, end });
    if (places.length === MOST_PLACES) break;
  }
  return places;
}
