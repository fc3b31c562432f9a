/**
 * Sessions: one call each, with a row, a journal and a vault. See docs/proxy.md, Sessions.
 *
 * A turn is masked, and its record made durable, before anything leaves; how it ended is recorded after the last byte.
 * Each is one journal write. The state kept in memory is a cache that another node may outdate at any time: the journal
 * notices, and the work is done again on the state as it really is.
 */
import type { Pool } from 'pg';
import type { Journal } from '../audit/journal.ts';
import { journalHead, receiptText } from '../audit/journal-head.ts';
import type { SessionRow, TurnRow } from '../audit/journal-rows.ts';
import type { Signer } from '../audit/seal.ts';
import type { TurnFact } from '../audit/session-chain.ts';
import type { LlmDetector } from '../detection/llm-detector/llm-detector.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { TurnTokens, type TokenIndex } from '../masking/rehydration/issued-tokens.ts';
import { LlmDetection } from '../masking/turn/llm-detection.ts';
import type { LongTexts } from '../masking/turn/turn-preparing.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import type { TokenKeys } from '../tokens/issuer.ts';
import { available } from './available.ts';
import { CallAnnouncing } from './call-announcing.ts';
import { CallDigests } from './call-digests.ts';
import type { CallReference, NamedCall } from './correlation.ts';
import type { Credential } from './credential.ts';
import type { LiveSession } from './live-session.ts';
import { ResponseChain, type KeptChain } from './response-chain.ts';
import type { SealReason } from './sealing.ts';
import { SessionAccess, withSession, type Outcome } from './session-access.ts';
import { SessionPolicies, type PolicyTerms } from './session-policies.ts';
import { SessionRegistry } from './session-registry.ts';
import { SessionSealing } from './session-sealing.ts';
import { SessionWriter } from './session-writer.ts';
import { isDegraded, TurnDrafting } from './turn-draft.ts';
import type { DraftedTurn } from './turn-draft.ts';
import { TurnEndings, type BegunTurn } from './turn-endings.ts';
import { keepingHead, maskTurn } from './turn-masked.ts';
import type { MaskedTurn } from './turn-masked.ts';
import type { TurnObserver } from './turn-observer.ts';
import { newTurn, rowWithTurn, worse } from './turn-record.ts';
import type { AnnouncedCall, ForwardedTurn, TurnAgent, TurnRequest } from './turn.ts';
import { TurnsUnderWay } from './turns-under-way.ts';

export interface SessionsOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly journal: Journal;
  readonly keys: TokenKeys;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly clock: Clock;
  /** The LLM detector; null where none is configured. */
  readonly llm: LlmDetector | null;
  readonly longTexts: LongTexts;
  /** How much of the node's memory sessions may take, in bytes, roughly; those unused for longest are read again when needed. */
  readonly memoryBytes: number;
  /** Told when the end of a turn could not be recorded; the session will be sealed as partial. */
  readonly onLostEnding: (sessionId: SessionId, cause: unknown) => void;
  /** Counts turns. Without it, turns are not counted. */
  readonly observer?: TurnObserver;
}

