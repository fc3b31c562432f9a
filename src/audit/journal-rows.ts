/** The rows of one journal write, in the code's own terms. `journal-statement.ts` maps them to columns. */
import type { AccountId, AgentId, SessionId, TurnId } from '../platform/ids.ts';
import type { EntryKind, SessionOutcome } from './entry.ts';

/** The session's row as it stands after the write: absolute values, never increments. */
export interface SessionRow {
  readonly id: SessionId;
  readonly accountId: AccountId;
  readonly agentId: AgentId;
  /** Digest of the call's name under the credential of its caller; null for a call of one request. */
  readonly keyDigest: Buffer | null;
  /** Digest of the call's name alone; null likewise. */
  readonly callDigest: Buffer | null;
  /** Digest of the credential that the session belongs to; null where the agent asks for no proof. */
  readonly credentialDigest: Buffer | null;
  readonly continuesId: SessionId | null;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  readonly lastTurnAt: number;
  readonly endedAt: number | null;
  readonly sealedAt: number | null;
  readonly status: SessionOutcome;
  readonly upstreamModel: string;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly policyDigest: string;
  readonly turnCount: number;
  readonly redactionCount: number;
  readonly redactionsByKind: Readonly<Record<string, number>>;
  /** Microseconds, as all durations here. */
  readonly detectionUs: number;
  readonly tokenizeUs: number;
  readonly upstreamUs: number;
  readonly rehydrateUs: number;
  /** Tokens: issued = exact + repaired + never returned. */
  readonly tokensIssued: number;
  readonly tokensExact: number;
  readonly tokensRepaired: number;
  /** Token-shaped texts of answers that were not restored. */
  readonly tokensUnknown: number;
  readonly tokensRefused: number;
  readonly tokensWithheld: number;
  /** Of those refused, tokens of this session that did not stand in the request of their turn. */
  readonly tokensOutsideTurn: number;
  /** How often values were erased from the vault, as far as the writer knows: a write that does not know all is a conflict. */
  readonly vaultGeneration: number;
  readonly merkleRoot: Buffer | null;
  readonly seal: string | null;
  readonly sealKeyId: string | null;
  readonly sealSignature: Buffer | null;
}

export interface TurnRow {
  readonly id: TurnId;
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: 'forwarded' | SessionOutcome;
  readonly model: string;
  readonly streamed: boolean;
  readonly redactionCount: number;
  readonly detectionUs: number;
  readonly tokenizeUs: number;
  readonly upstreamUs: number | null;
  readonly rehydrateUs: number | null;
  readonly addedUs: number | null;
  /** Digests of what the turn put on record; null for none. */
  readonly marks: Buffer | null;
  /** Digest of the provider's id of the answer; null where it had none that a later request could go on from. */
  readonly responseDigest: Buffer | null;
  /** Digest of the provider's id of the conversation that the turn is part of; null where there is none. */
  readonly conversationDigest: Buffer | null;
  /** Digests of the tokens that the provider keeps with the answer, end to end; null where it keeps none. */
  readonly chainTokens: Buffer | null;
  /** Digests of what was said; null for nothing, and for a call of one request. */
  readonly said: Buffer | null;
}

export interface VaultKeyRow {
  readonly kid: string;
  readonly keyVersion: string;
  readonly wrapped: Buffer;
}

export interface VaultEntryRow {
  readonly token: string;
  readonly kind: string;
  readonly kid: string;
  readonly keyVersion: string;
  readonly sealed: Buffer;
}

export interface EntryRow {
  readonly seq: number;
  readonly kind: EntryKind;
  readonly turn: number;
  readonly body: string;
  readonly leaf: Buffer;
}

/** What went through in a turn, encrypted: with the turn what came and what leaves, with its end the response. */
export type PayloadRow =
  | { readonly turn: number; readonly storedAt: number; readonly request: Buffer; readonly masked: Buffer }
  | { readonly turn: number; readonly answer: Buffer | null; readonly response: Buffer | null };

/** One write of one session. It has at least one entry: that is what detects a concurrent writer. */
export interface JournalWrite {
  readonly session: SessionRow;
  readonly turn: TurnRow | null;
  /** The session's wrapped data key, with its first write. */
  readonly vaultKey: VaultKeyRow | null;
  readonly vaultEntries: readonly VaultEntryRow[];
  readonly entries: readonly EntryRow[];
  /** Absent where the policy keeps none. */
  readonly payload?: PayloadRow;
}
