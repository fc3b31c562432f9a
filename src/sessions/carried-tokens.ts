/**
 * Tokens that carry their value, of calls of one request, by session: no vault has them, so the session that goes on from
 * such a call gets them from the memory of the node that made them, or not at all.
 */
import type { SessionId } from '../platform/ids.ts';
import { SizedMap } from '../platform/sized-map.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';

/** Kept for at least so long, in milliseconds, and forgotten before twice as long. */
const KEPT_MS = 10 * 60 * 1000;
/** Twice these at most, for the newer ones and the older ones. */
const BOUNDS = { entries: 5_000, bytes: 8 * 1024 * 1024 };
/** What a token takes beside its texts, in bytes, roughly. */
const TOKEN_BYTES = 200;

export class CarriedTokens {
  #newer = new SizedMap<readonly IssuedToken[]>(BOUNDS);
  #older = new SizedMap<readonly IssuedToken[]>(BOUNDS);
  #ages = false;

  /** Keeps those of the tokens that no vault has. */
  keep(id: SessionId, tokens: Iterable<IssuedToken>): void {
    const carried = [...tokens].filter(({ stored }) => !stored);
    if (carried.length === 0) return;
    const bytes = carried.reduce((sum, { token, value }) => sum + TOKEN_BYTES + token.length + 2 * value.length, 0);
    this.#newer.set(id, carried, bytes);
    this.#ageLater();
  }

  /** Those of a session; none where they are forgotten. */
  of(id: SessionId): readonly IssuedToken[] {
    return this.#newer.get(id) ?? this.#older.get(id) ?? [];
  }

  /** Forgets those of a session. */
  forget(id: SessionId): void {
    this.#newer.delete(id);
    this.#older.delete(id);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#newer = new SizedMap(BOUNDS);
    this.#older = new SizedMap(BOUNDS);
  }

  /** Values must not stay because nobody else calls: they are forgotten by the clock. */
  #ageLater(): void {
    if (this.#ages) return;
    this.#ages = true;
    setTimeout(() => {
      this.#ages = false;
      this.#older = this.#newer;
      this.#newer = new SizedMap(BOUNDS);
      if (this.#older.size > 0) this.#ageLater();
    }, KEPT_MS).unref();
  }
}
