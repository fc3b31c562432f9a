/**
 * What is kept of ids that somebody else gave: digests, for such an id may be a phone number. See docs/proxy.md, Sessions.
 * Each holds within one agent. Those that open something hold for one credential, too.
 */
import { HmacKey, KeyDerivation } from '../platform/hmac.ts';
import type { AgentId } from '../platform/ids.ts';
import type { Credential } from './credential.ts';

/** Bytes that are kept of the digest of a token. */
export const TOKEN_DIGEST_BYTES = 8;

/** Makes the digests. All are HMAC-SHA256, 32 bytes, but for {@link CallDigests.token}. */
export class CallDigests {
  readonly #names: HmacKey;
  readonly #credentials: HmacKey;
  readonly #responses: HmacKey;
  readonly #conversations: HmacKey;
  readonly #tokens: HmacKey;

  /** `auditKey` is MASKER_AUDIT_HMAC_KEY. */
  constructor(auditKey: Uint8Array) {
    const derivation = new KeyDerivation(auditKey);
    const key = (info: string): HmacKey => new HmacKey(derivation.derive(`masker/${info}/v1`));
    this.#names = key('session-key');
    this.#credentials = key('credential');
    this.#responses = key('response-id');
    this.#conversations = key('conversation-id');
    this.#tokens = key('chain-token');
  }

  /**
   * The name of a call, whoever gives it: by it the end of a call finds its sessions, and its first caller the one that was
   * announced.
   */
  call(agentId: AgentId, name: string): Buffer {
    return scoped(this.#names, agentId, null, name);
  }

  /** The name of a call as a caller with this credential gives it: by it a turn finds its session. */
  session(agentId: AgentId, credential: Credential, name: string): Buffer {
    return scoped(this.#names, agentId, this.credential(agentId, credential), name);
  }

  /** The credential itself; null for none. */
  credential(agentId: AgentId, credential: Credential): Buffer | null {
    return credential === 'none' ? null : this.#credentials.digest(`${agentId}|`, credential);
  }

  /** In place of a credential, of a session that was announced and has had no turn. */
  unclaimed(agentId: AgentId): Buffer {
    return this.#credentials.digest(`${agentId}|`, 'announced');
  }

  /** The provider's id of an answer. */
  response(agentId: AgentId, credential: Credential, id: string): Buffer {
    return scoped(this.#responses, agentId, this.credential(agentId, credential), id);
  }

  /** The provider's id of a conversation. */
  conversation(agentId: AgentId, credential: Credential, id: string): Buffer {
    return scoped(this.#conversations, agentId, this.credential(agentId, credential), id);
  }

  /** A token that the provider keeps, in {@link TOKEN_DIGEST_BYTES} bytes. */
  token(agentId: AgentId, token: string): Buffer {
    return this.#tokens.digest(`${agentId}|`, token).subarray(0, TOKEN_DIGEST_BYTES);
  }
}

/** Digests an id. The message of a credential is 64 bytes of digests, which no id that a caller chooses can imitate. */
function scoped(key: HmacKey, agentId: AgentId, credential: Buffer | null, id: string): Buffer {
  const plain = key.digest(`${agentId}|`, id);
  return credential === null ? plain : key.digest(credential, plain);
}
