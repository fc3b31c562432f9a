/** What masking needs of a request, whatever its API. */
import type { HistoryWalk, WrittenBody } from '../request/history.ts';
import type { Walking } from '../request/text-slot.ts';
import type { ReusableRequest } from './request-head.ts';

/** A request of which every text can be masked. */
export interface MaskableRequest<Problem> {
  /**
   * Walks all texts of the request, or those behind the first items of its history: then the body is what is written behind
   * these. Called again when a pass has learned a value, always on the original.
   */
  readonly walking: (walk?: HistoryWalk) => Walking<Prepared<Problem>>;
  /** What the next request is compared with. Absent for a request of which nothing is to be reused. */
  readonly reusable?: () => ReusableRequest;
}

export type Prepared<Problem> =
  | (Pick<WrittenBody, 'body'> &
      Partial<WrittenBody> & {
        readonly ok: true;
        /** Parts that the policy let pass although they cannot be inspected. */
        readonly binaryParts: number;
      })
  | { readonly ok: false; readonly problem: Problem };
