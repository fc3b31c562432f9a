/** Who counts turns. Whatever door a turn comes through, it is reported here, in figures and IDs only. */
import type { SessionOutcome } from '../audit/entry.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import type { RedactionFact } from '../masking/turn/turn-masking.ts';

/** A turn that has ended, as its journal states it. */
export interface EndedTurn {
  readonly agentId: AgentId;
  readonly sessionId: SessionId;
  /** Its number in the session, from 1. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Values that were replaced in its new texts. */
  readonly redactions: number;
  readonly status: SessionOutcome;
  readonly detectionUs: number;
  readonly tokenizeUs: number;
  readonly upstreamUs: number;
  readonly rehydrateUs: number;
  /** Time that Masker itself added to the turn, in microseconds. */
  readonly addedUs: number;
}

/** Hears of turns while they are under way: its functions return at once and never throw. */
export interface TurnObserver {
  /** A turn is on record and is about to be sent. `redactions` are those of its new texts that replaced a value. */
  onTurnForwarded(redactions: readonly Pick<RedactionFact, 'entity_kind' | 'pass'>[]): void;
  /** A forwarded turn has ended. Called once for each, before the end is on record. */
  onTurnEnded(turn: EndedTurn): void;
  /** A request of the agent's callers was refused, and nothing was sent. */
  onTurnRefused(agentId: AgentId): void;
}

/** Tells both of every turn. */
export function bothObservers(one: TurnObserver, other: TurnObserver): TurnObserver {
  return {
    onTurnForwarded: (redactions) => {
      one.onTurnForwarded(redactions);
      other.onTurnForwarded(redactions);
    },
    onTurnEnded: (turn) => {
      one.onTurnEnded(turn);
      other.onTurnEnded(turn);
    },
    onTurnRefused: (agentId) => {
      one.onTurnRefused(agentId);
      other.onTurnRefused(agentId);
    },
  };
}

/** Counts nothing. */
export const NO_OBSERVER: TurnObserver = {
  onTurnForwarded: () => undefined,
  onTurnEnded: () => undefined,
  onTurnRefused: () => undefined,
};
