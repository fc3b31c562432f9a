const NONE: readonly RegExpExecArray[] = [];

/**
 * All matches of a global pattern that matches no empty text. As `matchAll`, which makes a copy of the pattern for each
 * text: for the texts of a call, most of which have no match, that is most of the cost.
 */
export function matchesOf(pattern: RegExp, text: string): readonly RegExpExecArray[] {
  pattern.lastIndex = 0;
  let match = pattern.exec(text);
  if (match === null) return NONE;
  const matches: RegExpExecArray[] = [];
  for (; match !== null; match = pattern.exec(text)) matches.push(match);
  return matches;
}
