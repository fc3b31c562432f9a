/** Detection of a text that is one part of a message: a value may be cut between two parts. See docs/proxy.md. */
import type { Span } from '../../detection/span.ts';
import { COMMON_WORDS } from '../../detection/vocabulary/common-words.ts';
import { endOf } from '../../platform/text-end.ts';
import type { TextNeighbours } from '../request/chat-request.ts';

/** Characters of a word at a joint that are read: more than any word or number has. */
const LONGEST_WORD = 256;

/** A search that yields what it needs, or where it may be interrupted. */
export type Finding<Ask, Answer> = Generator<Ask, readonly Span[], Answer>;

/** Texts that are read as one, with what stands around them. */
export interface JoinedText {
  readonly text: string;
  /** Where each of the texts begins in it. */
  readonly starts: readonly number[];
}

/**
 * What `find` finds in the text together with what stands right before and after it in the same message. Spans are of
 * the text, cut at its ends. Nothing for a text that stands alone. For a text that is read by itself: those of a group are
 * read together, see {@link joined}.
 */
export function* findBeside<Ask, Answer>(
  text: string,
  beside: Pick<TextNeighbours, 'before' | 'after'>,
  find: (joined: string) => Finding<Ask, Answer>,
): Finding<Ask, Answer> {
  if (beside.before === '' && beside.after === '') return [];
  const spans: Span[] = [];
  for (const whole of joined([text], beside))
    spans.push(...within(yield* find(whole.text), whole.starts[0] ?? 0, text));
  return spans;
}

/** The texts as one, with what stands around them: in one way, or in two where a word may have been cut between two of them. */
export function joined(
  texts: readonly string[],
  { before, after }: Pick<TextNeighbours, 'before' | 'after'>,
): readonly JoinedText[] {
  const all = [before, ...texts, after];
  const between = all.slice(1).map((right, at) => joints(all[at] ?? '', right));
  const ways = Math.max(...between.map(({ length }) => length));
  return Array.from({ length: ways }, (_, way) => {
    let text = before;
    const starts = texts.map((each, at) => {
      text += between[at]?.[way] ?? between[at]?.[0] ?? '';
      const start = text.length;
      text += each;
      return start;
    });
    const last = between.at(-1);
    return { text: text + (last?.[way] ?? last?.[0] ?? '') + after, starts };
  });
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
 * been cut. "is" and "W4419" are two words; "W44" and "AB19", "Kowal" and "czyk", "na" and "me" may be one.
 */
function joints(left: string, right: string): readonly string[] {
  const last = endOf(left.slice(-LONGEST_WORD), /\S/);
  const first = /^\S*/.exec(right.slice(0, LONGEST_WORD))?.[0] ?? '';
  if (last === '' || first === '') return [''];
  const both = last + first;
  if (both.includes('@') || !/[\p{L}\p{N}]$/u.test(last) || !/^[\p{L}\p{N}]/u.test(first)) return ['', ' '];
  const [isLeftNumber, isRightNumber] = [/\d/.test(last), /\d/.test(first)];
  if (isLeftNumber !== isRightNumber) return [' '];
  return !isLeftNumber && areWords(last, first) ? [' '] : ['', ' '];
}

/** Whether both are whole words. A single letter may be the rest of a word that was cut. */
function areWords(left: string, right: string): boolean {
  const common = [left, right].filter(isCommon).length;
  const isLetter = left.length === 1 || right.length === 1;
  return (common === 2 || (common === 1 && !isLetter)) && !isCommon(left + right);
}

function isCommon(word: string): boolean {
  return COMMON_WORDS.has(word.toLowerCase().replace(/[^a-z']+/g, ''));
}
