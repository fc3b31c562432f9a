/** What masking needs of a request, whatever its API. */
import type { MaskText } from '../request/chat-request.ts';

/** A request of which every text can be masked. */
export interface MaskableRequest<Problem> {
  /** Masks every text of the request with `mask`. Called again when a pass has learned a value, always on the original. */
  readonly prepare: (mask: MaskText) => Prepared<Problem>;
}

export type Prepared<Problem> =
  | {
      readonly ok: true;
      readonly body: Uint8Array;
      /** Parts that the policy let pass although they cannot be inspected. */
      readonly binaryParts: number;
    }
  | { readonly ok: false; readonly problem: Problem };
