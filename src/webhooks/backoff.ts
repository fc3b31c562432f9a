/** How long to wait after failed attempts. */

/** The first pause and the longest, in milliseconds. */
const FIRST_MS = 5_000;
const LONGEST_MS = 86_400_000;

/**
 * Returns the pause after so many failures in a row, in milliseconds: it doubles from five seconds up to a day. `random` in
 * [0, 1) shortens it by up to half, so that receivers that failed together are not tried together.
 */
export function pauseAfter(failures: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 30), LONGEST_MS);
  return Math.round(full * (1 - random / 2));
}
