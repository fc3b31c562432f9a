/**
 * What a provider keeps of a conversation (Responses API): which session an answer came from, and which tokens stood in the
 * requests up to it. A request that goes on from there brings none of what was said before, and its answer may hold these
 * tokens, and no others of the session. See docs/proxy.md, Restoring values.
 *
 * Ids are kept as HMACs with their turns, under the credential of the caller: another credential finds nothing.
 */
import type { Pool } from 'pg';
import { isEntityKind } from '../detection/kinds.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { LruMap } from '../platform/lru-map.ts';
import { inStretches, Stretch } from '../platform/stretch.ts';
import type { IssuedToken } from '../tokens/issued-token.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { TOKEN_DIGEST_BYTES } from './call-digests.ts';
import type { CallDigests } from './call-digests.ts';
import { CarriedTokens } from './carried-tokens.ts';
import type { KeptThread } from './correlation.ts';
import type { Credential } from './credential.ts';

export interface ResponseChainOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly ring: KeyRing;
  readonly digests: CallDigests;
}

/** The session that an answer came from. */
export interface AnsweredSession {
  readonly id: SessionId;
  /** Whether it is the session of a call that goes on, and takes a further turn. */
  readonly isOpen: boolean;
}

/** What the provider keeps of what a request goes on from. */
export interface KeptChain {
  /** Null for a conversation, and for an answer that is not known. */
  readonly answered: AnsweredSession | null;
  /** Returns whether the token stood in a request of the chain. */
  keeps(token: string): boolean;
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
/** Tokens of a session that are read to find those of a chain, at most. */
export const READ_TOKENS = 10_000;
/** Tokens that a turn records as kept by the provider, at most: those of the turn itself first. */
const KEPT_TOKENS = 4096;

const ANSWERED = {
  name: 'masker_answered_session',
  text: `WITH one AS (SELECT session_id FROM turns WHERE response_digest = $1 AND agent_id = $2 LIMIT 1)
    SELECT s.id, s.sealed_at IS NULL AND s.key_digest IS NOT NULL AS is_open, t.is_shared, t.chain_tokens
    FROM one JOIN sessions s ON s.id = one.session_id
    CROSS JOIN LATERAL (
      SELECT bool_or(session_id <> s.id) AS is_shared, string_agg(chain_tokens, ''::bytea) AS chain_tokens
      FROM turns WHERE response_digest = $1 AND agent_id = $2
    ) t`,
};

const CONVERSATION = {
  name: 'masker_conversation_tokens',
  text: `SELECT string_agg(chain_tokens, ''::bytea) AS chain_tokens FROM turns
    WHERE conversation_digest = $1 AND agent_id = $2`,
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
  readonly chain_tokens: Buffer | null;
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

/** The first of what is of a token that the chain keeps, as many as a session takes over. */
async function firstKept<T extends { readonly token: string }>(all: Iterable<T>, chain: KeptChain): Promise<T[]> {
  const kept: T[] = [];
  const stretch = new Stretch();
  for (const each of all) {
    if (kept.length === INHERITED_TOKENS) break;
    if (chain.keeps(each.token)) kept.push(each);
    await stretch.pauseOften();
  }
  return kept;
}

export class ResponseChain {
  readonly #options: ResponseChainOptions;
  /** Endings that this node is writing, by the digest of their answer's id. */
  readonly #endings = new Map<string, Promise<void>>();
  readonly #carried = new CarriedTokens();
  readonly #unknown = new LruMap<string, true>(UNKNOWN_IDS);

  constructor(options: ResponseChainOptions) {
    this.#options = options;
  }

  /**
   * The end of the turn with this answer is being written: whoever goes on from it on this node waits for that. `digest` is
   * of the answer's id, null for none; `tokens` are the session's, where it ends with the turn.
   */
  expect(digest: Buffer | null, id: SessionId, tokens: Iterable<IssuedToken>, ending: Promise<void>): void {
    if (digest === null) return;
    const name = digest.toString('base64');
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

  /** Drops the tokens of a session that is over, with the values that they carry; null for all sessions. */
  forgetTokens(id: SessionId | null): void {
    if (id === null) this.#carried.clear();
    else this.#carried.forget(id);
  }

  /** What the provider keeps of the thread, as far as this credential knows it. Rejects when the database cannot be read. */
  async find(agentId: AgentId, credential: Credential, thread: KeptThread): Promise<KeptChain> {
    const { digests, pool } = this.#options;
    if (thread.responseId !== null) {
      const found = await this.#findAnswer(agentId, digests.response(agentId, credential, thread.responseId));
      if (found === null) return this.#chain(agentId, null, null);
      // A provider that gives two answers one id must not mix up two callers: of such an answer no session is known, and a
      // call that names itself has only tokens of its own.
      const answered = found.is_shared ? null : { id: found.id, isOpen: found.is_open };
      return this.#chain(agentId, answered, found.chain_tokens);
    }
    if (thread.conversationId === null) return this.#chain(agentId, null, null);
    const digest = digests.conversation(agentId, credential, thread.conversationId);
    const { rows } = await pool.query<Pick<AnsweredRecord, 'chain_tokens'>>({
      ...CONVERSATION,
      values: [digest, agentId],
    });
    return this.#chain(agentId, null, rows[0]?.chain_tokens ?? null);
  }

  /** Digests of the tokens as a turn records them; null for none. */
  record(agentId: AgentId, tokens: Iterable<string>): Buffer | null {
    const kept: Buffer[] = [];
    for (const token of tokens) {
      if (kept.length === KEPT_TOKENS) break;
      kept.push(this.#options.digests.token(agentId, token));
    }
    return kept.length === 0 ? null : Buffer.concat(kept);
  }

  /**
   * The tokens of a chain in the vault of a session that is over, for one that continues it. Those that are not there any
   * more, or do not open, are left out: they will not be restored. Rejects when the database cannot be read.
   */
  async tokensOf(accountId: AccountId, id: SessionId, chain: KeptChain): Promise<readonly IssuedToken[]> {
    const { rows } = await this.#options.pool.query<TokenRecord>({ ...TOKENS, values: [id, accountId, READ_TOKENS] });
    const carried = await this.inheritable(this.#carried.of(id), chain);
    const [first] = rows;
    if (first === undefined) return carried;
    const wrapped = { kid: first.vault_kid, keyVersion: first.vault_version, wrapped: first.wrapped };
    const vault = SessionVault.open(this.#options.ring, wrapped, accountId, id);
    const kept = await firstKept(rows, chain);
    const opened = await inStretches(kept, ({ token, kind, kid, key_version: keyVersion, sealed }) => {
      const pair = vault?.openPair(token, sealed) ?? null;
      return pair === null || !isEntityKind(kind) ? null : { token, kind, ...pair, kid, keyVersion, stored: true };
    });
    return [...opened.filter((token) => token !== null), ...carried].slice(0, INHERITED_TOKENS);
  }

  /** Those of the tokens that a session which goes on with the chain takes over. */
  inheritable(tokens: Iterable<IssuedToken>, chain: KeptChain): Promise<readonly IssuedToken[]> {
    return firstKept(tokens, chain);
  }

  async #findAnswer(agentId: AgentId, digest: Buffer): Promise<AnsweredRecord | null> {
    const name = digest.toString('base64');
    for (let attempt = 0; ; attempt += 1) {
      await this.#endings.get(name);
      const { rows } = await this.#options.pool.query<AnsweredRecord>({ ...ANSWERED, values: [digest, agentId] });
      const [found] = rows;
      if (found !== undefined) return found;
      const pause = WAITS[attempt];
      if (pause === undefined || this.#unknown.get(name) === true) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#unknown.set(name, true);
    return null;
  }

  #chain(agentId: AgentId, answered: AnsweredSession | null, recorded: Buffer | null): KeptChain {
    const kept = new Set<string>();
    for (let at = 0; recorded !== null && at < recorded.length; at += TOKEN_DIGEST_BYTES)
      kept.add(recorded.toString('latin1', at, at + TOKEN_DIGEST_BYTES));
    const { digests } = this.#options;
    return {
      answered,
      keeps: (token) => kept.size > 0 && kept.has(digests.token(agentId, token).toString('latin1')),
    };
  }
}
