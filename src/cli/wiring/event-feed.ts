/** Wires the event feed of a node, and what is sent from it. */
import type { Pool } from 'pg';
import { startSequencing } from '../../audit-log/sequencing-loop.ts';
import { createFeed } from '../../events/feed.ts';
import type { Feed } from '../../events/feed.ts';
import { FeedSequencer } from '../../events/feed-sequencer.ts';
import type { FeedRun } from '../../events/feed-sequencer.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CallbackTargets } from '../../platform/forbidden-address.ts';
import type { Logger } from '../../platform/log.ts';
import type { KeyRing } from '../../tokens/key-ring.ts';
import { Delivery } from '../../webhooks/delivery.ts';
import { startDelivery } from '../../webhooks/delivery-loop.ts';
import { deleteOldAttempts } from '../../webhooks/deliveries.ts';
import { createReceivers } from '../../webhooks/receiver.ts';
import { WebhookSecrets } from '../../webhooks/webhook-secrets.ts';
import { ATTEMPTS_KEPT_MS, createWebhooks } from '../../webhooks/webhooks.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';

/** How often old records of attempts are deleted, in milliseconds. */
const CLEANING_MS = 600_000;

export interface EventFeedOptions {
  readonly pool: Pool;
  readonly prisma: PrismaClient;
  readonly ring: KeyRing;
  /** Where webhooks may lead. */
  readonly targets: CallbackTargets;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface EventFeed {
  readonly feed: Feed;
  readonly webhooks: Webhooks;
  /** Gives what waits its place in the feeds of all accounts, now instead of at the next look. */
  sequence(): Promise<FeedRun>;
  /** Goes on by itself from now on. Returns what stops it, which resolves when nothing runs any more. */
  start(): () => Promise<void>;
}

export function createEventFeed({ pool, prisma, ring, targets, clock, log }: EventFeedOptions): EventFeed {
  const sequencer = new FeedSequencer({ pool, clock });
  const receivers = createReceivers({ targets });
  const secrets = new WebhookSecrets(ring);
  const delivery = new Delivery({
    pool,
    receivers,
    secrets,
    clock,
    onFailure: (webhook_id, err) => {
      log.warn({ webhook_id, err }, 'a webhook could not be served; trying again');
    },
  });
  return {
    feed: createFeed(pool),
    webhooks: createWebhooks({ prisma, clock, secrets, targets, receivers }),
    sequence: () => sequencer.run(),
    start: () => {
      const sequencing = startSequencing(sequencer, (err) => {
        log.warn({ err }, 'the event feeds could not be continued; trying again');
      });
      const delivering = startDelivery(pool, delivery, (err) => {
        log.warn({ err }, 'webhooks could not be served; trying again');
      });
      const cleaning = setInterval(() => {
        deleteOldAttempts(pool, clock.now() - ATTEMPTS_KEPT_MS).catch((err: unknown) => {
          log.warn({ err }, 'old attempts of webhooks could not be deleted; trying again later');
        });
      }, CLEANING_MS);
      return async () => {
        clearInterval(cleaning);
        await Promise.all([sequencing.stop(), delivering.stop()]);
        await receivers.close();
      };
    },
  };
}
