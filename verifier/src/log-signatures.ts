/** Who signed a checkpoint: a trusted key, a key of the file, or nobody known. */
import type { CheckpointNote } from './account-log.ts';
import type { Bundle } from './bundle.ts';
import { toHex } from './bytes.ts';
import { FormatError } from './format-error.ts';
import type { Judgement, SignedThing } from './judgement.ts';
import { logKey } from './note-key.ts';
import { openNote } from './note.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check, type StatedCheckpoint } from './verdict.ts';

/** A checkpoint, and who signed it. */
export interface JudgedCheckpoint extends SignedThing {
  readonly of: CheckpointNote;
}

/** Judges each distinct checkpoint once, by trusted keys first. The log signs under the name of its origin. */
export function judgeCheckpoints(
  notes: readonly CheckpointNote[],
  { keys }: Bundle,
  pinned: readonly Uint8Array[],
  what = 'the checkpoint of the account log',
): readonly JudgedCheckpoint[] {
  const stated = (keys ?? []).map(({ bytes }) => bytes);
  return [...new Map(notes.map((note) => [note.whole, note])).values()].map((of) => {
    const byPinned = judge(of, pinned);
    const judgement = byPinned === 'good' ? 'pinned' : byPinned === 'bad' ? 'bad' : statedJudgement(judge(of, stated));
    return { of, what: `${what} (size ${of.checkpoint.size})`, judgement, key_id: signersOf(of) };
  });
}

function statedJudgement(found: 'good' | 'bad' | 'none'): Judgement {
  return found === 'good' ? 'stated' : found === 'bad' ? 'bad' : 'no key';
}

function judge({ whole, checkpoint }: CheckpointNote, keys: readonly Uint8Array[]): 'good' | 'bad' | 'none' {
  const distinct = [...new Map(keys.map((key) => [toHex(key), key])).values()];
  try {
    openNote(
      whole,
      distinct.map((key) => logKey(checkpoint.origin, key)),
    );
    return 'good';
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.code === 'no_known_signature' ? 'none' : 'bad';
  }
}

/** The key IDs of the lines under the name of the log, for messages. They are not those of seals: a name goes into them. */
function signersOf({ note, checkpoint }: CheckpointNote): string {
  const ids = note.signatures.filter(({ name }) => name === checkpoint.origin).map(({ keyId }) => keyId);
  return ids.length === 0 ? 'nobody' : ids.slice(0, 4).join(', ');
}

/** Whether the checkpoints of the file are signed by their log. */
export function checkCheckpointSignatures(judged: readonly JudgedCheckpoint[], { keys }: Bundle): Check {
  if (judged.length === 0) return notChecked('checkpoint_signature', 'the file holds nothing of the account log');
  const findings = new Findings();
  for (const { what, judgement, key_id } of judged) {
    if (judgement === 'bad')
      findings.add({ code: 'bad_signature', message: `the signature of ${what} does not verify` });
    if (judgement === 'no key' && keys !== null)
      findings.add({ code: 'unknown_key', message: `${what} is signed with no key of the file`, found: key_id });
  }
  if (judged.some(({ judgement }) => judgement === 'no key'))
    return findings.concludePartly('checkpoint_signature', 'needs the public key of the log');
  const origins = [...new Set(judged.map(({ of }) => shown(of.checkpoint.origin)))].join(', ');
  return findings.conclude(
    'checkpoint_signature',
    `${counted(judged.length, 'checkpoint', 'checkpoints')} of ${origins}, signed note, Ed25519`,
  );
}

/** Checkpoints whose signature verified, as they are printed and compared across files. */
export function statedCheckpoints(judged: readonly JudgedCheckpoint[]): readonly StatedCheckpoint[] {
  return judged.flatMap(({ of: { checkpoint }, judgement }) =>
    judgement === 'pinned' || judgement === 'stated'
      ? [{ origin: checkpoint.origin, size: String(checkpoint.size), root_hex: toHex(checkpoint.root) }]
      : [],
  );
}
