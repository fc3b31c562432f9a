/** Finds the session that a request belongs to: in this node's memory, in the database, or a new one. */
import type { Pool } from 'pg';
import type { SessionRow } from '../audit/journal-rows.ts';
import { emptyChain } from '../audit/session-chain.ts';
import { newId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import type { CallReference, NamedCall } from './correlation.ts';
import { LiveSession } from './live-session.ts';
import { MaskingMemory } from './masking-memory.ts';
import { INHERITED_TOKENS } from './response-chain.ts';
import type { ResponseChain } from './response-chain.ts';
import { readSession } from './session-store.ts';
import type { SessionSought } from './session-store.ts';
import type { TurnAgent } from './turn.ts';

/** Sessions held in memory, besides the bound on what they take together. */
const LIVE_SESSIONS = 20_000;

/** What a new session is opened with. */
export interface Opening {
  readonly agent: TurnAgent;
  readonly policyDigest: string;
  readonly upstreamModel: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface RegistryOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly ring: KeyRing;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly digestKey: (agentId: AgentId, key: string) => Buffer;
  readonly responses: ResponseChain;
  /** What all sessions together may take, roughly. The longest unused is dropped first, and read from the database when it is needed. */
  readonly memoryBytes: number;
}

export class SessionRegistry {
  readonly #options: RegistryOptions;
  readonly #live = new Map<SessionId, LiveSession>();
  readonly #byKey = new Map<string, LiveSession>();
  /** What each session took when it was last used: its memory grows in between only while a turn of it is under way. */
  readonly #bytes = new Map<SessionId, number>();
  #totalBytes = 0;
  /** Look-ups under way: two first turns of one call must not open two sessions. */
  readonly #lookups = new Map<string, Promise<LiveSession>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** The open session of the request, or a new one that is not stored yet. Rejects when the database cannot be read. */
  async find(reference: CallReference, opening: Opening): Promise<LiveSession> {
    switch (reference.by) {
      case 'nothing':
        return open(opening, null, null);
      case 'key':
        return this.#findByKey(reference.key, opening, null, reference);
      case 'response':
        return this.#findByResponse(reference.responseId, opening);
      case 'session': {
        const found = await this.byId(opening.agent.id, reference.sessionId);
        // A sealed session takes no more turns: whoever names it gets the one that continues it.
        if (found?.state.row.sealedAt === null) return found;
        return this.#findByKey(reference.sessionId, opening, found, reference);
      }
    }
  }

  /** The session of an agent by its id; null where the agent has none such. */
  async byId(agentId: AgentId, id: SessionId): Promise<LiveSession | null> {
    const live = this.#live.get(id);
    if (live !== undefined) return live.state.row.agentId === agentId ? live : null;
    return this.#read(agentId, { by: 'id', id });
  }

  /** Brings an outdated session up to date; it stays outdated where the database has no such session. */
  async refresh(session: LiveSession): Promise<void> {
    const { pool, ring, auditKey } = this.#options;
    const stored = await readSession(pool, ring, session.state.row.agentId, { by: 'id', id: session.id });
    if (stored === null) return;
    session.catchUp(stored.state, stored.memory);
    session.marks(auditKey).load(stored.marks);
  }

  /** Drops this view of a session; one that was read anew meanwhile stays. */
  forget(session: LiveSession): void {
    const { id, agentId, keyDigest } = session.state.row;
    if (this.#live.get(id) === session) {
      this.#live.delete(id);
      this.#weigh(id, 0);
    }
    if (keyDigest === null) return;
    const name = keyName(agentId, keyDigest);
    if (this.#byKey.get(name) === session) this.#byKey.delete(name);
  }

  /** Keeps a session in memory, as the most recently used. */
  keep(session: LiveSession): void {
    const { id, agentId, keyDigest } = session.state.row;
    this.#live.delete(id);
    this.#live.set(id, session);
    this.#weigh(id, session.memory.bytes);
    if (keyDigest !== null) this.#byKey.set(keyName(agentId, keyDigest), session);
    for (const oldest of this.#live.values()) {
      const isWithin = this.#live.size <= LIVE_SESSIONS && this.#totalBytes <= this.#options.memoryBytes;
      // The one at hand is needed, however large it is.
      if (isWithin || oldest === session) break;
      this.forget(oldest);
    }
  }

  #weigh(id: SessionId, bytes: number): void {
    this.#totalBytes += bytes - (this.#bytes.get(id) ?? 0);
    if (bytes === 0) this.#bytes.delete(id);
    else this.#bytes.set(id, bytes);
  }

  /**
   * The session that an answer came from, where it is of a call that goes on; else a new one that continues it and has its
   * tokens. Two requests that go on from one answer are two sessions: they need not be of the same caller.
   */
  async #findByResponse(responseId: string, opening: Opening): Promise<LiveSession> {
    const { responses } = this.#options;
    const { id: agentId, accountId } = opening.agent;
    const answered = await responses.find(agentId, responseId);
    const call = answered?.isOpen === true ? await this.byId(agentId, answered.id) : null;
    if (call?.state.row.sealedAt === null) return call;
    const session = open(opening, null, answered?.id ?? null);
    if (answered !== null) session.inherit(await responses.tokensOf(accountId, answered.id));
    return session;
  }

  #findByKey(
    key: string,
    opening: Opening,
    continues: LiveSession | null,
    { keptElsewhere }: NamedCall,
  ): Promise<LiveSession> {
    const digest = this.#options.digestKey(opening.agent.id, key);
    const name = keyName(opening.agent.id, digest);
    const live = this.#byKey.get(name);
    if (live?.state.row.sealedAt === null) return Promise.resolve(live);
    const underWay = this.#lookups.get(name);
    if (underWay !== undefined) return underWay;
    const lookup = this.#readOrOpen(digest, opening, continues, keptElsewhere === true).finally(() =>
      this.#lookups.delete(name),
    );
    this.#lookups.set(name, lookup);
    return lookup;
  }

  async #readOrOpen(
    keyDigest: Buffer,
    opening: Opening,
    continues: LiveSession | null,
    keptElsewhere: boolean,
  ): Promise<LiveSession> {
    const stored = await this.#read(opening.agent.id, { by: 'key', keyDigest });
    if (stored?.state.row.sealedAt === null) return stored;
    const before = stored ?? continues;
    const session = open(opening, keyDigest, before?.id ?? null);
    if (keptElsewhere && before !== null)
      session.inherit([...before.memory.tokens.values()].slice(0, INHERITED_TOKENS));
    this.keep(session);
    return session;
  }

  async #read(agentId: AgentId, sought: SessionSought): Promise<LiveSession | null> {
    const stored = await readSession(this.#options.pool, this.#options.ring, agentId, sought);
    if (stored === null) return null;
    const session = new LiveSession(stored.state, stored.memory);
    session.marks(this.#options.auditKey).load(stored.marks);
    if (stored.state.row.sealedAt === null) this.keep(session);
    return session;
  }
}

