/** Which characters of a text stood in its masked form: everything between tokens is the original, in order. */

/** A token or a redaction mark as it leaves. */
export const REPLACEMENT = /\[REDACTED:[A-Z_]+\]|MSK(?:V1|1)\.[A-Z_]+\.[A-Z][A-Z0-9_]*\.[A-Z2-7]+/g;

/** A stretch of the original that one replacement stands for. */
export interface Replaced {
  readonly start: number;
  readonly end: number;
  readonly token: string;
}

/**
 * Aligns a masked text with its original. Returns the stretches that were replaced, or null where the masked text
 * cannot have come from the original by replacing stretches. Literals are matched left to right, as early as they fit,
 * the last one at the end.
 */
export function align(original: string, masked: string): Replaced[] | null {
  const tokens = masked.match(REPLACEMENT) ?? [];
  const literals = masked.split(REPLACEMENT);
  const [first = ''] = literals;
  if (!original.startsWith(first)) return null;
  const replaced: Replaced[] = [];
  let at = first.length;
  for (const [index, token] of tokens.entries()) {
    const literal = literals[index + 1] ?? '';
    const isLast = index === tokens.length - 1;
    // A token stands for at least one character.
    const end = isLast ? original.length - literal.length : original.indexOf(literal, at + 1);
    if (end <= at || !original.startsWith(literal, end)) return null;
    replaced.push({ start: at, end: literal === '' && !isLast ? at + 1 : end, token });
    at = end + literal.length;
  }
  return at === original.length ? replaced : null;
}
