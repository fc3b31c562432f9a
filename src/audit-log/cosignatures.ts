/** Cosignatures of witnesses that the operator's policy names: checked, kept, and given out with their checkpoint. */
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { cosignedAt, isOfKey } from './cosignature.ts';
import type { Db, StoredCheckpoint } from './log-tables.ts';
import { CHECKPOINT_COLUMNS, storedCheckpoint } from './log-tables.ts';
import type { CheckpointRecord } from './log-tables.ts';
import { parseNote, parseSignatureLine, signatureLine } from './note.ts';
import type { SignedNote } from './note.ts';
import type { Witness, WitnessPolicy } from './witness-policy.ts';

/** A cosignature that was checked. */
export interface Cosignature {
  /** Name of the witness in the policy. */
  readonly witness: string;
  /** When the witness signed, in seconds since the epoch. */
  readonly timestamp: bigint;
  /** The line of the note, with its newline. */
  readonly line: string;
}

/** A checkpoint with its cosignatures. */
export interface WitnessedCheckpoint extends StoredCheckpoint {
  readonly cosignatures: readonly Cosignature[];
  /** Whether the policy's quorum cosigned; null where there is no policy. */
  readonly isWitnessed: boolean | null;
  /** The whole note, cosignatures included. */
  readonly signedNote: string;
}

/** Returns a checkpoint with the cosignatures that are stored for it and hold under the policy. */
export async function witnessed(
  db: Db,
  accountId: AccountId,
  checkpoint: StoredCheckpoint,
  policy: WitnessPolicy | null,
): Promise<WitnessedCheckpoint> {
  const { rows } = await db.query<{ line: string }>(
    'SELECT line FROM log_cosignatures WHERE account_id = $1 AND size = $2 ORDER BY name, key_id',
    [accountId, checkpoint.size],
  );
  const lines = rows.map(({ line }) => line);
  const text = parseNote(checkpoint.note)?.text ?? '';
  const cosignatures = policy === null ? [] : lines.flatMap((line) => checked(text, line, policy.witnesses) ?? []);
  const names = new Set(cosignatures.map(({ witness }) => witness));
  return {
    ...checkpoint,
    cosignatures,
    isWitnessed: policy === null ? null : policy.hasQuorum(names),
    signedNote: checkpoint.note + lines.join(''),
  };
}

function checked(text: string, line: string, witnesses: readonly Witness[]): Cosignature | null {
  const signature = parseSignatureLine(line.trimEnd());
  const witness = signature === null ? undefined : witnesses.find(({ key }) => isOfKey(signature, key));
  if (signature === null || witness === undefined) return null;
  const timestamp = cosignedAt(text, signature, witness.key);
  return timestamp === null ? null : { witness: witness.name, timestamp, line: signatureLine(signature) };
}

const invalid = (message: string): Failure =>
  new Failure('validation_failed', 'Some fields are not valid.', [{ path: 'checkpoint', code: 'invalid', message }]);

/**
 * Keeps the cosignatures of a note whose text is a checkpoint of the account's log. Lines of keys that the policy does not
 * name are passed over. Throws Failure `validation_failed` or `not_found`, and then nothing is kept.
 */
export async function keepCosignatures(
  db: Db,
  accountId: AccountId,
  noteText: string,
  policy: WitnessPolicy | null,
): Promise<StoredCheckpoint> {
  if (policy === null) throw invalid('This server has no witness policy: set MASKER_WITNESS_POLICY.');
  const note = parseNote(noteText);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) throw invalid('This is not a signed checkpoint.');
  const stored = await storedAt(db, accountId, checkpoint.size);
  if (stored === null || parseNote(stored.note)?.text !== note.text)
    throw new Failure('not_found', 'The log of your account has no such checkpoint.');
  const cosignatures = known(note, policy);
  if (cosignatures.length === 0) throw invalid('No line is of a witness of the policy.');
  await db.query(
    `INSERT INTO log_cosignatures (account_id, size, name, key_id, line)
     SELECT $1, $2, name, key_id, line FROM json_to_recordset($3::json) AS r(name text, key_id text, line text)
     ON CONFLICT DO NOTHING`,
    [accountId, stored.size, JSON.stringify(cosignatures)],
  );
  return stored;
}

function known({ text, signatures }: SignedNote, { witnesses }: WitnessPolicy): readonly object[] {
  return signatures.flatMap((signature) => {
    const witness = witnesses.find(({ key }) => isOfKey(signature, key));
    if (witness === undefined) return [];
    if (cosignedAt(text, signature, witness.key) === null)
      throw invalid(`The line of the witness ${witness.name} is not its cosignature of this checkpoint.`);
    return [{ name: signature.name, key_id: signature.keyId, line: signatureLine(signature) }];
  });
}

async function storedAt(db: Db, accountId: AccountId, size: bigint): Promise<StoredCheckpoint | null> {
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  const { rows } = await db.query<CheckpointRecord>(
    `SELECT ${CHECKPOINT_COLUMNS} FROM log_checkpoints WHERE account_id = $1 AND size = $2`,
    [accountId, Number(size)],
  );
  const [row] = rows;
  return row === undefined ? null : storedCheckpoint(row);
}
