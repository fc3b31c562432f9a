/** What the texts of one answer are restored with. */
import type { RestoreRules } from './destination.ts';
import type { TokenIndex } from './issued-tokens.ts';
import type { RehydrationAccount } from './rehydration-account.ts';

export interface Restoring {
  /** The tokens of the session. */
  readonly index: TokenIndex;
  /** The policy's `restore`. */
  readonly restore: RestoreRules;
  readonly account: RehydrationAccount;
}
