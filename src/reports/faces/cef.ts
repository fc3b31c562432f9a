/**
 * The journal in the Common Event Format (ArcSight CEF, version 0), one event a line, for SIEMs that read syslog.
 *
 * In a header `\` and `|` are escaped, in an extension `\`, `=`, CR and LF. Texts of free form are percent-encoded before, because
 * common readers undo no escape and end a value at `=` or `]`: what they read is then still unambiguous.
 */
import type { Entry } from '../../audit/entry.ts';
import { seriousnessOf, titleOf } from './faced-entry.ts';
import type { FacedEntry, Seriousness } from './faced-entry.ts';

/** CEF counts severity from 0 to 10. */
const SEVERITY: Readonly<Record<Seriousness, number>> = { informational: 1, low: 3, medium: 6, high: 9 };

/** Returns the events, each line ended by a line feed. `version` is that of Masker. */
export function cefLines(entries: readonly FacedEntry[], version: string): string {
  return entries.map((faced) => `${cefEvent(faced, version)}\n`).join('');
}

/** Returns one entry as a CEF event without a line end. `rt` is milliseconds since 1970. */
export function cefEvent({ entry, leafHash }: FacedEntry, version: string): string {
  const head = ['Masker', 'Masker', version, entry.kind, titleOf(entry), String(SEVERITY[seriousnessOf(entry)])];
  const fields: readonly (readonly [string, string | number])[] = [
    ['rt', Date.parse(entry.ts)],
    ['cn1Label', 'seq'],
    ['cn1', entry.seq],
    ['cn2Label', 'turn'],
    ['cn2', entry.turn],
    ['cs1Label', 'sessionId'],
    ['cs1', entry.session_id],
    ['cs2Label', 'agentId'],
    ['cs2', entry.agent_id],
    ['cs3Label', 'policy'],
    ['cs3', `${freeText(entry.policy_name)}@${entry.policy_version}`],
    ...fieldsOf(entry),
    ['cs6Label', 'leafHash'],
    ['cs6', leafHash],
    // Last: an ID never ends in a bracket, which readers of syslog would take for the end of structured data.
    ['externalId', entry.event_id],
  ];
  const extension = fields.map(([key, value]) => `${key}=${escapeExtension(String(value))}`).join(' ');
  return `CEF:0|${head.map(escapeHeader).join('|')}|${extension}`;
}

/** Escapes a field of the header. */
export function escapeHeader(text: string): string {
  return text.replace(/[\\|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

/** Escapes a value of the extension. */
export function escapeExtension(text: string): string {
  return text.replace(/[\\=]/g, '\\$&').replace(/\r/g, '\\r').replace(/\n/g, '\\n');
}

/** Percent-encodes all but letters, digits, `-`, `.`, `_`, `~`, `/` and `:` (UTF-8; a lone surrogate counts as U+FFFD). */
export function freeText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]|%2F|%3A/g, (found) =>
    found === '%2F' ? '/' : found === '%3A' ? ':' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

type Field = readonly [string, string | number];
const labelled = (key: string, label: string, value: string | number): Field[] => [
  [`${key}Label`, label],
  [key, typeof value === 'number' ? value : freeText(value)],
];

/** What an entry says beyond what all entries say, in keys of the CEF dictionary. */
function fieldsOf(entry: Entry): readonly Field[] {
  switch (entry.kind) {
    case 'redaction':
      return [
        ['act', entry.action],
        ['cat', entry.entity_kind],
        ...labelled('cs4', 'path', entry.path),
        ...labelled('cs5', 'pass', entry.pass),
        ...labelled('cn3', 'confidencePercent', Math.round(entry.confidence * 100)),
      ];
    case 'turn_forwarded':
      return [
        ['destinationServiceName', freeText(entry.upstream)],
        ...labelled('cs4', 'model', entry.model),
        ...labelled('cs5', 'requestSha256', entry.request_sha256),
        ...labelled('cn3', 'tokensIssued', entry.tokens_issued),
      ];
    case 'turn_completed':
      return [
        ['outcome', entry.status],
        ...(entry.response_sha256 === null ? [] : labelled('cs5', 'responseSha256', entry.response_sha256)),
        ...(entry.http_status === null ? [] : labelled('cn3', 'httpStatus', entry.http_status)),
      ];
    case 'rehydration_failed':
    case 'leak_suspected':
      return [
        ['cat', freeText(entry.entity_kind)],
        ['cnt', entry.count],
        ...(entry.kind === 'rehydration_failed'
          ? ([['reason', entry.reason]] as const)
          : ([['act', 'blocked']] as const)),
      ];
    case 'detector_degraded':
      return [['reason', entry.reason], ...labelled('cs5', 'pass', entry.pass)];
    case 'uninspectable_allowed':
      return [['cnt', entry.count]];
    case 'call_started':
      return labelled('cs4', 'platform', entry.platform);
    case 'session_sealed':
      return [
        ['outcome', entry.status],
        ['reason', entry.reason],
      ];
    case 'session_started':
      return entry.continues === undefined ? [] : labelled('cs4', 'continues', entry.continues);
  }
}
