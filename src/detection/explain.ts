/** Says of each candidate for an identifier what made it, and why it was reported or not. See docs/detection.md, Passes. */
import { withoutAllowed } from './allowed-terms.ts';
import { coveringCode } from './context/covering-code.ts';
import { detect, findAll, type Found } from './detection.ts';
import { proseOf } from './documents/document-text.ts';
import { readDocuments } from './documents/documents.ts';
import { readingUnescaped } from './escapes.ts';
import { foldText } from './folding.ts';
import type { EntityKind } from './kinds.ts';
import { isPlaced } from './overlap.ts';
import { PublicText } from './public-text/identify-nobody.ts';
import { readText, type Reading } from './reading.ts';
import { wordAt } from './recognisers/ranges.ts';
import { mayReport, reportOf } from './reporting.ts';
import type { DetectionRules, Span } from './span.ts';
import { builtInTagger } from './tagger/built-in.ts';
import type { Tagger } from './tagger/tagger.ts';

/**
 * What became of a candidate:
 * - `reported`: it is a span as it is; `merged`: it is a part of a span that the same recogniser began;
 * - `overlap`: another one was longer, validated, surer or of an earlier pass, and covers it;
 * - `threshold`: less sure than the policy wants of a model pass;
 * - `kind_disabled`: the policy does not look for the kind;
 * - `counted_as_other`: the policy does not look for the kind with such a recogniser, so it is reported as OTHER_ID;
 * - `pass_disabled`: the same, and the policy does not look for OTHER_ID with it either;
 * - `explained`: it stood for what nothing explains, and something does that is not to be reported;
 * - `allowed`: the policy names the term as public;
 * - `public`: it identifies nobody: a code of a classification, a result, an eponym, a short number.
 */
export const OUTCOMES = [
  'reported',
  'merged',
  'overlap',
  'threshold',
  'kind_disabled',
  'pass_disabled',
  'counted_as_other',
  'explained',
  'allowed',
  'public',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** One candidate. Offsets are of the caller's text, UTF-16 units, end exclusive. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly kind: EntityKind;
  /** Family and rule: `phone.nanp`. */
  readonly recogniser: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly validated: boolean;
  /** The words that say which kind it is, lower case; null where it speaks for itself. */
  readonly cue: string | null;
  readonly outcome: Outcome;
  /** The recogniser of the span that covers it, where it lost to one; else null. */
  readonly lostTo: string | null;
}

export interface Explanation {
  /** What `detect` reports for the same arguments. */
  readonly spans: readonly Span[];
  /** Everything that was considered, in order of the text. */
  readonly candidates: readonly Candidate[];
}

/** `detect`, with its reasons. Pure, never throws. Twice the work: for people, not for calls. */
export function explain(text: string, rules: DetectionRules, tagger: Tagger = builtInTagger()): Explanation {
  const spans = detect(text, rules, tagger);
  const documents = readDocuments(text);
  const prose = documents === null ? text : proseOf(text, documents);
  const candidates = readingUnescaped(prose, (plain) => foundIn(plain, rules, tagger)).found.map(
    ({ start, end, found, cue, isPublic }): Candidate => {
      const { kind, recogniser, confidence, validated } = found.finding;
      const cover = firstMeeting(spans, { start, end });
      const outcome = isPublic
        ? 'public'
        : (refusedBecause(found, rules) ?? decided(text, found, { start, end }, cover, rules));
      const lostTo = outcome === 'overlap' ? (cover?.recogniser ?? null) : null;
      return { start, end, kind, recogniser, confidence, validated, cue, outcome, lostTo };
    },
  );
  candidates.push(...spans.filter(isPlaced).map(placedCandidate));
  return { spans, candidates: candidates.sort((a, b) => a.start - b.start || b.end - a.end) };
}

/** A field whose position in a document says what it holds: nothing else is considered there. */
function placedCandidate({ start, end, kind, recogniser, confidence, validated }: Span): Candidate {
  return { start, end, kind, recogniser, confidence, validated, cue: null, outcome: 'reported', lostTo: null };
}

interface FoundThere extends Range {
  readonly found: Found;
  readonly cue: string | null;
  readonly isPublic: boolean;
}

function foundIn(text: string, rules: DetectionRules, tagger: Tagger): FoundThere[] {
  const folded = foldText(text);
  const reading = readText(folded.text);
  const publicText = new PublicText(reading);
  return findAll(reading, rules, tagger).map((found) => ({
    ...folded.toOriginal(found.finding.start, found.finding.end),
    found,
    cue: cueOf(reading, found),
    isPublic: publicText.ruleFor(found.finding) !== null,
  }));
}

/** The first of the spans, which are in order and apart, that meets the range. A search by halves: a long text has thousands of both. */
function firstMeeting(spans: readonly Span[], { start, end }: Range): Span | null {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  const span = spans[low];
  return span !== undefined && span.start < end ? span : null;
}

function refusedBecause({ finding, passes }: Found, rules: DetectionRules): Outcome | null {
  const rule = rules.kinds[finding.kind];
  if (!rule.enabled) return 'kind_disabled';
  if (reportOf(rules, passes, finding.kind, finding.confidence) !== null) return null;
  const open = rules.passes.filter((pass) => passes.includes(pass));
  return open.some((pass) => mayReport(rule, pass, 1)) ? 'threshold' : 'pass_disabled';
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function decided(text: string, { finding }: Found, range: Range, cover: Span | null, rules: DetectionRules): Outcome {
  if (cover === null) {
    const alone: Span = { ...finding, ...range, pass: 'regex' };
    return withoutAllowed(text, [alone], rules.allow).length === 0 || !finding.fallback ? 'allowed' : 'explained';
  }
  if (cover.recogniser !== finding.recogniser || (cover.foundAs ?? cover.kind) !== finding.kind) return 'overlap';
  if (cover.foundAs !== undefined) return 'counted_as_other';
  // A span is trimmed: the candidate may have white space and marks around it.
  return cover.start >= range.start && cover.end <= range.end ? 'reported' : 'merged';
}

/** The words of the cue that claims the code at the beginning of the finding. */
function cueOf(reading: Reading, { finding }: Found): string | null {
  const code = coveringCode(reading.codes, wordAt(reading, finding.start));
  const claim = code === null ? undefined : reading.claims.get(code);
  if (claim?.cue.kind !== finding.kind) return null;
  const words = reading.words.slice(claim.cue.first, claim.cue.last + 1);
  return words.map(({ lower, glued }, at) => (glued || at === 0 ? lower : ` ${lower}`)).join('');
}
