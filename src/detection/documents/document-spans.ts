/** The spans of a text with documents in it: of fields by their position, and of the words between and inside them. */
import { withoutAllowed } from '../allowed-terms.ts';
import { uniteOverlaps } from '../overlap.ts';
import { reportOf } from '../reporting.ts';
import type { DetectionRules, Pass, Span } from '../span.ts';
import { trim } from '../trimming.ts';
import { confined, meantBetween, proseOf, withoutEscapes, type PlainProse } from './document-text.ts';
import type { DocumentReading } from './document.ts';
import { escapesOf, fieldsOf, readDocuments } from './documents.ts';

/** Positions of a standard are rules; the model passes may report them too. */
const POSITION: readonly Pass[] = ['regex', 'ner'];

/** What detection reads of a text with documents in it. */
export interface Prose {
  /** The words between and inside the documents, at their places. */
  readonly text: string;
  /** The same without what the documents escape; null where they escape nothing. */
  readonly plain: PlainProse | null;
}

/** The words of a text with documents in it. */
export function proseIn(text: string, documents: DocumentReading): Prose {
  const prose = proseOf(text, documents);
  return { text: prose, plain: withoutEscapes(prose, documents) };
}

/**
 * The identifiers of a text with documents in it: what their positions say, and what was found in its prose and in the plain
 * form of it. Sorted and disjoint.
 */
export function inDocuments(
  text: string,
  documents: DocumentReading,
  rules: DetectionRules,
  { plain }: Prose,
  found: { readonly inProse: readonly Span[]; readonly inPlain: readonly Span[] },
): Span[] {
  const all =
    plain === null
      ? found.inProse
      : uniteOverlaps(
          text,
          [...found.inProse, ...found.inPlain.map((span) => ({ ...span, ...plain.toOriginal(span.start, span.end) }))],
          rules.passes,
        );
  const escapes = plain === null ? [] : escapesOf(documents);
  const words = confined(documents, all, cutterOf(text)).map((span) => {
    const meaning = meantBetween(text, escapes, span.start, span.end);
    return meaning === undefined ? span : { ...span, meant: meaning };
  });
  const spans = [...placedSpans(text, documents, rules), ...words].sort((a, b) => a.start - b.start);
  return withoutAllowed(text, joinedAddresses(text, spans), rules.allow);
}

/** The spans, with an address that begins behind a label and goes on in the next line as one. */
function joinedAddresses(text: string, spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const before = joined.at(-1);
    const goesOn =
      before?.recogniser === 'document.form' &&
      before.kind === 'ADDRESS' &&
      span.kind === 'ADDRESS' &&
      !span.recogniser.startsWith('document.') &&
      /^,?\r?\n$/.test(text.slice(before.end, span.start));
    if (goesOn) joined[joined.length - 1] = { ...before, end: span.end };
    else joined.push(span);
  }
  return joined;
}

/** Spans of known values in a text, sorted, each cut where a field of a document ends. */
export function inTheirFields(text: string, known: readonly Span[]): readonly Span[] {
  const documents = known.length === 0 ? null : readDocuments(text);
  return documents === null ? known : confined(documents, known, cutterOf(text));
}

/** Spans for the fields that hold a person's value by their position. */
function placedSpans(text: string, documents: DocumentReading, rules: DetectionRules): Span[] {
  const spans: Span[] = [];
  for (const { start, end, holds, meant, format } of fieldsOf(documents)) {
    if (holds === 'keep' || holds === 'text' || start === end) continue;
    const report = reportOf(rules, POSITION, holds, 1);
    if (report === null) continue;
    const recogniser = `document.${format}`;
    const span: Span = { start, end, ...report, confidence: 1, validated: false, recogniser };
    spans.push(meant === undefined || meant === text.slice(start, end) ? span : { ...span, meant });
  }
  return spans;
}

/** Cuts spans of the text: without the white space and marks at the new ends, and null where no letter or digit is left. */
function cutterOf(text: string): (span: Span, from: number, to: number) => Span | null {
  return ({ kind, pass, confidence, recogniser }, from, to) => {
    const { start, end } = trim(text, from, to);
    if (start >= end || !/[\p{L}\p{N}]/u.test(text.slice(start, end))) return null;
    return { start, end, kind, pass, confidence, validated: false, recogniser };
  };
}
