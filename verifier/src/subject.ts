/** The report of a search for a subject, against the entries of the sessions that it names. docs/audit-format.md, Subject reports. */
import { readKey, distinctKeys, KeyRing, type StatedKey } from './keys.ts';
import { isArray, isObject, readJson, type JsonArray, type JsonObject, type JsonValue } from './json.ts';
import { without } from './jcs.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { attachedOf } from './rewritten-pdf.ts';
import { readSignature, type Signature } from './seal.ts';
import { Fields, matches } from './shape.ts';
import { counted, shown } from './shown.ts';
import { judge } from './signatures.ts';
import { bound, Unreadable } from './unreadable.ts';
import { conclude, Findings, MAX_FINDINGS, notChecked, notRead, type Check, type Verification } from './verdict.ts';

/** What the caller knows. */
export interface SubjectOptions {
  /** As in `verifyBundle`. */
  readonly trustedKeys?: readonly Uint8Array[];
  readonly limits?: Partial<Limits>;
}

const SCHEMA = 'masker-subject/v1';
/** What the operator signed of the search, and no entry can show. */
const NOT_COMPARED = ['value_hmac', 'sessions_searched', 'not_searchable', 'has_more'];

interface Disclosure {
  readonly session_id: string;
  readonly agent_id: string;
  readonly kind: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly recipients: readonly string[];
}

interface Subject {
  readonly account_id: string;
  readonly generated_at: string;
  readonly kind: string | null;
  readonly data: readonly Disclosure[];
  readonly signature: Signature | null;
}

/** What the bundles say of one session: its entries up to when the report was made, and its signed seal or anchor. */
interface Told {
  readonly agents: Set<string>;
  readonly accounts: Set<string>;
  /** When each kind was redacted first; null where tokens of an earlier session were sent before. */
  readonly firsts: Map<string, string>;
  hasInherited: boolean;
  /** For each provider and model the first and the last request. */
  readonly requests: Map<string, [first: string, last: string]>;
}

/**
 * Verifies the signature of a subject report, and what it says of each session against the entries in the bundles. The bundles
 * are not verified here: give those that `verifyBundle` found to hold. Never throws, whatever the bytes are.
 */
export function verifySubject(
  bytes: Uint8Array,
  bundles: readonly Uint8Array[],
  options: SubjectOptions = {},
): Verification {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const shape = new Findings();
  try {
    const { value } = readJson(bytes, limits);
    const object = subjectOf(value);
    const subject = readSubject(object, shape);
    const { data, signature } = subject;
    bound('items of data', data.length, limits.seals);
    const keys: StatedKey[] = [];
    const told = new Map<string, Told>();
    for (const bundle of bundles) readBundleEntries(bundle, limits, subject.generated_at, told, keys);
    const compared = data.reduce((sum, { session_id: id }) => sum + (told.get(id)?.requests.size ?? 0), 0);
    bound('recipients to compare', compared, limits.values);
    const pinned = distinctKeys(options.trustedKeys ?? []);
    const missing = new Set(data.map(({ session_id: id }) => id).filter((id) => !told.has(id)));
    const checks = [
      shape.conclude('schema', `a subject report of ${counted(data.length, 'disclosure')}`),
      checkDisclosures(subject, told, missing.size),
      ...checkSignature(object, signature, new KeyRing(pinned, keys), pinned.length),
    ];
    const hasEntries = data.length > 0 && missing.size === 0;
    const not_covered = value === object ? [] : outerMembers(value);
    return conclude(checks, { open: [], not_covered, not_compared: NOT_COMPARED, checkpoints: [], hasEntries });
  } catch (error) {
    return notRead(error);
  }
}

/** The signed object: by itself, or as the server answers with it. */
function subjectOf(value: JsonValue): JsonObject {
  const inner = isObject(value) ? value.get('report') : undefined;
  const object = isObject(inner) ? inner : value;
  if (isObject(object) && object.get('schema') === SCHEMA) return object;
  throw new Unreadable('not_masker', `not a subject report ("schema": "${SCHEMA}")`);
}

