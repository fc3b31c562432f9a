/** A report of which some members are open and others are commitments. docs/audit-format.md, Selective disclosure. */
import { fromBase64, toHex } from './bytes.ts';
import { publicKeyOf } from './ed25519.ts';
import { canonicalBytes, canonicalText } from './jcs.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { checkKeyIds, keyIdOf, readKey } from './keys.ts';
import type { Limits } from './limits.ts';
import { readSignature, type Signature } from './seal.ts';
import { sha256OfText } from './sha.ts';
import { Fields, isCount, matches } from './shape.ts';
import { shown } from './shown.ts';
import { bound } from './unreadable.ts';
import { conclude, Findings, MAX_FINDINGS, notChecked, type Check, type Verified } from './verdict.ts';

const FORMAT = 'masker-disclosure/v1';
const MEMBERS = ['format', 'statement', 'signature', 'openings', 'keys'];
/** A member of the report, an item of one that is a list, or its end: the number of its items. */
const POINTER = /^\/([a-z_]{1,64})(?:\/(-|0|[1-9][0-9]{0,6}))?$/;
/** Members that are named in one message. */
const NAMED = 20;

/** Whether a document is a report that is partly disclosed. */
export function isDisclosure(value: JsonValue): value is JsonObject {
  return isObject(value) && value.get('format') === FORMAT;
}

/** Verifies the document. Throws `Unreadable` for more members than the limits allow. `pinned` holds no key twice. */
export function verifyDisclosure(file: JsonObject, pinned: readonly Uint8Array[], limits: Limits): Verified {
  const shape = new Findings();
  const fields = new Fields(file, '', shape);
  const statement = fields.rawObject('statement') ?? new Map<string, JsonValue>();
  const signature = readSignature(fields);
  const openings = fields.rawArray('openings');
  const listed = fields.rawArray('keys');
  const commitments = readStatement(new Fields(statement, '/statement', shape));
  bound('openings', openings.length, limits.entries);
  bound('commitments', commitments.length, limits.entries);
  bound('keys', listed.length, limits.keys);
  const keys = listed.flatMap((value, at) => readKey(value, `/keys/${at}`, shape) ?? []);
  const checks = [
    shape.conclude('schema', `a report of ${commitments.length} members`),
    checkOpenings(openings, commitments),
    checkKeyIds(keys),
    ...checkSignature(
      statement,
      signature,
      keys.map(({ bytes }) => bytes),
      pinned,
    ),
  ];
  const uncovered = [...file.keys()].filter((name) => !MEMBERS.includes(name)).slice(0, MAX_FINDINGS);
  return conclude(checks, {
    open: [],
    not_covered: uncovered.map((name) => shown(`/${name}`)),
    not_compared: [],
    checkpoints: [],
    hasEntries: true,
  });
}

function readStatement(fields: Fields): readonly string[] {
  fields.constant('v', 1);
  fields.text('report_id', 'reportId');
  fields.constant('schema', 'masker-audit/v1');
  const scope = fields.oneOf('scope', ['session', 'agent', 'account']);
  if (scope === 'session') fields.text('session_id', 'sessionId');
  if (scope === 'agent') fields.text('agent_id', 'agentId');
  fields.text('generated_at', 'time');
  fields.text('merkle_root_hex', 'hash');
  return fields
    .rawArray('commitments')
    .map((value, at) => (matches('hash', value) ? value : fields.fault(`commitments/${at}`, '64 hex digits', '')));
}

/** What is open of one member of the report. */
interface OpenMember {
  /** Whether it is open as a whole. */
  isWhole: boolean;
  /** How many items it has; null where that is closed. */
  count: number | null;
  readonly items: number[];
}

