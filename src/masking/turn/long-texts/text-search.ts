/** One search of one text, the same on the loop and in a worker. */
import { detect, detectProse } from '../../../detection/detection.ts';
import { inDocuments, inTheirFields, proseIn } from '../../../detection/documents/document-spans.ts';
import { readDocuments } from '../../../detection/documents/documents.ts';
import type { EntityKind } from '../../../detection/kinds.ts';
import { KnownValues } from '../../../detection/known.ts';
import type { DetectionRules, Pass, Span } from '../../../detection/span.ts';
import { LruMap } from '../../../platform/lru-map.ts';
import { unpackSpans, type PackedSpans } from './packed-spans.ts';
import { unpackValues, type PackedValues } from './packed-values.ts';
import { joinSegments, type Segment } from './segments.ts';

export type NamedValue = readonly [value: string, kind: EntityKind];

/** What a text is to be searched for: identifiers by the rules of a policy, or values that the call gave away before. */
export type TextSearch =
  | {
      readonly for: 'identifiers';
      readonly text: string;
      /** Words that say what the text is, at its beginning; they count for no document. Absent for none. */
      readonly cue?: string;
    }
  /** Identifiers by the words alone: documents in the text were read before. */
  | { readonly for: 'prose'; readonly text: string }
  /** The values that are known as number `since` and later, in order. */
  | { readonly for: 'known'; readonly text: string; readonly since: number; readonly values: PackedValues };

/** What was found in the segments of a text. */
export interface InSegments {
  readonly segments: readonly Segment[];
  /** For each segment, the spans of what was read with it. */
  readonly found: readonly PackedSpans[];
}

/** Work on a whole text that may have documents in it: reading them takes too long for the loop. */
export type DocumentWork =
  /** The words between and inside the documents: {@link DocumentProse}. */
  | { readonly for: 'documents'; readonly text: string }
  /** The identifiers of a text with documents, from what was found in its words. */
  | {
      readonly for: 'document_spans';
      readonly text: string;
      readonly prose: string;
      readonly inProse: InSegments;
      /** Null where the documents escape nothing. */
      readonly inPlain: { readonly text: string; readonly found: InSegments } | null;
    }
  /** The identifiers of a text without documents. */
  | { readonly for: 'joined'; readonly text: string; readonly found: InSegments }
  /** Spans of known values, each cut where a field of a document ends. */
  | { readonly for: 'fields'; readonly text: string; readonly known: InSegments };

/** The words of a text with documents; null for a text without. `plain` is null where the documents escape nothing. */
export interface DocumentProse {
  readonly prose: string | null;
  readonly plain: string | null;
}

/** A search as it is sent to a worker. */
export interface SearchTask {
  readonly search: TextSearch | Exclude<DocumentWork, { for: 'documents' }>;
  /** Detection rules as JSON: a worker reads those of one policy once. */
  readonly rules: string;
}

/** The reading of documents as it is sent to a worker. */
export interface ProseTask {
  readonly search: Extract<DocumentWork, { for: 'documents' }>;
  readonly rules: string;
}

/** Policies whose rules a worker keeps. */
const POLICIES = 64;
const rulesByText = new LruMap<string, DetectionRules>(POLICIES);

/** The words of a text with documents. Keeps nothing of it. */
export function runProse(text: string): DocumentProse {
  const documents = readDocuments(text);
  if (documents === null) return { prose: null, plain: null };
  const prose = proseIn(text, documents);
  return { prose: prose.text, plain: prose.plain?.text ?? null };
}

/** Spans of the searched text, sorted and disjoint. Keeps nothing of it. */
export function runSearch({ search, rules }: SearchTask): Span[] {
  switch (search.for) {
    case 'identifiers':
      return identifiers(search.text, search.cue ?? '', readRules(rules));
    case 'prose':
      return detectProse(search.text, readRules(rules));
    case 'known': {
      const known = new KnownValues();
      for (const [value, kind] of unpackValues(search.values)) known.set(value, kind);
      return known.find(search.text);
    }
    case 'document_spans': {
      const { text, prose, inProse, inPlain } = search;
      const documents = readDocuments(text);
      if (documents === null) return [];
      const read = readRules(rules);
      return inDocuments(text, documents, read, proseIn(text, documents), {
        inProse: joined(prose, inProse, read.passes),
        inPlain: inPlain === null ? [] : joined(inPlain.text, inPlain.found, read.passes),
      });
    }
    case 'joined':
      return joined(search.text, search.found, readRules(rules).passes);
    case 'fields':
      return [...inTheirFields(search.text, joined(search.text, search.known, ['known']))];
  }
}

function identifiers(text: string, cue: string, rules: DetectionRules): Span[] {
  if (cue === '' || readDocuments(text) === null) return detect(cue + text, rules);
  const by = cue.length;
  return detect(text, rules).map((span) => ({ ...span, start: span.start + by, end: span.end + by }));
}

function joined(text: string, { segments, found }: InSegments, passes: readonly Pass[]): Span[] {
  return joinSegments(
    text,
    segments,
    found.map((packed) => [...unpackSpans(packed)]),
    passes,
  );
}

function readRules(text: string): DetectionRules {
  const known = rulesByText.get(text);
  if (known !== undefined) return known;
  const rules = JSON.parse(text) as DetectionRules;
  rulesByText.set(text, rules);
  return rules;
}
