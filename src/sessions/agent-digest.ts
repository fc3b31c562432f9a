/** What is kept of an id that somebody else gave: it may be a phone number, so never the id itself. Spec proxy.md, Sessions. */
import { HmacKey, KeyDerivation } from '../platform/hmac.ts';
import type { AgentId } from '../platform/ids.ts';

/** Ids of a call by its platform, and of an answer by its provider: the digest of the one says nothing of the other. */
export type DigestedId = 'session-key' | 'response-id';

/** The HMAC-SHA256 of an id, 32 bytes. It holds within one agent. */
export type AgentDigester = (agentId: AgentId, id: string) => Buffer;

/** Makes the digests of such ids. `auditKey` is MASKER_AUDIT_HMAC_KEY. */
export function agentDigester(auditKey: Uint8Array, of: DigestedId): AgentDigester {
  const key = new HmacKey(new KeyDerivation(auditKey).derive(`masker/${of}/v1`));
  return (agentId, id) => key.digest(`${agentId}|`, id);
}
