/** Masks the request of a turn: behind what the session's last request had in common with it, or whole. */
import type { LlmDetection } from '../masking/turn/llm-detection.ts';
import type { Prepared } from '../masking/turn/maskable-request.ts';
import type { MaskingTerms } from '../masking/turn/masking-terms.ts';
import type { RequestHead, ReusableRequest } from '../masking/turn/request-head.ts';
import { TurnMasking } from '../masking/turn/turn-masking.ts';
import { prepareBehind, prepareRead } from '../masking/turn/turn-preparing.ts';
import type { LongTexts, Preparing } from '../masking/turn/turn-preparing.ts';
import type { TokenIssuer } from '../tokens/issuer.ts';
import type { LiveSession } from './live-session.ts';
import type { TurnRequest } from './turn.ts';

/** What a turn is masked with. */
export interface TurnTerms {
  readonly terms: MaskingTerms;
  readonly issuer: TokenIssuer;
  readonly longTexts: LongTexts;
  /** Null where no LLM detector reads the turn. */
  readonly llm: LlmDetection | null;
  /** Whether the session goes on after this turn. */
  readonly goesOn: boolean;
}

/** A turn with its request masked. */
export interface MaskedTurn<P> {
  readonly masking: TurnMasking;
  readonly prepared: Prepared<P>;
  /** What of the last request was reused; null for nothing. */
  readonly head: RequestHead | null;
  /** Null where nothing of this request is to be reused. */
  readonly reusable: ReusableRequest | null;
}

/** Masks the request. Throws like `prepareRead`. */
export async function maskTurn<P>(
  session: LiveSession,
  request: TurnRequest<P>,
  { terms, issuer, longTexts, llm, goesOn }: TurnTerms,
): Promise<MaskedTurn<P>> {
  // An LLM detector may find something new in an old text at any time.
  const reusable = goesOn && llm === null ? (request.reusable?.() ?? null) : null;
  const head = reusable === null ? null : session.headOf(reusable);
  const preparing = (masking: TurnMasking): Preparing => ({ masking, rules: terms.rules, ...longTexts });
  if (head !== null) {
    const masking = new TurnMasking(session.memory, terms, issuer, head);
    const prepared = await prepareBehind(preparing(masking), request, head);
    if (prepared !== null) return { masking, prepared, head, reusable };
  }
  const masking = new TurnMasking(session.memory, terms, issuer);
  const prepared = await prepareRead(preparing(masking), request, llm, session.llm);
  return { masking, prepared, head: null, reusable };
}

/** Keeps the history of a turn that is on record, for the next request. To be run after `commit`. Yields wherever it may be interrupted. */
export function* keepingHead<P>(
  session: LiveSession,
  { masking, prepared, head, reusable }: MaskedTurn<P>,
): Generator<undefined, void> {
  if (reusable === null || !prepared.ok) return;
  const { body, historyEnd = null, binaryParts } = prepared;
  const sent = historyEnd === null ? null : { body, historyEnd, binaryParts };
  yield* session.keepingHead(head, reusable, () => masking.readingHistory(), sent);
}
