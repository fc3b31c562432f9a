/**
 * A journal entry as the faces of the journal (OCSF, FHIR, CEF) take it. A face is a pure function of such entries: it adds
 * no fact, reads no clock, and gives the same bytes each time. See docs/audit-format.md, Faces of a journal.
 */
import type { Entry } from '../../audit/entry.ts';

/** One verified entry with what identifies it. */
export interface FacedEntry {
  readonly entry: Entry;
  /** The stored RFC 8785 text of the complete entry. */
  readonly body: string;
  /** SHA-256(0x00 || body), 64 lower-case hex digits: it leads from an event of a face back to the entry. */
  readonly leafHash: string;
}

/** How serious an entry is, for tools that sort by it. */
export type Seriousness = 'informational' | 'low' | 'medium' | 'high';

/** Returns how serious an entry is. */
export function seriousnessOf(entry: Entry): Seriousness {
  switch (entry.kind) {
    case 'leak_suspected':
      return 'high';
    case 'detector_degraded':
    case 'uninspectable_allowed':
      return 'medium';
    case 'rehydration_failed':
      return 'low';
    case 'redaction':
      return entry.action === 'passthrough' ? 'low' : 'informational';
    case 'turn_completed':
      return entry.status === 'error' ? 'medium' : 'informational';
    case 'session_started':
    case 'call_started':
    case 'turn_forwarded':
    case 'session_sealed':
      return 'informational';
  }
}

/** Returns what happened, in words that hold neither a value nor text of a caller. */
export function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'session_started':
      return 'Session started';
    case 'call_started':
      return 'Call announced by the platform';
    case 'redaction':
      return entry.action === 'passthrough'
        ? `${entry.entity_kind} found and passed on`
        : `${entry.entity_kind} masked`;
    case 'turn_forwarded':
      return 'Masked request sent to the model provider';
    case 'turn_completed':
      return 'Response of the model provider ended';
    case 'detector_degraded':
      return 'A detection pass did not read all texts';
    case 'uninspectable_allowed':
      return 'Parts that cannot be inspected passed on';
    case 'rehydration_failed':
      return 'Text in the form of a token was not restored';
    case 'leak_suspected':
      return `Request refused: a known ${entry.entity_kind} stood in it`;
    case 'session_sealed':
      return 'Session sealed';
  }
}
