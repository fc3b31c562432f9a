/** Writes of one session: chains the facts, seals where asked, and moves the session on only if the journal took it. */
import type { EntryFact } from '../audit/entry.ts';
import type { Journal } from '../audit/journal.ts';
import type { EntryRow, JournalWrite, PayloadRow, SessionRow, TurnRow, VaultEntryRow } from '../audit/journal-rows.ts';
import type { Signer } from '../audit/seal.ts';
import { extendChain } from '../audit/session-chain.ts';
import type { ChainHead, Extension, SharedContext, TurnFact } from '../audit/session-chain.ts';
import type { Clock } from '../platform/clock.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import type { LiveSession, NewVault, SessionState } from './live-session.ts';
import { sealRow } from './sealing.ts';
import type { SealReason } from './sealing.ts';
import { inStretches, Stretch } from '../platform/stretch.ts';
import type { TurnAgent } from './turn.ts';

export interface SessionWriterOptions {
  readonly journal: Journal;
  readonly ring: KeyRing;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** What a write records. */
export interface SessionRecord {
  readonly turn: TurnRow | null;
  readonly facts: readonly TurnFact[];
  /** Seals the session with this write. */
  readonly seal?: SealReason | null;
  readonly values?: SealedValues;
  /** What the policy keeps of the turn. */
  readonly payload?: PayloadRow | null;
}

/** Values as the vault keeps them, with the vault's key where it is new. */
export interface SealedValues {
  readonly vault: SessionVault | null;
  readonly vaultKey: JournalWrite['vaultKey'];
  readonly vaultEntries: readonly VaultEntryRow[];
}

/** `conflict`: another writer was first, and the state must be read anew. `unavailable`: nobody knows what is stored. */
export type Written = 'written' | 'conflict' | 'unavailable';

export class SessionWriter {
  readonly #options: SessionWriterOptions;

  constructor(options: SessionWriterOptions) {
    this.#options = options;
  }

  /** One journal write of the session, which then has the row `row`. `agent` is whose policy is in force; null for the row's. */
  async write(session: LiveSession, row: SessionRow, record: SessionRecord, agent: TurnAgent | null): Promise<Written> {
    const { auditKey, clock, journal, signer } = this.#options;
    const now = clock.now();
    const seal = record.seal ?? null;
    const sealed: TurnFact[] =
      seal === null ? [] : [{ turn: 0, fact: { kind: 'session_sealed', status: row.status, reason: seal } }];
    const context = {
      session_id: row.id,
      agent_id: row.agentId,
      policy_name: agent?.policy.name ?? row.policyName,
      policy_version: agent?.policyVersion ?? row.policyVersion,
    };
    const facts = [...(session.state.stored ? [] : [started(row)]), ...record.facts, ...sealed];
    const { rows, head } = await extend(session.chainKey(auditKey), session.state.head, context, facts, now);
    const written = seal === null ? row : sealRow(signer, row, head);
    const outcome = await journal.append({
      session: written,
      turn: record.turn,
      vaultKey: record.values?.vaultKey ?? null,
      vaultEntries: record.values?.vaultEntries ?? [],
      entries: rows,
      ...(record.payload === undefined || record.payload === null ? {} : { payload: record.payload }),
    });
    if (outcome.ok) {
      session.advance({ row: written, head, vault: record.values?.vault ?? session.state.vault, stored: true });
      return 'written';
    }
    session.distrust();
    return outcome.reason === 'conflict' ? 'conflict' : 'unavailable';
  }

  /** The tokens' values, encrypted for the vault of the session, which is made for its first value or its first payload. */
  async sealValues(
    state: SessionState,
    kid: string,
    tokens: readonly IssuedToken[],
    keepsPayload = false,
  ): Promise<SealedValues> {
    const stored = tokens.filter((token) => token.stored);
    if (stored.length === 0 && !keepsPayload) return { vault: state.vault, vaultKey: null, vaultEntries: [] };
    const made = state.vault === null ? this.#newVault(state.row, kid) : null;
    const vault = state.vault ?? made?.vault ?? null;
    if (vault === null) return { vault, vaultKey: null, vaultEntries: [] };
    const vaultEntries = await inStretches(stored, ({ token, kind, value, surrogate, kid: tokenKid, keyVersion }) => ({
      token,
      kind,
      kid: tokenKid,
      keyVersion,
      sealed: vault.seal(token, value, surrogate),
    }));
    return { vault, vaultKey: made?.wrapped ?? null, vaultEntries };
  }

  #newVault(row: SessionRow, kid: string): NewVault {
    const key = this.#options.ring.active(kid);
    if (key === null) throw new RangeError(`no key is registered for ${kid}`);
    return SessionVault.create(key, row.accountId, row.id);
  }
}

function started({ continuesId }: SessionRow): TurnFact {
  const fact: EntryFact = { kind: 'session_started', ...(continuesId === null ? {} : { continues: continuesId }) };
  return { turn: 0, fact };
}

/** Facts that are chained before the loop has its turn: some milliseconds of work. */
const CHAINED_AT_ONCE = 100;

/** Extends a chain; by many facts in stretches. */
async function extend(
  key: Uint8Array,
  head: ChainHead,
  context: SharedContext,
  facts: readonly TurnFact[],
  now: number,
): Promise<Extension> {
  if (facts.length <= CHAINED_AT_ONCE) return extendChain(key, head, context, facts, now);
  const stretch = new Stretch();
  const rows: EntryRow[] = [];
  let reached = head;
  for (let at = 0; at < facts.length; at += CHAINED_AT_ONCE) {
    const step = extendChain(key, reached, context, facts.slice(at, at + CHAINED_AT_ONCE), now);
    rows.push(...step.rows);
    reached = step.head;
    await stretch.pause();
  }
  return { rows, head: reached };
}
