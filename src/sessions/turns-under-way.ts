import type { SessionId } from '../platform/ids.ts';
import type { SealReason } from './sealing.ts';

/**
 * The turns whose answers are still under way on this node, by session. Kept apart from `LiveSession`, which is read
 * anew after a conflict: what is under way here does not change by that.
 */
export class TurnsUnderWay {
  readonly #counts = new Map<SessionId, number>();
  readonly #sealRequests = new Map<SessionId, SealReason>();

  begin(id: SessionId): void {
    this.#counts.set(id, this.count(id) + 1);
  }

  end(id: SessionId): void {
    const left = this.count(id) - 1;
    if (left > 0) this.#counts.set(id, left);
    else this.#counts.delete(id);
  }

  count(id: SessionId): number {
    return this.#counts.get(id) ?? 0;
  }

  /** Asks for the session to be sealed by the end of its last turn under way. */
  sealAfter(id: SessionId, reason: SealReason): void {
    this.#sealRequests.set(id, reason);
  }

  sealRequest(id: SessionId): SealReason | null {
    return this.#sealRequests.get(id) ?? null;
  }

  /** The session is sealed, or can no longer be. */
  forget(id: SessionId): void {
    this.#sealRequests.delete(id);
  }
}
