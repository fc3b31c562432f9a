/** What the last search of requests before they leave has found. See docs/audit-format.md, Numbers. */
import type { ProvenEntry } from '../audit/chain.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { CountsByKind } from './redaction-figures.ts';

export interface LeakDetection {
  /** Requests that were searched: those that left, and those that were refused. */
  readonly searched_requests: number;
  /** Requests that were refused because a known value stood in them still. */
  readonly blocked_requests: number;
  /** Known values that stood in the requests that were refused. */
  readonly suspected_by_kind: CountsByKind;
}

/** Sums up requests that left and requests that were refused. Turns are counted by session. */
export class LeakFigures {
  readonly #byKind: Partial<Record<EntityKind, number>> = {};
  #forwarded = 0;
  #blocked = 0;
  #lastBlocked = '';

  add(entry: ProvenEntry): void {
    if (entry.kind === 'turn_forwarded') this.#forwarded += 1;
    if (entry.kind !== 'leak_suspected') return;
    // The entries of one refused request follow each other.
    const turn = `${entry.session_id} ${entry.turn}`;
    if (turn !== this.#lastBlocked) this.#blocked += 1;
    this.#lastBlocked = turn;
    this.#byKind[entry.entity_kind] = (this.#byKind[entry.entity_kind] ?? 0) + entry.count;
  }

  get reported(): LeakDetection {
    return {
      searched_requests: this.#forwarded + this.#blocked,
      blocked_requests: this.#blocked,
      suspected_by_kind: this.#byKind,
    };
  }
}