/** The members of a response beside the signed report, as JSON Pointers. */
function outerMembers(value: JsonValue): readonly string[] {
  const names = isObject(value) ? [...value.keys()].filter((name) => name !== 'report') : [];
  return names.slice(0, MAX_FINDINGS).map((name) => `/${shown(name)}`);
}

function readSubject(object: JsonObject, shape: Findings): Subject {
  const fields = new Fields(object, '', shape);
  fields.text('id', 'reportId');
  fields.constant('scope', 'subject');
  const account_id = fields.text('account_id', 'accountId');
  const generated_at = fields.text('generated_at', 'time');
  fields.text('value_hmac', 'hash');
  const kind = fields.textOrNull('kind', 'kind');
  fields.count('sessions_searched');
  fields.counts('not_searchable', 'name');
  const data = fields.each('data', (item) => ({
    session_id: item.text('session_id', 'sessionId'),
    agent_id: item.text('agent_id', 'agentId'),
    kind: item.text('kind', 'kind'),
    first_at: item.text('first_at', 'time'),
    last_at: item.text('last_at', 'time'),
    recipients: item.each('recipients', (each) =>
      recipientName(each.text('upstream', 'freeText'), each.text('model', 'freeText')),
    ),
  }));
  // Other fields at fault leave the signature to be checked.
  return { account_id, generated_at, kind, data, signature: readSignature(new Fields(object, '', shape)) };
}

const recipientName = (upstream: string, model: string): string => JSON.stringify([upstream, model]);

/** Adds what a bundle says of its sessions up to a time, and its keys. Throws Unreadable. */
function readBundleEntries(
  bytes: Uint8Array,
  limits: Limits,
  until: string,
  told: Map<string, Told>,
  keys: StatedKey[],
): void {
  const { value } = readJson(attachedOf(bytes, limits), limits);
  const list = (name: string, from = value): JsonArray => {
    const found = isObject(from) ? from.get(name) : undefined;
    return isArray(found) ? found : [];
  };
  for (const key of list('keys').slice(0, limits.keys)) {
    const read = readKey(key, '', new Findings());
    if (read !== null) keys.push(read);
  }
  for (const entry of list('entries')) {
    const id = isObject(entry) ? entry.get('session_id') : null;
    if (!isObject(entry) || typeof id !== 'string') continue;
    const own = told.get(id) ?? nothingTold();
    told.set(id, own);
    tell(entry, until, own);
  }
  for (const each of list('seals')) tellAccount(member(each, 'seal'), member(each, 'seal'), told);
  const heads = [...list('anchored_heads'), ...list('anchored_heads', member(value, 'report'))];
  for (const each of heads) tellAccount(member(each, 'head'), member(each, 'anchor'), told);
}

function nothingTold(): Told {
  return { agents: new Set(), accounts: new Set(), firsts: new Map(), hasInherited: false, requests: new Map() };
}

function member(value: JsonValue, name: string): JsonValue {
  return (isObject(value) ? value.get(name) : null) ?? null;
}

function tellAccount(session: JsonValue, signed: JsonValue, told: ReadonlyMap<string, Told>): void {
  const [id, account] = [member(session, 'session_id'), member(signed, 'account_id')];
  if (typeof id === 'string' && typeof account === 'string') told.get(id)?.accounts.add(account);
}

/** Adds what one entry says, if it is not newer than the report. Entries come in the order of the journal. */
function tell(entry: JsonObject, until: string, told: Told): void {
  const text = (name: string): string => {
    const value = entry.get(name);
    return typeof value === 'string' ? value : '';
  };
  const at = text('ts');
  told.agents.add(text('agent_id'));
  if (!matches('time', at) || at > until) return;
  const kind = text('entity_kind');
  if (text('kind') === 'redaction' && !told.hasInherited && !told.firsts.has(kind)) told.firsts.set(kind, at);
  if (text('kind') !== 'turn_forwarded') return;
  if (entry.has('tokens_inherited')) told.hasInherited = true;
  const name = recipientName(text('upstream'), text('model'));
  const [first, last] = told.requests.get(name) ?? [at, at];
  told.requests.set(name, [first < at ? first : at, last > at ? last : at]);
}

