/** Reads a session from the database, as a node does that has not seen it or has lost a race for it. */
import type { Pool } from 'pg';
import type { SessionRow } from '../audit/journal-rows.ts';
import { MerkleFrontier } from '../audit/merkle.ts';
import type { ChainHead } from '../audit/session-chain.ts';
import { isEntityKind } from '../detection/kinds.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { runInStretches, Stretch } from '../platform/stretch.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import type { SessionState } from './live-session.ts';
import { MaskingMemory } from '../masking/turn/masking-memory.ts';

type Db = Pick<Pool, 'query'>;

interface SessionRecord {
  readonly id: SessionId;
  readonly account_id: AccountId;
  readonly agent_id: AgentId;
  readonly key_digest: Buffer | null;
  readonly call_digest: Buffer | null;
  readonly credential_digest: Buffer | null;
  readonly continues_id: SessionId | null;
  readonly started_at: Date;
  readonly last_turn_at: Date;
  readonly ended_at: Date | null;
  readonly sealed_at: Date | null;
  readonly status: SessionRow['status'];
  readonly upstream_model: string;
  readonly policy_name: string;
  readonly policy_version: number;
  readonly policy_digest: string;
  readonly turn_count: number;
  readonly redaction_count: number;
  readonly redactions_by_kind: Record<string, number>;
  // PostgreSQL's bigint comes as text.
  readonly detection_us: string;
  readonly tokenize_us: string;
  readonly upstream_us: string;
  readonly rehydrate_us: string;
  readonly tokens_issued: number;
  readonly tokens_exact: number;
  readonly tokens_repaired: number;
  readonly tokens_unknown: number;
  readonly tokens_refused: number;
  readonly tokens_withheld: number;
  readonly tokens_outside_turn: number;
  readonly vault_generation: number;
  readonly merkle_root: Buffer | null;
  readonly seal: string | null;
  readonly seal_key_id: string | null;
  readonly seal_signature: Buffer | null;
  readonly kid: string | null;
  readonly key_version: string | null;
  readonly wrapped: Buffer | null;
  /** Leaf hashes of all entries, end to end. */
  readonly leaves: Buffer | null;
  readonly last_body: string | null;
  /** Recorded digests of all turns, end to end. */
  readonly marks: Buffer | null;
}

const ms = (time: Date | null): number | null => time?.getTime() ?? null;

function sessionRow(r: SessionRecord): SessionRow {
  return {
    id: r.id,
    accountId: r.account_id,
    agentId: r.agent_id,
    keyDigest: r.key_digest,
    callDigest: r.call_digest,
    credentialDigest: r.credential_digest,
    continuesId: r.continues_id,
    startedAt: r.started_at.getTime(),
    lastTurnAt: r.last_turn_at.getTime(),
    endedAt: ms(r.ended_at),
    sealedAt: ms(r.sealed_at),
    status: r.status,
    upstreamModel: r.upstream_model,
    policyName: r.policy_name,
    policyVersion: r.policy_version,
    policyDigest: r.policy_digest,
    turnCount: r.turn_count,
    redactionCount: r.redaction_count,
    redactionsByKind: r.redactions_by_kind,
    detectionUs: Number(r.detection_us),
    tokenizeUs: Number(r.tokenize_us),
    upstreamUs: Number(r.upstream_us),
    rehydrateUs: Number(r.rehydrate_us),
    tokensIssued: r.tokens_issued,
    tokensExact: r.tokens_exact,
    tokensRepaired: r.tokens_repaired,
    tokensUnknown: r.tokens_unknown,
    tokensRefused: r.tokens_refused,
    tokensWithheld: r.tokens_withheld,
    tokensOutsideTurn: r.tokens_outside_turn,
    vaultGeneration: r.vault_generation,
    merkleRoot: r.merkle_root,
    seal: r.seal,
    sealKeyId: r.seal_key_id,
    sealSignature: r.seal_signature,
  };
}

// One statement, hence one snapshot: counters and journal must be of the same moment, for the next write extends both.
// Each column by its name: a prepared statement with `s.*` fails once a newer version has added a column.
const SESSION = `SELECT s.id, s.account_id, s.agent_id, s.key_digest, s.call_digest, s.credential_digest,
  s.continues_id, s.started_at, s.last_turn_at, s.ended_at, s.sealed_at, s.status,
  s.upstream_model, s.policy_name, s.policy_version, s.policy_digest, s.turn_count, s.redaction_count,
  s.redactions_by_kind, s.detection_us, s.tokenize_us, s.upstream_us, s.rehydrate_us, s.tokens_issued,
  s.tokens_exact, s.tokens_repaired, s.tokens_unknown, s.tokens_refused, s.tokens_withheld, s.tokens_outside_turn,
  s.vault_generation, s.merkle_root, s.seal, s.seal_key_id, s.seal_signature,
  k.kid, k.key_version, k.wrapped, e.leaves, e.last_body, m.marks
  FROM sessions s
  LEFT JOIN vault_keys k ON k.session_id = s.id
  CROSS JOIN LATERAL (
    SELECT string_agg(leaf_hash, ''::bytea ORDER BY seq) AS leaves, (array_agg(body ORDER BY seq DESC))[1] AS last_body
    FROM entries WHERE session_id = s.id
  ) e
  CROSS JOIN LATERAL (SELECT string_agg(marks, ''::bytea) AS marks FROM turns WHERE session_id = s.id AND marks IS NOT NULL) m`;

