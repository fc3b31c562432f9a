/**
 * Sessions: one call each, with a row, a journal and a vault. See docs/proxy.md, Sessions.
 *
 * A turn is masked, and its record made durable, before anything leaves; how it ended is recorded after the last byte.
 * Each is one journal write. The state kept in memory is a cache that another node may outdate at any time: the journal
 * notices, and the work is done again on the state as it really is.
 */
import type { Pool } from 'pg';
import { faultOf } from '../audit/anchored-heads.ts';
import type { Journal } from '../audit/journal.ts';
import { journalHead, receiptText } from '../audit/journal-head.ts';
import type { SessionRow, TurnRow } from '../audit/journal-rows.ts';
import type { Signer } from '../audit/seal.ts';
import type { TurnFact } from '../audit/session-chain.ts';
import type { GemmaPass } from '../detection/gemma/gemma.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { TurnTokens, type TokenIndex } from '../masking/rehydration/issued-tokens.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { createIssuer, type TokenIssuer, type TokenKeys } from '../tokens/issuer.ts';
import { available } from './available.ts';
import { CallDigests } from './call-digests.ts';
import type { CallReference, NamedCall } from './correlation.ts';
import type { Credential } from './credential.ts';
import { GemmaReading } from '../masking/turn/gemma-reading.ts';
import { answeredPayload } from './kept-payloads.ts';
import type { LiveSession } from './live-session.ts';
import { ResponseChain, type KeptChain } from './response-chain.ts';
import { hasEnded, turnsWithoutEnd, wasAnnounced } from './session-queries.ts';
import { SessionRegistry } from './session-registry.ts';
import type { SealReason } from './sealing.ts';
import { SessionWriter, type SessionRecord } from './session-writer.ts';
import { SessionPolicies, type PolicyTerms } from './session-policies.ts';
import { runInStretches } from '../platform/stretch.ts';
import { markingReturned, rowWithReturned } from './token-account.ts';
import type { LongTexts } from '../masking/turn/turn-preparing.ts';
import { endedTurn, endingFacts, newTurn, rowWithEnding, rowWithTurn, turnWithEnding, worse } from './turn-record.ts';
import type { TurnObserver } from './turn-observer.ts';
import { isDegraded, TurnDrafting } from './turn-draft.ts';
import type { DraftedTurn } from './turn-draft.ts';
import { keepingHead, maskTurn } from './turn-masked.ts';
import type { MaskedTurn } from './turn-masked.ts';
import { TurnsUnderWay } from './turns-under-way.ts';
import { callStarted } from './call-started.ts';
import type { AnnouncedCall, ForwardedTurn, TurnAgent, TurnEnding, TurnRequest } from './turn.ts';

export interface SessionsOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly journal: Journal;
  readonly keys: TokenKeys;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly clock: Clock;
  /** The model server that reads texts too; null where none is configured. */
  readonly gemma: GemmaPass | null;
  readonly longTexts: LongTexts;
  /** How much of the node's memory sessions may take, in bytes, roughly; those unused for longest are read again when needed. */
  readonly memoryBytes: number;
  /** Told when the end of a turn could not be recorded; the session will be sealed as partial. */
  readonly onLostEnding: (sessionId: SessionId, cause: unknown) => void;
  /** Counts turns. Without it, turns are not counted. */
  readonly observer?: TurnObserver;
}

/**
 * Races for one session that are run again before the turn is given up. Each one lost was won by a turn of another node,
 * so it takes that many turns of one call at once to lose them all.
 */
const ATTEMPTS = 32;
/** Waits between attempts to record the end of a turn while the database is away, in milliseconds. */
const ENDING_RETRIES = [50, 200, 1000, 3000];

/** A seal is never signed over a journal that was tampered with: that would bless the cut. */
const NOT_WHAT_WAS_SIGNED = [
  'audit_unavailable',
  'The journal of the session is not what was signed of it. The session is not sealed.',
] as const;

type Outcome<T> = { readonly done: T } | 'again';

/** What a turn is forwarded with. */
interface TurnContext {
  readonly agent: TurnAgent;
  readonly reference: CallReference;
  readonly terms: PolicyTerms;
  /** What the provider keeps of what the request goes on from; null where it keeps nothing. */
  readonly chain: KeptChain | null;
}