/** Each opening must be one of the commitments, which are all different, and open another member. */
function checkOpenings(openings: readonly JsonValue[], commitments: readonly string[]): Check {
  const findings = new Findings();
  const closed = new Set(commitments);
  if (closed.size < commitments.length) findings.add('wrong_opening', 'a commitment occurs twice');
  const opened = new Set<string>();
  const members = new Map<string, OpenMember>();
  for (const [at, opening] of openings.entries()) {
    const wrong = (message: string): void => {
      findings.add('wrong_opening', `/openings/${at} ${message}`);
    };
    const [salt, pointer, value] = isArray(opening) && opening.length === 3 ? opening : [];
    const named = typeof pointer === 'string' ? POINTER.exec(pointer) : null;
    if (typeof salt !== 'string' || fromBase64(salt, 16) === null || named === null)
      wrong('must be a salt of 16 bytes in base64, a pointer into the report, and a value');
    else if (opened.has(named[0])) wrong('opens a member for the second time');
    else if (!closed.delete(toHex(sha256OfText(canonicalText(opening)))))
      wrong('is not what was signed: the value, its place or its salt is another');
    else if (named[2] === '-' && !isCount(value, 1)) wrong('must be the number of items of a list');
    else {
      opened.add(named[0]);
      open(members, named, value);
    }
  }
  for (const [name, member] of members) checkMember(name, member, findings);
  const names = [...opened].slice(0, NAMED).join(' ');
  return findings.conclude(
    'openings',
    `${opened.size} open: ${names || 'none'}; ${closed.size} closed${partsOf(members)}`,
  );
}

/** Takes an opening that is one of the commitments. */
function open(members: Map<string, OpenMember>, [, name = '', step]: RegExpExecArray, value: JsonValue = null): void {
  const member = members.get(name) ?? { isWhole: false, count: null, items: [] };
  members.set(name, member);
  if (step === undefined) member.isWhole = true;
  else if (step !== '-') member.items.push(Number(step));
  else if (isCount(value)) member.count = value;
}

/** A member is a list or is none, and who shows an item of a list shows how many there are. */
function checkMember(name: string, { isWhole, count, items }: OpenMember, findings: Findings): void {
  const isList = count !== null || items.length > 0;
  if (isWhole && isList) findings.add('wrong_opening', `/${name} is opened as a whole and as a list`);
  if (items.length > 0 && count === null)
    findings.add('wrong_opening', `/${name} has items open, but not the number of its items, /${name}/-`);
  if (count !== null && items.some((item) => item >= count))
    findings.add('wrong_opening', `/${name} has an item open behind its last one`);
}

/** The lists of which some items are open and others closed, in words. */
function partsOf(members: ReadonlyMap<string, OpenMember>): string {
  const parts = [...members].flatMap(([name, { count, items }]) =>
    count === null || items.length >= count ? [] : [`/${name} ${items.length} of ${count} items`],
  );
  return parts.length === 0 ? '' : `; in part: ${parts.slice(0, NAMED).join(', ')}`;
}

function checkSignature(
  statement: JsonObject,
  signature: Signature | null,
  keys: readonly Uint8Array[],
  pinned: readonly Uint8Array[],
): readonly Check[] {
  const findings = new Findings();
  const origin = new Findings();
  const message = canonicalBytes(statement);
  const signs = (key: Uint8Array): boolean =>
    signature !== null && keyIdOf(key) === signature.key_id && publicKeyOf(key).verifies(signature.bytes, message);
  const isPinned = pinned.some(signs);
  const named = [...pinned, ...keys].filter((key) => keyIdOf(key) === signature?.key_id);
  if (named.length === 0) findings.add('unknown_key', 'the statement is signed with no key of the file');
  else if (!isPinned && !keys.some(signs))
    findings.add('bad_signature', 'the signature of the statement does not verify');
  if (!isPinned) origin.add('untrusted_key', 'the statement is signed by none of the trusted keys');
  return [
    findings.conclude('report_signature', 'the statement with its commitments, Ed25519'),
    pinned.length === 0
      ? notChecked('origin', 'no trusted key was given')
      : origin.conclude('origin', 'the statement is signed by a trusted key'),
  ];
}
