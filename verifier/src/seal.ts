/** Seals and signatures as untrusted input. docs/audit-format.md, Seals. */
import { fromBase64 } from './bytes.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { Fields, fieldsOf } from './shape.ts';
import type { Findings } from './verdict.ts';

/** A well-formed signature. Whether it verifies is another question. */
export interface Signature {
  readonly key_id: string;
  /** 64 bytes. */
  readonly bytes: Uint8Array;
}

/** What a seal states. */
export interface Seal {
  readonly session_id: string;
  readonly agent_id: string;
  readonly account_id: string;
  readonly started_at: string;
  readonly sealed_at: string;
  readonly event_count: number;
  readonly last_hash: string;
  readonly merkle_root_hex: string;
  readonly redactions_by_kind: ReadonlyMap<string, number>;
  readonly status: string;
  readonly policy_digest: string;
}

/** A seal, the object that was signed, and its signature. */
export interface SignedSeal {
  readonly seal: Seal;
  /** The seal as it is in the file, unknown fields included: the signature is over its canonical form. */
  readonly object: JsonObject;
  readonly signature: Signature;
}

/** Reads `{seal, signature}`; null, with findings, where either is not what the format says. */
export function readSignedSeal(value: JsonValue, path: string, findings: Findings): SignedSeal | null {
  const fields = fieldsOf(value, path, findings);
  if (fields === null) return null;
  const object = fields.rawObject('seal');
  const signature = readSignature(fields);
  const seal = object === null ? null : readSeal(new Fields(object, `${path}/seal`, findings));
  return object === null || seal === null || signature === null ? null : { seal, object, signature };
}

/** Reads the member `signature` of a document; null, with findings, where it is not what the format says. */
export function readSignature(document: Fields): Signature | null {
  const fields = document.nested('signature');
  fields.constant('alg', 'Ed25519');
  const key_id = fields.text('key_id', 'keyId');
  const bytes =
    fromBase64(fields.text('sig', 'freeText'), 64) ?? fields.fault('sig', 'base64 of 64 bytes', new Uint8Array());
  return document.finish({ key_id, bytes });
}

function readSeal(fields: Fields): Seal | null {
  fields.constant('v', 1);
  return fields.finish({
    session_id: fields.text('session_id', 'sessionId'),
    agent_id: fields.text('agent_id', 'agentId'),
    account_id: fields.text('account_id', 'accountId'),
    started_at: fields.text('started_at', 'time'),
    sealed_at: fields.text('sealed_at', 'time'),
    event_count: fields.count('event_count', 1),
    last_hash: fields.text('last_hash', 'hash'),
    merkle_root_hex: fields.text('merkle_root_hex', 'hash'),
    redactions_by_kind: fields.counts('redactions_by_kind', 'kind'),
    status: fields.oneOf('status', ['ok', 'partial', 'error']) ?? '',
    policy_digest: fields.text('policy_digest', 'hash'),
  });
}
