import type { Code } from '../spoken/codes.ts';

/** The code that the word `at` belongs to, by bisection; null if it belongs to none. `codes` are in order and disjoint. */
export function coveringCode(codes: readonly Code[], at: number): Code | null {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((codes[middle]?.last ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const code = codes[low];
  return code !== undefined && code.first <= at ? code : null;
}
