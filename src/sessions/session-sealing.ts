/** Seals open sessions, at once or after their last turn under way. */
import type { Pool } from 'pg';
import { faultOf } from '../audit/anchored-heads.ts';
import { Failure } from '../platform/failure.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { available } from './available.ts';
import type { LiveSession } from './live-session.ts';
import type { SealReason } from './sealing.ts';
import { withSession, type Outcome, type SessionAccess } from './session-access.ts';
import { turnsWithoutEnd } from './session-queries.ts';
import type { SessionRegistry } from './session-registry.ts';
import { worse } from './turn-record.ts';
import type { TurnsUnderWay } from './turns-under-way.ts';

/** A seal is never signed over a journal that was tampered with: that would bless the cut. */
const NOT_WHAT_WAS_SIGNED = [
  'audit_unavailable',
  'The journal of the session is not what was signed of it. The session is not sealed.',
] as const;

export interface SessionSealingParts {
  readonly pool: Pick<Pool, 'query'>;
  readonly access: SessionAccess;
  readonly registry: SessionRegistry;
  readonly underWay: TurnsUnderWay;
}

export class SessionSealing {
  readonly #parts: SessionSealingParts;

  constructor(parts: SessionSealingParts) {
    this.#parts = parts;
  }

  /** Does what `Sessions.end` does, without waiting for ends of turns that are being written. */
  seal(agentId: AgentId, id: SessionId, reason: SealReason, quietSince: number): Promise<boolean> {
    return withSession(
      () => available(this.#parts.registry.byId(agentId, id)),
      async (session): Promise<Outcome<boolean>> =>
        session === null ? { done: false } : session.exclusive(() => this.#sealIn(session, reason, quietSince)),
      'The session is contended: it could not be sealed.',
    );
  }

  async #sealIn(session: LiveSession, reason: SealReason, quietSince: number): Promise<Outcome<boolean>> {
    const { access, pool, underWay } = this.#parts;
    if (!(await access.isOpen(session)) || !session.state.stored) return { done: false };
    const { state } = session;
    // Another turn came since the sweep looked.
    if (state.row.lastTurnAt >= quietSince) return { done: false };
    if (underWay.count(session.id) > 0) {
      underWay.sealAfter(session.id, reason);
      return { done: true };
    }
    if ((await available(faultOf(pool, session.id))) !== null) throw new Failure(...NOT_WHAT_WAS_SIGNED);
    const lost = await available(turnsWithoutEnd(pool, session.id, null));
    const row = lost > 0 ? { ...state.row, status: worse(state.row.status, 'partial') } : state.row;
    const written = await access.write(session, row, { turn: null, facts: [], seal: reason }, null);
    if (written !== 'again' && !written.done)
      throw new Failure('audit_unavailable', 'The journal could not record the seal.');
    return written;
  }
}
