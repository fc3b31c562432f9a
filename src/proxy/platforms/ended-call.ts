import type { PlatformRecord } from '../../completeness/platform-record.ts';
import type { NamedCall } from '../../sessions/correlation.ts';

/** The end of a call, as a platform reports it. */
export interface EndedCall {
  /** The names under which requests of the call may have come. */
  readonly names: readonly NamedCall[];
  /** Null where the platform sent none. */
  readonly record: PlatformRecord | null;
}
