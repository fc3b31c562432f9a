import { withoutAllowed } from './allowed-terms.ts';
import { foldText, type FoldedText } from './folding.ts';
import { uniteOverlaps } from './overlap.ts';
import { RECOGNISERS } from './passes.ts';
import { readText } from './reading.ts';
import type { Finding } from './recogniser.ts';
import type { DetectionRules, KindRule, Pass, Span } from './span.ts';
import { tenantRecognisers } from './tenant-patterns.ts';

/** Stamped into reports and journal entries: a change in what is found is a new version. */
export const DETECTOR_VERSION = 'masker-detector/0.1.0';

/**
 * Finds the identifiers in a text: spans of the caller's text, sorted, disjoint, trimmed, never splitting a surrogate
 * pair. A kind that is not enabled is neither reported nor masked under another name. Pure, never throws, linear time.
 */
export function detect(text: string, rules: DetectionRules): Span[] {
  const folded = foldText(text);
  const reading = readText(folded.text);
  const reported: Span[] = [];
  const fallbacks: { readonly finding: Finding; readonly span: Span }[] = [];
  const withheld: Finding[] = [];
  for (const recogniser of [...RECOGNISERS, ...tenantRecognisers(rules.patterns)]) {
    const passes = rules.passes.filter((pass) => recogniser.passes.includes(pass));
    for (const finding of recogniser.find(reading)) {
      const pass = passes.find((candidate) => mayReport(rules.kinds[finding.kind], candidate, finding.confidence));
      const span = pass && toSpan(text, folded, finding, pass);
      if (!span) withheld.push(finding);
      else if (finding.fallback) fallbacks.push({ finding, span });
      else reported.push(span);
    }
  }
  // Text that a withheld finding explains is not reported as unexplained.
  const explained = coverage(withheld);
  for (const { finding, span } of fallbacks) if (!meets(explained, finding)) reported.push(span);
  return withoutAllowed(text, uniteOverlaps(text, reported, rules.passes), rules.allow);
}

function mayReport(rule: KindRule, pass: Pass, confidence: number): boolean {
  if (!rule.enabled) return false;
  switch (pass) {
    case 'regex':
      return rule.regex;
    case 'known':
      return true;
    case 'ner':
    case 'gemma':
      return rule.ner && confidence >= rule.threshold;
  }
}

/** The finding in the caller's text, without white space and punctuation around it; null if nothing is left. */
function toSpan(text: string, folded: FoldedText, finding: Finding, pass: Pass): Span | null {
  const { kind, confidence, validated, recogniser } = finding;
  const whole = folded.toOriginal(finding.start, finding.end);
  const { start, end } = trim(text, whole.start, whole.end);
  return start < end ? { start, end, kind, pass, confidence, validated, recogniser } : null;
}

// Brackets and slashes are not among them: "(212)" begins a number, "/" ends an address.
const AROUND = /[\s.,;:!?'"`]/;

function trim(text: string, from: number, to: number): { readonly start: number; readonly end: number } {
  let start = from;
  let end = to;
  const lacks = (bracket: string) => !text.slice(start, end).includes(bracket);
  // The "::" at an end of an IPv6 address is a part of it.
  const isPart = (mark: string, neighbour: string) => mark === ':' && neighbour === ':';
  while (start < end) {
    const [first, last] = [text.charAt(start), text.charAt(end - 1)];
    if ((AROUND.test(first) && !isPart(first, text.charAt(start + 1))) || (first === '(' && lacks(')'))) start++;
    else if ((AROUND.test(last) && !isPart(last, text.charAt(end - 2))) || (last === ')' && lacks('('))) end--;
    else break;
  }
  return { start, end };
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
