/** The report of a search for a subject, against the entries of the sessions that it names. docs/audit-format.md, Subject reports. */
import { readKey, distinctKeys, KeyRing, type StatedKey } from './keys.ts';
import { isArray, isObject, readJson, type JsonObject, type JsonValue } from './json.ts';
import { without } from './jcs.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { isPdf, readPdf } from './pdf.ts';
import { readSignature, type Signature } from './seal.ts';
import { Fields, matches } from './shape.ts';
import { counted, shown } from './shown.ts';
import { judge } from './signatures.ts';
import { sourceOf } from './text-source.ts';
import { bound, Unreadable } from './unreadable.ts';
import { conclude, Findings, notChecked, notRead, type Check, type Verification } from './verdict.ts';

/** What the caller knows. */
export interface SubjectOptions {
  /** As in `verifyBundle`. */
  readonly trustedKeys?: readonly Uint8Array[];
  readonly limits?: Partial<Limits>;
}

const SCHEMA = 'masker-subject/v1';

interface Disclosure {
  readonly session_id: string;
  readonly agent_id: string;
  readonly kind: string;
  readonly first_at: string;
  readonly last_at: string;
  readonly recipients: readonly string[];
}

interface Subject {
  readonly data: readonly Disclosure[];
  readonly signature: Signature | null;
}

/** What the entries of one session say of requests and redactions. */
interface Told {
  readonly agents: Set<string>;
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
    const object = subjectOf(readJson(bytes, limits).value);
    const { data, signature } = readSubject(object, shape);
    bound('items of data', data.length, limits.seals);
    const keys: StatedKey[] = [];
    const told = new Map<string, Told>();
    for (const bundle of bundles) readBundleEntries(bundle, limits, told, keys);
    const pinned = distinctKeys(options.trustedKeys ?? []);
    const missing = new Set(data.map(({ session_id: id }) => id).filter((id) => !told.has(id)));
    const checks = [
      shape.conclude('schema', `a subject report of ${counted(data.length, 'disclosure')}`),
      checkDisclosures(data, told, missing.size),
      ...checkSignature(object, signature, new KeyRing(pinned, keys), pinned.length),
    ];
    const hasEntries = data.length > 0 && missing.size === 0;
    return conclude(checks, { open: [], not_covered: [], not_compared: [], checkpoints: [], hasEntries });
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

function readSubject(object: JsonObject, shape: Findings): Subject {
  const fields = new Fields(object, '', shape);
  fields.text('id', 'reportId');
  fields.constant('scope', 'subject');
  fields.text('account_id', 'accountId');
  fields.text('generated_at', 'time');
  fields.text('value_hmac', 'hash');
  fields.textOrNull('kind', 'kind');
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
  return { data, signature: readSignature(new Fields(object, '', shape)) };
}

const recipientName = (upstream: string, model: string): string => JSON.stringify([upstream, model]);

/** Adds what the entries of a bundle say, and its keys. Throws Unreadable. */
function readBundleEntries(bytes: Uint8Array, limits: Limits, told: Map<string, Told>, keys: StatedKey[]): void {
  const source = sourceOf(bytes);
  const { value } = readJson(isPdf(source) ? readPdf(source, limits).attached : source, limits);
  const [entries, listed] = isObject(value) ? [value.get('entries'), value.get('keys')] : [];
  for (const key of isArray(listed) ? listed.slice(0, limits.keys) : []) {
    const read = readKey(key, '', new Findings());
    if (read !== null) keys.push(read);
  }
  for (const entry of isArray(entries) ? entries : []) {
    const id = isObject(entry) ? entry.get('session_id') : null;
    if (!isObject(entry) || typeof id !== 'string') continue;
    const own = told.get(id) ?? { agents: new Set(), firsts: new Map(), hasInherited: false, requests: new Map() };
    told.set(id, own);
    tell(entry, own);
  }
}

/** Adds what one entry says. Entries come in the order of the journal. */
function tell(entry: JsonObject, told: Told): void {
  const text = (name: string): string => {
    const value = entry.get(name);
    return typeof value === 'string' ? value : '';
  };
  const at = text('ts');
  told.agents.add(text('agent_id'));
  if (!matches('time', at)) return;
  const kind = text('entity_kind');
  if (text('kind') === 'redaction' && !told.hasInherited && !told.firsts.has(kind)) told.firsts.set(kind, at);
  if (text('kind') !== 'turn_forwarded') return;
  if (entry.has('tokens_inherited')) told.hasInherited = true;
  const name = recipientName(text('upstream'), text('model'));
  const [first, last] = told.requests.get(name) ?? [at, at];
  told.requests.set(name, [first < at ? first : at, last > at ? last : at]);
}

function checkDisclosures(data: readonly Disclosure[], told: ReadonlyMap<string, Told>, missing: number): Check {
  if (data.length === 0)
    return notChecked('counts', 'the report names no session: entries cannot show that there is none');
  const findings = new Findings();
  for (const each of data) {
    const own = told.get(each.session_id);
    if (own !== undefined) checkDisclosure(each, own, findings);
  }
  if (missing > 0) return findings.concludePartly('counts', `needs the bundles of ${counted(missing, 'session')}`);
  return findings.conclude('counts', `${counted(data.length, 'disclosure')}, each with the entries of its session`);
}

/** Times of one form sort as texts. */
function checkDisclosure({ session_id: id, kind, ...stated }: Disclosure, told: Told, findings: Findings): void {
  const what = `${shown(kind)} in ${id}:`;
  const firstRequest = [...told.requests.values()].map(([at]) => at).sort()[0] ?? '';
  const firstAt = told.firsts.get(kind) ?? firstRequest;
  const sent = [...told.requests].filter(([, [, last]]) => last >= firstAt);
  const lastAt = [firstAt, ...sent.map(([, [, last]]) => last)].sort().at(-1) ?? '';
  const recipients = sent.map(([name]) => name).sort();
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
