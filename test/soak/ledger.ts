/** What the callers were promised and what they met, to be held against the journal at the end. */

/** The turns of one session that a caller knows of. */
export interface Promised {
  /** Turns of which the head of an answer arrived: from then on the turn must be on record. */
  readonly begun: number;
  /** Turns of which the answer arrived whole: from then on its end must be on record as well. */
  readonly ended: number;
}

/** Counts by kind as text, the most frequent first. */
export function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

export class Ledger {
  readonly #sessions = new Map<string, { begun: number; ended: number }>();
  readonly #counts = new Map<string, number>();
  readonly #mishaps = new Map<string, number>();

  /** By session id. */
  get sessions(): ReadonlyMap<string, Promised> {
    return this.#sessions;
  }

  /** How often each kind of thing happened, as it should. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** How often each kind of thing happened that should not. */
  get mishaps(): ReadonlyMap<string, number> {
    return this.#mishaps;
  }

  began(session: string): void {
    const promised = this.#sessions.get(session);
    if (promised === undefined) this.#sessions.set(session, { begun: 1, ended: 0 });
    else promised.begun += 1;
  }

  ended(session: string): void {
    const promised = this.#sessions.get(session);
    if (promised !== undefined) promised.ended += 1;
  }

  count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  mishap(kind: string): void {
    this.#mishaps.set(kind, (this.#mishaps.get(kind) ?? 0) + 1);
  }
}
