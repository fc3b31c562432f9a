/** Where a redactor that answers only with a text has redacted. */

export interface AlignedSpan {
  readonly start: number;
  readonly end: number;
  readonly placeholder: string;
}

/**
 * The parts of `original` that stand as placeholders in `redacted`, shortest first; null where the rest of `redacted` is
 * not what stands between them. Placeholders are whole words of capital letters and underscores.
 */
export function alignRedacted(
  original: string,
  redacted: string,
  placeholders: readonly string[],
): AlignedSpan[] | null {
  const mark = new RegExp(`(${[...placeholders].sort((one, other) => other.length - one.length).join('|')})`, 'g');
  // Texts at even places, placeholders at odd ones.
  const parts = redacted.split(mark);
  const dead = new Set<string>();

  // Text `part` must stand at `at`; answers the spans behind it.
  const align = (part: number, at: number): AlignedSpan[] | null => {
    const text = parts[part] ?? '';
    if (!original.startsWith(text, at)) return null;
    const start = at + text.length;
    const placeholder = parts[part + 1];
    if (placeholder === undefined) return start === original.length ? [] : null;
    const key = `${part} ${start}`;
    if (dead.has(key)) return null;
    const next = parts[part + 2] ?? '';
    const isLast = part + 3 >= parts.length;
    for (
      let end = isLast ? original.length - next.length : original.indexOf(next, start + 1);
      end > start;
      end = isLast ? -1 : original.indexOf(next, end + 1)
    ) {
      const rest = align(part + 2, end);
      if (rest !== null) return [{ start, end, placeholder }, ...rest];
      if (end >= original.length) break;
    }
    dead.add(key);
    return null;
  };
  return align(0, 0);
}
