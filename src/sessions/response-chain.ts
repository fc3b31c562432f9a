/**
 * Which session an answer of the Responses API came from, by the provider's id of it, and what tokens that one hands on.
 * A request that says only `previous_response_id` brings none of what was said before: the provider keeps it, with the
 * tokens in it. Spec proxy.md, Sessions.
 *
 * An id is kept as an HMAC with its turn. Who has the id may go on from the answer, as with the provider itself.
 */
import type { Pool } from 'pg';
import { isEntityKind } from '../detection/kinds.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { LruMap } from '../platform/lru-map.ts';
import type { IssuedToken } from '../tokens/issuer.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { agentDigester } from './agent-digest.ts';
import type { AgentDigester } from './agent-digest.ts';
import { CarriedTokens } from './carried-tokens.ts';
import type { TurnEnding } from './turn.ts';

export interface ResponseChainOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly ring: KeyRing;
  /** MASKER_AUDIT_HMAC_KEY, 32 bytes. */
  readonly auditKey: Uint8Array;
}

/** The session that an answer came from. */
export interface AnsweredSession {
  readonly id: SessionId;
  /** Whether it is the session of a call that goes on, and takes a further turn. */
  readonly isOpen: boolean;
}

/**
 * A caller may go on from an answer before another node has recorded its end: waits between look-ups, in milliseconds. An
 * id of before Masker costs them once on each node.
 */
const WAITS = [10, 40, 150, 300];
/** Ids that nobody knew after all waits; they are looked up without waiting. */
const UNKNOWN_IDS = 10_000;
/** Tokens that a session takes over at most: each is opened and sealed anew, a fifth of a millisecond on the loop. */
export const INHERITED_TOKENS = 500;

const ANSWERED = {
  name: 'masker_answered_session',
  text: `WITH one AS (SELECT session_id FROM turns WHERE response_digest = $1 AND agent_id = $2 LIMIT 1)
    SELECT s.id, s.sealed_at IS NULL AND s.key_digest IS NOT NULL AS is_open,
      EXISTS (SELECT 1 FROM turns t WHERE t.response_digest = $1 AND t.agent_id = $2 AND t.session_id <> s.id) AS is_shared
    FROM one JOIN sessions s ON s.id = one.session_id`,
};

const TOKENS = {
  name: 'masker_handed_on_tokens',
  text: `SELECT k.kid AS vault_kid, k.key_version AS vault_version, k.wrapped, v.token, v.kind, v.kid, v.key_version, v.sealed
    FROM vault_keys k JOIN vault_entries v ON v.session_id = k.session_id
    WHERE k.session_id = $1 AND k.account_id = $2 ORDER BY v.token LIMIT $3`,
};

interface AnsweredRecord {
  readonly id: SessionId;
  readonly is_open: boolean;
  readonly is_shared: boolean;
}

interface TokenRecord {
  readonly vault_kid: string;
  readonly vault_version: string;
  readonly wrapped: Buffer;
  readonly token: string;
  readonly kind: string;
  readonly kid: string;
  readonly key_version: string;
  readonly sealed: Buffer;
}

export class ResponseChain {
  readonly #options: ResponseChainOptions;
  readonly #digest: AgentDigester;
  /** Endings that this node is writing, by the digest of their answer's id. */
  readonly #endings = new Map<string, Promise<void>>();
  readonly #carried = new CarriedTokens();
  readonly #unknown = new LruMap<string, true>(UNKNOWN_IDS);

  constructor(options: ResponseChainOptions) {
    this.#options = options;
    this.#digest = agentDigester(options.auditKey, 'response-id');
  }

  /** What is kept of an answer's id; null for none. Ids hold within one agent. */
  digest(agentId: AgentId, responseId: string | null): Buffer | null {
    return responseId === null ? null : this.#digest(agentId, responseId);
  }

  /**
   * The end of the turn with this answer is being written: whoever goes on from it on this node waits for that. `tokens` are
   * the session's, where it ends with the turn.
   */
  expect(
    agentId: AgentId,
    { responseId }: TurnEnding,
    id: SessionId,
    tokens: Iterable<IssuedToken>,
    ending: Promise<void>,
  ): void {
    const name = this.digest(agentId, responseId)?.toString('base64');
    if (name === undefined) return;
    this.#carried.keep(id, tokens);
    const settled = ending.then(
      () => undefined,
      () => undefined,
    );
    this.#endings.set(name, settled);
    void settled.then(() => {
      if (this.#endings.get(name) === settled) this.#endings.delete(name);
    });
  }

  /**
   * The agent's session that has this answer; null where there is none, or several: a provider that gives two answers one
   * id must not mix up two callers. Rejects when the database cannot be read.
   */
  async find(agentId: AgentId, responseId: string): Promise<AnsweredSession | null> {
    const digest = this.digest(agentId, responseId);
    const name = digest?.toString('base64') ?? '';
    for (let attempt = 0; ; attempt += 1) {
      await this.#endings.get(name);
      const { rows } = await this.#options.pool.query<AnsweredRecord>({ ...ANSWERED, values: [digest, agentId] });
      const [found] = rows;
      if (found !== undefined) return found.is_shared ? null : { id: found.id, isOpen: found.is_open };
      const pause = WAITS[attempt];
      if (pause === undefined || this.#unknown.get(name) === true) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#unknown.set(name, true);
    return null;
  }

  /**
   * The tokens of a session that is over, for one that continues it. Those that are not there any more, or do not open, are
   * left out: they will not be restored. Rejects when the database cannot be read.
   */
  async tokensOf(accountId: AccountId, id: SessionId): Promise<readonly IssuedToken[]> {
    const { rows } = await this.#options.pool.query<TokenRecord>({
      ...TOKENS,
      values: [id, accountId, INHERITED_TOKENS],
    });
    const carried = this.#carried.of(id);
    const [first] = rows;
    if (first === undefined) return carried.slice(0, INHERITED_TOKENS);
    const wrapped = { kid: first.vault_kid, keyVersion: first.vault_version, wrapped: first.wrapped };
    const vault = SessionVault.open(this.#options.ring, wrapped, accountId, id);
    const opened = rows.flatMap(({ token, kind, kid, key_version: keyVersion, sealed }) => {
      const value = vault?.open(token, sealed) ?? null;
      return value === null || !isEntityKind(kind) ? [] : [{ token, kind, value, kid, keyVersion, stored: true }];
    });
    return [...opened, ...carried].slice(0, INHERITED_TOKENS);
  }
}
