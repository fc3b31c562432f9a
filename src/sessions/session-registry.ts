/** Finds the session that a request belongs to: in this node's memory, in the database, or a new one. */
import type { Pool } from 'pg';
import type { SessionRow } from '../audit/journal-rows.ts';
import { emptyChain } from '../audit/session-chain.ts';
import { newId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import type { CallDigests } from './call-digests.ts';
import type { CallReference, NamedCall } from './correlation.ts';
import type { Credential } from './credential.ts';
import { LiveSession } from './live-session.ts';
import { MaskingMemory } from '../masking/turn/masking-memory.ts';
import { openSessions } from './open-call.ts';
import type { KeptChain, ResponseChain } from './response-chain.ts';
import { readSession } from './session-store.ts';
import type { SessionSought } from './session-store.ts';
import type { TurnAgent } from './turn.ts';

/** Sessions held in memory, besides the bound on what they take together. */
const LIVE_SESSIONS = 20_000;
/** Dropped sessions that are told apart; with one more, all that were read before count as dropped. */
const MOST_DROPPED = 10_000;

/** What a new session is opened with. */
export interface Opening {
  readonly agent: TurnAgent;
  readonly policyDigest: string;
  readonly upstreamModel: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the session of a turn is found by, besides the name of its call. */
export interface TurnOpening extends Opening {
  readonly credential: Credential;
  /** What the provider keeps of what the request goes on from; null where it keeps nothing. */
  readonly chain: KeptChain | null;
}

/** Digests that the row of a new session begins with. */
type Ownership = Pick<SessionRow, 'keyDigest' | 'callDigest' | 'credentialDigest'>;

export interface RegistryOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly ring: KeyRing;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly digests: CallDigests;
  readonly responses: ResponseChain;
  /** What all sessions together may take, roughly. The longest unused is dropped first, and read from the database when it is needed. */
  readonly memoryBytes: number;
}

export class SessionRegistry {
  readonly #options: RegistryOptions;
  readonly #live = new Map<SessionId, LiveSession>();
  readonly #byKey = new Map<string, LiveSession>();
  /** The name of each session in `#byKey`. */
  readonly #names = new WeakMap<LiveSession, string>();
  /** What each session took when it was last used: its memory grows in between only while a turn of it is under way. */
  readonly #bytes = new Map<SessionId, number>();
  #totalBytes = 0;
  /** How many times sessions were dropped because values were erased from the vault. */
  #drops = 0;
  /** The count of drops when all sessions were dropped last, and when one was. */
  #allDroppedAt = 0;
  readonly #droppedAt = new Map<SessionId, number>();
  /** The count of drops when a session was read or opened: one that was dropped since may hold what was erased. */
  readonly #readAt = new WeakMap<LiveSession, number>();
  /** Look-ups under way: two first turns of one call must not open two sessions. */
  readonly #lookups = new Map<string, Promise<LiveSession>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /**
   * The open session of the request under its credential, or a new one that is not stored yet. Rejects when the database
   * cannot be read.
   */
  async find(reference: CallReference, opening: TurnOpening): Promise<LiveSession> {
    switch (reference.by) {
      case 'nothing':
        return this.#findByAnswer(opening);
      case 'key':
        return this.#findByKey(reference.key, opening, null);
      case 'session': {
        const { agent, credential } = opening;
        const found = await this.byId(agent.id, reference.sessionId);
        const own = found !== null && this.#belongsTo(found, credential) ? found : null;
        // A sealed session takes no more turns: whoever names it gets the one that continues it.
        if (own?.state.row.sealedAt === null) return own;
        return this.#findByKey(reference.sessionId, opening, own);
      }
    }
  }

  /**
   * The open session of a call that a platform announces, whoever has called, or a new one that belongs to the first caller.
   * Rejects when the database cannot be read.
   */
  async findAnnounced(reference: NamedCall, opening: Opening): Promise<LiveSession> {
    const { agent } = opening;
    const { pool, digests } = this.#options;
    const key = reference.by === 'key' ? reference.key : reference.sessionId;
    const [id] = await openSessions(pool, digests, agent.id, reference);
    const open = id === undefined ? null : await this.byId(agent.id, id);
    if (open?.state.row.sealedAt === null) return open;
    const callDigest = digests.call(agent.id, key);
    return this.#lookUp(callDigest, agent.id, () => {
      const owned = { keyDigest: callDigest, callDigest, credentialDigest: digests.unclaimed(agent.id) };
      return this.#readOrOpen([callDigest], opening, owned, null, null);
    });
  }

  /**
   * The row of a session as a turn of this credential writes it: an announced session becomes the caller's. Null where it
   * belongs to another credential.
   */
  claim({ state: { row } }: LiveSession, reference: CallReference, credential: Credential): SessionRow | null {
    const { digests } = this.#options;
    const own = digests.credential(row.agentId, credential);
    if (isSame(row.credentialDigest, own)) return row;
    if (reference.by !== 'key' || !isSame(row.credentialDigest, digests.unclaimed(row.agentId))) return null;
    return { ...row, credentialDigest: own, keyDigest: digests.session(row.agentId, credential, reference.key) };
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
    await runInStretches(session.catchingUp(stored.state, stored.memory));
    await runInStretches(session.recordedDigests(auditKey).loading(stored.marks));
  }

  /** Drops this view of a session; one that was read anew meanwhile stays. */
  forget(session: LiveSession): void {
    const { id } = session.state.row;
    if (this.#live.get(id) === session) {
      this.#live.delete(id);
      this.#weigh(id, 0);
    }
    this.#rename(session, null);
  }

  /**
   * Drops a session for good, or all of them: neither a turn nor a look-up that is under way puts it back, also where the
   * session was not in memory any more. The next turn reads it anew.
   */
  drop(id: SessionId | null): void {
    this.#drops += 1;
    if (id !== null) this.#droppedAt.set(id, this.#drops);
    if (id === null || this.#droppedAt.size > MOST_DROPPED) {
      this.#allDroppedAt = this.#drops;
      this.#droppedAt.clear();
    }
    const sessions = id === null ? [...this.#live.values()] : [this.#live.get(id)];
    for (const session of sessions) if (session !== undefined) this.forget(session);
  }

  /** Whether values of the session may have been erased since it was read: no further turn may begin with it. */
  isDropped(session: LiveSession): boolean {
    const droppedAt = Math.max(this.#allDroppedAt, this.#droppedAt.get(session.id) ?? 0);
    return (this.#readAt.get(session) ?? this.#drops) < droppedAt;
  }

  /** Keeps a session in memory, as the most recently used. */
  keep(session: LiveSession): void {
    if (this.isDropped(session)) return;
    if (!this.#readAt.has(session)) this.#readAt.set(session, this.#drops);
    const { id, agentId, keyDigest } = session.state.row;
    this.#live.delete(id);
    this.#live.set(id, session);
    this.#weigh(id, session.bytes);
    if (keyDigest !== null) this.#rename(session, keyName(agentId, keyDigest));
    for (const oldest of this.#live.values()) {
      const isWithin = this.#live.size <= LIVE_SESSIONS && this.#totalBytes <= this.#options.memoryBytes;
      // The one at hand is needed, however large it is.
      if (isWithin || oldest === session) break;
      this.forget(oldest);
    }
  }

  /** An announced session has another name once a caller has taken it over. */
  #rename(session: LiveSession, name: string | null): void {
    const before = this.#names.get(session);
    if (before !== undefined && this.#byKey.get(before) === session) this.#byKey.delete(before);
    if (name === null) return;
    this.#byKey.set(name, session);
    this.#names.set(session, name);
  }

  #weigh(id: SessionId, bytes: number): void {
    this.#totalBytes += bytes - (this.#bytes.get(id) ?? 0);
    if (bytes === 0) this.#bytes.delete(id);
    else this.#bytes.set(id, bytes);
  }

  /**
   * The session that an answer came from, where it is of a call that goes on; else a new one that continues it and has the
   * tokens of its chain. Two requests that go on from one answer are two sessions: they need not be of the same caller.
   */
  async #findByAnswer(opening: TurnOpening): Promise<LiveSession> {
    const { responses, digests } = this.#options;
    const { agent, credential, chain } = opening;
    const answered = chain?.answered ?? null;
    const call = answered?.isOpen === true ? await this.byId(agent.id, answered.id) : null;
    if (call?.state.row.sealedAt === null && this.#belongsTo(call, credential)) return call;
    const credentialDigest = digests.credential(agent.id, credential);
    const owned = { keyDigest: null, callDigest: null, credentialDigest };
    const session = open(opening, owned, answered?.id ?? null);
    if (answered !== null && chain !== null)
      session.inherit(await responses.tokensOf(agent.accountId, answered.id, chain));
    return session;
  }

  #findByKey(key: string, opening: TurnOpening, continues: LiveSession | null): Promise<LiveSession> {
    const { digests } = this.#options;
    const { agent, credential, chain } = opening;
    const credentialDigest = digests.credential(agent.id, credential);
    const keyDigest = digests.session(agent.id, credential, key);
    const callDigest = digests.call(agent.id, key);
    const live = this.#liveByKey(agent.id, keyDigest) ?? this.#liveByKey(agent.id, callDigest);
    if (live !== null && this.#isOpenTo(live, credential)) return Promise.resolve(live);
    return this.#lookUp(keyDigest, agent.id, () =>
      this.#readOrOpen([keyDigest, callDigest], opening, { keyDigest, callDigest, credentialDigest }, continues, chain),
    );
  }

  #liveByKey(agentId: AgentId, keyDigest: Buffer): LiveSession | null {
    const live = this.#byKey.get(keyName(agentId, keyDigest));
    const isIt = live?.state.row.sealedAt === null && isSame(live.state.row.keyDigest, keyDigest);
    return isIt ? live : null;
  }

  /** Runs one look-up at a time for a key. */
  #lookUp(keyDigest: Buffer, agentId: AgentId, work: () => Promise<LiveSession>): Promise<LiveSession> {
    const name = keyName(agentId, keyDigest);
    const underWay = this.#lookups.get(name);
    if (underWay !== undefined) return underWay;
    const lookup = work().finally(() => this.#lookups.delete(name));
    this.#lookups.set(name, lookup);
    return lookup;
  }

  /** A sealed session hands nothing on to the one that continues it but what the provider keeps of the chain. */
  async #readOrOpen(
    keyDigests: readonly Buffer[],
    opening: Opening,
    owned: Ownership,
    continues: LiveSession | null,
    chain: KeptChain | null,
  ): Promise<LiveSession> {
    const { id: agentId } = opening.agent;
    const { credentialDigest } = owned;
    const unclaimed = this.#options.digests.unclaimed(agentId);
    const stored = await this.#read(agentId, { by: 'key', keyDigests, credentialDigest, unclaimed });
    if (stored?.state.row.sealedAt === null) return stored;
    const before = stored ?? continues;
    const session = open(opening, owned, before?.id ?? null);
    if (chain !== null && before !== null)
      session.inherit(await this.#options.responses.inheritable(before.memory.tokens.values(), chain));
    this.keep(session);
    return session;
  }

  #belongsTo({ state: { row } }: LiveSession, credential: Credential): boolean {
    return isSame(row.credentialDigest, this.#options.digests.credential(row.agentId, credential));
  }

  #isOpenTo(session: LiveSession, credential: Credential): boolean {
    const { agentId, credentialDigest } = session.state.row;
    return this.#belongsTo(session, credential) || isSame(credentialDigest, this.#options.digests.unclaimed(agentId));
  }

  async #read(agentId: AgentId, sought: SessionSought): Promise<LiveSession | null> {
    const readAt = this.#drops;
    const stored = await readSession(this.#options.pool, this.#options.ring, agentId, sought);
    if (stored === null) return null;
    const session = new LiveSession(stored.state, stored.memory);
    this.#readAt.set(session, readAt);
    await runInStretches(session.recordedDigests(this.#options.auditKey).loading(stored.marks));
    if (stored.state.row.sealedAt === null) this.keep(session);
    return session;
  }
}

const keyName = (agentId: AgentId, digest: Buffer): string => `${agentId}|${digest.toString('base64')}`;

const isSame = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b));

function open(
  { agent, policyDigest, upstreamModel, now }: Opening,
  owned: Ownership,
  continuesId: SessionId | null,
): LiveSession {
  const row: SessionRow = {
    id: newId('session', now),
    accountId: agent.accountId,
    agentId: agent.id,
    ...owned,
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
    tokensOutsideTurn: 0,
    vaultGeneration: 0,
    merkleRoot: null,
    seal: null,
    sealKeyId: null,
    sealSignature: null,
  };
  return new LiveSession({ row, head: emptyChain(row.startedAt), vault: null, stored: false }, new MaskingMemory());
}
