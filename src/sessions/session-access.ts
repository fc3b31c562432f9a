/** How sessions are worked on: one at a time, up to date, and again where another writer was first. */
import type { SessionRow } from '../audit/journal-rows.ts';
import { Failure } from '../platform/failure.ts';
import { sessionIssuer } from '../masking/turn/surrogate-issuer.ts';
import type { TokenIssuer, TokenKeys } from '../tokens/issuer.ts';
import { available } from './available.ts';
import type { LiveSession } from './live-session.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { SessionRecord, SessionWriter } from './session-writer.ts';
import type { TurnAgent } from './turn.ts';
import type { TurnsUnderWay } from './turns-under-way.ts';

/**
 * Races for one session that are run again before the turn is given up. Each one lost was won by a turn of another node,
 * so it takes that many turns of one call at once to lose them all.
 */
export const ATTEMPTS = 32;

/** What work on a session came to. `again`: another writer was first, and the session must be looked for anew. */
export type Outcome<T> = { readonly done: T } | 'again';

/**
 * Finds a session and works on it, again after each lost race. Throws Failure `audit_unavailable` with the message where all
 * are lost, and what `find` and `work` throw.
 */
export async function withSession<S, T>(
  find: () => Promise<S>,
  work: (session: S) => Promise<Outcome<T>>,
  contended: string,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const outcome = await work(await find());
    if (outcome !== 'again') return outcome.done;
  }
  throw new Failure('audit_unavailable', contended);
}

export interface SessionAccessParts {
  readonly keys: TokenKeys;
  readonly registry: SessionRegistry;
  readonly underWay: TurnsUnderWay;
  readonly writer: SessionWriter;
}

export class SessionAccess {
  readonly #parts: SessionAccessParts;

  constructor(parts: SessionAccessParts) {
    this.#parts = parts;
  }

  /** Makes the tokens of a session's turn. */
  issuer({ id, memory }: LiveSession, { tokenization, policy, accountId }: TurnAgent): TokenIssuer {
    const { kid, synthetic } = policy;
    return sessionIssuer({ keys: this.#parts.keys, tokenization, kid, seed: synthetic.seed }, accountId, id, memory);
  }

  /** Writes to the session's journal. `done` is false where the journal is not available. `agent` is whose policy is in force; null for the row's. */
  async write(
    session: LiveSession,
    row: SessionRow,
    record: SessionRecord,
    agent: TurnAgent | null,
  ): Promise<Outcome<boolean>> {
    const written = await this.#parts.writer.write(session, row, record, agent);
    if (written === 'conflict') return 'again';
    if (session.state.row.sealedAt !== null) {
      this.#parts.registry.forget(session);
      this.#parts.underWay.forget(session.id);
    }
    return { done: written === 'written' };
  }

  /** Brings the session up to date. False where it takes no more writes: it is sealed, or another one has its key. */
  async isOpen(session: LiveSession): Promise<boolean> {
    if (session.outdated) await available(this.#parts.registry.refresh(session));
    const open = !session.outdated && session.state.row.sealedAt === null;
    if (!open) this.#parts.registry.forget(session);
    return open;
  }
}
