/** What the conversation before an utterance explains in it. See docs/detection.md, Context of the call. */
import type { FoldedText } from '../folding.ts';
import type { EntityKind } from '../kinds.ts';
import { uniteOverlaps } from '../overlap.ts';
import type { Reading } from '../reading.ts';
import { readRecent } from '../recent-reading.ts';
import { reportOf, type Report } from '../reporting.ts';
import type { DetectionRules, Pass, Span } from '../span.ts';
import {
  hear,
  type Conversation,
  type ExplainedValue,
  type FoundValue,
  type Heard,
  type Voice,
} from './conversation.ts';

/** What is said, and by whom. */
export interface Utterance {
  readonly speaker: Voice;
  readonly text: string;
}

/** An utterance with what the conversation before it explains. */
export interface DetectedUtterance extends Pick<Heard, 'after' | 'joined'> {
  /** Sorted and disjoint. */
  readonly spans: Span[];
}

/**
 * Adds to what detection found what the conversation explains. Returns also what the utterance adds to the conversation.
 * Pure: the same arguments give the same result on every node.
 */
export function detectUtterance(
  before: Conversation,
  { speaker, text }: Utterance,
  rules: DetectionRules,
  found: readonly Span[],
): DetectedUtterance {
  const { folded, reading } = readRecent(text);
  const { values, after, joined } = hear(before, speaker, reading, foundValues(reading, folded, found));
  if (values.length === 0) return { spans: [...found], after, joined: null };
  const explained = values.map((value) => explainedSpan(reading, folded, value, rules));
  const reported = explained.filter(({ pass }) => pass !== null);
  return { spans: combine(text, found, explained, rules), after, joined: reported.length > 0 ? joined : null };
}

/** By words of the folded text, for spans are of the caller's. */
function foundValues(reading: Reading, folded: FoldedText, found: readonly Span[]): FoundValue[] {
  const values: FoundValue[] = [];
  let at = 0;
  for (const { start, end, kind } of found) {
    while (at < reading.words.length && endOf(reading, folded, at) <= start) at++;
    const first = at;
    while (at + 1 < reading.words.length && startOf(reading, folded, at + 1) < end) at++;
    if (first < reading.words.length) values.push({ first, last: at, kind });
  }
  return values;
}

function startOf({ words }: Reading, folded: FoldedText, at: number): number {
  const word = words[at];
  return word === undefined ? Infinity : folded.toOriginal(word.start, word.end).start;
}

function endOf({ words }: Reading, folded: FoldedText, at: number): number {
  const word = words[at];
  return word === undefined ? Infinity : folded.toOriginal(word.start, word.end).end;
}

interface Explained extends Omit<Span, 'pass'> {
  /** Null where the policy does not look for the kind. */
  readonly pass: Pass | null;
}

function explainedSpan(reading: Reading, folded: FoldedText, value: ExplainedValue, rules: DetectionRules): Explained {
  const { first, last, kind, confidence, rule, slot } = value;
  const { start, end } = folded.toOriginal(reading.words[first]?.start ?? 0, reading.words[last]?.end ?? 0);
  const report: Report | { readonly kind: EntityKind; readonly pass: null } = reportOf(
    rules,
    PASSES,
    kind,
    confidence,
  ) ?? {
    kind,
    pass: null,
  };
  return { start, end, ...report, confidence, validated: false, recogniser: `context.${rule}.${slot}` };
}

/** What was asked for is told by rules; names and places may also count as found by the model pass. */
const PASSES: readonly Pass[] = ['regex', 'ner'];

const UNEXPLAINED = 'other_id.unexplained';

function combine(text: string, found: readonly Span[], explained: readonly Explained[], rules: DetectionRules): Span[] {
  const kept: Span[] = [];
  const absorbed: Span[] = [];
  const firm: Span[] = [];
  for (const span of found) {
    const value = explained.find(({ start, end }) => start < span.end && span.start < end);
    if (value === undefined) kept.push(span);
    else if (isFirm(span, value)) firm.push(span);
    else if (value.pass !== null) absorbed.push(span);
    // A kind that the policy lets through is not masked as an unexplained value.
    else if (span.recogniser !== UNEXPLAINED) kept.push(span);
  }
  for (const value of explained) {
    const { pass, kind, confidence, recogniser, foundAs } = value;
    if (pass === null || firm.some(({ start, end }) => start < value.end && value.start < end)) continue;
    const parts = absorbed.filter(({ start, end }) => start < value.end && value.start < end);
    const start = Math.min(value.start, ...parts.map((part) => part.start));
    const end = Math.max(value.end, ...parts.map((part) => part.end));
    kept.push({
      start,
      end,
      kind,
      pass,
      confidence,
      validated: parts.some((part) => part.kind === kind && part.validated),
      recogniser,
      ...(foundAs === undefined ? {} : { foundAs }),
    });
  }
  return uniteOverlaps(text, [...kept, ...firm], rules.passes);
}

/** Whether what was found says more than what was asked for: a check digit, or a longer value of another kind that is sure. */
function isFirm(span: Span, value: Explained): boolean {
  if (span.kind === value.kind) return false;
  if (span.validated && span.kind !== 'PHONE' && span.kind !== 'SSN') return true;
  const isLonger = span.pass === 'regex' && span.end - span.start > value.end - value.start;
  return isLonger && span.confidence >= 0.8 && !(span.kind === 'DATE' && value.kind === 'DOB');
}
