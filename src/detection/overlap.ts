import type { EntityKind } from './kinds.ts';
import type { Pass, Span } from './span.ts';

/**
 * Chooses among overlapping spans: the longer wins, then the validated, then the more confident, then the earlier of
 * `passes`. Adjacent parts of one name, address or date become one span. The result is sorted and disjoint.
 * See docs/detection.md, Passes.
 *
 * @param text the text that the spans lie in
 */
export function resolveOverlaps(text: string, spans: readonly Span[], passes: readonly Pass[]): Span[] {
  if (spans.length === 0) return [];
  const byRank = [...spans].sort((a, b) => rank(a, b, passes));
  // Longest first: a span that meets a taken one has an end inside it.
  const winners: Span[] = [];
  const taken = new Taken(spans);
  for (const span of byRank) if (span.end > span.start && taken.claim(span.start, span.end)) winners.push(span);
  winners.sort((a, b) => a.start - b.start);
  return mergeAdjacent(text, winners);
}

/**
 * Chooses among overlapping spans, and widens the chosen ones over what is left of the others: no part of a value stays
 * behind because a longer one took the rest of it.
 */
export function uniteOverlaps(text: string, found: readonly Span[], passes: readonly Pass[]): Span[] {
  if (found.length === 0) return [];
  const chosen = resolveOverlaps(text, found, passes);
  const stretches = [...chosen, ...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const united: Span[] = [];
  let next = 0;
  for (let at = 0; at < stretches.length;) {
    // One run of spans that overlap one another, directly or through others: what they cover together is one value.
    const start = stretches[at]?.start ?? 0;
    let end = start;
    for (let span = stretches[at]; span !== undefined && (span.start < end || end === start); span = stretches[at]) {
      end = Math.max(end, span.end);
      at += 1;
    }
    let longest: Span | null = null;
    for (let span = chosen[next]; span !== undefined && span.start < end; span = chosen[next]) {
      if (longest === null || span.end - span.start > longest.end - longest.start) longest = span;
      next += 1;
    }
    if (longest !== null) {
      const named = longest.foundAs === undefined ? longest : agreeing(longest, found, start, end);
      united.push(
        named.start === start && named.end === end
          ? named
          : reach(named, start, end, named.confidence, named.validated),
      );
    }
  }
  return united;
}

/**
 * The span of a pass that the policy trusts with the kind that `span` was found as, where one lies between `start` and
 * `end`: then the value has its own kind, and not OTHER_ID. Else `span` itself.
 */
function agreeing(span: Span, found: readonly Span[], start: number, end: number): Span {
  return found.find((other) => other.kind === span.foundAs && other.start >= start && other.end <= end) ?? span;
}

/** The span with other ends. Written out: spreading an object that has fields set after it takes microseconds. */
function reach(
  { kind, pass, recogniser, foundAs }: Span,
  start: number,
  end: number,
  confidence: number,
  validated: boolean,
): Span {
  if (foundAs !== undefined) return { start, end, kind, pass, confidence, validated, recogniser, foundAs };
  return { start, end, kind, pass, confidence, validated, recogniser };
}

function rank(a: Span, b: Span, passes: readonly Pass[]): number {
  return (
    b.end - b.start - (a.end - a.start) ||
    Number(b.validated) - Number(a.validated) ||
    b.confidence - a.confidence ||
    passes.indexOf(a.pass) - passes.indexOf(b.pass) ||
    a.start - b.start
  );
}

/** The most spans for which comparing each with each is less work than a map of the text. */
const FEW = 12;

/** Disjoint stretches of text. A span is never longer than the spans claimed before it, so its two ends tell all. */
class Taken {
  /** Null for a few spans: those are compared with one another. */
  readonly #covered: Uint8Array | null;
  readonly #claimed: { readonly start: number; readonly end: number }[] = [];

  /** `spans`: all that may be claimed. */
  constructor(spans: readonly Span[]) {
    this.#covered =
      spans.length <= FEW ? null : new Uint8Array(spans.reduce((end, span) => Math.max(end, span.end), 0));
  }

  /** Claims the stretch and answers true, or answers false if some of it is taken. */
  claim(start: number, end: number): boolean {
    if (this.#covered === null) {
      for (const other of this.#claimed) if (other.start < end && start < other.end) return false;
      this.#claimed.push({ start, end });
      return true;
    }
    if (this.#covered[start] === 1 || this.#covered[end - 1] === 1) return false;
    this.#covered.fill(1, start, end);
    return true;
  }
}

/** What may stand between two parts of one value; a kind that is not listed is never merged. */
const JOINTS: ReadonlyMap<EntityKind, RegExp> = new Map([
  ['NAME', /^ $/],
  ['ADDRESS', /^(?:, ?| |\n|,\n)$/],
  ['DATE', /^ $/],
  ['DOB', /^ $/],
]);

/** Returns true for a field of a document: the next one is another value. */
export function isPlaced({ recogniser }: Span): boolean {
  return recogniser.startsWith('document.');
}

/** Returns true if a span of the same kind that starts at `start` may be a further part of the value that `before` is of. */
export function mayGoOn(text: string, before: Span, start: number): boolean {
  return (
    !isPlaced(before) &&
    start - before.end <= 2 &&
    JOINTS.get(before.kind)?.test(text.slice(before.end, start)) === true
  );
}

function mergeAdjacent(text: string, spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const before = merged.at(-1);
    if (before?.kind === span.kind && !isPlaced(span) && mayGoOn(text, before, span.start)) {
      merged[merged.length - 1] = reach(
        before,
        before.start,
        span.end,
        Math.max(before.confidence, span.confidence),
        before.validated && span.validated,
      );
    } else merged.push(span);
  }
  return merged;
}
