/**
 * The journal as events of the Open Cybersecurity Schema Framework 1.4.0 (https://schema.ocsf.io/1.4.0), one JSON object a line.
 *
 * | entry | class |
 * | --- | --- |
 * | `redaction`, `leak_suspected` | Data Security Finding (2006) |
 * | `turn_forwarded`, `turn_completed` | API Activity (6003) |
 * | every other | Base Event (0) |
 */
import type { Entry } from '../../audit/entry.ts';
import { seriousnessOf, titleOf } from './faced-entry.ts';
import type { FacedEntry, Seriousness } from './faced-entry.ts';

const SCHEMA_VERSION = '1.4.0';

/** `severity_id` and its caption. */
const SEVERITY: Readonly<Record<Seriousness, readonly [number, string]>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
};

interface EventClass {
  readonly category_uid: number;
  readonly category_name: string;
  readonly class_uid: number;
  readonly class_name: string;
}

const FINDING: EventClass = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2006,
  class_name: 'Data Security Finding',
};
const API_ACTIVITY: EventClass = {
  category_uid: 6,
  category_name: 'Application Activity',
  class_uid: 6003,
  class_name: 'API Activity',
};
const BASE: EventClass = { category_uid: 0, category_name: 'Uncategorized', class_uid: 0, class_name: 'Base Event' };

/** Returns the events as JSON lines, each ended by a line feed. `version` is that of Masker. */
export function ocsfLines(entries: readonly FacedEntry[], version: string): string {
  return entries.map((faced) => `${JSON.stringify(ocsfEvent(faced, version))}\n`).join('');
}

/** Returns one entry as an OCSF event. Times are milliseconds since 1970. */
export function ocsfEvent({ entry, body, leafHash }: FacedEntry, version: string): Readonly<Record<string, unknown>> {
  const [severityId, severity] = SEVERITY[seriousnessOf(entry)];
  return {
    ...classified(entry),
    time: Date.parse(entry.ts),
    message: titleOf(entry),
    severity_id: severityId,
    severity,
    metadata: {
      version: SCHEMA_VERSION,
      product: { name: 'Masker', vendor_name: 'Masker', version },
      log_name: 'masker-audit/v1',
      uid: entry.event_id,
      correlation_uid: entry.session_id,
      sequence: entry.seq,
      event_code: entry.kind,
      original_time: entry.ts,
    },
    // The stored text: SHA-256 of a zero byte and this text is the leaf hash.
    raw_data: body,
    unmapped: { leaf_hash: leafHash, entry: JSON.parse(body) as unknown },
  };
}

const activity = (of: EventClass, id: number, name: string): Readonly<Record<string, unknown>> => ({
  ...of,
  activity_id: id,
  activity_name: name,
  type_uid: of.class_uid * 100 + id,
  type_name: `${of.class_name}: ${name}`,
});

/** The class of an entry and the attributes of this class. */
function classified(entry: Entry): Readonly<Record<string, unknown>> {
  switch (entry.kind) {
    case 'redaction':
    case 'leak_suspected':
      return { ...activity(FINDING, 1, 'Create'), ...findingOf(entry) };
    case 'turn_forwarded':
      return {
        ...activity(API_ACTIVITY, 1, 'Create'),
        ...callOf(entry),
        api: {
          operation: 'Forward masked request',
          service: { name: entry.upstream },
          request: { uid: entry.event_id },
        },
        dst_endpoint: { svc_name: entry.upstream },
        resources: [{ name: entry.model, type: 'model' }],
      };
    case 'turn_completed':
      return {
        ...activity(API_ACTIVITY, 2, 'Read'),
        ...callOf(entry),
        api: { operation: 'Receive response' },
        ...(entry.http_status === null ? {} : { http_response: { code: entry.http_status } }),
        ...(entry.status === 'error' ? { status_id: 2, status: 'Failure' } : { status_id: 1, status: 'Success' }),
        status_detail: entry.status,
      };
    case 'session_started':
    case 'call_started':
    case 'detector_degraded':
    case 'uninspectable_allowed':
    case 'rehydration_failed':
    case 'session_sealed':
      return activity(BASE, 99, entry.kind);
  }
}

/** Masker acts for an agent; the caller himself is not named anywhere in a journal. */
const callOf = (entry: Entry): Readonly<Record<string, unknown>> => ({
  actor: { app_name: 'Masker', app_uid: entry.agent_id },
  src_endpoint: { svc_name: 'Masker', uid: entry.agent_id },
});

/** A masked value needs nothing more of anybody (Resolved); one passed on, and a refused request, are for a person (New). */
function findingOf(entry: Extract<Entry, { kind: 'redaction' | 'leak_suspected' }>): Readonly<Record<string, unknown>> {
  const policy = { name: entry.policy_name, version: String(entry.policy_version) };
  const isMasked = entry.kind === 'redaction' && entry.action !== 'passthrough';
  const analytic =
    entry.kind === 'redaction'
      ? {
          name: entry.pass,
          ...(entry.pass === 'regex' ? { type_id: 1, type: 'Rule' } : { type_id: 99, type: entry.pass }),
        }
      : { name: 'egress check', type_id: 1, type: 'Rule' };
  return {
    finding_info: {
      uid: entry.event_id,
      title: titleOf(entry),
      created_time: Date.parse(entry.ts),
      types: [entry.entity_kind],
      analytic,
    },
    data_security: { detection_pattern: entry.entity_kind, policy },
    status_id: isMasked ? 4 : 1,
    status: isMasked ? 'Resolved' : 'New',
    is_alert: entry.kind === 'leak_suspected',
    ...(entry.kind === 'redaction' ? { confidence_score: Math.round(entry.confidence * 100) } : {}),
  };
}
