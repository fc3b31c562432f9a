/** Signed heads of open journals, as untrusted input: anchored ones of the file, and receipts that a caller kept. docs/audit-format.md. */
import { fromHex, toHex, utf8 } from './bytes.ts';
import { canonicalBytes } from './jcs.ts';
import { isObject, readJson, type JsonArray, type JsonObject, type JsonValue } from './json.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { leafHash } from './merkle.ts';
import { readSignature, type Signature } from './seal.ts';
import { Fields, fieldsOf, matches } from './shape.ts';
import { rootFromInclusion } from './tree-proofs.ts';
import { Unreadable } from './unreadable.ts';
import { Findings } from './verdict.ts';

/** The end of a session's journal at some time. */
export interface Head {
  readonly session_id: string;
  readonly event_count: number;
  readonly last_hash: string;
  /** `ts` of the last of these entries. */
  readonly ts: string;
}

/** A head and what is signed: the anchor whose tree it is in, or, of a receipt, the head itself. */
export interface SignedHead {
  readonly head: Head;
  readonly signedBy: 'an anchor' | 'a receipt';
  /** The object that the signature is over. */
  readonly object: JsonObject;
  /** When it was signed; of a receipt, the time of its last entry. */
  readonly signedAt: string;
  readonly signature: Signature;
  /** Whether the proof leads from the head to the root of the anchor. */
  readonly included: boolean;
}

/** Longest proof: a tree of 2^32 leaves. */
const LONGEST_PROOF = 32;

/** Reads one of a file's `anchored_heads`; null, with findings, where it is not what the format says. */
function readAnchoredHead(value: JsonValue, path: string, findings: Findings): SignedHead | null {
  const fields = fieldsOf(value, path, findings);
  if (fields === null) return null;
  const [headObject, anchorObject] = [fields.rawObject('head'), fields.rawObject('anchor')];
  const signature = readSignature(fields);
  const index = fields.count('index');
  const proof = readProof(fields);
  const head = headObject === null ? null : readHead(new Fields(headObject, `${path}/head`, findings));
  const anchor = anchorObject === null ? null : readAnchor(new Fields(anchorObject, `${path}/anchor`, findings));
  const sound = fields.finish(true);
  if (headObject === null || anchorObject === null || head === null || anchor === null) return null;
  if (signature === null || sound === null) return null;
  const leaf = leafHash(canonicalBytes(headObject));
  const root = rootFromInclusion({ leafHash: leaf, index, size: anchor.tree_size, proof });
  return {
    head,
    signedBy: 'an anchor',
    object: anchorObject,
    signedAt: anchor.ts,
    signature,
    included: root !== null && toHex(root) === anchor.root_hex,
  };
}

/** Reads `anchored_heads`; those that are not what the format says are left out, with findings. */
export function readAnchoredHeads(values: JsonArray, path: string, findings: Findings): readonly SignedHead[] {
  return values.flatMap((value, index) => readAnchoredHead(value, `${path}/${index}`, findings) ?? []);
}

function readHead(fields: Fields): Head | null {
  fields.constant('v', 1);
  return fields.finish({
    session_id: fields.text('session_id', 'sessionId'),
    event_count: fields.count('event_count', 1),
    last_hash: fields.text('last_hash', 'hash'),
    ts: fields.text('ts', 'time'),
  });
}

function readAnchor(fields: Fields): { ts: string; tree_size: number; root_hex: string } | null {
  fields.constant('v', 1);
  fields.text('account_id', 'accountId');
  return fields.finish({
    ts: fields.text('ts', 'time'),
    tree_size: fields.count('tree_size', 1),
    root_hex: fields.text('root_hex', 'hash'),
  });
}

function readProof(fields: Fields): readonly Uint8Array[] {
  const raw = fields.rawArray('proof');
  const hashes = raw.flatMap((item) => (matches('hash', item) ? (fromHex(item, 32) ?? []) : []));
  const sound = hashes.length === raw.length && hashes.length <= LONGEST_PROOF;
  return sound ? hashes : fields.fault('proof', `at most ${LONGEST_PROOF} hashes`, []);
}

/** A receipt from its text: base64url, as in the header `Masker-Receipt`, or the JSON itself. Null for anything else. */
export function parseReceipt(text: string): SignedHead | null {
  try {
    const { value } = readJson(receiptBytes(text.trim()), { ...DEFAULT_LIMITS, bytes: 16_384 });
    if (!isObject(value)) return null;
    const fields = new Fields(value, '', new Findings());
    const object = fields.rawObject('head');
    const signature = readSignature(fields);
    const head = object === null ? null : readHead(new Fields(object, '/head', new Findings()));
    if (object === null || head === null || signature === null) return null;
    return { head, signedBy: 'a receipt', object, signedAt: head.ts, signature, included: true };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function receiptBytes(text: string): Uint8Array {
  // No bytes have a base64 form of 4n + 1 letters.
  if (!/^[A-Za-z0-9_-]{1,16000}$/.test(text) || text.length % 4 === 1) return utf8(text);
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
