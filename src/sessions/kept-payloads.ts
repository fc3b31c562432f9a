/** What a policy keeps of a turn (`audit.log_payloads`), encrypted for the session's vault. See docs/policy.md. */
import type { PayloadRow } from '../audit/journal-rows.ts';
import type { PayloadPart, SessionVault } from '../tokens/vault.ts';
import type { TurnEnding } from './turn.ts';

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

/** The response as the model wrote it and as the caller got it. Null where there is no vault, or neither to keep. */
export function answeredPayload(
  vault: SessionVault | null,
  turn: number,
  { answer = null, response = null }: Pick<TurnEnding, 'answer' | 'response'>,
): PayloadRow | null {
  if (vault === null || (answer === null && response === null)) return null;
  const sealed = (part: PayloadPart, bytes: Uint8Array | null): Buffer | null =>
    bytes === null ? null : vault.sealPayload(turn, part, bytes);
  return { turn, answer: sealed('answer', answer), response: sealed('response', response) };
}
