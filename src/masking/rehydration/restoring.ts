/** What the texts of one answer are restored with. */
import type { RestoreRules } from './destination.ts';
import type { TokenIndex } from './issued-tokens.ts';
import type { RehydrationCounts } from './rehydration-counts.ts';
import type { ArgumentSlots } from './written-form/tool-schemas.ts';

export interface Restoring {
  /** The tokens of the session, and which of them stood in this turn's request. */
  readonly index: TokenIndex;
  /** The policy's `restore`. */
  readonly restore: RestoreRules;
  readonly counts: RehydrationCounts;
  /** The arguments of the request's tools, whose schemas say how values are written. Absent: values return as said. */
  readonly slots?: ArgumentSlots | undefined;
}
