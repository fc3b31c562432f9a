/**
 * Sessions: one call each, with a row, a journal and a vault. Spec proxy.md, Sessions.
 *
 * A turn is masked, and its record made durable, before anything leaves; how it ended is recorded after the last byte.
 * Each is one journal write. The state kept in memory is a cache that another node may outdate at any time: the journal
 * notices, and the work is done again on the state as it really is.
 */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Journal } from '../audit/journal.ts';
import type { JournalWrite, SessionRow, TurnRow, VaultEntryRow } from '../audit/journal-rows.ts';
import type { Signer } from '../audit/seal.ts';
import { extendChain } from '../audit/session-chain.ts';
import type { TurnFact } from '../audit/session-chain.ts';
import type { GemmaPass } from '../detection/gemma/gemma.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import type { AgentId, SessionId, TurnId } from '../platform/ids.ts';
import type { Policy } from '../policy/policy.ts';
import { createIssuer } from '../tokens/issuer.ts';
import type { IssuedToken, TokenKeys } from '../tokens/issuer.ts';
import { SessionVault } from '../tokens/vault.ts';
import { keyDigester } from './correlation.ts';
import type { CallReference } from './correlation.ts';
import { GemmaReading } from './gemma-reading.ts';
import type { LiveSession, NewVault, SessionState } from './live-session.ts';
import { SessionRegistry } from './session-registry.ts';
import { sealRow } from './sealing.ts';
import type { SealReason } from './sealing.ts';
import { TurnMasking, maskingTerms } from './turn-masking.ts';
import type { MaskingTerms } from './turn-masking.ts';
import { prepareRead } from './turn-preparing.ts';
import { endingFacts, replaced, rowWithEnding, rowWithTurn, turnWithEnding, worse } from './turn-record.ts';
import { TurnsUnderWay } from './turns-under-way.ts';
import type { ForwardedTurn, TurnAgent, TurnEnding, TurnRequest } from './turn.ts';

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
  /** Told when the end of a turn could not be recorded; the session will be sealed as partial. */
  readonly onLostEnding: (sessionId: SessionId, cause: unknown) => void;
}

/**
 * Races for one session that are run again before the turn is given up. Each one lost was won by a turn of another node,
 * so it takes that many turns of one call at once to lose them all.
 */
const ATTEMPTS = 32;
/** Waits between attempts to record the end of a turn while the database is away, in milliseconds. */
const ENDING_RETRIES = [50, 200, 1000, 3000];

type Outcome<T> = { readonly done: T } | 'again';

