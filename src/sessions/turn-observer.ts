/** Who counts turns. Whatever door a turn comes through, it is reported here, in figures and IDs only. */
import type { SessionOutcome } from '../audit/entry.ts';
import type { AgentId } from '../platform/ids.ts';
import type { RedactionFact } from '../masking/turn/turn-masking.ts';

/** A turn that has ended, as its journal states it. */
export interface EndedTurn {
  readonly agentId: AgentId;
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

/** Counts nothing. */
export const NO_OBSERVER: TurnObserver = {
  onTurnForwarded: () => undefined,
  onTurnEnded: () => undefined,
  onTurnRefused: () => undefined,
};
