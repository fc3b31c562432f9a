/** Cosignatures of witnesses that the operator's policy names: checked, kept, and given out with their checkpoint. */
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { statedTime } from './cosignature.ts';
import type { Db, StoredCheckpoint } from './log-tables.ts';
import { CHECKPOINT_COLUMNS, storedCheckpoint } from './log-tables.ts';
import type { CheckpointRecord } from './log-tables.ts';
import { parseNote, parseSignatureLine } from './note.ts';
import type { SignedNote } from './note.ts';
import type { TakenToken } from './timestamping/authority.ts';
import { tokenAt } from './timestamping/stored.ts';
import type { Cosignature, Witnesses } from './witnesses.ts';

/** How far the clock of a witness may be ahead of ours, in seconds. */
const AHEAD = 24n * 3600n;

/** A checkpoint with its cosignatures. */
export interface WitnessedCheckpoint extends StoredCheckpoint {
  readonly cosignatures: readonly Cosignature[];
  /** Whether the policy's quorum cosigned; null where there is no policy. */
  readonly isWitnessed: boolean | null;
  /** The whole note, cosignatures included. */
  readonly signedNote: string;
  /** Its time-stamp token, which is of `note`; null where it has none. */
  readonly timestamp: TakenToken | null;
}

/** Returns a checkpoint with the cosignatures that are stored for it and hold under the policy. */
export async function witnessed(
  db: Db,
  accountId: AccountId,
  checkpoint: StoredCheckpoint,
  witnesses: Witnesses | null,
): Promise<WitnessedCheckpoint> {
  const { rows } = await db.query<{ line: string }>(
    'SELECT line FROM log_cosignatures WHERE account_id = $1 AND size = $2 ORDER BY name, key_id',
    [accountId, checkpoint.size],
  );
  const lines = rows.map(({ line }) => line);
  const text = parseNote(checkpoint.note)?.text ?? '';
  const cosignatures = lines.flatMap((line) => {
    const signature = parseSignatureLine(line.trimEnd());
    return (signature === null ? null : witnesses?.check(text, signature)) ?? [];
  });
  return {
    ...checkpoint,
    cosignatures,
    isWitnessed: witnesses?.isQuorum(cosignatures) ?? null,
    signedNote: checkpoint.note + lines.join(''),
    timestamp: await tokenAt(db, accountId, checkpoint.size),
  };
}

const invalid = (message: string): Failure =>
  new Failure('validation_failed', 'Some fields are not valid.', [{ path: 'checkpoint', code: 'invalid', message }]);

/**
 * Keeps the cosignatures of a note whose text is a checkpoint of the account's log. Lines of keys that the policy does not
 * name are passed over. `now` is in milliseconds since the epoch. Throws Failure `validation_failed` or `not_found`, and
 * then nothing is kept.
 */
export async function keepCosignatures(
  db: Db,
  accountId: AccountId,
  noteText: string,
  witnesses: Witnesses | null,
  now: number,
): Promise<StoredCheckpoint> {
  if (witnesses === null) throw invalid('This server has no witness policy: set MASKER_WITNESS_POLICY.');
  const note = parseNote(noteText);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) throw invalid('This is not a signed checkpoint.');
  const stored = await storedAt(db, accountId, checkpoint.size);
  if (stored === null || parseNote(stored.note)?.text !== note.text)
    throw new Failure('not_found', 'The log of your account has no such checkpoint.');
  const cosignatures = known(note, witnesses, BigInt(Math.floor(now / 1000)));
  if (cosignatures.length === 0) throw invalid('No line is of a witness of the policy.');
  await db.query(
    `INSERT INTO log_cosignatures (account_id, size, name, key_id, line)
     SELECT $1, $2, name, key_id, line FROM json_to_recordset($3::json) AS r(name text, key_id text, line text)
     ON CONFLICT DO NOTHING`,
    [accountId, stored.size, JSON.stringify(cosignatures)],
  );
  return stored;
}

function known({ text, signatures }: SignedNote, witnesses: Witnesses, now: bigint): readonly object[] {
  const seen = new Set<string>();
  return signatures.flatMap((signature) => {
    const witness = witnesses.find(signature);
    if (witness === null) return [];
    if (seen.has(witness.name)) throw invalid(`Two lines are of the witness ${witness.name}: send one.`);
    seen.add(witness.name);
    if ((statedTime(signature) ?? 0n) > now + AHEAD)
      throw invalid(`The line of the witness ${witness.name} states a time more than a day ahead of this server's.`);
    const cosignature = witnesses.check(text, signature);
    if (cosignature === null)
      throw invalid(`The line of the witness ${witness.name} is not its cosignature of this checkpoint.`);
    return [{ name: signature.name, key_id: signature.keyId, line: cosignature.line }];
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
