/** Looks after the keys of a node: which are old, and whether they are in use for too long. See docs/tokens.md, Rotation. */
import type { Pool } from 'pg';
import { findKeysInUse, recordRing } from '../../custody/key-age.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log.ts';
import type { KeyRing } from '../../tokens/key-ring.ts';

export interface KeyWatchOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly ring: KeyRing;
  /** MASKER_KEY_ROTATION_GRACE_DAYS. */
  readonly graceDays: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface KeyWatch {
  /** Looks now, and logs what it finds. Rejects when the database does. */
  check(): Promise<void>;
  /** Kids whose old key was in use after its grace, when it was last looked. */
  overdue(): readonly string[];
}

export function createKeyWatch({ pool, ring, graceDays, clock, log }: KeyWatchOptions): KeyWatch {
  let kids: readonly string[] = [];
  return {
    check: async () => {
      await recordRing(pool, ring, clock.now());
      const { overdue, missing } = await findKeysInUse(pool, ring, { graceDays, now: clock.now() });
      kids = [...new Set(overdue.map(({ kid }) => kid))];
      for (const { kid, version, rows, since } of overdue)
        log.warn(
          { kid, key_version: version, rows, old_since: since },
          'an old key is still in use after MASKER_KEY_ROTATION_GRACE_DAYS: run `masker vault rotate-key`',
        );
      for (const { kid, version, rows } of missing)
        log.error(
          { kid, key_version: version, rows },
          'rows are sealed under a key that is not registered on this node',
        );
    },
    overdue: () => kids,
  };
}
