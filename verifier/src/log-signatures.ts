/** Who signed a checkpoint: a trusted key, a key of the file, or no known key. */
import { distinctNotes, type CheckpointNote } from './account-log.ts';
import type { Bundle } from './bundle.ts';
import { toHex } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { checkManifest, type KeyManifest } from './key-manifest.ts';
import type { SignedThing } from './judgement.ts';
import type { LogKeys, NoteKey } from './note-key.ts';
import { openNote } from './note.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check, type FindingCode, type StatedCheckpoint } from './verdict.ts';

/** A checkpoint, and who signed it. */
export interface JudgedCheckpoint extends SignedThing {
  readonly of: CheckpointNote;
  readonly stated: StatedCheckpoint;
  /** Why the judgement is `bad`; null where it is another one. */
  readonly fault: FindingCode | null;
}

/**
 * Judges each distinct checkpoint once, by trusted keys first. The log signs under the name of its origin. `pinned` and
 * `own`, the keys of the file, hold no key twice.
 */
export function judgeCheckpoints(
  notes: readonly CheckpointNote[],
  own: LogKeys,
  pinned: LogKeys,
  what = 'the checkpoint of the account log',
): readonly JudgedCheckpoint[] {
  return distinctNotes(notes).map((of) => {
    const { origin, size, root } = of.checkpoint;
    const trusted = signersAmong(of, pinned(origin));
    const isTrusted = typeof trusted === 'string' || trusted.length > 0;
    const found = isTrusted ? trusted : signersAmong(of, own(origin));
    const signers = typeof found === 'string' || (!isTrusted && pinned(origin).length > 0) ? [] : found;
    return {
      of,
      what: `${what} (size ${size})`,
      judgement: typeof found === 'string' ? 'bad' : found.length === 0 ? 'no key' : isTrusted ? 'pinned' : 'stated',
      fault: typeof found === 'string' ? found : null,
      key_id: keyIdsOf(of),
      stated: { origin, size: String(size), root_hex: toHex(root), signed_by_hex: signers },
    };
  });
}

/** The keys, in hex, that signed as the log; or what is wrong with the signature of one of them. */
function signersAmong({ whole }: CheckpointNote, keys: readonly NoteKey[]): readonly string[] | FindingCode {
  try {
    const { verified } = openNote(whole, keys);
    return verified.map(({ key }) => toHex(key.publicKey));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.code === 'no_known_signature' ? [] : faultOf(error);
  }
}

/** The code of a finding about a note that was refused. */
export function faultOf({ code }: FormatError): FindingCode {
  if (code === 'no_known_signature') return 'wrong_log';
  return code === 'ambiguous_key' ? 'wrong_key_id' : 'bad_signature';
}

/** Adds what is wrong with the signature of a checkpoint, if anything is. */
export function addFault({ what, fault }: JudgedCheckpoint, findings: Findings): void {
  if (fault === null) return;
  const problem = fault === 'wrong_key_id' ? 'may be by either of two known keys' : 'does not verify';
  findings.add(fault, `the signature of ${what} ${problem}`);
}

/** The key IDs of the lines under the name of the log, for messages. They are not those of seals: a name goes into them. */
function keyIdsOf({ note, checkpoint }: CheckpointNote): string {
  const ids = note.signatures.filter(({ name }) => name === checkpoint.origin).map(({ keyId }) => keyId);
  return ids.length === 0 ? 'no signature line of the log' : ids.slice(0, 4).join(', ');
}

/** Whether the checkpoints of the file are signed by their log. */
export function checkCheckpointSignatures(
  judged: readonly JudgedCheckpoint[],
  { keys }: Bundle,
  manifest: KeyManifest | null,
): Check {
  if (judged.length === 0) return notChecked('checkpoint_signature', 'the file holds nothing of the account log');
  const findings = new Findings();
  if (manifest !== null) checkManifest(manifest, judged, findings);
  for (const each of judged) {
    addFault(each, findings);
    if (each.judgement === 'no key' && keys !== null)
      findings.add('unknown_key', `${each.what} is signed with no key of the file`, { found: each.key_id });
  }
  if (judged.some(({ judgement }) => judgement === 'no key'))
    return findings.concludePartly('checkpoint_signature', 'needs the public key of the log');
  const origins = [...new Set(judged.map(({ of }) => shown(of.checkpoint.origin)))].join(', ');
  return findings.conclude(
    'checkpoint_signature',
    `${counted(judged.length, 'checkpoint')} of ${origins}, signed note, Ed25519${manifest === null ? '' : ', by the key manifest'}`,
  );
}