function checkDisclosures(subject: Subject, told: ReadonlyMap<string, Told>, missing: number): Check {
  const { data } = subject;
  if (data.length === 0)
    return notChecked('counts', 'the report names no session: entries cannot show that there is none');
  const findings = new Findings();
  const seen = new Set<string>();
  for (const each of data) {
    const name = `${each.session_id} ${each.kind}`;
    if (seen.has(name)) findings.add('wrong_number', `${shown(each.kind)} in ${each.session_id} is there twice`);
    seen.add(name);
    checkTerms(subject, each, findings);
    const own = told.get(each.session_id);
    if (own !== undefined) checkDisclosure(subject, each, own, findings);
  }
  if (missing > 0) return findings.concludePartly('counts', `needs the bundles of ${counted(missing, 'session')}`);
  return findings.conclude('counts', `${counted(data.length, 'disclosure')}, each with the entries of its session`);
}

/** What the report says of itself, against one disclosure of it. */
function checkTerms({ kind, generated_at: made }: Subject, stated: Disclosure, findings: Findings): void {
  const what = `${shown(stated.kind)} in ${stated.session_id}`;
  if (kind !== null) findings.compare('wrong_number', `${what}: the kind that was searched`, kind, stated.kind);
  if (stated.last_at > made)
    findings.add('time_runs_backwards', `${what} was sent after the report was made`, {
      expected: `not after ${made}`,
      found: stated.last_at,
    });
}

/** Times of one form sort as texts. */
function checkDisclosure(
  subject: Subject,
  { session_id: id, kind, ...stated }: Disclosure,
  told: Told,
  findings: Findings,
): void {
  const what = `${shown(kind)} in ${id}:`;
  const firstRequest = [...told.requests.values()].map(([at]) => at).sort()[0] ?? '';
  const firstAt = told.firsts.get(kind) ?? firstRequest;
  const sent = [...told.requests].filter(([, [, last]]) => last >= firstAt);
  const lastAt = [firstAt, ...sent.map(([, [, last]]) => last)].sort().at(-1) ?? '';
  const recipients = sent.map(([name]) => name).sort();
  // An open session without an anchor names no account.
  for (const account of told.accounts)
    findings.compare('wrong_number', `${what} the account`, account, subject.account_id);
  findings.compare('wrong_number', `${what} the agent`, [...told.agents].join(', '), stated.agent_id);
  findings.compare('wrong_number', `${what} when it was sent first`, firstAt, stated.first_at);
  findings.compare('wrong_number', `${what} when it was sent last`, lastAt, stated.last_at);
  const found = [...stated.recipients].sort().join(' ');
  findings.compare('wrong_number', `${what} where it was sent`, shown(recipients.join(' ')), shown(found));
}

function checkSignature(
  object: JsonObject,
  signature: Signature | null,
  ring: KeyRing,
  pinned: number,
): readonly [Check, Check] {
  const [signed, origin] = [new Findings(), new Findings()];
  const judgement = signature === null ? 'bad' : judge(without(object, 'signature'), signature, ring);
  if (judgement === 'bad') signed.add('bad_signature', 'the signature of the report does not verify');
  if (judgement !== 'pinned') origin.add('untrusted_key', 'the report is not signed with a trusted key');
  return [
    judgement === 'no key'
      ? notChecked('report_signature', 'needs the public key of the server')
      : signed.conclude('report_signature', '1 signature, Ed25519'),
    pinned === 0 ? notChecked('origin', 'no trusted key was given') : origin.conclude('origin', '1 signature'),
  ];
}
