/**
 * The journal as a FHIR R4 Bundle (http://hl7.org/fhir/R4): an AuditEvent for each entry, and for each request that left a
 * Provenance, which says that Masker pseudonymised it. The leaf hash of the entry is in each resource.
 */
import type { Entry } from '../../audit/entry.ts';
import { seriousnessOf, titleOf } from './faced-entry.ts';
import type { FacedEntry } from './faced-entry.ts';

/** Systems of our own codes and identifiers. */
const SYSTEM = 'urn:masker';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';
const AGENT_TYPE = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';

type Resource = Readonly<Record<string, unknown>>;

/** Returns the Bundle as one line of JSON. `version` is that of Masker. */
export function fhirBundle(entries: readonly FacedEntry[], version: string): string {
  const resources = entries.flatMap((faced) => resourcesOf(faced, version));
  const last = entries.at(-1);
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    ...(last === undefined ? {} : { timestamp: last.entry.ts }),
    ...(resources.length === 0 ? {} : { entry: resources.map(bundled) }),
  });
}

/** Returns the resources as JSON lines, as FHIR Bulk Data has them, each ended by a line feed. */
export function fhirLines(entries: readonly FacedEntry[], version: string): string {
  const resources = entries.flatMap((faced) => resourcesOf(faced, version));
  return resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
}

function resourcesOf(faced: FacedEntry, version: string): readonly Resource[] {
  const event = auditEvent(faced, version);
  return faced.entry.kind === 'turn_forwarded' ? [event, provenance(faced, faced.entry)] : [event];
}

const bundled = (resource: Resource): Resource => ({
  fullUrl: `${SYSTEM}:${String(resource['resourceType'])}:${String(resource['id'])}`,
  resource,
});

/** An ID of FHIR has no underscore, and at most 64 characters. */
const fhirId = (id: string): string => id.replace('_', '-');
const identified = (type: string, value: string): Resource => ({ identifier: { system: `${SYSTEM}:${type}`, value } });
const coded = (system: string, code: string, display: string): Resource => ({ system, code, display });

/** 0 success, 4 minor failure, 8 serious failure (http://hl7.org/fhir/audit-event-outcome). */
function outcomeOf(entry: Entry): '0' | '4' | '8' {
  if (entry.kind === 'leak_suspected' || (entry.kind === 'turn_completed' && entry.status === 'error')) return '8';
  return seriousnessOf(entry) === 'informational' ? '0' : '4';
}

function auditEvent(faced: FacedEntry, version: string): Resource {
  const { entry } = faced;
  return {
    resourceType: 'AuditEvent',
    id: fhirId(entry.event_id),
    type: coded(DICOM, '110100', 'Application Activity'),
    subtype: [coded(`${SYSTEM}:entry-kind`, entry.kind, titleOf(entry))],
    action: 'E',
    recorded: entry.ts,
    outcome: outcomeOf(entry),
    outcomeDesc: titleOf(entry),
    agent: [{ who: identified('agent', entry.agent_id), requestor: true }],
    source: {
      site: 'Masker',
      observer: { ...identified('product', `masker/${version}`), display: 'Masker' },
      type: [coded('http://terminology.hl7.org/CodeSystem/security-source-type', '4', 'Application Server')],
    },
    entity: [
      {
        what: identified('session', entry.session_id),
        type: coded(ENTITY_TYPE, '2', 'System Object'),
        detail: detailOf(faced),
      },
    ],
  };
}

/** The leaf hash, and each member of the entry that no element of AuditEvent says. */
function detailOf({ entry, body, leafHash }: FacedEntry): readonly Resource[] {
  const said = new Set(['v', 'ts', 'event_id', 'session_id', 'agent_id', 'kind']);
  const members = Object.entries(JSON.parse(body) as Record<string, unknown>).filter(
    ([name, value]) => !said.has(name) && value !== null,
  );
  return [
    { type: 'leaf_hash', valueString: leafHash },
    { type: 'entry_version', valueString: String(entry.v) },
    ...members.map(([type, value]) => ({ type, valueString: textOf(value) })),
  ];
}

/** What a string of FHIR may hold (R4, data types); JavaScript's `\S` leaves out more than the specification does. */
const FHIR_STRING = /^[ \r\n\t\S]+$/;

/** A member of an entry as a string: itself where FHIR can hold it, else its JSON in printable ASCII. */
function textOf(value: unknown): string {
  if (typeof value === 'string' && FHIR_STRING.test(value) && value.trim() !== '') return value;
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function provenance({ leafHash }: FacedEntry, entry: Extract<Entry, { kind: 'turn_forwarded' }>): Resource {
  return {
    resourceType: 'Provenance',
    id: fhirId(entry.event_id),
    extension: [{ url: `${SYSTEM}:leaf-hash`, valueString: leafHash }],
    target: [{ ...identified('request-sha256', entry.request_sha256), display: 'Masked request, by its SHA-256' }],
    recorded: entry.ts,
    policy: [`${SYSTEM}:policy:${encodeURIComponent(entry.policy_name)}:${entry.policy_version}`],
    activity: { coding: [coded(LIFECYCLE, 'pseudonymize', 'Pseudonymize Record Lifecycle Event')] },
    agent: [
      {
        type: { coding: [coded(AGENT_TYPE, 'assembler', 'Assembler')] },
        who: identified('agent', entry.agent_id),
      },
    ],
    entity: [{ role: 'derivation', what: identified('session', entry.session_id) }],
  };
}
