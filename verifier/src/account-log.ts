/** What a file holds of the account's log: a leaf, its proof, and the checkpoint that they lead to. docs/audit-format.md, Bundles. */
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { canonicalBytes } from './jcs.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Limits } from './limits.ts';
import { bound } from './unreadable.ts';
import { readNote, type SignedNote } from './signed-note.ts';
import { textOf } from './strict-text.ts';
import { parseTlogProof, type TlogProof } from './tlog-proof.ts';
import type { Findings } from './verdict.ts';

/** A checkpoint with the note that it is from. */
export interface CheckpointNote {
  /** The whole signed note. */
  readonly whole: string;
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** A leaf that the file says is in the account's log. */
export interface LoggedLeaf extends CheckpointNote {
  /** Where in the file it stands. */
  readonly path: string;
  readonly leaf: JsonObject;
  /** The bytes whose hash is in the tree. */
  readonly leafBytes: Uint8Array;
  readonly proof: TlogProof;
}

/** The leaves of the account's log that a file holds: those of seals, and those of comparisons. */
export interface LoggedLeaves {
  readonly logged: readonly LoggedLeaf[];
  readonly compared: readonly LoggedLeaf[];
}

/** Where comparisons stand in a file. */
const COMPARED = '/completeness_log';

/**
 * Reads `account_log` of the file and of its report, and `completeness_log`: an object, or an array of such objects. Faults go
 * to `findings`. Throws `Unreadable` for more members, logs, or signature lines on distinct checkpoints than the limits allow.
 */
export function readAccountLog(file: JsonObject, limits: Limits, findings: Findings): LoggedLeaves {
  const report = file.get('report');
  const places: readonly (readonly [string, JsonValue | undefined])[] = [
    ['/account_log', file.get('account_log')],
    ['/report/account_log', isObject(report) ? report.get('account_log') : undefined],
    [COMPARED, file.get('completeness_log')],
  ];
  const members = places.flatMap(([path, value]): readonly (readonly [string, JsonValue])[] => {
    if (value === undefined || value === null) return [];
    return isArray(value) ? value.map((item, index) => [`${path}/${index}`, item]) : [[path, value]];
  });
  bound('members of account_log', members.length, limits.seals);
  const all = members.flatMap(([path, value]) => readLoggedLeaf(value, path, findings) ?? []);
  bound('logs', new Set(all.map(({ checkpoint }) => checkpoint.origin)).size, limits.logs);
  const lines = distinctNotes(all).reduce((sum, { note }) => sum + note.signatures.length, 0);
  bound('signatures of checkpoints', lines, limits.signatures);
  const isCompared = ({ path }: LoggedLeaf): boolean => path.startsWith(COMPARED);
  return { logged: all.filter((leaf) => !isCompared(leaf)), compared: all.filter(isCompared) };
}

/** Each of the notes once. */
export function distinctNotes(notes: readonly CheckpointNote[]): readonly CheckpointNote[] {
  return [...new Map(notes.map((note) => [note.whole, note])).values()];
}

/** A checkpoint and its note from the whole signed note. Verifies nothing. Throws FormatError. */
export function parseCheckpointNote(input: string | Uint8Array): CheckpointNote {
  const whole = textOf(input, 'malformed_note');
  const note = readNote(whole);
  return { whole, note, checkpoint: readCheckpoint(note.text) };
}

function readLoggedLeaf(value: JsonValue, path: string, findings: Findings): LoggedLeaf | null {
  const wrong = (message: string): null => {
    findings.add('wrong_shape', `${path}${message}`);
    return null;
  };
  if (!isObject(value)) return wrong(' must be an object');
  const [whole, proofText, leaf] = ['checkpoint', 'inclusion_proof', 'leaf'].map((name) => value.get(name));
  if (typeof whole !== 'string') return wrong('/checkpoint must be a signed note');
  if (typeof proofText !== 'string') return wrong('/inclusion_proof must be a proof as text');
  if (!isObject(leaf)) return wrong('/leaf must be an object');
  try {
    const proof = parseTlogProof(proofText);
    return { path, leaf, leafBytes: canonicalBytes(leaf), proof, ...parseCheckpointNote(whole) };
  } catch (error) {
    if (error instanceof FormatError) return wrong(`: ${error.message}`);
    throw error;
  }
}