const HASH = 32;
const NO_MARKS = new Uint8Array();

async function chainHead(leaves: Buffer, lastBody: string): Promise<ChainHead> {
  const frontier = new MerkleFrontier();
  const stretch = new Stretch();
  for (let at = 0; at < leaves.length; at += HASH) {
    frontier.append(leaves.subarray(at, at + HASH));
    const pause = stretch.pauseOften();
    if (pause !== undefined) await pause;
  }
  const { this_hash: lastHash, ts } = JSON.parse(lastBody) as { this_hash: string; ts: string };
  return { nextSeq: frontier.size, lastHash: Buffer.from(lastHash, 'hex'), lastAt: Date.parse(ts), frontier };
}

interface VaultRecord {
  readonly token: string;
  readonly kind: string;
  readonly kid: string;
  readonly key_version: string;
  readonly sealed: Buffer;
}

async function readMemory(db: Db, id: SessionId, vault: SessionVault | null): Promise<MaskingMemory> {
  const memory = new MaskingMemory();
  if (vault === null) return memory;
  const { rows } = await db.query<VaultRecord>(
    'SELECT token, kind, kid, key_version, sealed FROM vault_entries WHERE session_id = $1',
    [id],
  );
  const stretch = new Stretch();
  for (const { token, kind, kid, key_version, sealed } of rows) {
    const pause = stretch.pauseOften();
    if (pause !== undefined) await pause;
    const opened = vault.openPair(token, sealed);
    // A row that does not authenticate is as good as none: its token will not be restored.
    if (opened === null || !isEntityKind(kind)) continue;
    memory.tokens.set(token, { token, kind, ...opened, kid, keyVersion: key_version, stored: true });
    memory.known.set(opened.value, kind);
  }
  await runInStretches(memory.readingDays());
  return memory;
}

/** A session as read back. */
export interface StoredSession {
  readonly state: SessionState;
  readonly memory: MaskingMemory;
  /** What its turns put on record, end to end. See recorded-digests.ts. */
  readonly marks: Uint8Array;
}

/**
 * Which row to read: one session of an agent, or the open one, else the latest, under a platform's call id. An open one
 * need not have the latest id: ids are made when a request arrives, before its body has, and clocks differ. Of several
 * digests the first that has an open session counts, and of sealed ones the first that has any. Sessions of other
 * credentials do not count, but one that was announced and that nobody has called yet does (`unclaimed`).
 */
export type SessionSought =
  | { readonly by: 'id'; readonly id: SessionId }
  | {
      readonly by: 'key';
      readonly keyDigests: readonly Buffer[];
      readonly credentialDigest: Buffer | null;
      readonly unclaimed: Buffer;
    };

// Each new call begins with it, and PostgreSQL parses and plans it for longer than it runs: both are prepared.
const BY_ID = { name: 'masker_session_by_id', text: `${SESSION} WHERE s.id = $1 AND s.agent_id = $2` };
const BY_KEY = {
  name: 'masker_session_by_key',
  text: `${SESSION} WHERE s.key_digest = ANY($1) AND s.agent_id = $2
     AND (s.credential_digest IS NOT DISTINCT FROM $3 OR s.credential_digest = $4)
   ORDER BY s.sealed_at IS NULL DESC, array_position($1, s.key_digest), s.id DESC LIMIT 1`,
};

/** The session, or null where the agent has none such. Rejects when the database does. */
export async function readSession(
  db: Db,
  ring: KeyRing,
  agentId: AgentId,
  sought: SessionSought,
): Promise<StoredSession | null> {
  const { rows } =
    sought.by === 'id'
      ? await db.query<SessionRecord>({ ...BY_ID, values: [sought.id, agentId] })
      : await db.query<SessionRecord>({
          ...BY_KEY,
          values: [sought.keyDigests, agentId, sought.credentialDigest, sought.unclaimed],
        });
  const [record] = rows;
  if (record === undefined) return null;
  const { id, account_id, kid, key_version, wrapped, leaves, last_body } = record;
  if (leaves === null || last_body === null) throw new Error(`the session ${id} has no journal`);
  const vault =
    kid === null || key_version === null || wrapped === null
      ? null
      : SessionVault.open(ring, { kid, keyVersion: key_version, wrapped }, account_id, id);
  if (wrapped !== null && vault === null)
    throw new Error(`the vault of ${id} does not open: its key is not registered`);
  const memory = await readMemory(db, id, vault);
  return {
    state: { row: sessionRow(record), head: await chainHead(leaves, last_body), vault, stored: true },
    memory,
    marks: record.marks ?? NO_MARKS,
  };
}
