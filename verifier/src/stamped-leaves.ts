/** Leaves of the account's log with their proofs to stamped checkpoints, and the tokens. docs/audit-format.md, Bundles. */
import { parseCheckpointNote, type CheckpointNote } from './account-log.ts';
import { fromBase64 } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { canonicalBytes } from './jcs.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Limits } from './limits.ts';
import { leafHash } from './merkle.ts';
import { shown } from './shown.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { verifyInclusion } from './tree-proofs.ts';
import { bound } from './unreadable.ts';
import type { Findings } from './verdict.ts';

/** A leaf whose proof leads to the checkpoint. */
export interface StampedLeaf {
  /** Where in the file it stands. */
  readonly path: string;
  readonly stamped: CheckpointNote;
  /** The session whose seal it is; null for any other leaf. */
  readonly sessionId: string | null;
  /** When its seal was made, in milliseconds since the epoch; null where it states no such time. */
  readonly sealedAt: number | null;
}

export interface StampedLeaves {
  readonly leaves: readonly StampedLeaf[];
  /** Tokens by the whole note of their checkpoint. */
  readonly tokens: ReadonlyMap<string, Uint8Array>;
}

/** Reads `account_log` and `timestamps` of a file. Faults go to `findings`. Throws `Unreadable` for more than the limits allow. */
export function readStampedLeaves(file: JsonValue, limits: Limits, findings: Findings): StampedLeaves {
  if (!isObject(file)) return { leaves: [], tokens: new Map() };
  const log = file.get('account_log') ?? [];
  const members = isArray(log) ? log.map((item, index) => [`/account_log/${index}`, item] as const) : [];
  const single = isArray(log) ? [] : [['/account_log', log] as const];
  const stamps = file.get('timestamps') ?? [];
  bound('members of account_log', members.length, limits.seals);
  bound('timestamps', isArray(stamps) ? stamps.length : 1, limits.keys);
  const tokens = new Map<string, Uint8Array>();
  for (const [index, stamp] of (isArray(stamps) ? stamps : [stamps]).entries()) {
    const [note, token] = isObject(stamp) ? [stamp.get('checkpoint'), stamp.get('token')] : [];
    const bytes = typeof token === 'string' ? fromBase64(token) : null;
    if (typeof note !== 'string' || bytes === null)
      findings.add('wrong_shape', `/timestamps/${index} must be a signed note and its token in base64`);
    else tokens.set(note, bytes);
  }
  const leaves = [...members, ...single].flatMap(([path, value]) => readStamped(value, path, findings) ?? []);
  return { leaves, tokens };
}

function readStamped(value: JsonValue, path: string, findings: Findings): StampedLeaf | null {
  const leaf = isObject(value) ? value.get('leaf') : undefined;
  const text = isObject(value) ? value.get('timestamp_proof') : undefined;
  // `verifyBundle` names a leaf that is none. A seal without a proof is counted as one without a token.
  if (!isObject(leaf) || text === undefined) return null;
  if (typeof text !== 'string') {
    findings.add('wrong_shape', `${path}/timestamp_proof must be a proof as text`);
    return null;
  }
  try {
    const { index, proof, checkpoint: note } = parseTlogProof(text);
    const stamped = parseCheckpointNote(note);
    const { size, root, origin } = stamped.checkpoint;
    const isInLog = verifyInclusion({ leafHash: leafHash(canonicalBytes(leaf)), index, size, proof, root });
    if (!isInLog) {
      findings.add('wrong_proof', `the proof at ${path} does not lead from the leaf to the stamped checkpoint`);
      return null;
    }
    const account = leaf.get('account_id');
    if (typeof account !== 'string' || !origin.endsWith(`/log/${account}`))
      findings.add('wrong_log', `the stamped checkpoint at ${path} is of another log`, { found: shown(origin) });
    return { path, stamped, ...sealOf(leaf) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    findings.add('wrong_shape', `${path}/timestamp_proof: ${error.message}`);
    return null;
  }
}

function sealOf(leaf: JsonObject): Pick<StampedLeaf, 'sessionId' | 'sealedAt'> {
  const seal = leaf.get('kind') === 'session_sealed' ? leaf.get('seal') : null;
  const [id, text] = isObject(seal) ? [seal.get('session_id'), seal.get('sealed_at')] : [];
  const time = typeof text === 'string' ? Date.parse(text) : NaN;
  return { sessionId: typeof id === 'string' ? id : null, sealedAt: Number.isNaN(time) ? null : time };
}
