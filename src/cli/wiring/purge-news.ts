/** Hands on the news of purged vaults to the sessions of this node, which are made after the connection that hears of them. */
import type { SessionId } from '../../platform/ids.ts';
import type { Sessions } from '../../sessions/sessions.ts';

export class PurgeNews {
  #sessions: Pick<Sessions, 'forget'> | null = null;

  /** Values of a session were erased; null for any session. Before there are sessions, nothing is in memory. */
  heard(id: SessionId | null): void {
    this.#sessions?.forget(id);
  }

  /** From now on these sessions forget what was erased. */
  tell(sessions: Pick<Sessions, 'forget'>): void {
    this.#sessions = sessions;
  }
}
