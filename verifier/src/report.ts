/** Reports as untrusted input. docs/audit-format.md, Reports; schema/masker-audit.v1.schema.json. */
import type { JsonArray, JsonObject } from './json.ts';
import { readSignature, type Signature } from './seal.ts';
import { Fields } from './shape.ts';
import type { Findings } from './verdict.ts';

/** The eighteen categories of 45 CFR 164.514(b)(2)(i), as reports spell them. */
export const SAFE_HARBOR_CATEGORIES = [
  'A_names',
  'B_geo',
  'C_dates',
  'D_phone',
  'E_fax',
  'F_email',
  'G_ssn',
  'H_mrn',
  'I_health_plan',
  'J_account',
  'K_license',
  'L_vehicle',
  'M_device',
  'N_url',
  'O_ip',
  'P_biometric',
  'Q_photo',
  'R_other',
] as const;

/** What a report says of one session. */
export interface ReportedSession {
  readonly id: string;
  readonly agent_id: string;
  readonly started_at: string;
  readonly sealed_at: string | null;
  readonly status: string;
  readonly turns: number;
  readonly redaction_count: number;
  /** Null in reports of before it was stated. */
  readonly event_count: number | null;
  /** Null likewise. */
  readonly merkle_root_hex: string | null;
}

/** The members of `tokens`, in the order in which they are printed. */
export const TOKEN_FIELDS = [
  'issued',
  'returned_exact',
  'returned_repaired',
  'not_returned',
  'unknown',
  'refused',
  'outside_turn',
  'withheld',
] as const;

/** Counts of tokens. `outside_turn` is part of `refused`; reports of before it was counted by itself do not state it. */
export type TokenAccount = Readonly<Record<Exclude<(typeof TOKEN_FIELDS)[number], 'outside_turn'>, number>> & {
  readonly outside_turn: number | null;
  /** Redactions that a token stands for, by scheme. Null likewise. */
  readonly redactions_by_scheme: ReadonlyMap<string, number> | null;
};

export interface LeakDetection {
  /** Null in reports of before it was counted. */
  readonly searched_requests: number | null;
  readonly blocked_requests: number;
  readonly suspected_by_kind: ReadonlyMap<string, number>;
}

/** Card numbers: replaced, let through by the policy, and in requests that were refused. */
export interface PciDss {
  readonly cardholder_data: string;
  readonly replaced: number;
  readonly forwarded: number;
  readonly blocked: number;
}

export type Scope = 'session' | 'agent' | 'account';

/** What a report states that can be held against entries and seals. */
export interface Report {
  readonly scope: Scope;
  /** Null in a report of many sessions. */
  readonly session_id: string | null;
  /** Null in a report of another scope than agent. */
  readonly agent_id: string | null;
  readonly generated_at: string;
  readonly window: { readonly since: string; readonly until: string };
  readonly merkle_root_hex: string;
  readonly redactions_by_kind: ReadonlyMap<string, number>;
  readonly redactions_by_pass: ReadonlyMap<string, number>;
  /** Null in reports of an early version 1, which do not state it. */
  readonly tokens: TokenAccount | null;
  /** Null likewise. */
  readonly leak_detection: LeakDetection | null;
  /** Null likewise. */
  readonly pci_dss: PciDss | null;
  readonly policy_snapshot: string;
  readonly sessions: readonly ReportedSession[];
  /** The hashes are null in a report of no session. */
  readonly audit: {
    readonly event_count: number;
    readonly first_hash: string | null;
    readonly last_hash: string | null;
  };
  readonly signature: Signature;
}

/** A report and the object that was signed. */
export interface ReportRecord {
  /** Null where any field is not what the format says. */
  readonly report: Report | null;
  /** The report as it is in the file, unknown fields included. */
  readonly object: JsonObject;
  /** Its own copy of the seals, not yet read. */
  readonly seals: JsonArray;
  /** Its own copy of the newest anchored heads, not yet read; none in reports of an early version 1. */
  readonly heads: JsonArray;
}

