/** What is recorded of a turn before it leaves: its row, its facts and its values, drawn up in stretches. */
import type { SessionRow, TurnRow } from '../audit/journal-rows.ts';
import type { LlmDetection } from '../masking/turn/llm-detection.ts';
import type { DigestDraft } from '../masking/turn/recorded-digests.ts';
import type { Prepared } from '../masking/turn/maskable-request.ts';
import type { RedactionFact } from '../masking/turn/redaction-fact.ts';
import type { TokenSet } from '../masking/turn/tokens-in-turn.ts';
import type { AgentId } from '../platform/ids.ts';
import { inStretches, runInStretches, Stretch } from '../platform/stretch.ts';
import type { CallDigests } from './call-digests.ts';
import { forwardedPayload } from './kept-payloads.ts';
import type { LiveSession } from './live-session.ts';
import type { KeptChain, ResponseChain } from './response-chain.ts';
import type { SessionRecord, SessionWriter } from './session-writer.ts';
import type { TurnAgent, TurnRequest } from './turn.ts';
import type { MaskedTurn } from './turn-masked.ts';
import { forwardedFacts, newTurn, replaced, rowWithTurn, worse } from './turn-record.ts';

export interface TurnDraftingOptions {
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly writer: SessionWriter;
  readonly digests: CallDigests;
  readonly responses: ResponseChain;
}

/** A masked turn, and what its record is drawn up from. */
export interface Draftable<P> {
  readonly agent: TurnAgent;
  readonly chain: KeptChain | null;
  readonly request: TurnRequest<P>;
  readonly masked: MaskedTurn<P>;
  readonly prepared: Extract<Prepared<P>, { readonly ok: true }>;
  readonly llm: LlmDetection | null;
}

/** What is recorded of a turn before it leaves. */
export interface DraftedTurn {
  readonly turn: TurnRow;
  readonly row: SessionRow;
  readonly record: SessionRecord;
  /** Redactions that replaced something. */
  readonly counted: readonly RedactionFact[];
  /** Tokens that may be restored in the answer. */
  readonly restorable: TokenSet;
  /** Null for a call of one request. */
  readonly recorded: DigestDraft | null;
}

export class TurnDrafting {
  readonly #parts: TurnDraftingOptions;

  constructor(parts: TurnDraftingOptions) {
    this.#parts = parts;
  }

  /** Puts together what is recorded of a turn before it leaves. */
  async draft<P>(
    session: LiveSession,
    own: SessionRow,
    { agent, chain, request, masked: { masking }, prepared, llm }: Draftable<P>,
  ): Promise<DraftedTurn> {
    const { state, inherited } = session;
    const stretch = new Stretch();
    // A call of one request is never read back.
    const recorded = state.row.keyDigest === null ? null : session.recordedDigests(this.#parts.auditKey).draft();
    await stretch.pause();
    const looked = await inStretches(masking.eachRedaction(recorded), (fact) => fact);
    const redactions = looked.filter((fact) => fact !== null);
    await stretch.rest();
    const newTokens = [...inherited, ...masking.newTokens];
    const inTurn = masking.tokensInTurn;
    const restorable = await runInStretches(session.restorable(inTurn, chain));
    const counted = replaced(redactions);
    await stretch.pause();
    const turn: TurnRow = {
      ...newTurn(own, request),
      ...this.#kept(agent.id, request, inTurn, restorable),
      redactionCount: counted.length,
      detectionUs: masking.detectionUs + (llm?.waitedUs ?? 0),
      tokenizeUs: masking.tokenizeUs,
      marks: recorded?.bytes() ?? null,
    };
    await stretch.pause();
    const redactionFacts = redactions.map((fact) => ({ turn: turn.number, fact }));
    const keptDates = await runInStretches(masking.countingKeptDates());
    stretch.begin();
    const { tokenization } = agent;
    const counts = { issued: newTokens.length, inherited: inherited.length, keptDates, tokenization };
    const detector = llm?.facts(turn.number, session.llm) ?? [];
    const facts = [...redactionFacts, ...detector, ...forwardedFacts(turn.number, request, prepared, counts)];
    await stretch.pause();
    const received = agent.policy.audit.logPayloads ? request.received : undefined;
    const values = await this.#parts.writer.sealValues(state, agent.policy.kid, newTokens, received !== undefined);
    const payload =
      received === undefined
        ? null
        : forwardedPayload(values.vault, turn.number, turn.startedAt, received(), prepared.body);
    stretch.begin();
    const forwarded = rowWithTurn(own, turn, redactions, newTokens.length);
    await stretch.pause();
    const row = isDegraded(llm) ? { ...forwarded, status: worse(forwarded.status, 'partial') } : forwarded;
    return { turn, row, record: { turn, facts, values, payload }, counted, restorable, recorded };
  }

  /** What the row of a turn says of the conversation that the provider keeps. */
  #kept<P>(
    agentId: AgentId,
    { kept, credential }: TurnRequest<P>,
    inTurn: TokenSet,
    restorable: TokenSet,
  ): Pick<TurnRow, 'conversationDigest' | 'chainTokens'> {
    if (kept === null) return { conversationDigest: null, chainTokens: null };
    const { conversationId } = kept;
    if (conversationId === null)
      return { conversationDigest: null, chainTokens: this.#parts.responses.record(agentId, restorable) };
    // Each turn of a conversation is found by its id, so none repeats what the turns before it recorded.
    return {
      conversationDigest: this.#parts.digests.conversation(agentId, credential, conversationId),
      chainTokens: this.#parts.responses.record(agentId, kept.responseId === null ? inTurn : restorable),
    };
  }
}

/** Returns true where an LLM detector was to read the turn and could not. */
export function isDegraded(llm: LlmDetection | null): boolean {
  return (llm?.degraded ?? null) !== null;
}
