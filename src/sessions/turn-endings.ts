/** Records how turns ended, after their last byte. */
import type { Pool } from 'pg';
import { faultOf } from '../audit/anchored-heads.ts';
import type { TurnRow } from '../audit/journal-rows.ts';
import type { Clock } from '../platform/clock.ts';
import type { SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import { available } from './available.ts';
import type { CallDigests } from './call-digests.ts';
import type { Credential } from './credential.ts';
import { answeredPayload } from './kept-payloads.ts';
import type { LiveSession } from './live-session.ts';
import type { ResponseChain } from './response-chain.ts';
import { ATTEMPTS, type Outcome, type SessionAccess } from './session-access.ts';
import { hasEnded, turnsWithoutEnd } from './session-queries.ts';
import type { SessionSealing } from './session-sealing.ts';
import { recordingReturned, rowWithReturned } from './token-counts.ts';
import type { TurnObserver } from './turn-observer.ts';
import { endedTurn, endingFacts, rowWithEnding, turnWithEnding, worse } from './turn-record.ts';
import type { TurnAgent, TurnEnding } from './turn.ts';
import type { TurnsUnderWay } from './turns-under-way.ts';

/** Waits between attempts to record the end of a turn while the database is away, in milliseconds. */
const ENDING_RETRIES = [50, 200, 1000, 3000];

/** A turn on record. */
export interface BegunTurn {
  readonly agent: TurnAgent;
  readonly row: TurnRow;
  readonly credential: Credential;
}

export interface TurnEndingsParts {
  readonly pool: Pick<Pool, 'query'>;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
  readonly access: SessionAccess;
  readonly sealing: SessionSealing;
  readonly digests: CallDigests;
  readonly responses: ResponseChain;
  readonly underWay: TurnsUnderWay;
  /** Told when the end of a turn could not be recorded; the session will be sealed as partial. */
  readonly onLostEnding: (sessionId: SessionId, cause: unknown) => void;
  readonly observer?: TurnObserver;
}

export class TurnEndings {
  readonly #parts: TurnEndingsParts;
  readonly #endings = new Set<Promise<void>>();

  constructor(parts: TurnEndingsParts) {
    this.#parts = parts;
  }

  /** Resolves when the endings of all turns answered so far are on disk. */
  async settled(): Promise<void> {
    await Promise.all(this.#endings);
  }

  /** Keeps an ending until it is on disk. */
  async #track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    await ending.finally(() => this.#endings.delete(ending));
  }

  /** Records how the turn ended, and seals the session where that was asked for meanwhile. Never rejects. */
  complete(session: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<void> {
    return this.#track(this.#complete(session, begun, ending));
  }

  async #complete(first: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<void> {
    const { agent } = begun;
    this.#parts.observer?.onTurnEnded(endedTurn(agent.id, first.id, begun.row, ending));
    const recorded = this.#recordEnding(first, begun, ending);
    const isOver = first.state.row.keyDigest === null;
    const answered = this.#answerDigest(begun, ending);
    this.#parts.responses.expect(answered, first.id, isOver ? first.memory.tokens.values() : [], recorded);
    await recorded;
    this.#parts.underWay.end(first.id);
    // A seal that was asked for while this ending was written was promised then.
    const asked = this.#parts.underWay.sealRequest(first.id);
    if (asked === null || this.#parts.underWay.count(first.id) > 0) return;
    this.#parts.underWay.forget(first.id);
    await this.#parts.sealing.seal(agent.id, first.id, asked, Infinity).catch((cause: unknown) => {
      this.#parts.onLostEnding(first.id, cause);
    });
  }

  #answerDigest({ agent, credential }: BegunTurn, { responseId }: TurnEnding): Buffer | null {
    return responseId === null ? null : this.#parts.digests.response(agent.id, credential, responseId);
  }

  async #recordEnding(session: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<void> {
    let races = 0;
    for (let failures = 0; ;) {
      try {
        const outcome = await session.exclusive(async () => {
          // The database may have taken an earlier attempt without being able to say so.
          const taken = failures > 0 && (await hasEnded(this.#parts.pool, begun.row.id));
          return taken ? { done: true } : this.#completeIn(session, begun, ending);
        });
        if (outcome !== 'again') return;
        races += 1;
        if (races > ATTEMPTS) throw new Error('the session is contended');
      } catch (cause) {
        const wait = ENDING_RETRIES[failures];
        failures += 1;
        if (wait === undefined) {
          this.#parts.onLostEnding(session.id, cause);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #completeIn(session: LiveSession, begun: BegunTurn, ending: TurnEnding): Promise<Outcome<boolean>> {
    const { agent, row: turn } = begun;
    // Sealed by another node meanwhile: its journal is closed, and the seal already says partial.
    if (!(await this.#parts.access.isOpen(session))) return { done: false };
    const { state } = session;
    const { auditKey, clock, pool } = this.#parts;
    const now = clock.now();
    const recorded = session.recordedDigests(auditKey).draft();
    const returned = await runInStretches(recordingReturned(recorded, ending.rehydration));
    const ended = rowWithReturned(rowWithEnding(state.row, ending, now), returned, ending.rehydration);
    // A call of one request is over when its answer is.
    const over = ended.keyDigest === null ? 'response_ended' : this.#parts.underWay.sealRequest(session.id);
    // One whose journal has a fault is left to the seal by itself, which is refused.
    const isSound = over === null || ended.keyDigest === null || (await available(faultOf(pool, session.id))) === null;
    const seal = over !== null && isSound && this.#parts.underWay.count(session.id) === 1 ? over : null;
    // Another turn may have lost its end, or be under way on another node.
    const isLost =
      seal !== null && ended.turnCount > 1 && (await available(turnsWithoutEnd(pool, session.id, turn.id))) > 0;
    const row = isLost ? { ...ended, status: worse(ended.status, 'partial') } : ended;
    const responseDigest = this.#answerDigest(begun, ending);
    const record = {
      turn: turnWithEnding(turn, ending, session.keptOf(turn, ending, { recorded, responseDigest }, auditKey), now),
      facts: endingFacts(turn, ending, returned),
      seal,
      payload: answeredPayload(state.vault, turn.number, ending),
    };
    const written = await this.#parts.access.write(session, row, record, agent);
    if (written !== 'again' && !written.done) throw new Error('the journal could not record the end of the turn');
    await runInStretches(recorded.keeping());
    return written;
  }
}
