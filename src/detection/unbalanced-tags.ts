/** Spans that would swallow one tag of a pair: what they leave would be no XML any more. */
import type { Span } from './span.ts';
import { isNumberWord } from './spoken/numbers.ts';
import { trim } from './trimming.ts';

const TAG = /<(\/?)([A-Za-z][\w:.-]{0,40})(?:\s[^<>]{0,400})?(\/?)>/g;

/** The tags of a text. "<five> <one>" are words in angle brackets, and parts of a number. */
function tagsIn(text: string): RegExpMatchArray[] {
  return [...text.matchAll(TAG)].filter(([, , name = '']) => !isNumberWord(name.toLowerCase()));
}

/** Elements that are never closed, or need not be. */
const ALONE = /^(?:br|hr|img|wbr|input|break|p|li|tr|td|th|dt|dd|mark|meta|link)$/;

/**
 * The spans, each cut where it holds more end tags of a name than start tags, or fewer. `</b><b>` inside a value stays a part of
 * it: without both the text around it is whole. Spans sorted and disjoint.
 */
export function outsideUnbalancedTags(text: string, spans: readonly Span[]): Span[] {
  if (spans.length === 0 || !text.includes('<')) return [...spans];
  return spans.filter((span) => !isElementName(text, span)).flatMap((span) => piecesOf(text, span, MOST_ROUNDS));
}

/** Elements of HTML whose names are short enough to be taken for a person's: Li, Col, Del. */
const ELEMENTS: ReadonlySet<string> = new Set(
  'a b br col dd del dl dt em hr i ins kbd li ol p sub sup td th tr ul var'.split(' '),
);

/** Whether the span is the name in a tag of HTML, as in `</li>`. */
function isElementName(text: string, { start, end, kind }: Span): boolean {
  if (kind !== 'NAME' || !ELEMENTS.has(text.slice(start, end))) return false;
  const before = text.slice(Math.max(0, start - 2), start);
  return (before.endsWith('<') || before === '</') && /[\s/>]/.test(text.charAt(end));
}

/** A cut may part a pair of tags that was whole before it. */
const MOST_ROUNDS = 4;

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** The tags of the names that do not come out even. */
function unbalancedIn(inside: string): readonly Cut[] {
  if (!inside.includes('<')) return [];
  const tags = tagsIn(inside).map(({ 0: whole, 1: slash, 2: name = '', 3: empty, index = 0 }) => ({
    name: name.toLowerCase(),
    step: slash === '/' ? -1 : empty === '/' || whole.endsWith('/>') || ALONE.test(name.toLowerCase()) ? 0 : 1,
    start: index,
    end: index + whole.length,
  }));
  const depths = new Map<string, number>();
  for (const { name, step } of tags) depths.set(name, (depths.get(name) ?? 0) + step);
  return tags.filter(({ name, step }) => step !== 0 && Math.sign(depths.get(name) ?? 0) === step);
}

function piecesOf(text: string, span: Span, rounds: number): Span[] {
  const cuts = rounds === 0 ? allIn(text.slice(span.start, span.end)) : unbalancedIn(text.slice(span.start, span.end));
  if (cuts.length === 0) return [span];
  const pieces: Span[] = [];
  let from = span.start;
  const add = (to: number): void => {
    const { start, end } = trim(text, from, to);
    const words = text
      .slice(start, end)
      .replace(TAG, (tag: string, _slash: string, name: string) => (isNumberWord(name.toLowerCase()) ? tag : ''));
    if (start < end && /[\p{L}\p{N}]/u.test(words)) pieces.push(pieceOf(span, start, end));
  };
  for (const { start, end } of cuts) {
    add(span.start + start);
    from = span.start + end;
  }
  add(span.end);
  return rounds === 0 ? pieces : pieces.flatMap((piece) => piecesOf(text, piece, rounds - 1));
}

function allIn(inside: string): readonly Cut[] {
  return tagsIn(inside).map(({ 0: { length }, index = 0 }) => ({ start: index, end: index + length }));
}

function pieceOf({ kind, pass, confidence, recogniser }: Span, start: number, end: number): Span {
  return { start, end, kind, pass, confidence, validated: false, recogniser };
}
