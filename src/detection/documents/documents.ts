/**
 * Documents inside texts: HL7 v2, X12, tables, captions and others, each read by a small strict reader of its own. What a
 * standard says is a person's is masked by position; what it says is a code stays. See docs/detection.md.
 */
import { LruMap } from '../../platform/lru-map.ts';
import type { DocumentEscape, DocumentField, DocumentReader, DocumentReading, DocumentSection } from './document.ts';
import { aamva } from './aamva.ts';
import { alignedTable } from './aligned-table.ts';
import { captions } from './captions.ts';
import { caretNames } from './caret-names.ts';
import { contentLines } from './content-lines.ts';
import { delimitedTable } from './delimited-table.ts';
import { dicomDump } from './dicom-dump.ts';
import { hl7 } from './hl7.ts';
import { htmlTable } from './html-table.ts';
import { labelled } from './labelled.ts';
import { sip } from './sip.ts';
import { x12 } from './x12.ts';
import { xml } from './xml.ts';

/** All readers, the strictest first: where two read the same piece of a text, the earlier one counts. */
const READERS: readonly DocumentReader[] = [
  captions,
  hl7,
  x12,
  contentLines,
  aamva,
  dicomDump,
  htmlTable,
  sip,
  xml,
  delimitedTable,
  alignedTable,
  labelled,
  caretNames,
];

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

/** Every format has one of these; words that are spoken have none, but for a colon here and there. */
const MARKS = /[|*<>^=:\n]|D[A-D][A-Z]/;

function mayBeDocument(text: string): boolean {
  return MARKS.test(text);
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