/** Reads a report; what is wrong with its fields goes to `findings`. */
export function readReport(object: JsonObject, path: string, findings: Findings): ReportRecord {
  const fields = new Fields(object, path, findings);
  fields.text('id', 'reportId');
  fields.constant('schema', 'masker-audit/v1');
  const scope = fields.oneOf('scope', ['session', 'agent', 'account']) ?? 'session';
  const coverage = fields.nested('safe_harbor_coverage');
  for (const category of SAFE_HARBOR_CATEGORIES)
    coverage.oneOf(category, ['full', 'partial', 'in_progress', 'not_applicable']);
  const window = fields.nested('window');
  fields.nested('detector').text('version', 'freeText');
  fields.each('agents', readAgent);
  const audit = fields.nested('audit');
  audit.constant('status', 'verified');
  const seals = fields.rawArray('seals');
  const heads = fields.has('anchored_heads') ? fields.rawArray('anchored_heads') : [];
  const signature = readSignature(fields);
  const report = {
    scope,
    session_id: scope === 'session' ? fields.text('session_id', 'sessionId') : null,
    agent_id: scope === 'agent' ? fields.text('agent_id', 'agentId') : null,
    generated_at: fields.text('generated_at', 'time'),
    window: { since: window.text('since', 'time'), until: window.text('until', 'time') },
    merkle_root_hex: fields.text('merkle_root_hex', 'hash'),
    redactions_by_kind: fields.counts('redactions_by_kind', 'kind'),
    redactions_by_pass: fields.counts('redactions_by_pass', 'name'),
    tokens: fields.has('tokens') ? readTokens(fields.nested('tokens')) : null,
    leak_detection: fields.has('leak_detection') ? readLeaks(fields.nested('leak_detection')) : null,
    pci_dss: fields.has('pci_dss') ? readCards(fields.nested('pci_dss')) : null,
    policy_snapshot: fields.longText('policy_snapshot'),
    sessions: fields.each('sessions', readSession),
    audit: readAudit(audit, scope),
  };
  return {
    report: signature === null ? null : fields.finish({ ...report, signature }),
    object,
    seals,
    heads,
  };
}

/** A session has an entry; a report of many sessions may be about none. */
function readAudit(fields: Fields, scope: Scope): Report['audit'] {
  if (scope === 'session')
    return {
      event_count: fields.count('event_count', 1),
      first_hash: fields.text('first_hash', 'hash'),
      last_hash: fields.text('last_hash', 'hash'),
    };
  return {
    event_count: fields.count('event_count'),
    first_hash: fields.textOrNull('first_hash', 'hash'),
    last_hash: fields.textOrNull('last_hash', 'hash'),
  };
}

function readCards(fields: Fields): PciDss {
  return {
    cardholder_data: fields.oneOf('cardholder_data', ['none_found', 'replaced', 'forwarded']) ?? '',
    replaced: fields.count('replaced'),
    forwarded: fields.count('forwarded'),
    blocked: fields.count('blocked'),
  };
}

function readTokens(fields: Fields): TokenAccount {
  return {
    redactions_by_scheme: fields.has('redactions_by_scheme')
      ? fields.counts('redactions_by_scheme', 'tokenKind')
      : null,
    issued: fields.count('issued'),
    returned_exact: fields.count('returned_exact'),
    returned_repaired: fields.count('returned_repaired'),
    not_returned: fields.count('not_returned'),
    unknown: fields.count('unknown'),
    refused: fields.count('refused'),
    outside_turn: fields.has('outside_turn') ? fields.count('outside_turn') : null,
    withheld: fields.count('withheld'),
  };
}

function readLeaks(fields: Fields): LeakDetection {
  return {
    searched_requests: fields.has('searched_requests') ? fields.count('searched_requests') : null,
    blocked_requests: fields.count('blocked_requests'),
    suspected_by_kind: fields.counts('suspected_by_kind', 'kind'),
  };
}

function readAgent(fields: Fields): string {
  fields.text('name', 'freeText');
  return fields.text('id', 'agentId');
}

function readSession(fields: Fields): ReportedSession {
  fields.textOrNull('ended_at', 'time');
  return {
    id: fields.text('id', 'sessionId'),
    agent_id: fields.text('agent_id', 'agentId'),
    started_at: fields.text('started_at', 'time'),
    sealed_at: fields.textOrNull('sealed_at', 'time'),
    status: fields.oneOf('status', ['ok', 'partial', 'error']) ?? '',
    turns: fields.count('turns'),
    redaction_count: fields.count('redaction_count'),
    event_count: fields.has('event_count') ? fields.count('event_count', 1) : null,
    merkle_root_hex: fields.has('merkle_root_hex') ? fields.text('merkle_root_hex', 'hash') : null,
  };
}
