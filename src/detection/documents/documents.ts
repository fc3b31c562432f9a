/**
 * Documents inside texts: HL7 v2, X12, tables, captions and others, each read by a small strict reader of its own. What a
 * standard says is a person's is masked by position; what it says is a code stays. Spec: detection.md.
 */
import { LruMap } from '../../platform/lru-map.ts';
import type { DocumentEscape, DocumentField, DocumentReader, DocumentReading, DocumentSection } from './document.ts';
import { hl7 } from './hl7.ts';

/** All readers, the strictest first: where two read the same piece of a text, the earlier one counts. */
const READERS: readonly DocumentReader[] = [hl7];

/** Documents read last: one turn asks for each of its own several times. Longer texts are not kept. */
const KEPT = 32;
const LONGEST_KEPT = 16_384;
const recent = new LruMap<string, DocumentReading | null>(KEPT);

/** Returns the documents in the text; null for nearly all texts. Pure, never throws, linear time. */
export function readDocuments(text: string): DocumentReading | null {
  if (!mayBeDocument(text)) return null;
  let reading = recent.get(text);
  if (reading === undefined) {
    reading = readAll(text);
    if (text.length <= LONGEST_KEPT) recent.set(text, reading);
  }
  return reading;
}

/** Every format has one of these; words that are spoken have none. */
function mayBeDocument(text: string): boolean {
  return text.includes('|');
}

function readAll(text: string): DocumentReading | null {
  let sections: readonly DocumentSection[] = [];
  for (const reader of READERS) {
    const found = reader.read(text);
    if (found.length > 0) sections = sections.length === 0 ? found : joined(sections, found);
  }
  return sections.length === 0 ? null : { sections };
}

/** Both lists in order, without those of `more` that meet one of `first`. */
function joined(first: readonly DocumentSection[], more: readonly DocumentSection[]): readonly DocumentSection[] {
  const all: DocumentSection[] = [];
  let next = 0;
  for (const section of more) {
    for (let own = first[next]; own !== undefined && own.start < section.start; own = first[++next]) all.push(own);
    const before = all.at(-1);
    const after = first[next];
    if ((before === undefined || before.end <= section.start) && (after === undefined || after.start >= section.end))
      all.push(section);
  }
  return [...all, ...first.slice(next)];
}

/** All fields of the sections, in order, each with its format. */
export function* fieldsOf({ sections }: DocumentReading): Generator<DocumentField & { readonly format: string }> {
  for (const { fields, format } of sections) for (const field of fields) yield { ...field, format };
}

/** All escapes of the sections, in order. */
export function escapesOf({ sections }: DocumentReading): readonly DocumentEscape[] {
  return sections.flatMap(({ escapes = [] }) => escapes);
}
