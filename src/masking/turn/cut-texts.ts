/** Detection of a text that is one part of a message: a value may be cut between two parts. See docs/proxy.md. */
import type { Span } from '../../detection/span.ts';
import { COMMON_WORDS } from '../../detection/vocabulary/common-words.ts';
import { endOf } from '../../platform/text-end.ts';
import type { TextNeighbours } from '../request/chat-request.ts';

/** Characters of a word at a joint that are read: more than any word or number has. */
const LONGEST_WORD = 256;

/**
 * What `find` finds in the text together with what stands right before and after it in the same message. Spans are of
 * the text, cut at its ends. Nothing for a text that stands alone.
 */
export function findBeside(
  text: string,
  { before, after }: TextNeighbours,
  find: (joined: string) => readonly Span[],
): Span[] {
  if (before === '' && after === '') return [];
  const [first, last] = [joints(before, text), joints(text, after)];
  const tries = Math.max(first.length, last.length);
  return Array.from({ length: tries }, (_, n) => {
    const from = before + (first[n] ?? first[0] ?? '');
    return within(find(from + text + (last[n] ?? last[0] ?? '') + after), from.length, text);
  }).flat();
}

/** The spans that meet the text, which begins at `from` of the text that they are of; cut to it. */
export function within(spans: readonly Span[], from: number, text: string): Span[] {
  return spans.flatMap((span) => {
    const start = Math.max(0, span.start - from);
    const end = Math.min(text.length, span.end - from);
    return start < end && text.slice(start, end).trim() !== '' ? [{ ...span, start, end }] : [];
  });
}

/**
 * What to read between two parts: a space, for parts are mostly sentences; and nothing, where a word or a number may have
 * been cut. "is" and "W4419" are two words; "W44" and "AB19", "Kowal" and "czyk" may be one.
 */
function joints(left: string, right: string): readonly string[] {
  const last = endOf(left.slice(-LONGEST_WORD), /\S/);
  const first = /^\S*/.exec(right.slice(0, LONGEST_WORD))?.[0] ?? '';
  if (last === '' || first === '') return [''];
  const both = last + first;
  if (both.includes('@') || !/[\p{L}\p{N}]$/u.test(last) || !/^[\p{L}\p{N}]/u.test(first)) return ['', ' '];
  const [isLeftNumber, isRightNumber] = [/\d/.test(last), /\d/.test(first)];
  if (isLeftNumber !== isRightNumber) return [' '];
  return !isLeftNumber && (isCommon(last) || isCommon(first)) ? [' '] : ['', ' '];
}

function isCommon(word: string): boolean {
  return COMMON_WORDS.has(word.toLowerCase().replace(/[^a-z']+/g, ''));
}
