/** Wires the event feed of a node, and what is sent from it. */
import type { Pool } from 'pg';
import { startSequencing } from '../audit-log/sequencing-loop.ts';
import { createFeed } from '../events/feed.ts';
import type { Feed } from '../events/feed.ts';
import { FeedSequencer } from '../events/feed-sequencer.ts';
import type { FeedRun } from '../events/feed-sequencer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';

export interface EventFeedOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface EventFeed {
  readonly feed: Feed;
  /** Gives what waits its place in the feeds of all accounts, now instead of at the next look. */
  sequence(): Promise<FeedRun>;
  /** Goes on by itself from now on. Returns what stops it, which resolves when nothing runs any more. */
  start(): () => Promise<void>;
}

export function createEventFeed({ pool, clock, log }: EventFeedOptions): EventFeed {
  const sequencer = new FeedSequencer({ pool, clock });
  return {
    feed: createFeed(pool),
    sequence: () => sequencer.run(),
    start: () => {
      const sequencing = startSequencing(sequencer, (err) => {
        log.warn({ err }, 'the event feeds could not be continued; trying again');
      });
      return () => sequencing.stop();
    },
  };
}
