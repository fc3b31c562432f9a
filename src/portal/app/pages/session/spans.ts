/** Texts of a turn as far as the journal describes them: where identifiers were, and how long they were. Never the text. */
import type { Redaction } from './session-view.ts';

/** A stretch of a text: an identifier, or text between identifiers of which only the length is known. */
export type Stretch =
  { readonly type: 'gap'; readonly length: number } | { readonly type: 'found'; readonly redaction: Redaction };

/** One text of the request, by its JSON Pointer. */
export interface KnownText {
  readonly path: string;
  readonly stretches: readonly Stretch[];
}

/** Groups the redactions of a turn by text, in the order of the request; within a text by place. */
export function textsOf(redactions: readonly Redaction[]): readonly KnownText[] {
  const byPath = new Map<string, Redaction[]>();
  for (const redaction of redactions) byPath.set(redaction.path, [...(byPath.get(redaction.path) ?? []), redaction]);
  return [...byPath]
    .sort(([one], [other]) => comparePaths(one, other))
    .map(([path, found]) => ({
      path,
      stretches: stretchesOf(found),
    }));
}

function stretchesOf(found: readonly Redaction[]): readonly Stretch[] {
  const ordered = [...found].sort((one, other) => one.span.start - other.span.start);
  const stretches: Stretch[] = [];
  let end = 0;
  for (const redaction of ordered) {
    if (redaction.span.start > end) stretches.push({ type: 'gap', length: redaction.span.start - end });
    stretches.push({ type: 'found', redaction });
    end = Math.max(end, redaction.span.end);
  }
  return stretches;
}

/** Compares JSON Pointers part by part, numbers as numbers: message 10 comes after message 9. */
export function comparePaths(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
