/** Generated parts of Markdown documents: what stands between two markers. */

/**
 * Returns the text with everything between `<!-- NAME:begin -->` and `<!-- NAME:end -->` replaced.
 * @throws Error when the text has no such markers in this order.
 */
export function replaceBetweenMarkers(text: string, content: string, name: string): string {
  const [opening, closing] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [begin, end] = [text.indexOf(opening), text.indexOf(closing)];
  if (begin < 0 || end < begin) throw new Error(`there are no markers ${opening} and ${closing} in this order`);
  return `${text.slice(0, begin + opening.length)}\n${content}\n${text.slice(end)}`;
}

/** Returns a Markdown table. */
export function markdownTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}
