/** A request as masking takes it, whole or behind what is reused of the last one. */
import { behind, reusableItems, WHOLE, writingBody, writingRest } from '../../masking/request/history.ts';
import type { ChatMaskingOptions, ChatRequestProblem } from '../../masking/request/chat-request.ts';
import type { MaskableRequest } from '../../masking/turn/maskable-request.ts';
import type { ReusableRequest } from '../../masking/turn/request-head.ts';
import type { Call } from '../openai/call.ts';
import type { Endpoint } from '../openai/endpoint.ts';

/** What a request is walked with. */
export interface MaskableOptions extends Pick<ChatMaskingOptions, 'binaryContent'> {
  /** The bytes of the request as they came. */
  readonly received: () => Uint8Array;
}

/** Returns the request of a call to an endpoint. */
export function maskable(
  { history: field, walking }: Pick<Endpoint, 'history' | 'walking'>,
  { body, model }: Call,
  { binaryContent, received }: MaskableOptions,
): Required<MaskableRequest<ChatRequestProblem>> {
  return {
    reusable: (): ReusableRequest => ({ raw: received(), field, items: reusableItems(field, body), model }),
    *walking(history = WHOLE) {
      const masked = yield* walking(behind(field, body, history.skipped), { binaryContent, history });
      if (!masked.ok) return masked;
      const write = history.skipped === 0 ? writingBody : writingRest;
      return { ok: true, ...(yield* write(field, masked.body)), binaryParts: masked.binaryParts };
    },
  };
}
