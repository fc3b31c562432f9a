/** What the journal says of a call that a platform announced. */
import type { EntryFact } from '../audit/entry.ts';
import type { AnnouncedCall } from './turn.ts';

/** The entry of a call. `isMasked`: the caller's number is masked from now on. Holds no value. */
export function callStarted(
  { platform, bypass }: AnnouncedCall,
  { isMasked, tokensIssued }: { readonly isMasked: boolean; readonly tokensIssued: number },
): EntryFact {
  const { removed = [], kept = [], refused = [] } = bypass ?? {};
  return {
    kind: 'call_started',
    platform,
    caller: isMasked ? 'masked' : null,
    tokens_issued: tokensIssued,
    ...(removed.length > 0 ? { bypass_removed: removed } : {}),
    ...(kept.length > 0 ? { bypass_kept: kept } : {}),
    ...(refused.length > 0 ? { bypass_refused: refused } : {}),
  };
}
