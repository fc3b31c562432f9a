/** A report of which some members are open and others are commitments. docs/audit-format.md, Selective disclosure. */
import { fromBase64, toHex } from './bytes.ts';
import { publicKeyOf } from './ed25519.ts';
import { canonicalBytes, canonicalText } from './jcs.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { checkKeyIds, keyIdOf, readKey } from './keys.ts';
import type { Limits } from './limits.ts';
import { readSignature, type Signature } from './seal.ts';
import { sha256OfText } from './sha.ts';
import { Fields, matches } from './shape.ts';
import { shown } from './shown.ts';
import { bound } from './unreadable.ts';
import { conclude, Findings, MAX_FINDINGS, notChecked, type Check, type Verified } from './verdict.ts';

const FORMAT = 'masker-disclosure/v1';
const MEMBERS = ['format', 'statement', 'signature', 'openings', 'keys'];
/** A member of the report, or an item of one that is a list. */
const POINTER = /^\/[a-z_]{1,64}(?:\/(?:0|[1-9][0-9]{0,6}))?$/;

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

/** Each opening must be one of the commitments, which are all different, and open another member. */
function checkOpenings(openings: readonly JsonValue[], commitments: readonly string[]): Check {
  const findings = new Findings();
  const closed = new Set(commitments);
  if (closed.size < commitments.length) findings.add('wrong_opening', 'a commitment occurs twice');
  const opened = new Set<string>();
  for (const [at, opening] of openings.entries()) {
    const wrong = (message: string): void => {
      findings.add('wrong_opening', `/openings/${at} ${message}`);
    };
    const [salt, pointer] = isArray(opening) && opening.length === 3 ? opening : [];
    if (
      typeof salt !== 'string' ||
      fromBase64(salt, 16) === null ||
      typeof pointer !== 'string' ||
      !POINTER.test(pointer)
    )
      wrong('must be a salt of 16 bytes in base64, a pointer into the report, and a value');
    else if (opened.has(pointer)) wrong('opens a member for the second time');
    else if (!closed.delete(toHex(sha256OfText(canonicalText(opening)))))
      wrong('is not what was signed: the value, its place or its salt is another');
    else opened.add(pointer);
  }
  const names = [...opened].slice(0, 20).join(' ');
  return findings.conclude('openings', `${opened.size} open: ${names || 'none'}; ${closed.size} closed`);
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