/** What a turn is forwarded with. */
interface TurnContext {
  readonly agent: TurnAgent;
  readonly reference: CallReference;
  readonly terms: PolicyTerms;
  /** What the provider keeps of what the request goes on from; null where it keeps nothing. */
  readonly chain: KeptChain | null;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #registry: SessionRegistry;
  readonly #policies: SessionPolicies;
  readonly #underWay = new TurnsUnderWay();
  readonly #digests: CallDigests;
  readonly #responses: ResponseChain;
  readonly #writer: SessionWriter;
  readonly #drafting: TurnDrafting;
  readonly #access: SessionAccess;
  readonly #sealing: SessionSealing;
  readonly #endings: TurnEndings;
  readonly #announcing: CallAnnouncing;

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
    const [registry, writer, underWay] = [this.#registry, this.#writer, this.#underWay];
    this.#access = new SessionAccess({ keys, registry, writer, underWay });
    const access = this.#access;
    this.#sealing = new SessionSealing({ pool, access, registry, underWay });
    this.#announcing = new CallAnnouncing({ pool, access, registry, writer });
    this.#endings = new TurnEndings({
      ...options,
      access,
      sealing: this.#sealing,
      digests: this.#digests,
      responses: this.#responses,
      underWay,
    });
  }

  /**
   * Masks a request and records the turn. Once this resolves with `ok`, the record is on disk and the body may leave.
   * Throws Failure `audit_unavailable` when vault or journal cannot do their work, `detection_unavailable` when a long text
   * cannot be searched, or the LLM detector cannot do its work and the policy says `on_degraded: block`, and
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
    const llm = LlmDetection.of(this.#options.llm, terms);
    const chain = kept === null ? null : await available(this.#responses.find(agent.id, credential, kept));
    const opening = { agent, policyDigest: digest, upstreamModel: model, now: receivedAt, credential, chain };
    return withSession(
      () => this.#find(() => this.#registry.find(reference, opening), agent, digest),
      (session) => session.exclusive(() => this.#forwardIn(session, { agent, reference, terms, chain }, request, llm)),
      'The session is contended: its journal could not be extended.',
    );
  }

  /**
   * Puts on record that a platform announced a call, and opens its session where that is not there yet. The caller's number
   * is known from then on, so that it is masked wherever it is said. Announced again, nothing is recorded again. Throws
   * Failure `audit_unavailable`.
   */
  async begin(agent: TurnAgent, reference: NamedCall, call: AnnouncedCall): Promise<SessionId> {
    const terms = this.#policies.termsOf(agent);
    const opening = { agent, policyDigest: terms.digest, upstreamModel: call.model, now: call.receivedAt };
    return withSession(
      () => this.#find(() => this.#registry.findAnnounced(reference, opening), agent, terms.digest),
      (session) =>
        session.exclusive(async () => {
          const outcome = await this.#announcing.announce(session, agent, call);
          return outcome === 'again' ? outcome : { done: session.id };
        }),
      'The session is contended: its journal could not be extended.',
    );
  }

  async #find(find: () => Promise<LiveSession>, agent: TurnAgent, policyDigest: string): Promise<LiveSession> {
    const session = await available(find());
    await available(this.#policies.storeSnapshot(policyDigest, agent.policyText));
    return session;
  }

  /** Drops what this node has in memory of a session whose values were erased; null for all sessions. */
  forget(id: SessionId | null): void {
    this.#registry.drop(id);
    this.#responses.forgetTokens(id);
  }

  /** Resolves when the endings of all turns answered so far are on disk, so that a caller reads its own writes. */
  settled(): Promise<void> {
    return this.#endings.settled();
  }

  /**
   * Seals an open session; one with a turn under way on this node is sealed when that ends. False where the agent has no
   * such session or it is sealed already, and where it had a turn at `quietSince` (milliseconds since the epoch) or later.
   */
  async end(agentId: AgentId, id: SessionId, reason: SealReason, quietSince = Infinity): Promise<boolean> {
    // A turn whose caller has the whole answer is not under way any more: its ending is merely being written.
    await this.settled();
    return this.#sealing.seal(agentId, id, reason, quietSince);
  }

  async #forwardIn<P>(
    session: LiveSession,
    { agent, reference, terms, chain }: TurnContext,
    request: TurnRequest<P>,
    llm: LlmDetection | null,
  ): Promise<Outcome<{ ok: true; turn: ForwardedTurn } | { ok: false; problem: P }>> {
    const own = await this.#claim(session, reference, request.credential);
    if (own === null) return 'again';
    session.comeUnder(terms.digest, agent.tokenization);
    const masked = await maskTurn(session, request, {
      terms,
      issuer: this.#access.issuer(session, agent),
      longTexts: this.#options.longTexts,
      llm,
      goesOn: own.keyDigest !== null,
    });
    const { prepared } = masked;
    const blocked = isDegraded(llm) && agent.policy.onDegraded === 'block';
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

    const drafted = await this.#drafting.draft(session, own, { agent, chain, request, masked, prepared, llm });
    const written = await this.#access.write(session, drafted.row, drafted.record, agent);
    // Its caller may have a session at another node already: the database tells.
    if (written === 'again' && own !== session.state.row) this.#registry.forget(session);
    if (written === 'again') return 'again';
    if (!written.done)
      throw new Failure('audit_unavailable', 'The journal or the vault could not record this turn. Nothing was sent.');
    this.#options.observer?.onTurnForwarded(drafted.counted);
    await this.#learn(session, masked, drafted, llm);
    const tokens = new TurnTokens(await runInStretches(session.issuedTokens()), drafted.restorable);
    const begun = { agent, row: drafted.turn, credential: request.credential };
    return { done: { ok: true, turn: this.#forwarded(session, begun, prepared.body, tokens) } };
  }

  /** The session's row for a turn of this caller; null where the turn must look for its session again. */
  async #claim(session: LiveSession, reference: CallReference, credential: Credential): Promise<SessionRow | null> {
    // Values were erased from its vault while this turn waited for the one before.
    if (this.#registry.isDropped(session) || !(await this.#access.isOpen(session))) return null;
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
    const texts = [...masking.passedThrough, ...(await runInStretches(masking.readingSurrogates()))];
    const allowed = { terms: terms.rules.allow, texts };
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
    { recorded, row }: DraftedTurn,
    llm: LlmDetection | null,
  ): Promise<void> {
    await runInStretches(masked.masking.committing());
    await runInStretches(keepingHead(session, masked));
    session.keepInherited();
    if (recorded !== null) await runInStretches(recorded.keeping());
    llm?.commit(session.llm);
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
    const written = await this.#access.write(session, refused, { turn, facts, seal }, agent);
    if (written === 'again') return 'again';
    if (!written.done)
      throw new Failure(
        'audit_unavailable',
        'The journal could not record the refusal of this turn. Nothing was sent.',
      );
    if (row.keyDigest !== null) this.#registry.keep(session);
    throw new Failure('leak_blocked', 'The masked request still held a value known in this call. Nothing was sent.');
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
      complete: (ending) => this.#endings.complete(session, begun, ending),
    };
  }
}
