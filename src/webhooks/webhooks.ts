/** Webhooks of an account: who is sent its events. See docs/events.md, Webhooks. */
import { recordAct } from '../audit/account-events.ts';
import type { AccountEventKind } from '../audit/account-events.ts';
import type { Json } from '../audit/canonical.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { PrismaClient, Webhook, WebhookAttempt } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { CallbackTargets } from '../platform/forbidden-address.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { WebhookId } from '../platform/ids.ts';
import type { Secret } from '../platform/secret.ts';
import { newWebhookSecret } from '../platform/standard-webhooks.ts';
import { attemptRow } from './deliveries.ts';
import type { Receivers } from './receiver.ts';
import { checkReplay, checkWebhook } from './webhook-input.ts';
import type { WebhookInput } from './webhook-input.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

/** So many webhooks can an account have, and so many windows of one can wait to be sent once more. */
export const MAX_WEBHOOKS = 20;
export const MAX_REPLAYS = 10;
/** How long the secret before the newest one still signs, in milliseconds. */
export const SECRET_OVERLAP_MS = 86_400_000;
/** How long attempts are kept, in milliseconds. */
export const ATTEMPTS_KEPT_MS = 30 * 86_400_000;

/** The type of the event that `test` sends. */
const TEST_TYPE = 'webhook.test';

/** A webhook with its newest secret: the only time that it is shown. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: Secret<string>;
}

/** Every method throws Failure `not_found` for an ID that names no webhook of the viewer's account. */
export interface Webhooks {
  /** Makes one that is sent what happens from now on. Throws Failure `validation_failed`. */
  create(viewer: Viewer, input: WebhookInput & { readonly url: string }): Promise<WebhookWithSecret>;
  /** Changes what is given. Throws Failure `validation_failed`. */
  update(viewer: Viewer, id: string, input: WebhookInput): Promise<Webhook>;
  remove(viewer: Viewer, id: string): Promise<void>;
  /** Makes a new secret. The one before signs, too, for a day. */
  rotateSecret(viewer: Viewer, id: string): Promise<WebhookWithSecret>;
  /** Sends a test event now, also where the webhook is paused. Resolves with the attempt. */
  test(viewer: Viewer, id: string): Promise<WebhookAttempt>;
  /** Has the events of a window sent once more; resolves with how many there are. Throws Failure `validation_failed`. */
  replay(viewer: Viewer, id: string, since: string, until: string | null): Promise<number>;
}

export interface WebhooksOptions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  readonly secrets: WebhookSecrets;
  readonly targets: CallbackTargets;
  readonly receivers: Pick<Receivers, 'send'>;
}

type Tx = Prisma.TransactionClient;

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { clock, secrets, targets } = options;
  return {
    create: (viewer, input) => createWebhook(options, viewer, input),

    update: async (viewer, id, input) => {
      const changed = checkWebhook(input, targets);
      // Another address, or a webhook that goes on: the receiver is tried at once.
      const afresh = changed.url === undefined && changed.paused !== false ? null : { failures: 0, retryAt: null };
      return change(
        options,
        viewer,
        { id, kind: 'webhook_updated', about: settingsOf },
        async (tx, { id: webhookId, updatedAt }, now) => {
          // What was refused before is tried at once, too.
          if (afresh !== null)
            await tx.webhookDelivery.updateMany({ where: { webhookId }, data: { nextAt: new Date(now) } });
          // Later than before, so that an attempt under way is known to be of the earlier settings.
          const data = { ...changed, ...afresh, updatedAt: new Date(Math.max(now, updatedAt.getTime() + 1)) };
          return tx.webhook.update({ where: { id: webhookId }, data });
        },
      );
    },

    remove: async (viewer, id) => {
      await change(options, viewer, { id, kind: 'webhook_deleted' }, (tx, webhook) =>
        tx.webhook.delete({ where: { id: webhook.id } }),
      );
    },

    rotateSecret: async (viewer, id) => {
      const secret = newWebhookSecret();
      const webhook = await change(options, viewer, { id, kind: 'webhook_secret_rotated' }, async (tx, row, now) => {
        await storeSecret(tx, row, secrets.seal(viewer.accountId, row.id, secret), now);
        return row;
      });
      return { webhook, secret };
    },

    test: (viewer, id) => sendTest(options, viewer, id),

    replay: async (viewer, id, since, until) => {
      const window = checkReplay(since, until, clock.now());
      return change(options, viewer, { id, kind: null }, (tx, webhook) => replayWindow(tx, webhook, window));
    },
  };
}

