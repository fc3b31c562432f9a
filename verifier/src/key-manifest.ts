/** The manifest of a log's keys: which key signs at which size. docs/account-log.md, Rotation of the signing key. */
import { toHex, utf8 } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { isArray, isObject, readJson, type JsonObject, type JsonValue } from './json.ts';
import { readKey } from './keys.ts';
import { logKey } from './note-key.ts';
import { isCount } from './shape.ts';
import { shown } from './shown.ts';
import { Unreadable } from './unreadable.ts';
import { Findings, type StatedCheckpoint } from './verdict.ts';

/** A key of a log, and the sizes of the checkpoints that it signs: from `from` on and below `until`, null for no end. */
export interface ManifestKey {
  readonly publicKey: Uint8Array;
  readonly from: bigint;
  readonly until: bigint | null;
}

/** The keys of one log, the oldest first, without a gap between their sizes. */
export interface KeyManifest {
  readonly origin: string;
  readonly keys: readonly ManifestKey[];
}

/** The manifest from the answer of `GET /api/v1/audit/keys`. Throws FormatError `malformed_key_manifest`. */
export function parseKeyManifest(input: string | Uint8Array): KeyManifest {
  const document = documentOf(typeof input === 'string' ? utf8(input) : input);
  const [origin, list] = isObject(document) ? [document.get('origin'), document.get('keys')] : [];
  if (typeof origin !== 'string' || !isArray(list) || list.length === 0)
    throw malformed('it must have an origin and a list of keys');
  const keys = list.map((value) => readManifestKey(origin, value));
  for (const [at, { from, until }] of keys.entries()) {
    if (until !== (keys[at + 1]?.from ?? null) || (until !== null && until <= from))
      throw malformed('each key must sign up to the size from which the next one signs');
  }
  if (new Set(keys.map(({ publicKey }) => toHex(publicKey))).size < keys.length)
    throw malformed('a key must not come back: it was retired');
  return { origin, keys };
}

function documentOf(bytes: Uint8Array): JsonValue {
  try {
    return readJson(bytes).value;
  } catch (error) {
    if (error instanceof Unreadable) throw malformed('it must be JSON');
    throw error;
  }
}

function readManifestKey(origin: string, value: JsonValue): ManifestKey {
  const findings = new Findings();
  const key = readKey(value, '/keys', findings);
  const object: JsonObject = isObject(value) ? value : new Map<string, JsonValue>();
  const [from, until] = [object.get('from_size'), object.get('until_size')];
  if (key === null || !isCount(from) || (until !== null && !isCount(until)))
    throw malformed('each key must have key_id, alg, public_key, from_size and until_size');
  if (object.get('note_key_id') !== logKey(origin, key.bytes).keyId)
    throw malformed('note_key_id must be derived from the origin and the key');
  return { publicKey: key.bytes, from: BigInt(from), until: until === null ? null : BigInt(until) };
}

function malformed(message: string): FormatError {
  return new FormatError('malformed_key_manifest', message);
}

/** A checkpoint whose signers were found. */
interface SignedCheckpoint {
  readonly what: string;
  readonly of: { readonly checkpoint: Checkpoint };
  readonly stated: StatedCheckpoint;
}

/** Adds a finding for each checkpoint of another log, and for each that the key in force at its size did not sign. */
export function checkManifest(
  { origin, keys }: KeyManifest,
  judged: readonly SignedCheckpoint[],
  findings: Findings,
): void {
  for (const { what, of, stated } of judged) {
    if (stated.origin !== origin) {
      findings.add('wrong_log', `${what} is of another log than the key manifest`, {
        expected: shown(origin),
        found: shown(stated.origin),
      });
      continue;
    }
    const { size } = of.checkpoint;
    const inForce = keys.find(({ from, until }) => from <= size && (until === null || size < until));
    const expected = inForce === undefined ? 'none' : toHex(inForce.publicKey);
    if (stated.signed_by_hex.includes(expected)) continue;
    const found = stated.signed_by_hex.join(', ');
    findings.add('wrong_key', `${what} is not signed by the key that signs the log at this size`, {
      expected,
      found: found === '' ? 'no known key' : found,
    });
  }
}
