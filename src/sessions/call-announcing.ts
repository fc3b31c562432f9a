/** Puts on record that a platform announced a call. */
import type { Pool } from 'pg';
import { Failure } from '../platform/failure.ts';
import { available } from './available.ts';
import { callStarted } from './call-started.ts';
import type { LiveSession } from './live-session.ts';
import type { Outcome, SessionAccess } from './session-access.ts';
import { wasAnnounced } from './session-queries.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { SessionWriter } from './session-writer.ts';
import type { AnnouncedCall, TurnAgent } from './turn.ts';

export interface CallAnnouncingParts {
  readonly pool: Pick<Pool, 'query'>;
  readonly access: SessionAccess;
  readonly registry: SessionRegistry;
  readonly writer: SessionWriter;
}

export class CallAnnouncing {
  readonly #parts: CallAnnouncingParts;

  constructor(parts: CallAnnouncingParts) {
    this.#parts = parts;
  }

  /** Records the call in its session, once. The caller's number is known from then on. Throws Failure `audit_unavailable`. */
  async announce(session: LiveSession, agent: TurnAgent, call: AnnouncedCall): Promise<Outcome<boolean>> {
    const { access, pool, registry, writer } = this.#parts;
    if (!(await access.isOpen(session))) return 'again';
    const { state, memory } = session;
    if (state.stored && (await available(wasAnnounced(pool, session.id)))) return { done: true };
    const { enabled, action } = agent.policy.entities.PHONE;
    const { callerNumber } = call;
    const masked = callerNumber !== null && enabled && action !== 'passthrough' ? callerNumber : null;
    const issuer = access.issuer(session, agent);
    const tokens = masked !== null && action === 'tokenize' ? [issuer.issue('PHONE', masked)] : [];
    // A token that carries its value is made where one is sent; this one never would be.
    const issued = tokens.filter(({ token, stored }) => stored && !memory.tokens.has(token));
    const fact = callStarted(call, { isMasked: masked !== null, tokensIssued: issued.length });
    const values = await writer.sealValues(state, agent.policy.kid, issued);
    const row = { ...state.row, tokensIssued: state.row.tokensIssued + issued.length };
    const written = await access.write(session, row, { turn: null, facts: [{ turn: 0, fact }], values }, agent);
    if (written === 'again') return 'again';
    if (!written.done) throw new Failure('audit_unavailable', 'The journal could not record the call.');
    for (const token of issued) memory.tokens.set(token.token, token);
    if (masked !== null) {
      memory.known.set(masked, 'PHONE');
      session.forgetEgress();
    }
    registry.keep(session);
    return written;
  }
}