/** Which webhook is changed, and what its act says; null for a change without an act. */
interface Change<T> {
  readonly id: string;
  readonly kind: AccountEventKind | null;
  readonly about?: (result: T) => Readonly<Record<string, Json>>;
}

/** Runs `work` on the webhook under a lock on its row, and records the act. */
async function change<T>(
  { prisma, clock }: WebhooksOptions,
  viewer: Viewer,
  { id, kind, about }: Change<T>,
  work: (tx: Tx, webhook: Webhook & { readonly id: WebhookId }, now: number) => Promise<T>,
): Promise<T> {
  const now = clock.now();
  return prisma.$transaction(async (tx) => {
    const webhook = await lockedWebhook(tx, viewer, id);
    const result = await work(tx, webhook, now);
    if (kind !== null) await act(tx, viewer, kind, { webhook_id: webhook.id, ...about?.(result) }, now);
    return result;
  });
}

async function createWebhook(
  { prisma, clock, secrets, targets }: WebhooksOptions,
  viewer: Viewer,
  input: WebhookInput & { readonly url: string },
): Promise<WebhookWithSecret> {
  const now = clock.now();
  const { url = input.url, eventTypes = [], paused = false } = checkWebhook(input, targets);
  const id = newId('webhook', now);
  const secret = newWebhookSecret();
  const webhook = await prisma.$transaction(async (tx) => {
    const { accountId } = viewer;
    // Two creations at once would both count the webhooks before the other.
    await tx.$executeRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`;
    if ((await tx.webhook.count({ where: { accountId } })) >= MAX_WEBHOOKS)
      throw new Failure('validation_failed', `An account may have ${MAX_WEBHOOKS} webhooks; delete one first.`);
    const last = await tx.feedEvent.findFirst({
      where: { accountId },
      orderBy: { seq: 'desc' },
      select: { seq: true },
    });
    const times = { createdAt: new Date(now), updatedAt: new Date(now) };
    const row = await tx.webhook.create({
      data: { id, accountId, url, eventTypes, paused, position: last?.seq ?? 0n, ...times },
    });
    const sealed = secrets.seal(accountId, id, secret);
    await tx.webhookSecret.create({ data: { webhookId: id, generation: 1, ...sealed } });
    await act(tx, viewer, 'webhook_created', { webhook_id: id, ...settingsOf(row) }, now);
    return row;
  });
  return { webhook, secret };
}

/** Has the events of a window sent once more. Returns how many there are. Throws Failure `validation_failed`. */
async function replayWindow(
  tx: Tx,
  webhook: Webhook & { readonly id: WebhookId },
  { since, until }: ReturnType<typeof checkReplay>,
): Promise<number> {
  const { count, last, first } = await windowOf(tx, webhook, since, until);
  if (first === null || last === null) return 0;
  if ((await tx.webhookReplay.count({ where: { webhookId: webhook.id } })) >= MAX_REPLAYS)
    throw new Failure('validation_failed', `${MAX_REPLAYS} windows wait to be sent once more; try again later.`);
  await tx.webhookReplay.create({
    data: { webhookId: webhook.id, since: new Date(since), until: new Date(until), position: first - 1n, last },
  });
  return count;
}

function settingsOf({ url, eventTypes, paused }: Webhook): Readonly<Record<string, Json>> {
  // The path of a URL may be a secret of the receiver's.
  return { origin: new URL(url).origin, event_types: [...eventTypes], paused };
}

async function act(
  tx: Tx,
  { accountId, userId }: Viewer,
  kind: AccountEventKind,
  subject: Readonly<Record<string, Json>>,
  now: number,
): Promise<void> {
  await recordAct(tx, { accountId, userId, kind, subject }, now);
}

async function lockedWebhook(tx: Tx, viewer: Viewer, text: string): Promise<Webhook & { readonly id: WebhookId }> {
  const id = parseId('webhook', text);
  if (id === null) throw notFound();
  await tx.$executeRaw`SELECT 1 FROM "webhooks" WHERE "id" = ${id} FOR UPDATE`;
  const webhook = await tx.webhook.findFirst({ where: { id, accountId: viewer.accountId } });
  if (webhook === null) throw notFound();
  return { ...webhook, id };
}

function notFound(): Failure {
  return new Failure('not_found', 'There is no such webhook.');
}

/** Stores the newest secret. The one before signs for a day longer, and older ones no more. */
async function storeSecret(
  tx: Tx,
  { id }: { readonly id: WebhookId },
  sealed: ReturnType<WebhookSecrets['seal']>,
  now: number,
): Promise<void> {
  const newest = await tx.webhookSecret.findFirst({ where: { webhookId: id }, orderBy: { generation: 'desc' } });
  const generation = newest?.generation ?? 0;
  await tx.webhookSecret.deleteMany({ where: { webhookId: id, generation: { lt: generation } } });
  await tx.webhookSecret.updateMany({
    where: { webhookId: id, generation },
    data: { expiresAt: new Date(now + SECRET_OVERLAP_MS) },
  });
  await tx.webhookSecret.create({ data: { webhookId: id, generation: generation + 1, ...sealed } });
}

interface Window {
  readonly count: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

async function windowOf(tx: Tx, webhook: Webhook, since: number, until: number): Promise<Window> {
  const types = webhook.eventTypes.length === 0 ? {} : { type: { in: webhook.eventTypes } };
  const found = await tx.feedEvent.aggregate({
    where: { accountId: webhook.accountId, createdAt: { gte: new Date(since), lt: new Date(until) }, ...types },
    _count: true,
    _min: { seq: true },
    _max: { seq: true },
  });
  return { count: found._count, first: found._min.seq, last: found._max.seq };
}

async function sendTest(
  { prisma, clock, secrets, receivers }: WebhooksOptions,
  { accountId }: Viewer,
  text: string,
): Promise<WebhookAttempt> {
  const id = parseId('webhook', text);
  const at = clock.now();
  const webhook =
    id === null
      ? null
      : await prisma.webhook.findFirst({
          where: { id, accountId },
          include: {
            secrets: {
              where: { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(at) } }] },
              orderBy: { generation: 'desc' },
            },
          },
        });
  if (id === null || webhook === null) throw notFound();
  const event = {
    id: newId('feedEvent', at),
    type: TEST_TYPE,
    createdAt: new Date(at),
    object: { type: 'webhook', id },
  };
  const keys = webhook.secrets.flatMap((row) => secrets.open(accountId, id, row)?.reveal() ?? []);
  const outcome = await receivers.send({ url: webhook.url, secrets: keys, event, at }, new AbortController().signal);
  const attempt = { ...outcome, event, number: 1, at, durationMs: Math.max(0, clock.now() - at) };
  return prisma.$transaction(async (tx) => {
    // It may have been deleted while the attempt was under way.
    const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM webhooks WHERE id = ${id} FOR KEY SHARE`;
    if (rows.length === 0) throw notFound();
    return tx.webhookAttempt.create({ data: { webhookId: id, ...attemptRow(attempt) } });
  });
}
