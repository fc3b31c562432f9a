/** Deliveries of webhooks on a real database, with a clock that the test sets, and as many nodes as it asks for. */
import type { Viewer } from '../../src/accounts/viewer.ts';
import { CallbackTargets } from '../../src/platform/forbidden-address.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AccountId } from '../../src/platform/ids.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { Delivery } from '../../src/webhooks/delivery.ts';
import { createReceivers } from '../../src/webhooks/receiver.ts';
import type { Receivers } from '../../src/webhooks/receiver.ts';
import { WebhookSecrets } from '../../src/webhooks/webhook-secrets.ts';
import { createWebhooks } from '../../src/webhooks/webhooks.ts';
import type { Webhooks } from '../../src/webhooks/webhooks.ts';
import { signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';

export const START = Date.parse('2026-11-30T08:00:00.000Z');

export interface WebhooksOnDatabase {
  readonly api: TestApi;
  readonly webhooks: Webhooks;
  readonly receivers: Receivers;
  /** In milliseconds since the epoch. */
  now: number;
  /** Errors of workers. */
  readonly failures: unknown[];
  signUp(): Promise<Viewer>;
  /** Puts events of the objects into the feed. Returns their IDs. */
  happen(accountId: AccountId, objects: readonly string[], type?: string): Promise<string[]>;
  /** Another node. */
  node(): Delivery;
  /** Looks, and waits until nothing is on its way. */
  deliver(node?: Delivery): Promise<void>;
  /** How many events the webhook has yet to be sent, those of the feed left out. */
  outstanding(id: string): Promise<number>;
  close(): Promise<void>;
}

export async function webhooksOnDatabase(): Promise<WebhooksOnDatabase> {
  const api = await startTestApi();
  const { pool, prisma } = api.database;
  const clock = { now: () => fixture.now };
  const targets = new CallbackTargets([{ address: '127.0.0.0', prefix: 8 }]);
  const receivers = createReceivers({ targets });
  const secrets = new WebhookSecrets(
    new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }]),
  );
  const failures: unknown[] = [];
  const node = (): Delivery =>
    new Delivery({
      pool,
      receivers,
      secrets,
      clock,
      random: () => 0,
      onFailure: (_id, error) => failures.push(error),
    });
  const own = node();
  const fixture: WebhooksOnDatabase = {
    api,
    receivers,
    webhooks: createWebhooks({ prisma, clock, secrets, targets, receivers }),
    now: START,
    failures,
    signUp: () => signUp(api.database),
    happen: async (accountId, objects, type = 'session.sealed') => {
      const ids = objects.map(() => newId('feedEvent'));
      await pool.query(
        `INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
         SELECT $1, (SELECT coalesce(max(seq), 0) FROM feed_events WHERE account_id = $1) + place, id, $4, $5, 'session', object
         FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS e(id, object, place)`,
        [accountId, ids, objects, type, new Date(fixture.now)],
      );
      return ids;
    },
    node,
    deliver: async (by = own) => {
      await by.look(new AbortController().signal);
      await by.settled();
    },
    outstanding: async (id) => prisma.webhookDelivery.count({ where: { webhookId: id } }),
    close: async () => {
      await receivers.close();
      await api.close();
    },
  };
  return fixture;
}
