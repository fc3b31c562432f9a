/** What a policy keeps of a turn (`audit.log_payloads`), encrypted for the session's vault. See docs/policy.md. */
import type { PayloadRow } from '../audit/journal-rows.ts';
import type { SessionVault } from '../tokens/vault.ts';

/** What came, and what leaves instead. Null where there is no vault. */
export function forwardedPayload(
  vault: SessionVault | null,
  turn: number,
  storedAt: number,
  received: Uint8Array,
  masked: Uint8Array,
): PayloadRow | null {
  if (vault === null) return null;
  return {
    turn,
    storedAt,
    request: vault.sealPayload(turn, 'request', received),
    masked: vault.sealPayload(turn, 'masked', masked),
  };
}

/** The response as the caller got it. Null where there is no vault, or no response to keep. */
export function answeredPayload(
  vault: SessionVault | null,
  turn: number,
  response: Uint8Array | null,
): PayloadRow | null {
  if (vault === null || response === null) return null;
  return { turn, response: vault.sealPayload(turn, 'response', response) };
}
