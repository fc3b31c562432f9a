/** What the journal is told of a turn: the facts, and the rows as they stand afterwards. Pure. */
import { hash } from 'node:crypto';
import type { EntryFact, SessionOutcome } from '../audit/entry.ts';
import type { SessionRow, TurnRow } from '../audit/journal-rows.ts';
import type { TurnFact } from '../audit/session-chain.ts';
import type { RedactionFact } from '../masking/turn/turn-masking.ts';
import { newId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import type { Tokenization } from '../tokens/issuer.ts';
import type { TokensReturned } from './token-counts.ts';
import type { EndedTurn } from './turn-observer.ts';
import type { TurnEnding, TurnRequest } from './turn.ts';

const SEVERITY: Readonly<Record<SessionOutcome, number>> = { ok: 0, partial: 1, error: 2 };

/** The graver of two outcomes: a session is as good as its worst turn. */
export function worse(a: SessionOutcome, b: SessionOutcome): SessionOutcome {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

/** The row of a turn that begins, with nothing in it yet. */
export function newTurn<P>(row: SessionRow, { receivedAt, model, streamed }: TurnRequest<P>): TurnRow {
  return {
    id: newId('turn', receivedAt),
    number: row.turnCount + 1,
    startedAt: receivedAt,
    endedAt: null,
    status: 'forwarded',
    model,
    streamed,
    redactionCount: 0,
    detectionUs: 0,
    tokenizeUs: 0,
    upstreamUs: null,
    rehydrateUs: null,
    addedUs: null,
    marks: null,
    responseDigest: null,
    conversationDigest: null,
    chainTokens: null,
    said: null,
  };
}

/** The redactions that count: what a policy let through is recorded and not counted. */
export function replaced(redactions: readonly RedactionFact[]): readonly RedactionFact[] {
  return redactions.filter(({ action }) => action !== 'passthrough');
}

/** The session's row once a turn with these redactions and so many new tokens is forwarded. */
export function rowWithTurn(
  row: SessionRow,
  turn: TurnRow,
  redactions: readonly RedactionFact[],
  tokensIssued: number,
): SessionRow {
  const byKind: Record<string, number> = { ...row.redactionsByKind };
  const counted = replaced(redactions);
  for (const { entity_kind: kind } of counted) byKind[kind] = (byKind[kind] ?? 0) + 1;
  return {
    ...row,
    // A node whose clock is behind must not make the session look quieter than it is.
    lastTurnAt: Math.max(row.lastTurnAt, turn.startedAt),
    upstreamModel: turn.model,
    turnCount: turn.number,
    redactionCount: row.redactionCount + counted.length,
    tokensIssued: row.tokensIssued + tokensIssued,
    redactionsByKind: byKind,
    detectionUs: row.detectionUs + turn.detectionUs,
    tokenizeUs: row.tokenizeUs + turn.tokenizeUs,
  };
}

/** The session's row once a turn has ended; the call itself goes on. `now` in milliseconds since the epoch. */
export function rowWithEnding(row: SessionRow, ending: TurnEnding, now: number): SessionRow {
  return {
    ...row,
    lastTurnAt: Math.max(row.lastTurnAt, now),
    status: worse(row.status, endingStatus(ending)),
    upstreamUs: row.upstreamUs + ending.upstreamUs,
    rehydrateUs: row.rehydrateUs + ending.rehydrateUs,
  };
}

/**
 * A turn whose answer held tokens that could not be restored is `partial`, however well it ended otherwise. What the
 * policy kept back was meant to be kept back.
 */
export function endingStatus({ status, rehydration }: TurnEnding): SessionOutcome {
  return rehydration.refused.some(({ reason }) => reason !== 'withheld') ? worse(status, 'partial') : status;
}

/** What a turn's observer is told of its end. */
export function endedTurn(agentId: AgentId, sessionId: SessionId, turn: TurnRow, ending: TurnEnding): EndedTurn {
  const { number, startedAt, redactionCount: redactions, detectionUs, tokenizeUs } = turn;
  const { upstreamUs, rehydrateUs, addedUs } = ending;
  const stages = { detectionUs, tokenizeUs, upstreamUs, rehydrateUs, addedUs };
  return { agentId, sessionId, number, startedAt, redactions, status: endingStatus(ending), ...stages };
}

const toMs = (us: number): number => us / 1000;

/** What a request is sent with: its tokens by where they came from and how they are made, and the calendar dates that stay. */
export interface SentWith {
  readonly issued: number;
  readonly inherited: number;
  readonly keptDates: number;
  readonly tokenization: Tokenization;
}

/** The facts of a request that is about to leave, other than its redactions. `body` is what leaves, in UTF-8. */
export function forwardedFacts<P>(
  turn: number,
  request: TurnRequest<P>,
  { body, binaryParts }: { readonly body: Uint8Array; readonly binaryParts: number },
  { issued, inherited, keptDates, tokenization }: SentWith,
): TurnFact[] {
  const forwarded: EntryFact = {
    kind: 'turn_forwarded',
    upstream: request.provider,
    model: request.model,
    request_sha256: hash('sha256', body),
    tokens_issued: issued,
    ...(inherited === 0 ? {} : { tokens_inherited: inherited }),
    ...(keptDates === 0 ? {} : { calendar_dates_kept: keptDates }),
    // The tokens themselves show the other schemes.
    ...(tokenization === 'vault-random' || tokenization === 'synthetic' ? { tokenization } : {}),
  };
  const uninspected: EntryFact[] = binaryParts === 0 ? [] : [{ kind: 'uninspectable_allowed', count: binaryParts }];
  return [...uninspected, forwarded].map((fact) => ({ turn, fact }));
}

/** The facts of a turn's end. */
export function endingFacts(turn: TurnRow, ending: TurnEnding, returned: TokensReturned): TurnFact[] {
  const failed = ending.rehydration.refused.map(({ kind, reason, count }): EntryFact => ({
    kind: 'rehydration_failed',
    entity_kind: kind,
    reason,
    count,
  }));
  const completed: EntryFact = {
    kind: 'turn_completed',
    status: endingStatus(ending),
    http_status: ending.httpStatus,
    response_sha256: ending.responseSha256,
    stage_durations_ms: {
      detection: toMs(turn.detectionUs),
      tokenize: toMs(turn.tokenizeUs),
      upstream: toMs(ending.upstreamUs),
      rehydrate: toMs(ending.rehydrateUs),
    },
    tokens_returned: { exact: returned.exact, repaired: returned.repaired },
  };
  return [...failed, completed].map((fact) => ({ turn: turn.number, fact }));
}

/** What the row of a turn keeps of its answer: its marks, the digest of its id, and the digests of what was said. */
export interface KeptOfAnswer {
  readonly marks: Buffer | null;
  readonly responseDigest: Buffer | null;
  readonly said: Buffer | null;
}

/** The turn's row once it has ended. */
export function turnWithEnding(
  turn: TurnRow,
  ending: TurnEnding,
  { marks, responseDigest, said }: KeptOfAnswer,
  now: number,
): TurnRow {
  return {
    ...turn,
    responseDigest,
    said,
    marks: marks === null ? turn.marks : Buffer.concat([turn.marks ?? Buffer.alloc(0), marks]),
    endedAt: now,
    status: endingStatus(ending),
    upstreamUs: ending.upstreamUs,
    rehydrateUs: ending.rehydrateUs,
    addedUs: ending.addedUs,
  };
}
