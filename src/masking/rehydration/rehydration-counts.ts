/** Counts of the tokens in an answer: the figures that a session's balance is made of. See docs/proxy.md, Restoring values. */
import type { EntityKind } from '../../detection/kinds.ts';

/**
 * Why something token-shaped was not replaced by a value. `unknown`: a token that this session did not issue; `malformed`:
 * outside the grammar; `ambiguous`: more than one of this turn's tokens; `outside_turn`: a token of this session that did
 * not stand in the request of this turn; `withheld`: the policy keeps its kind from where it stood.
 */
export type RefusalReason = 'unknown' | 'malformed' | 'ambiguous' | 'outside_turn' | 'withheld';

/** Refused occurrences of one kind for one reason. */
export interface Refusals {
  /** The kind that the text claims, where there is such a kind. */
  readonly kind: EntityKind | 'UNKNOWN';
  readonly reason: RefusalReason;
  /** Occurrences, from 1. */
  readonly count: number;
}

/** What came of the tokens in one answer, or in several. */
export interface RehydrationOutcome {
  /** Issued tokens that were restored where they stood exactly as issued, each once. */
  readonly exact: ReadonlySet<string>;
  /** Issued tokens that were restored from an altered spelling only, each once. */
  readonly repaired: ReadonlySet<string>;
  /** By kind, then reason, each pair once. */
  readonly refused: readonly Refusals[];
}

/** The outcome of an answer in which no token stood. */
export const NOTHING_REHYDRATED: RehydrationOutcome = { exact: new Set(), repaired: new Set(), refused: [] };

/** Counts the outcome of one answer. */
export class RehydrationCounts implements RehydrationOutcome {
  readonly exact = new Set<string>();
  readonly repaired = new Set<string>();
  readonly #refused = new Map<string, Refusals>();

  returnExact(token: string): void {
    this.exact.add(token);
    this.repaired.delete(token);
  }

  returnRepaired(token: string): void {
    if (!this.exact.has(token)) this.repaired.add(token);
  }

  refuse(kind: EntityKind | 'UNKNOWN', reason: RefusalReason): void {
    const key = `${kind} ${reason}`;
    this.#refused.set(key, { kind, reason, count: (this.#refused.get(key)?.count ?? 0) + 1 });
  }

  get refused(): readonly Refusals[] {
    return [...this.#refused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, refusals]) => refusals);
  }
}
