import { withoutAllowed } from './allowed-terms.ts';
import { withTranscript } from './context/transcripts.ts';
import { inDocuments, proseIn } from './documents/document-spans.ts';
import { readDocuments } from './documents/documents.ts';
import { readingUnescaped } from './escapes.ts';
import type { FoldedText } from './folding.ts';
import { wholeName } from './name-extent.ts';
import { uniteOverlaps } from './overlap.ts';
import { RECOGNISERS } from './passes.ts';
import { PublicText } from './public-text/identify-nobody.ts';
import type { Reading } from './reading.ts';
import { readRecent } from './recent-reading.ts';
import type { Finding } from './recogniser.ts';
import { reportOf, type Report } from './reporting.ts';
import type { DetectionRules, Pass, Span } from './span.ts';
import { builtInTagger } from './tagger/built-in.ts';
import { taggedFindings } from './tagger/tagged-findings.ts';
import type { Tagger } from './tagger/tagger.ts';
import { tenantRecognisers } from './tenant-patterns.ts';
import { trim } from './trimming.ts';
import { outsideUnbalancedTags } from './unbalanced-tags.ts';

/** Stamped into reports and journal entries: a change in what is found is a new version. */
export const DETECTOR_VERSION = 'masker-detector/0.5.15';

/**
 * Finds the identifiers in a text: spans of the caller's text, sorted, disjoint, trimmed, never splitting a surrogate
 * pair. A kind that is not enabled is neither reported nor masked under another name. Pure, never throws, linear time.
 */
export function detect(text: string, rules: DetectionRules, tagger: Tagger = builtInTagger()): Span[] {
  const documents = readDocuments(text);
  if (documents === null)
    return outsideUnbalancedTags(text, withTranscript(text, rules, detectProse(text, rules, tagger)));
  const prose = proseIn(text, documents);
  const found = {
    inProse: detectProse(prose.text, rules, tagger),
    inPlain: prose.plain === null ? [] : detectProse(prose.plain.text, rules, tagger),
  };
  return outsideUnbalancedTags(text, withTranscript(text, rules, inDocuments(text, documents, rules, prose, found)));
}

/** What detection finds in a text without the positions of documents: every word of it is read as prose. */
export function detectProse(text: string, rules: DetectionRules, tagger: Tagger = builtInTagger()): Span[] {
  const { isEscaped, found } = readingUnescaped(text, (plain) => detectIn(plain, rules, tagger));
  return isEscaped ? withoutAllowed(text, uniteOverlaps(text, found, rules.passes), rules.allow) : found;
}

function detectIn(text: string, rules: DetectionRules, tagger: Tagger): Span[] {
  const { folded, reading } = readRecent(text);
  const found = identifying(reading, findAll(reading, rules, tagger)).map(({ finding, passes }) => ({
    finding: finding.kind === 'NAME' ? wholeName(reading, finding) : finding,
    passes,
  }));
  const reported: Span[] = [];
  const fallbacks: { readonly finding: Finding; readonly span: Span }[] = [];
  const withheld: Finding[] = [];
  for (const { finding, passes } of found) {
    const report = reportOf(rules, passes, finding.kind, finding.confidence);
    const span = report && toSpan(text, folded, finding, report);
    if (span) {
      if (finding.fallback) fallbacks.push({ finding, span });
      else reported.push(span);
    } else if (!rules.kinds[finding.kind].enabled || passes.includes('regex')) withheld.push(finding);
  }
  if (fallbacks.length > 0) {
    // Text that a withheld finding explains is not reported as unexplained.
    const explained = coverage(withheld);
    for (const { finding, span } of fallbacks) if (!meets(explained, finding)) reported.push(span);
  }
  return withoutAllowed(text, uniteOverlaps(text, reported, rules.passes), rules.allow);
}

/** The findings without those that identify nobody. */
function identifying(reading: Reading, found: readonly Found[]): readonly Found[] {
  if (found.length === 0) return found;
  const publicText = new PublicText(reading);
  return found.flatMap((each) => {
    const parts = publicText.partsOf(each.finding);
    return parts.length === 1 && parts[0] === each.finding ? each : parts.map((finding) => ({ ...each, finding }));
  });
}

/** What a recogniser or the tagger found, before anything is decided. */
export interface Found {
  readonly finding: Finding;
  /** The passes that it may be reported in. */
  readonly passes: readonly Pass[];
}

const NER: readonly Pass[] = ['ner'];

/** All findings, in the order in which they were made: `explain` tells what became of each. */
export function findAll(reading: Reading, rules: DetectionRules, tagger: Tagger): readonly Found[] {
  const found: Found[] = [];
  for (const recognisers of [RECOGNISERS, tenantRecognisers(rules.patterns)]) {
    for (const recogniser of recognisers)
      for (const finding of recogniser.find(reading)) found.push({ finding, passes: recogniser.passes });
  }
  if (!rules.passes.includes('ner')) return found;
  const findings = found.map(({ finding }) => finding);
  for (const finding of taggedFindings(tagger, reading, findings, rules.sensitivity))
    found.push({ finding, passes: NER });
  return found;
}

/** The finding in the caller's text, without white space and punctuation around it; null if nothing is left. */
function toSpan(text: string, folded: FoldedText, finding: Finding, report: Report): Span | null {
  const { confidence, validated, recogniser } = finding;
  const whole = folded.toOriginal(finding.start, finding.end);
  const { start, end } = trim(text, whole.start, whole.end);
  if (start >= end) return null;
  // Written out: to spread an object with fields set after it takes microseconds.
  const { kind, pass, foundAs } = report;
  if (foundAs !== undefined) return { start, end, kind, pass, foundAs, confidence, validated, recogniser };
  return { start, end, kind, pass, confidence, validated, recogniser };
}

/** Units of the folded text that some withheld finding covers. */
function coverage(findings: readonly Finding[]): ReadonlySet<number> {
  const covered = new Set<number>();
  for (const { start, end } of findings) for (let at = start; at < end; at++) covered.add(at);
  return covered;
}

function meets(covered: ReadonlySet<number>, { start, end }: Finding): boolean {
  for (let at = start; at < end; at++) if (covered.has(at)) return true;
  return false;
}
