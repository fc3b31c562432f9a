/**
 * Makes bundles as docs/audit-format.md says they are made, on node:crypto alone. It imports nothing of the verifier,
 * so that the two can only agree where both agree with the document.
 */
import { createHash, createHmac, createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonRecord = Readonly<Record<string, Json>>;

export const AUDIT_KEY = Buffer.alloc(32, 7);
export const SIGNING_SEED = Buffer.alloc(32, 9);
export const OTHER_SEED = Buffer.alloc(32, 10);
export const SESSION = 'sess_01JD0000000000000000000001';
export const OTHER_SESSION = 'sess_01JD0000000000000000000002';
const AGENT = 'agt_01JD0000000000000000000001';
const ACCOUNT = 'acc_01JD0000000000000000000001';
export const POLICY = 'name: healthcare-default\nversion: 1\n';

/** RFC 8785, for values without lone surrogates. */
export function jcs(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => jcs(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as JsonRecord).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${jcs(item)}`).join(',')}}`;
}

export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 6962 section 2.1, as the recursion that the RFC writes down. */
export function treeHash(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256('');
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Uint8Array.of(0), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

export function chainKey(session: string): Buffer {
  return Buffer.from(hkdfSync('sha256', AUDIT_KEY, '', `masker/audit-chain/v1|${session}`, 32));
}

export interface TestKey {
  readonly id: string;
  readonly publicKey: Buffer;
  readonly sign: (document: JsonRecord) => JsonRecord;
}

export function signingKey(seed: Buffer): TestKey {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = sha256(publicKey).toString('hex').slice(0, 8);
  return {
    id,
    publicKey,
    sign: (document) => ({
      alg: 'Ed25519',
      key_id: id,
      sig: sign(null, Buffer.from(jcs(document)), key).toString('base64'),
    }),
  };
}

function ts(seconds: number): string {
  return new Date(Date.UTC(2026, 4, 3, 21, 14, seconds)).toISOString();
}

const redaction = (entity_kind: string, start: number, action: string, pass = 'regex'): JsonRecord => ({
  kind: 'redaction',
  turn: 1,
  pass,
  entity_kind,
  span: [start, start + 8],
  path: '/messages/0/content',
  confidence: 0.95,
  action,
  token_kind: action === 'tokenize' ? 'MSKV1' : null,
  kid: action === 'tokenize' ? 'K_HEALTHCARE' : null,
  speaker: null,
});

/** What a call of two turns leaves behind: five redactions, of which one was let through; the second turn was refused. */
export const FACTS: readonly JsonRecord[] = [
  { kind: 'session_started', turn: 0 },
  { kind: 'call_started', turn: 0, platform: 'vapi', caller: 'masked', tokens_issued: 1 },
  redaction('NAME', 12, 'tokenize', 'ner'),
  redaction('PHONE', 40, 'tokenize'),
  redaction('NAME', 70, 'redact'),
  redaction('AGE', 90, 'passthrough'),
  {
    kind: 'turn_forwarded',
    turn: 1,
    upstream: 'openai:default',
    model: 'gpt-4o-mini',
    request_sha256: sha256('request').toString('hex'),
    tokens_issued: 4,
  },
  { kind: 'rehydration_failed', turn: 1, entity_kind: 'NAME', reason: 'unknown', count: 1 },
  { kind: 'rehydration_failed', turn: 1, entity_kind: 'NAME', reason: 'malformed', count: 2 },
  { kind: 'rehydration_failed', turn: 1, entity_kind: 'PHONE', reason: 'withheld', count: 3 },
  { kind: 'rehydration_failed', turn: 1, entity_kind: 'PHONE', reason: 'outside_turn', count: 4 },
  {
    kind: 'turn_completed',
    turn: 1,
    status: 'ok',
    http_status: 200,
    response_sha256: sha256('response').toString('hex'),
    stage_durations_ms: { detection: 1.25, tokenize: 0.031, upstream: 728, rehydrate: 1e-7 },
    tokens_returned: { exact: 2, repaired: 1 },
  },
  { kind: 'leak_suspected', turn: 2, entity_kind: 'PHONE', count: 2 },
  { kind: 'leak_suspected', turn: 2, entity_kind: 'SSN', count: 1 },
  { kind: 'session_sealed', turn: 0, status: 'ok', reason: 'idle' },
];

export interface ChainedSession {
  readonly session: string;
  readonly entries: readonly JsonRecord[];
  readonly leafHashes: readonly string[];
  readonly root: string;
}

/** Chains facts to entries. */
export function chain(facts: readonly JsonRecord[] = FACTS, session = SESSION): ChainedSession {
  const key = chainKey(session);
  let previous = Buffer.alloc(32);
  const entries = facts.map((fact, seq) => {
    const bare = {
      v: 1,
      seq,
      ts: ts(seq),
      event_id: `evt_01JD${String(seq).padStart(22, '0')}`,
      session_id: session,
      agent_id: AGENT,
      policy_name: 'healthcare-default',
      policy_version: 1,
      ...fact,
    };
    const hash = createHmac('sha256', key).update(previous).update(jcs(bare)).digest();
    const entry = { ...bare, prev_hash: previous.toString('hex'), this_hash: hash.toString('hex') };
    previous = hash;
    return entry;
  });
  const leaves = entries.map((entry) => Buffer.from(jcs(entry)));
  return {
    session,
    entries,
    leafHashes: leaves.map((leaf) => sha256(Uint8Array.of(0), leaf).toString('hex')),
    root: treeHash(leaves).toString('hex'),
  };
}

function counts(entries: readonly JsonRecord[], field: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const entry of entries) {
    const name = entry[field];
    if (entry['kind'] !== 'redaction' || entry['action'] === 'passthrough' || typeof name !== 'string') continue;
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

export function sealOf({ session, entries, root }: ChainedSession, changes: JsonRecord = {}): JsonRecord {
  return {
    v: 1,
    session_id: session,
    agent_id: AGENT,
    account_id: ACCOUNT,
    started_at: ts(0),
    sealed_at: ts(entries.length - 1),
    event_count: entries.length,
    last_hash: entries.at(-1)?.['this_hash'] ?? '',
    merkle_root_hex: root,
    redactions_by_kind: counts(entries, 'entity_kind'),
    status: 'ok',
    policy_digest: sha256(POLICY).toString('hex'),
    ...changes,
  };
}

export function signedSeal(
  chained: ChainedSession,
  key: TestKey = signingKey(SIGNING_SEED),
  changes: JsonRecord = {},
): JsonRecord {
  const seal = sealOf(chained, changes);
  return { seal, signature: key.sign(seal) };
}

/** What a head of the session's first `events` entries states. */
export function headOf({ session, entries }: ChainedSession, events: number): JsonRecord {
  const last = entries[events - 1] ?? {};
  return {
    v: 1,
    session_id: session,
    event_count: events,
    last_hash: last['this_hash'] ?? '',
    ts: last['ts'] ?? '',
  };
}

/** A head that the caller of a turn keeps, as the header carries it. */
export function receiptOf(head: JsonRecord, key: TestKey = signingKey(SIGNING_SEED)): string {
  return Buffer.from(jcs({ head, signature: key.sign(head) })).toString('base64url');
}

/** RFC 6962 section 2.1.1: the audit path of leaf `index`, as the recursion that the RFC writes down. */
export function auditPath(leaves: readonly Uint8Array[], index: number): readonly Buffer[] {
  if (leaves.length === 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...auditPath(left, index), treeHash(right)]
    : [...auditPath(right, index - split), treeHash(left)];
}

/** The head as a bundle carries it, in an anchor of `size` heads of which it is number `index`. */
export function anchoredHead(
  head: JsonRecord,
  { index = 2, size = 5, key = signingKey(SIGNING_SEED), changes = {} }: AnchorTerms = {},
): JsonRecord {
  const heads = Array.from({ length: size }, (_, at) => (at === index ? head : { ...head, event_count: 1000 + at }));
  const leaves = heads.map((each) => Buffer.from(jcs(each)));
  const anchor = {
    v: 1,
    account_id: ACCOUNT,
    ts: ts(58),
    tree_size: size,
    root_hex: treeHash(leaves).toString('hex'),
    ...changes,
  };
  const proof = auditPath(leaves, index).map((hash) => hash.toString('hex'));
  return { head, anchor, signature: key.sign(anchor), index, proof };
}

export interface AnchorTerms {
  readonly index?: number;
  readonly size?: number;
  readonly key?: TestKey;
  readonly changes?: JsonRecord;
}

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** What docs/audit-format.md, Numbers, says of tokens and of leaks. */
function account(entries: readonly JsonRecord[]): JsonRecord {
  const sum = (of: (entry: JsonRecord) => Json | undefined): number =>
    entries.reduce((total, entry) => total + count(of(entry)), 0);
  const returned = (how: string): number =>
    sum(({ tokens_returned: tokens }) => (tokens as JsonRecord | undefined)?.[how]);
  const failed = (...reasons: readonly string[]): number =>
    sum(({ reason, count: times }) => (reasons.some((each) => each === reason) ? times : 0));
  const [issued, exact, repaired] = [
    sum(({ tokens_issued }) => tokens_issued),
    returned('exact'),
    returned('repaired'),
  ];
  const leaks = entries.filter(({ kind }) => kind === 'leak_suspected');
  const blocked = new Set(leaks.map(({ turn }) => turn)).size;
  const suspected: Record<string, number> = {};
  for (const { entity_kind: kind, count: times } of leaks)
    if (typeof kind === 'string') suspected[kind] = (suspected[kind] ?? 0) + count(times);
  return {
    tokens: {
      redactions_by_scheme: counts(entries, 'token_kind'),
      issued,
      returned_exact: exact,
      returned_repaired: repaired,
      not_returned: issued - exact - repaired,
      unknown: failed('unknown'),
      refused: failed('malformed', 'ambiguous', 'outside_turn'),
      outside_turn: failed('outside_turn'),
      withheld: failed('withheld'),
    },
    leak_detection: {
      searched_requests: blocked + entries.filter(({ kind }) => kind === 'turn_forwarded').length,
      blocked_requests: blocked,
      suspected_by_kind: suspected,
    },
    pci_dss: cards(entries, suspected),
  };
}

/** What it says of card numbers. */
function cards(entries: readonly JsonRecord[], suspected: Readonly<Record<string, number>>): JsonRecord {
  const found = (isPassed: boolean): number =>
    entries.filter(
      ({ entity_kind: kind, action }) =>
        kind === 'CREDIT_CARD' && action !== undefined && (action === 'passthrough') === isPassed,
    ).length;
  const [replaced, forwarded, refused] = [found(false), found(true), suspected['CREDIT_CARD'] ?? 0];
  const data = forwarded > 0 ? 'forwarded' : replaced + refused > 0 ? 'replaced' : 'none_found';
  return { cardholder_data: data, replaced, forwarded, blocked: refused };
}

const CATEGORIES =
  'A_names B_geo C_dates D_phone E_fax F_email G_ssn H_mrn I_health_plan J_account K_license L_vehicle M_device N_url O_ip P_biometric Q_photo R_other'.split(
    ' ',
  );

export function unsignedReport(
  { session, entries, root }: ChainedSession,
  seals: readonly JsonRecord[],
  heads: readonly JsonRecord[] = [],
): JsonRecord {
  const byKind = counts(entries, 'entity_kind');
  return {
    id: 'rep_01JD0000000000000000000001',
    schema: 'masker-audit/v1',
    scope: 'session',
    session_id: session,
    generated_at: ts(59),
    merkle_root_hex: root,
    redactions_by_kind: byKind,
    redactions_by_pass: counts(entries, 'pass'),
    ...account(entries),
    policy_snapshot: POLICY,
    safe_harbor_coverage: Object.fromEntries(
      CATEGORIES.map((category) => [category, category === 'Q_photo' ? 'not_applicable' : 'full']),
    ),
    window: { since: ts(0), until: ts(30) },
    agents: [{ id: AGENT, name: 'appointment-bot' }],
    sessions: [
      {
        id: session,
        agent_id: AGENT,
        started_at: ts(0),
        ended_at: ts(30),
        sealed_at: seals.length > 0 ? ts(entries.length - 1) : null,
        status: 'ok',
        turns: entries.filter(({ kind }) => kind === 'turn_forwarded').length,
        redaction_count: Object.values(byKind).reduce((sum, count) => sum + count, 0),
        event_count: entries.length,
        merkle_root_hex: root,
      },
    ],
    audit: {
      event_count: entries.length,
      first_hash: entries[0]?.['this_hash'] ?? '',
      last_hash: entries.at(-1)?.['this_hash'] ?? '',
      status: 'verified',
    },
    seals,
    anchored_heads: heads,
    detector: { version: '1.0.0' },
  };
}

export function signedReport(unsigned: JsonRecord, key: TestKey = signingKey(SIGNING_SEED)): JsonRecord {
  return { ...unsigned, signature: key.sign(unsigned) };
}

export interface TestBundle {
  readonly format: string;
  readonly report: JsonRecord | null;
  readonly entries: readonly Json[];
  readonly leaf_hashes: readonly string[];
  readonly seals: readonly JsonRecord[];
  readonly anchored_heads: readonly JsonRecord[];
  readonly keys: readonly JsonRecord[];
}

export function keyEntry({ id, publicKey }: TestKey): JsonRecord {
  return { key_id: id, alg: 'Ed25519', public_key: publicKey.toString('base64') };
}

/** A bundle of one sealed session, true in every part. */
export function validBundle(facts: readonly JsonRecord[] = FACTS, key: TestKey = signingKey(SIGNING_SEED)): TestBundle {
  const chained = chain(facts);
  const seals = [signedSeal(chained, key)];
  return {
    format: 'masker-bundle/v1',
    report: signedReport(unsignedReport(chained, seals), key),
    entries: chained.entries,
    leaf_hashes: chained.leafHashes,
    seals,
    anchored_heads: [],
    keys: [keyEntry(key)],
  };
}

/** A bundle of a session that goes on, with heads that were anchored after so many entries. */
export function openBundle(
  anchoredAt: readonly number[] = [7, 11],
  facts: readonly JsonRecord[] = FACTS.slice(0, -1),
  key: TestKey = signingKey(SIGNING_SEED),
): TestBundle {
  const chained = chain(facts);
  const heads = anchoredAt.map((events) => anchoredHead(headOf(chained, events), { key }));
  return {
    format: 'masker-bundle/v1',
    report: signedReport(unsignedReport(chained, [], heads.slice(-1)), key),
    entries: chained.entries,
    leaf_hashes: chained.leafHashes,
    seals: [],
    anchored_heads: heads,
    keys: [keyEntry(key)],
  };
}

/** The bundle's text with each entry in canonical form, and where in the bytes each entry is: [start, end). */
export function spelledOut(bundle: TestBundle): {
  readonly bytes: Uint8Array;
  readonly places: readonly (readonly [number, number])[];
} {
  const { entries, ...rest } = bundle;
  let text = `${JSON.stringify(rest).slice(0, -1)},"entries":[`;
  const places = entries.map((entry, index) => {
    if (index > 0) text += ',';
    const start = Buffer.byteLength(text);
    text += jcs(entry);
    return [start, Buffer.byteLength(text)] as const;
  });
  return { bytes: new TextEncoder().encode(`${text}]}`), places };
}

export function bytesOf(value: TestBundle | Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
