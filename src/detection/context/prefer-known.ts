import { MAILBOX } from './known-forms.ts';
import { BEGINNING } from './known-parts.ts';
import type { Span } from '../span.ts';

/**
 * The found spans without those that a known value of another kind covers: what a number was when it was asked for counts
 * more than what it looks like. Both lists are sorted and disjoint.
 */
export function preferKnown(found: readonly Span[], known: readonly Span[]): Span[] {
  let next = 0;
  return found.filter((span) => {
    const { start, end, kind } = span;
    while ((known[next]?.end ?? Infinity) < end) next++;
    const cover = known[next];
    return cover === undefined || cover.start > start || cover.kind === kind || isSurer(span, cover);
  });
}

/** What is only the beginning of a known value may as well be another value, where a recogniser knows it. */
const SURE = 0.65;

function isSurer(span: Span, cover: Span): boolean {
  // Mailboxes are made of names: "Maria Gonzalez" is one, also once maria.gonzalez@... is known.
  if (cover.recogniser === MAILBOX) return span.kind === 'NAME' && span.start === cover.start && span.end === cover.end;
  if (cover.recogniser !== BEGINNING || span.pass !== 'regex' || span.confidence < SURE) return false;
  // The first ten digits of a card look like a telephone number by their count alone.
  return !(span.recogniser === 'phone.nanp' && span.start === cover.start && span.end === cover.end);
}