/** A turn on record. */
interface BegunTurn {
  readonly agent: TurnAgent;
  readonly row: TurnRow;
  readonly credential: Credential;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #registry: SessionRegistry;
  readonly #policies: SessionPolicies;
  readonly #underWay = new TurnsUnderWay();
  readonly #endings = new Set<Promise<void>>();
  readonly #digests: CallDigests;
  readonly #responses: ResponseChain;
  readonly #writer: SessionWriter;
  readonly #drafting: TurnDrafting;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { pool, keys, auditKey, memoryBytes } = options;
    const { ring } = keys;
    this.#policies = new SessionPolicies(pool);
    this.#digests = new CallDigests(auditKey);
    this.#responses = new ResponseChain({ pool, ring, digests: this.#digests });
    this.#registry = new SessionRegistry({
      pool,
      ring,
      auditKey,
      digests: this.#digests,
      responses: this.#responses,
      memoryBytes,
    });
    this.#writer = new SessionWriter({ ...options, ring });
    this.#drafting = new TurnDrafting({
      auditKey,
      writer: this.#writer,
      digests: this.#digests,
      responses: this.#responses,
    });
  }

  /**
   * Masks a request and records the turn. Once this resolves with `ok`, the record is on disk and the body may leave.
   * Throws Failure `audit_unavailable` when vault or journal cannot do their work, `detection_unavailable` when a long text
   * cannot be searched, or the Gemma server cannot do its work and the policy says `on_degraded: block`, and
   * `payload_too_large` for more text or values than are searched: nothing may leave then.
   */
  async forward<P>(
    agent: TurnAgent,
    reference: CallReference,
    request: TurnRequest<P>,
  ): Promise<{ readonly ok: true; readonly turn: ForwardedTurn } | { readonly ok: false; readonly problem: P }> {
    const terms = this.#policies.termsOf(agent);
    const { digest } = terms;
    const { model, receivedAt, credential, kept } = request;
    const gemma = GemmaReading.of(this.#options.gemma, terms);
    const chain = kept === null ? null : await available(this.#responses.find(agent.id, credential, kept));
    const opening = { agent, policyDigest: digest, upstreamModel: model, now: receivedAt, credential, chain };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const session = await available(this.#registry.find(reference, opening));
      await available(this.#policies.storeSnapshot(digest, agent.policyText));
      const outcome = await session.exclusive(() =>
        this.#forwardIn(session, { agent, reference, terms, chain }, request, gemma),
      );
      if (outcome !== 'again') return outcome.done;
    }
    throw new Failure('audit_unavailable', 'The session is contended: its journal could not be extended.');
  }

  /**
   * Puts on record that a platform announced a call, and opens its session where that is not there yet. The caller's number
   * is known from then on, so that it is masked wherever it is said. Announced again, nothing is recorded again. Throws
   * Failure `audit_unavailable`.
   */
  async begin(agent: TurnAgent, reference: NamedCall, call: AnnouncedCall): Promise<SessionId> {
    const terms = this.#policies.termsOf(agent);
    const opening = { agent, policyDigest: terms.digest, upstreamModel: call.model, now: call.receivedAt };
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const session = await available(this.#registry.findAnnounced(reference, opening));
      await available(this.#policies.storeSnapshot(terms.digest, agent.policyText));
      const outcome = await session.exclusive(() => this.#beginIn(session, agent, call));
      if (outcome !== 'again') return session.id;
    }
    throw new Failure('audit_unavailable', 'The session is contended: its journal could not be extended.');
  }

  /** Drops what this node has in memory of a session whose values were erased; null for all sessions. */
  forget(id: SessionId | null): void {
    this.#registry.drop(id);
    this.#responses.forgetTokens(id);
  }

  /** Resolves when the endings of all turns answered so far are on disk, so that a caller reads its own writes. */
  async settled(): Promise<void> {
    await Promise.all(this.#endings);
  }

  /**
   * Seals an open session; one with a turn under way on this node is sealed when that ends. False where the agent has no
   * such session or it is sealed already, and where it had a turn at `quietSince` (milliseconds since the epoch) or later.
   */
  async end(agentId: AgentId, id: SessionId, reason: SealReason, quietSince = Infinity): Promise<boolean> {
    // A turn whose caller has the whole answer is not under way any more: its ending is merely being written.
    await this.settled();
    return this.#seal(agentId, id, reason, quietSince);
  }

  async #seal(agentId: AgentId, id: SessionId, reason: SealReason, quietSince: number): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const session = await available(this.#registry.byId(agentId, id));
      if (session === null) return false;
      const outcome = await session.exclusive(() => this.#sealIn(session, reason, quietSince));
      if (outcome !== 'again') return outcome.done;
    }
    throw new Failure('audit_unavailable', 'The session is contended: it could not be sealed.');
  }

  async #beginIn(session: LiveSession, agent: TurnAgent, call: AnnouncedCall): Promise<Outcome<boolean>> {
    if (!(await this.#isOpen(session))) return 'again';
    const { state, memory } = session;
    if (state.stored && (await available(wasAnnounced(this.#options.pool, session.id)))) return { done: true };
    const { enabled, action } = agent.policy.entities.PHONE;
    const { callerNumber } = call;
    const masked = callerNumber !== null && enabled && action !== 'passthrough' ? callerNumber : null;
    const issuer = this.#issuer(session, agent);
    const tokens = masked !== null && action === 'tokenize' ? [issuer.issue('PHONE', masked)] : [];
    // A token that carries its value is made where one is sent; this one never would be.
    const issued = tokens.filter(({ token, stored }) => stored && !memory.tokens.has(token));
    const fact = callStarted(call, { isMasked: masked !== null, tokensIssued: issued.length });
    const values = await this.#writer.sealValues(state, agent.policy.kid, issued);
    const row = { ...state.row, tokensIssued: state.row.tokensIssued + issued.length };
    const written = await this.#write(session, row, { turn: null, facts: [{ turn: 0, fact }], values }, agent);
    if (written === 'again') return 'again';
    if (!written.done) throw new Failure('audit_unavailable', 'The journal could not record the call.');
    for (const token of issued) memory.tokens.set(token.token, token);
    if (masked !== null) {
      memory.known.set(masked, 'PHONE');
      session.forgetEgress();
    }
    this.#registry.keep(session);
    return written;
  }

  async #forwardIn<P>(
    session: LiveSession,
    { agent, reference, terms, chain }: TurnContext,
    request: TurnRequest<P>,
    gemma: GemmaReading | null,
  ): Promise<Outcome<{ ok: true; turn: ForwardedTurn } | { ok: false; problem: P }>> {
    const own = await this.#claim(session, reference, request.credential);
    if (own === null) return 'again';
    session.comeUnder(terms.digest, agent.tokenization);
    const masked = await maskTurn(session, request, {
      terms,
      issuer: this.#issuer(session, agent),
      longTexts: this.#options.longTexts,
      gemma,
      goesOn: own.keyDigest !== null,
    });
    const { prepared } = masked;
    const blocked = isDegraded(gemma) && agent.policy.onDegraded === 'block';
    // A session that was opened for this request alone has not begun.
    if (!session.state.stored && (!prepared.ok || blocked)) this.#registry.forget(session);
    if (!prepared.ok) return { done: { ok: false, problem: prepared.problem } };
    if (blocked)
      throw new Failure(
        'detection_unavailable',
        'The Gemma server did not read the request, and the policy demands it. Nothing was sent.',
      );
    const leaks = await this.#leaks(session, masked, prepared.body, terms);
    if (leaks.length > 0) return this.#refuseLeak(session, own, agent, request, leaks);

    const drafted = await this.#drafting.draft(session, own, { agent, chain, request, masked, prepared, gemma });
    const written = await this.#write(session, drafted.row, drafted.record, agent);
    // Its caller may have a session at another node already: the database tells.
    if (written === 'again' && own !== session.state.row) this.#registry.forget(session);
    if (written === 'again') return 'again';
    if (!written.done)
      throw new Failure('audit_unavailable', 'The journal or the vault could not record this turn. Nothing was sent.');
    this.#options.observer?.onTurnForwarded(drafted.counted);
    await this.#learn(session, masked, drafted, gemma);
    const tokens = new TurnTokens(await runInStretches(session.issuedTokens()), drafted.restorable);
    const begun = { agent, row: drafted.turn, credential: request.credential };
    return { done: { ok: true, turn: this.#forwarded(session, begun, prepared.body, tokens) } };
  }

  /** The session's row for a turn of this caller; null where the turn must look for its session again. */
  async #claim(session: LiveSession, reference: CallReference, credential: Credential): Promise<SessionRow | null> {
    // Values were erased from its vault while this turn waited for the one before.
    if (this.#registry.isDropped(session) || !(await this.#isOpen(session))) return null;
    const own = this.#registry.claim(session, reference, credential);
    // A caller with another credential took it over meanwhile.
    if (own === null) this.#registry.forget(session);
    return own;
  }

  /** Searches the outgoing bytes for values that the call knows: the last line of defence, see masking/egress/egress.ts. */
  async #leaks<P>(
    session: LiveSession,
    { masking, head }: MaskedTurn<P>,
    body: Uint8Array,
    terms: PolicyTerms,
  ): Promise<readonly EntityKind[]> {
    const allowed = { terms: terms.rules.allow, texts: masking.passedThrough };
    const egress = await runInStretches(session.egress(masking.newValues, allowed));
    if (egress.isFull) {
      // Without the values of this request the search may have room again.
      session.forgetEgress();
      if (!session.state.stored) this.#registry.forget(session);
      throw new Failure(
        'payload_too_large',
        'The call holds more values than the last search of a request can look for. Nothing was sent.',
      );
    }
    const hits = await runInStretches(session.leaks(egress, body, head));
    return hits.map(({ kind }) => kind);
  }

  /** Takes what a turn that is on record taught into the session's memory. */
  async #learn<P>(
    session: LiveSession,
    masked: MaskedTurn<P>,
    { marks, row }: DraftedTurn,
    gemma: GemmaReading | null,
  ): Promise<void> {
    await runInStretches(masked.masking.committing());
    await runInStretches(keepingHead(session, masked));
    session.keepInherited();
    if (marks !== null) await runInStretches(marks.keeping());
    gemma?.commit(session.gemma);
    this.#underWay.begin(session.id);
    if (row.keyDigest !== null) this.#registry.keep(session);
  }

  /** Records that a known value was about to leave, and refuses the request. */
  async #refuseLeak<P>(
    session: LiveSession,
    row: SessionRow,
    agent: TurnAgent,
    request: TurnRequest<P>,
    kinds: readonly EntityKind[],
  ): Promise<'again'> {
    const turn: TurnRow = { ...newTurn(row, request), status: 'error', endedAt: this.#options.clock.now() };
    const refused = { ...rowWithTurn(row, turn, [], 0), status: worse(row.status, 'partial') };
    const facts = [...new Set(kinds)].map((kind): TurnFact => {
      const count = kinds.filter((other) => other === kind).length;
      return { turn: turn.number, fact: { kind: 'leak_suspected', entity_kind: kind, count } };
    });
    const seal = row.keyDigest === null ? 'response_ended' : null;
    const written = await this.#write(session, refused, { turn, facts, seal }, agent);
    if (written === 'again') return 'again';
    if (!written.done)
      throw new Failure(
        'audit_unavailable',
        'The journal could not record the refusal of this turn. Nothing was sent.',
      );
    if (row.keyDigest !== null) this.#registry.keep(session);
    throw new Failure('leak_blocked', 'The masked request still held a value known in this call. Nothing was sent.');
  }

  #issuer({ id, memory }: LiveSession, { tokenization, policy, accountId }: TurnAgent): TokenIssuer {
    return createIssuer(this.#options.keys, tokenization, policy.kid, accountId, id, memory.randomTokens);
  }

  #forwarded(session: LiveSession, begun: BegunTurn, body: Uint8Array, tokens: TokenIndex): ForwardedTurn {
    const { row } = begun;
    const head = journalHead(session.id, session.state.head);
    return {
      sessionId: session.id,
      turnId: row.id,
      body,
      tokens,
      detectionUs: row.detectionUs,
      tokenizeUs: row.tokenizeUs,
      receipt: () => receiptText(this.#options.signer, head),
      complete: (ending) => this.#track(this.#complete(session, begun, ending)),
    };
  }

  async #track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    await ending.finally(() => this.#endings.delete(ending));
  }

  async #complete(first: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<void> {
    const { agent } = begun;
    this.#options.observer?.onTurnEnded(endedTurn(agent.id, first.id, begun.row, ending));
    const recorded = this.#recordEnding(first, begun, ending);
    const isOver = first.state.row.keyDigest === null;
    const answered = this.#answerDigest(begun, ending);
    this.#responses.expect(answered, first.id, isOver ? first.memory.tokens.values() : [], recorded);
    await recorded;
    this.#underWay.end(first.id);
    // Whoever asked for the seal while this ending was being written was told that it would come.
    const asked = this.#underWay.sealRequest(first.id);
    if (asked === null || this.#underWay.count(first.id) > 0) return;
    this.#underWay.forget(first.id);
    await this.#seal(agent.id, first.id, asked, Infinity).catch((cause: unknown) => {
      this.#options.onLostEnding(first.id, cause);
    });
  }

  #answerDigest({ agent, credential }: BegunTurn, { responseId }: TurnEnding): Buffer | null {
    return responseId === null ? null : this.#digests.response(agent.id, credential, responseId);
  }

  async #recordEnding(session: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<void> {
    let races = 0;
    for (let failures = 0; ;) {
      try {
        const outcome = await session.exclusive(async () => {
          // The database may have taken an earlier attempt without being able to say so.
          const taken = failures > 0 && (await hasEnded(this.#options.pool, begun.row.id));
          return taken ? { done: true } : this.#completeIn(session, begun, ending);
        });
        if (outcome !== 'again') return;
        races += 1;
        if (races > ATTEMPTS) throw new Error('the session is contended');
      } catch (cause) {
        const wait = ENDING_RETRIES[failures];
        failures += 1;
        if (wait === undefined) {
          this.#options.onLostEnding(session.id, cause);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #completeIn(session: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<Outcome<boolean>> {
    const { agent, row: turn } = begun;
    // Sealed by another node meanwhile: its journal is closed, and the seal already says partial.
    if (!(await this.#isOpen(session))) return { done: false };
    const { state } = session;
    const { auditKey, clock, pool } = this.#options;
    const now = clock.now();
    const marks = session.marks(auditKey).draft();
    const returned = await runInStretches(markingReturned(marks, ending.rehydration));
    const ended = rowWithReturned(rowWithEnding(state.row, ending, now), returned, ending.rehydration);
    // A call of one request is over when its answer is.
    const over = ended.keyDigest === null ? 'response_ended' : this.#underWay.sealRequest(session.id);
    // One whose journal has a fault is left to the seal by itself, which is refused.
    const isSound = over === null || ended.keyDigest === null || (await available(faultOf(pool, session.id))) === null;
    const seal = over !== null && isSound && this.#underWay.count(session.id) === 1 ? over : null;
    // Another turn may have lost its end, or be under way on another node.
    const isLost =
      seal !== null && ended.turnCount > 1 && (await available(turnsWithoutEnd(pool, session.id, turn.id))) > 0;
    const row = isLost ? { ...ended, status: worse(ended.status, 'partial') } : ended;
    const responseDigest = this.#answerDigest(begun, ending);
    const record = {
      turn: turnWithEnding(turn, ending, session.keptOf(turn, ending, { marks, responseDigest }, auditKey), now),
      facts: endingFacts(turn, ending, returned),
      seal,
      payload: answeredPayload(state.vault, turn.number, ending.response ?? null),
    };
    const written = await this.#write(session, row, record, agent);
    if (written !== 'again' && !written.done) throw new Error('the journal could not record the end of the turn');
    await runInStretches(marks.keeping());
    return written;
  }

  async #sealIn(session: LiveSession, reason: SealReason, quietSince: number): Promise<Outcome<boolean>> {
    if (!(await this.#isOpen(session)) || !session.state.stored) return { done: false };
    const { state } = session;
    // Another turn came since the sweep looked.
    if (state.row.lastTurnAt >= quietSince) return { done: false };
    if (this.#underWay.count(session.id) > 0) {
      this.#underWay.sealAfter(session.id, reason);
      return { done: true };
    }
    if ((await available(faultOf(this.#options.pool, session.id))) !== null) throw new Failure(...NOT_WHAT_WAS_SIGNED);
    const lost = await available(turnsWithoutEnd(this.#options.pool, session.id, null));
    const row = lost > 0 ? { ...state.row, status: worse(state.row.status, 'partial') } : state.row;
    const written = await this.#write(session, row, { turn: null, facts: [], seal: reason }, null);
    if (written !== 'again' && !written.done)
      throw new Failure('audit_unavailable', 'The journal could not record the seal.');
    return written;
  }

  async #write(
    session: LiveSession,
    row: SessionRow,
    record: SessionRecord,
    agent: TurnAgent | null,
  ): Promise<Outcome<boolean>> {
    const written = await this.#writer.write(session, row, record, agent);
    if (written === 'conflict') return 'again';
    if (session.state.row.sealedAt !== null) {
      this.#registry.forget(session);
      this.#underWay.forget(session.id);
    }
    return { done: written === 'written' };
  }

  /** Brings the session up to date. False where it takes no more writes: it is sealed, or another one has its key. */
  async #isOpen(session: LiveSession): Promise<boolean> {
    if (session.outdated) await available(this.#registry.refresh(session));
    const open = !session.outdated && session.state.row.sealedAt === null;
    if (!open) this.#registry.forget(session);
    return open;
  }
}