interface PolicyTerms extends MaskingTerms {
  readonly digest: string;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #registry: SessionRegistry;
  readonly #terms = new WeakMap<Policy, PolicyTerms>();
  readonly #snapshots = new Set<string>();
  readonly #underWay = new TurnsUnderWay();
  readonly #endings = new Set<Promise<void>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { pool, keys, auditKey } = options;
    this.#registry = new SessionRegistry({ pool, ring: keys.ring, digestKey: keyDigester(auditKey) });
  }

  /**
   * Masks a request and records the turn. Once this resolves with `ok`, the record is on disk and the body may leave.
   * Throws Failure `audit_unavailable` when vault or journal cannot do their work, and `detection_unavailable` when the
   * Gemma server cannot do its and the policy says `on_degraded: block`: nothing may leave then.
   */
  async forward<P>(agent: TurnAgent, reference: CallReference, request: TurnRequest<P>): Promise<
    { readonly ok: true; readonly turn: ForwardedTurn } | { readonly ok: false; readonly problem: P }
  > {
    const terms = this.#termsOf(agent);
    const { digest } = terms;
    const opening = { agent, policyDigest: digest, upstreamModel: request.model, now: request.receivedAt };
    const gemma = GemmaReading.of(this.#options.gemma, terms);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const session = await available(this.#registry.find(reference, opening));
      await available(this.#storeSnapshot(digest, agent.policyText));
      const outcome = await session.exclusive(() => this.#forwardIn(session, agent, terms, request, gemma));
      if (outcome !== 'again') return outcome.done;
    }
    throw new Failure('audit_unavailable', 'the session is contended: its journal could not be extended');
  }

  /** Resolves when the endings of all turns answered so far are on disk, so that a caller reads its own writes. */
  async settled(): Promise<void> {
    await Promise.all(this.#endings);
  }

  /**
   * Seals an open session; one with a turn under way on this node is sealed when that ends. False where the agent has no
   * such session or it is sealed already.
   */
  async end(agentId: AgentId, id: SessionId, reason: SealReason): Promise<boolean> {
    // A turn whose caller has the whole answer is not under way any more: its ending is merely being written.
    await this.settled();
    return this.#seal(agentId, id, reason);
  }

  async #seal(agentId: AgentId, id: SessionId, reason: SealReason): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const session = await available(this.#registry.byId(agentId, id));
      if (session === null) return false;
      const outcome = await session.exclusive(() => this.#sealIn(session, reason));
      if (outcome !== 'again') return outcome.done;
    }
    throw new Failure('audit_unavailable', 'the session is contended: it could not be sealed');
  }

  async #forwardIn<P>(
    session: LiveSession,
    agent: TurnAgent,
    terms: PolicyTerms,
    request: TurnRequest<P>,
    gemma: GemmaReading | null,
  ): Promise<Outcome<{ ok: true; turn: ForwardedTurn } | { ok: false; problem: P }>> {
    if (!(await this.#isOpen(session))) return 'again';
    const { state } = session;
    // Text masked under another policy must be masked anew.
    if (session.policyDigest !== terms.digest) {
      session.memory.forgetTexts();
      session.gemma.read.clear();
    }
    session.policyDigest = terms.digest;

    const issuer = createIssuer(this.#options.keys, agent.tokenization, agent.policy.kid, agent.accountId, session.id);
    const masking = new TurnMasking(session.memory, terms, issuer);
    const prepared = await prepareRead(masking, request, gemma, session.gemma);
    const degraded = (gemma?.degraded ?? null) !== null;
    const blocked = degraded && agent.policy.onDegraded === 'block';
    // A session that was opened for this request alone has not begun.
    if (!state.stored && (!prepared.ok || blocked)) this.#registry.forget(session);
    if (!prepared.ok) return { done: { ok: false, problem: prepared.problem } };
    if (blocked) throw new Failure('detection_unavailable', 'the Gemma server did not read the request, and the policy demands it; nothing was sent');

    const redactions = masking.redactions();
    const turn: TurnRow = {
      id: newId('turn', request.receivedAt),
      number: state.row.turnCount + 1,
      startedAt: request.receivedAt,
      endedAt: null,
      status: 'forwarded',
      model: request.model,
      streamed: request.streamed,
      redactionCount: replaced(redactions).length,
      detectionUs: masking.detectionUs + (gemma?.waitedUs ?? 0),
      tokenizeUs: masking.tokenizeUs,
      upstreamUs: null,
      rehydrateUs: null,
      addedUs: null,
    };
    const facts: TurnFact[] = [
      ...(state.stored ? [] : [started(state.row)]),
      ...redactions.map((fact) => ({ turn: turn.number, fact })),
      ...(gemma?.facts(turn.number, session.gemma) ?? []),
      ...uninspected(turn.number, prepared.binaryParts),
      {
        turn: turn.number,
        fact: {
          kind: 'turn_forwarded',
          upstream: request.provider,
          model: request.model,
          request_sha256: createHash('sha256').update(prepared.body).digest('hex'),
        },
      },
    ];
    const { vault, vaultKey, vaultEntries } = this.#sealValues(state, agent.policy.kid, masking.newTokens);
    const forwarded = rowWithTurn(state.row, turn, redactions);
    const row = degraded ? { ...forwarded, status: worse(forwarded.status, 'partial') } : forwarded;
    const next = { row, vault, stored: true };
    const written = await this.#write(session, next, { turn, facts, vaultKey, vaultEntries }, agent);
    if (written === 'again') return 'again';
    if (!written.done) throw new Failure('audit_unavailable', 'the journal or the vault could not record this turn; nothing was sent');
    masking.commit();
    gemma?.commit(session.gemma);
    this.#underWay.begin(session.id);
    if (row.keyDigest !== null) this.#registry.keep(session);
    return { done: { ok: true, turn: this.#forwarded(session, agent, turn, prepared.body) } };
  }

  #forwarded(session: LiveSession, agent: TurnAgent, turn: TurnRow, body: Uint8Array): ForwardedTurn {
    return {
      sessionId: session.id,
      turnId: turn.id,
      body,
      tokens: session.issuedTokens(),
      detectionUs: turn.detectionUs,
      tokenizeUs: turn.tokenizeUs,
      complete: (ending) => this.#track(this.#complete(session, agent, turn, ending)),
    };
  }

  async #track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    await ending.finally(() => this.#endings.delete(ending));
  }

  async #complete(first: LiveSession, agent: TurnAgent, turn: TurnRow, ending: TurnEnding): Promise<void> {
    await this.#recordEnding(first, agent, turn, ending);
    this.#underWay.end(first.id);
    // Whoever asked for the seal while this ending was being written was told that it would come.
    const asked = this.#underWay.sealRequest(first.id);
    if (asked === null || this.#underWay.count(first.id) > 0) return;
    this.#underWay.forget(first.id);
    await this.#seal(agent.id, first.id, asked).catch((cause: unknown) => {
      this.#options.onLostEnding(first.id, cause);
    });
  }

  async #recordEnding(session: LiveSession, agent: TurnAgent, turn: TurnRow, ending: TurnEnding): Promise<void> {
    let races = 0;
    for (let failures = 0; ; ) {
      try {
        const outcome = await session.exclusive(async () => {
          // The database may have taken an earlier attempt without being able to say so.
          const taken = failures > 0 && (await this.#hasEnded(turn.id));
          return taken ? { done: true } : this.#completeIn(session, agent, turn, ending);
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

  async #completeIn(session: LiveSession, agent: TurnAgent, turn: TurnRow, ending: TurnEnding): Promise<Outcome<boolean>> {
    // Sealed by another node meanwhile: its journal is closed, and the seal already says partial.
    if (!(await this.#isOpen(session))) return { done: false };
    const { state } = session;
    const now = this.#options.clock.now();
    const ended = rowWithEnding(state.row, ending, now);
    // A call of one request is over when its answer is.
    const over = ended.keyDigest === null ? 'response_ended' : this.#underWay.sealRequest(session.id);
    const seal = over !== null && this.#underWay.count(session.id) === 1 ? over : null;
    // Another turn may have lost its end, or be under way on another node.
    const lost = seal !== null && ended.turnCount > 1 ? await available(this.#turnsWithoutEnd(session.id, turn.id)) : 0;
    const row = lost > 0 ? { ...ended, status: worse(ended.status, 'partial') } : ended;
    const written = await this.#write(
      session,
      { ...state, row },
      { turn: turnWithEnding(turn, ending, now), facts: endingFacts(turn, ending), seal },
      agent,
    );
    if (written !== 'again' && !written.done) throw new Error('the journal could not record the end of the turn');
    return written;
  }

  async #sealIn(session: LiveSession, reason: SealReason): Promise<Outcome<boolean>> {
    if (!(await this.#isOpen(session)) || !session.state.stored) return { done: false };
    const { state } = session;
    if (this.#underWay.count(session.id) > 0) {
      this.#underWay.sealAfter(session.id, reason);
      return { done: true };
    }
    const lost = await available(this.#turnsWithoutEnd(session.id, null));
    const row = lost > 0 ? { ...state.row, status: worse(state.row.status, 'partial') } : state.row;
    const written = await this.#write(session, { ...state, row }, { turn: null, facts: [], seal: reason }, null);
    if (written !== 'again' && !written.done) throw new Failure('audit_unavailable', 'the journal could not record the seal');
    return written;
  }

  /** One journal write: chains the facts, seals where asked, and moves the session on only if the journal took it. */
  async #write(
    session: LiveSession,
    next: Omit<SessionState, 'head'>,
    record: {
      readonly turn: TurnRow | null;
      readonly facts: readonly TurnFact[];
      readonly seal?: SealReason | null;
      readonly vaultKey?: JournalWrite['vaultKey'];
      readonly vaultEntries?: readonly VaultEntryRow[];
    },
    agent: TurnAgent | null,
  ): Promise<Outcome<boolean>> {
    const { auditKey, clock, journal, signer } = this.#options;
    const now = clock.now();
    const seal = record.seal ?? null;
    const sealed: TurnFact[] =
      seal === null ? [] : [{ turn: 0, fact: { kind: 'session_sealed', status: next.row.status, reason: seal } }];
    const context = {
      session_id: next.row.id,
      agent_id: next.row.agentId,
      policy_name: agent?.policy.name ?? next.row.policyName,
      policy_version: agent?.policyVersion ?? next.row.policyVersion,
    };
    const { rows, head } = extendChain(
      session.chainKey(auditKey),
      session.state.head,
      context,
      [...record.facts, ...sealed],
      now,
    );
    const row = seal === null ? next.row : sealRow(signer, next.row, head, now);
    const outcome = await journal.append({
      session: row,
      turn: record.turn,
      vaultKey: record.vaultKey ?? null,
      vaultEntries: record.vaultEntries ?? [],
      entries: rows,
    });
    if (outcome.ok) {
      session.advance({ ...next, row, head });
      if (row.sealedAt !== null) {
        this.#registry.forget(session);
        this.#underWay.forget(session.id);
      }
      return { done: true };
    }
    session.distrust();
    return outcome.reason === 'conflict' ? 'again' : { done: false };
  }

  /** Brings the session up to date. False where it takes no more writes: it is sealed, or another one has its key. */
  async #isOpen(session: LiveSession): Promise<boolean> {
    if (session.outdated) await available(this.#registry.refresh(session));
    const open = !session.outdated && session.state.row.sealedAt === null;
    if (!open) this.#registry.forget(session);
    return open;
  }

  #sealValues(state: SessionState, kid: string, tokens: readonly IssuedToken[]): {
    vault: SessionVault | null;
    vaultKey: JournalWrite['vaultKey'];
    vaultEntries: VaultEntryRow[];
  } {
    const stored = tokens.filter((token) => token.stored);
    if (stored.length === 0) return { vault: state.vault, vaultKey: null, vaultEntries: [] };
    const made = state.vault === null ? this.#newVault(state.row, kid) : null;
    const vault = state.vault ?? made?.vault ?? null;
    const vaultEntries = stored.flatMap(({ token, kind, value, kid: tokenKid, keyVersion }) =>
      vault === null ? [] : [{ token, kind, kid: tokenKid, keyVersion, sealed: vault.seal(token, value) }],
    );
    return { vault, vaultKey: made?.wrapped ?? null, vaultEntries };
  }

  #newVault(row: SessionRow, kid: string): NewVault {
    const key = this.#options.keys.ring.active(kid);
    if (key === null) throw new RangeError(`no key is registered for ${kid}`);
    return SessionVault.create(key, row.accountId, row.id);
  }

  /** `except`: a turn whose end is about to be written. */
  async #turnsWithoutEnd(id: SessionId, except: TurnId | null): Promise<number> {
    const { rows } = await this.#options.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM turns WHERE session_id = $1 AND status = 'forwarded' AND id IS DISTINCT FROM $2`,
      [id, except],
    );
    return rows[0]?.n ?? 0;
  }

  async #hasEnded(id: TurnId): Promise<boolean> {
    const { rows } = await this.#options.pool.query<{ ended: boolean }>('SELECT ended_at IS NOT NULL AS ended FROM turns WHERE id = $1', [id]);
    return rows[0]?.ended ?? false;
  }

  #termsOf({ policy, policyText }: TurnAgent): PolicyTerms {
    const known = this.#terms.get(policy);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(policyText, 'utf8').digest('hex');
    const terms = { ...maskingTerms(policy), digest };
    this.#terms.set(policy, terms);
    return terms;
  }

  /** A policy text is stored once, before the first session that runs under it. */
  async #storeSnapshot(digest: string, text: string): Promise<void> {
    if (this.#snapshots.has(digest)) return;
    await this.#options.pool.query('INSERT INTO policy_snapshots (digest, text) VALUES ($1, $2) ON CONFLICT DO NOTHING', [digest, text]);
    this.#snapshots.add(digest);
  }
}

function started({ continuesId }: SessionRow): TurnFact {
  return { turn: 0, fact: { kind: 'session_started', ...(continuesId === null ? {} : { continues: continuesId }) } };
}

function uninspected(turn: number, count: number): TurnFact[] {
  return count === 0 ? [] : [{ turn, fact: { kind: 'uninspectable_allowed', count } }];
}

/** The result of a database read that a turn cannot do without. */
async function available<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    throw new Failure('audit_unavailable', 'the database could not be read; nothing was sent', [], { cause });
  }
}
