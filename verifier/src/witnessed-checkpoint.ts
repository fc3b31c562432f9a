/** A signed checkpoint under a witness policy. */
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import type { NoteKey } from './note-key.ts';
import { openNote } from './note.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** What a checkpoint has of what a policy asks for. */
export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The key of the policy's log that signed; null where the policy names no log. */
  readonly log: NoteKey | null;
  /** The witnesses that cosigned, by their names in the policy, each with the latest time in POSIX seconds. */
  readonly cosigned: readonly { readonly name: string; readonly timestamp: bigint }[];
  readonly quorumMet: boolean;
}

/**
 * Judges a whole signed checkpoint by a policy. `logKeys` are the keys of logs that the caller knows beside those of the policy.
 *
 * Throws FormatError: `malformed_note`, `malformed_checkpoint` or `input_too_large`; `bad_note_signature` where a line by a
 * log or witness does not verify; `no_known_signature` where no log signed, or none whose key name is the origin.
 */
export function judgeCheckpoint(
  input: string | Uint8Array,
  policy: WitnessPolicy,
  logKeys: readonly NoteKey[] = [],
): WitnessedCheckpoint {
  const logs = [...policy.logs.map(({ key }) => key), ...logKeys];
  const { text, verified } = openNote(input, [...logs, ...policy.witnesses.map(({ key }) => key)]);
  const checkpoint = readCheckpoint(text);
  const log = verified.find(({ key }) => logs.includes(key) && key.name === checkpoint.origin)?.key ?? null;
  if (log === null && logs.length > 0)
    throw new FormatError('no_known_signature', 'the checkpoint is not signed by a log of its origin that is known');
  const cosigned = policy.witnesses.flatMap(({ name, key }) => {
    const times = verified.flatMap((line) => (line.key === key && line.timestamp !== null ? [line.timestamp] : []));
    const [first, ...rest] = times;
    return first === undefined ? [] : [{ name, timestamp: rest.reduce((a, b) => (a > b ? a : b), first) }];
  });
  return { checkpoint, log, cosigned, quorumMet: isQuorumMet(policy, new Set(cosigned.map(({ name }) => name))) };
}

function isQuorumMet({ groups, quorum }: WitnessPolicy, cosigned: Set<string>): boolean {
  // Members stand on lines before their group: one pass is enough.
  for (const { name, threshold, members } of groups) {
    if (members.filter((member) => cosigned.has(member)).length >= threshold) cosigned.add(name);
  }
  return quorum === 'none' || cosigned.has(quorum);
}
