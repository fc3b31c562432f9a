/**
 * A session in the memory of this node: its row, the end of its journal, its vault and what it has masked.
 * A cache, and treated as one: a write that conflicts means that another node was here, and the row is read anew.
 */
import { chainKey } from '../audit/chain.ts';
import type { SessionRow, TurnRow } from '../audit/journal-rows.ts';
import type { ChainHead } from '../audit/session-chain.ts';
import { SpokenDigests } from '../completeness/spoken.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { EgressSearch, type EgressHit } from '../masking/egress/egress.ts';
import { IssuedTokens, type TokenIndex } from '../masking/rehydration/issued-tokens.ts';
import { ownBytes } from '../platform/own-bytes.ts';
import { afterLongStep } from '../platform/steps.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import type { Tokenization } from '../tokens/issuer.ts';
import type { SessionVault, WrappedKey } from '../tokens/vault.ts';
import { LlmMemory } from '../masking/turn/llm-detection.ts';
import { RecordedDigests } from '../masking/turn/recorded-digests.ts';
import type { DigestDraft } from '../masking/turn/recorded-digests.ts';
import { RequestHead } from '../masking/turn/request-head.ts';
import type { MaskedHistory, ReusableRequest, SentHistory } from '../masking/turn/request-head.ts';
import type { MaskingMemory } from '../masking/turn/masking-memory.ts';
import type { TokenSet } from '../masking/turn/tokens-in-turn.ts';
import type { KeptChain } from './response-chain.ts';
import type { TurnEnding } from './turn.ts';
import type { KeptOfAnswer } from './turn-record.ts';

export interface SessionState {
  readonly row: SessionRow;
  readonly head: ChainHead;
  /** Null until the first value is stored. */
  readonly vault: SessionVault | null;
  /** Whether a row of this session is in the database. */
  readonly stored: boolean;
}

/** A vault made for a write, with the row that keeps its key. */
export interface NewVault {
  readonly vault: SessionVault;
  readonly wrapped: WrappedKey;
}

