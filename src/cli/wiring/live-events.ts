/** Wires subscriptions: what this node writes wakes those who wait, here and at other nodes. */
import type { Pool } from 'pg';
import type { JournalWrite } from '../../audit/journal-rows.ts';
import type { Feed } from '../../events/feed.ts';
import { FEED_CHANNEL } from '../../events/feed-sequencer.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log.ts';
import { listenForNotifications } from '../../platform/notifications.ts';
import { Slots } from '../../subscriptions/slots.ts';
import { createSubscriptions, feedTopic, journalTopic } from '../../subscriptions/subscriptions.ts';
import type { Subscriptions } from '../../subscriptions/subscriptions.ts';
import { Wakes } from '../../subscriptions/wakes.ts';

/** The channel on which nodes hear of journals that have grown; the payload is some agents. */
const JOURNAL_CHANNEL = 'masker_journals';
/** How long news of journals is collected before other nodes are told, in milliseconds. */
const COLLECTING_MS = 100;
/** Agents in one notification: PostgreSQL takes 8000 bytes. */
const AGENTS_AT_ONCE = 200;

export interface LiveEventsOptions {
  /** postgresql:// URL. */
  readonly url: string;
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface LiveEvents {
  readonly subscriptions: Subscriptions;
  /** Is told of what the journal has written. */
  readonly onWritten: (write: JournalWrite) => void;
  /** Ends all subscriptions. */
  close(): Promise<void>;
}

/** Listens from now on. */
export function createLiveEvents({ url, pool, prisma, feed, clock, log }: LiveEventsOptions): LiveEvents {
  const wakes = new Wakes();
  const subscriptions = createSubscriptions({ pool, prisma, feed, wakes, slots: new Slots(), clock });
  const grown = new Set<string>();
  let collecting: NodeJS.Timeout | null = null;
  const notifications = listenForNotifications(
    [FEED_CHANNEL, JOURNAL_CHANNEL],
    {
      // What was missed before is on record.
      onConnected: () => {
        wakes.wakeAll();
      },
      onDisconnected: () => undefined,
      onNotification: (channel, payload) => {
        if (channel === FEED_CHANNEL) wakes.wake(feedTopic(payload));
        else for (const agentId of payload.split(',')) wakes.wake(journalTopic(agentId));
      },
    },
    {
      url,
      onConnectionError: (err) => {
        log.warn({ err }, 'not hearing of new events: subscriptions look by themselves every few seconds');
      },
    },
  );
  const tell = (): void => {
    collecting = null;
    const agents = [...grown];
    grown.clear();
    for (let at = 0; at < agents.length; at += AGENTS_AT_ONCE)
      notifications.notify(JOURNAL_CHANNEL, agents.slice(at, at + AGENTS_AT_ONCE).join(','));
  };
  return {
    subscriptions,
    onWritten: ({ session: { agentId } }) => {
      wakes.wake(journalTopic(agentId));
      grown.add(agentId);
      collecting ??= setTimeout(tell, COLLECTING_MS);
    },
    close: async () => {
      if (collecting !== null) clearTimeout(collecting);
      subscriptions.close();
      await notifications.close();
    },
  };
}