const keyName = (agentId: AgentId, digest: Buffer): string => `${agentId}|${digest.toString('base64')}`;

function open(
  { agent, policyDigest, upstreamModel, now }: Opening,
  keyDigest: Buffer | null,
  continuesId: SessionId | null,
): LiveSession {
  const row: SessionRow = {
    id: newId('session', now),
    accountId: agent.accountId,
    agentId: agent.id,
    keyDigest,
    continuesId,
    startedAt: now,
    lastTurnAt: now,
    endedAt: null,
    sealedAt: null,
    status: 'ok',
    upstreamModel,
    policyName: agent.policy.name,
    policyVersion: agent.policyVersion,
    policyDigest,
    turnCount: 0,
    redactionCount: 0,
    redactionsByKind: {},
    detectionUs: 0,
    tokenizeUs: 0,
    upstreamUs: 0,
    rehydrateUs: 0,
    tokensIssued: 0,
    tokensExact: 0,
    tokensRepaired: 0,
    tokensUnknown: 0,
    tokensRefused: 0,
    tokensWithheld: 0,
    merkleRoot: null,
    seal: null,
    sealKeyId: null,
    sealSignature: null,
  };
  return new LiveSession({ row, head: emptyChain(), vault: null, stored: false }, new MaskingMemory());
}
