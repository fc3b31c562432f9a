/** The payloads of a scope: how many are kept, and the masked requests of a few. */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { payloadIsOver, payloadIsOverValues } from '../sessions/payload-retention.ts';
import type { PayloadRetention } from '../sessions/payload-retention.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { SampleChoice, sampleMessages } from './sample-transcripts.ts';
import type { SamplePlace, SampleTranscript } from './sample-transcripts.ts';
import { scopeCondition } from './scope.ts';
import type { ReportScope } from './scope.ts';
import type { Database } from './snapshot.ts';

export interface KeptPayloads {
  /** Turns of which payloads are kept. */
  readonly turns: number;
  readonly samples: readonly SampleTranscript[];
}

/** Places read at once. */
const BATCH = 1000;

/** What samples are chosen by, and from what. */
export interface SampleRule {
  readonly seed: string;
  /** Sessions in which a policy let an identifier stand: their masked requests hold it, so they give no samples. */
  readonly unmasked: ReadonlySet<SessionId>;
}

/** Counts the payloads of a scope whose time is not over, and chooses from them. */
export async function keptPayloads(
  db: Database,
  ring: KeyRing,
  scope: ReportScope,
  { seed, unmasked }: SampleRule,
  retention: PayloadRetention,
): Promise<KeptPayloads> {
  const { sql, values } = scopeCondition(scope);
  const over = payloadIsOver(values.length + 1);
  const choice = new SampleChoice(seed);
  let turns = 0;
  await db.query(
    `DECLARE places NO SCROLL CURSOR FOR
     SELECT p.session_id, p.turn FROM payloads p JOIN sessions s ON s.id = p.session_id WHERE ${sql} AND NOT ${over}`,
    [...values, ...payloadIsOverValues(retention)],
  );
  for (;;) {
    const { rows } = await db.query<{ session_id: SessionId; turn: number }>(`FETCH ${BATCH} FROM places`);
    for (const { session_id: sessionId, turn } of rows) if (!unmasked.has(sessionId)) choice.add({ sessionId, turn });
    turns += rows.length;
    if (rows.length < BATCH) break;
  }
  await db.query('CLOSE places');
  const samples: SampleTranscript[] = [];
  for (const place of choice.places) {
    const messages = sampleMessages(await maskedRequest(db, ring, scope.accountId, place));
    if (messages.length > 0) samples.push({ session_id: place.sessionId, turn: place.turn, messages });
  }
  return { turns, samples };
}

interface MaskedRecord {
  readonly masked: Buffer;
  readonly kid: string;
  readonly key_version: string;
  readonly wrapped: Buffer;
}

/** Empty where it does not open. */
async function maskedRequest(
  db: Database,
  ring: KeyRing,
  accountId: AccountId,
  { sessionId, turn }: SamplePlace,
): Promise<string> {
  const { rows } = await db.query<MaskedRecord>(
    `SELECT p.masked, k.kid, k.key_version, k.wrapped FROM payloads p JOIN vault_keys k ON k.session_id = p.session_id
     WHERE p.session_id = $1 AND p.turn = $2`,
    [sessionId, turn],
  );
  const [row] = rows;
  if (row === undefined) return '';
  const stored = { kid: row.kid, keyVersion: row.key_version, wrapped: row.wrapped };
  const vault = SessionVault.open(ring, stored, accountId, sessionId);
  return vault?.openPayload(turn, 'masked', row.masked)?.toString('utf8') ?? '';
}
