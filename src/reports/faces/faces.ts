/** The faces of a journal by name. See docs/audit-format.md, Faces of a journal. */
import { cefLines } from './cef.ts';
import type { FacedEntry } from './faced-entry.ts';
import { fhirBundle, fhirLines } from './fhir.ts';
import { ocsfLines } from './ocsf.ts';

export const JOURNAL_FACES = ['ocsf', 'fhir', 'cef'] as const;
export type JournalFace = (typeof JOURNAL_FACES)[number];

interface Face {
  readonly mediaType: string;
  /** The end of the name of a file that holds it. */
  readonly suffix: string;
  /** Writes the entries. `version` is that of Masker. */
  readonly write: (entries: readonly FacedEntry[], version: string) => string;
}

export const FACES: Readonly<Record<JournalFace, Face>> = {
  ocsf: { mediaType: 'application/x-ndjson; charset=utf-8', suffix: 'ocsf.jsonl', write: ocsfLines },
  fhir: { mediaType: 'application/fhir+json; charset=utf-8', suffix: 'fhir.json', write: fhirBundle },
  cef: { mediaType: 'text/plain; charset=utf-8', suffix: 'cef', write: cefLines },
};

/** The same as lines without an end, for exports. A request that left is two lines of FHIR. */
export const EXPORT_FACES: Readonly<Record<JournalFace, Face['write']>> = {
  ocsf: ocsfLines,
  fhir: fhirLines,
  cef: cefLines,
};