export class LiveSession {
  #memory: MaskingMemory;
  #llm = new LlmMemory();
  /** Digest of the policy text that the remembered texts were masked under, and how their tokens are made; null for no text. */
  #policyDigest: string;
  #tokenization: Tokenization | null = null;
  #issued = new IssuedTokens();
  #inherited: readonly IssuedToken[] = [];
  #recorded: RecordedDigests | null = null;
  #spoken: SpokenDigests | null = null;
  #egress: EgressSearch | null = null;
  #head: RequestHead | null = null;
  /** How many forms of values the masked bytes of the head were searched for. */
  #headSearched = 0;
  #state: SessionState;
  #chainKey: Buffer | null = null;
  #outdated = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: SessionState, memory: MaskingMemory) {
    this.#state = withOwnDigests(state, null);
    this.#memory = memory;
    this.#policyDigest = state.row.policyDigest;
  }

  /** What it has masked. Another one after values were erased from its vault. */
  get memory(): MaskingMemory {
    return this.#memory;
  }

  /** What the LLM detector has read of this session. */
  get llm(): LlmMemory {
    return this.#llm;
  }

  /** Has the next turn masked under this policy: texts that were masked under another one are masked anew. */
  comeUnder(policyDigest: string, tokenization: Tokenization): void {
    const isSame = policyDigest === this.#policyDigest && tokenization === (this.#tokenization ?? tokenization);
    if (!isSame) {
      this.memory.forgetTexts();
      this.memory.carriers.clear();
      this.llm.read.clear();
      this.forgetEgress();
    }
    this.#policyDigest = policyDigest;
    this.#tokenization = tokenization;
  }

  /**
   * What rehydration searches an answer for: one index for all answers of the session, up to date with each call of this.
   * Yields wherever it may be interrupted.
   */
  *issuedTokens(): Generator<undefined, TokenIndex> {
    yield* this.#issued.addingAll(this.memory.tokens);
    return this.#issued;
  }

  /**
   * The tokens that the answer to a request may be restored from: those in the request, and those of the session that the
   * provider keeps in the chain. Yields wherever it may be interrupted.
   */
  *restorable(inTurn: TokenSet, chain: KeptChain | null): Generator<undefined, TokenSet> {
    if (chain === null) return inTurn;
    const tokens = new Set<string>();
    for (const token of inTurn) {
      tokens.add(token);
      yield;
    }
    for (const token of this.memory.tokens.keys()) {
      if (chain.keeps(token)) tokens.add(token);
      yield;
    }
    return tokens;
  }

  /** Knows the tokens of the session that this one continues as its own. */
  inherit(tokens: readonly IssuedToken[]): void {
    this.#inherited = tokens;
    for (const issued of tokens) {
      this.memory.tokens.set(issued.token, issued);
      this.memory.known.set(issued.value, issued.kind);
      if (!issued.stored) this.memory.carriers.set(`${issued.kind}\0${issued.value}`, issued.token);
    }
  }

  /** Tokens of the session that this one continues, to be stored as its own with its next turn. */
  get inherited(): readonly IssuedToken[] {
    return this.#inherited;
  }

  /** They are stored. */
  keepInherited(): void {
    this.#inherited = [];
  }

  /** What is on record of the session already. */
  recordedDigests(auditKey: Uint8Array): RecordedDigests {
    this.#recorded ??= new RecordedDigests(this.chainKey(auditKey));
    return this.#recorded;
  }

  /** What the row of a turn keeps of its answer and of what was said; of a call of one request, the answer's id alone. */
  keptOf(
    { number }: Pick<TurnRow, 'number'>,
    { said }: Pick<TurnEnding, 'said'>,
    { recorded, responseDigest }: { readonly recorded: DigestDraft; readonly responseDigest: Buffer | null },
    auditKey: Uint8Array,
  ): KeptOfAnswer {
    if (this.#state.row.keyDigest === null) return { marks: null, responseDigest, said: null };
    this.#spoken ??= new SpokenDigests(this.chainKey(auditKey));
    const digests = said === undefined ? null : this.#spoken.ofTurn(said(), number === 1);
    return { marks: recorded.bytes(), responseDigest, said: digests };
  }

  /**
   * The search that a request must pass before it leaves: for all that the session knows, and `newValues`. What the policy
   * lets stand, terms and texts of this turn, is `allowed`. Yields wherever it may be interrupted.
   */
  *egress(
    newValues: Iterable<readonly [string, EntityKind]>,
    allowed: { readonly terms: readonly string[]; readonly texts: Iterable<string> },
  ): Generator<undefined, EgressSearch> {
    const egress = this.#egress ?? new EgressSearch();
    if (this.#egress === null) {
      for (const term of allowed.terms) egress.allow(term);
      for (const [value, kind] of this.memory.known) {
        egress.add(value, kind);
        yield;
      }
    }
    for (const [value, kind] of newValues) {
      egress.add(value, kind);
      yield;
    }
    for (const text of allowed.texts) {
      egress.allow(text);
      yield;
    }
    yield* egress.ready();
    this.#egress = egress;
    return egress;
  }

  /** Has the search made anew, and all texts masked: another policy lets other terms stand, or another node found more. */
  forgetEgress(): void {
    this.#egress = null;
    this.#head = null;
  }

  /**
   * The known values that stand in the outgoing bytes. What the head of them is known not to hold is not searched for again,
   * and whatever is found behind it has all of them searched. Yields wherever it may be interrupted.
   */
  *leaks(egress: EgressSearch, body: Uint8Array, head: RequestHead | null): Generator<undefined, readonly EgressHit[]> {
    const isSearched = head !== null && egress.formCount === this.#headSearched;
    if (isSearched && !(yield* egress.holding(body.subarray(head.masked.length)))) return [];
    return yield* egress.searching(body);
  }

  /** What the request begins with that was masked before; null for nothing. */
  headOf(request: ReusableRequest): RequestHead | null {
    const { memory } = this;
    return request.items > 0 && this.#head?.begins(request, memory.known.size) === true ? this.#head : null;
  }

  /**
   * Keeps the request's history for the next request, behind the head that it began with. What `readingHistory` makes is
   * read only where it is kept. Yields wherever it may be interrupted.
   */
  *keepingHead(
    before: RequestHead | null,
    request: ReusableRequest,
    readingHistory: () => Generator<undefined, MaskedHistory | null>,
    sent: SentHistory | null,
  ): Generator<undefined, void> {
    this.#head = null;
    const egress = this.#egress;
    if (request.items === 0 || sent === null || egress === null) return;
    const head = before ?? new RequestHead(request);
    const end = head.endIn(request);
    yield* afterLongStep();
    if (end === null) return;
    const history = yield* readingHistory();
    if (history === null) return;
    yield* head.extending(request, end, history, sent);
    if (this.#egress !== egress) return;
    this.#head = head;
    this.#headSearched = egress.formCount;
  }

  /** What the session takes of the node's memory, roughly. */
  get bytes(): number {
    return this.memory.bytes + (this.#head?.bytes ?? 0);
  }

  get id(): SessionRow['id'] {
    return this.#state.row.id;
  }

  /** The key of this session's chain, derived once from MASKER_AUDIT_HMAC_KEY. */
  chainKey(auditKey: Uint8Array): Buffer {
    this.#chainKey ??= ownBytes(chainKey(auditKey, this.id));
    return this.#chainKey;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whether the database may hold more than this node knows. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /** Replaces the state, after a write that the journal has accepted. */
  advance(state: SessionState): void {
    this.#state = withOwnDigests(state, this.#state.row);
  }

  /** Another node wrote, or a write had no certain outcome: the state must be read anew before the next write. */
  distrust(): void {
    this.#outdated = true;
  }

  /**
   * Takes over what the database holds. What this node has masked and recorded stays as true as it was, so that history
   * is neither masked nor recorded a second time; values that another node found are added. If values were erased from the
   * vault meanwhile, nothing stays of what this node has masked. Yields wherever it may be interrupted.
   */
  *catchingUp(state: SessionState, stored: MaskingMemory): Generator<undefined, void> {
    const isPurged = state.row.vaultGeneration !== this.#state.row.vaultGeneration;
    if (isPurged) this.#beginAnew(stored);
    else yield* this.#adding(stored);
    this.#state = withOwnDigests(state, this.#state.row);
    this.#outdated = false;
  }

  *#adding({ tokens, known }: MaskingMemory): Generator<undefined, void> {
    for (const [token, issued] of tokens) {
      if (!this.memory.tokens.has(token)) this.memory.tokens.set(token, issued);
      yield;
    }
    for (const [value, kind] of known) {
      if (!this.memory.known.has(value)) this.memory.known.set(value, kind);
      yield;
    }
    this.#inherited = this.#inherited.filter(({ token }) => !tokens.has(token));
    this.forgetEgress();
  }

  #beginAnew(memory: MaskingMemory): void {
    this.#memory = memory;
    this.#llm = new LlmMemory();
    this.#issued = new IssuedTokens();
    this.#inherited = [];
    this.forgetEgress();
  }

  /** Runs `work` after all work given earlier: a session's writes never overlap, for each continues the one before. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

/** Returns the state with digests that keep nothing else in memory; those of `before` are such. */
function withOwnDigests(state: SessionState, before: SessionRow | null): SessionState {
  const { row } = state;
  const own = (digest: Buffer | null, known: Buffer | null | undefined): Buffer | null =>
    digest === null || digest === known ? digest : ownBytes(digest);
  const keyDigest = own(row.keyDigest, before?.keyDigest);
  const callDigest = own(row.callDigest, before?.callDigest);
  const credentialDigest = own(row.credentialDigest, before?.credentialDigest);
  const isOwn =
    keyDigest === row.keyDigest && callDigest === row.callDigest && credentialDigest === row.credentialDigest;
  return isOwn ? state : { ...state, row: { ...row, keyDigest, callDigest, credentialDigest } };
}
