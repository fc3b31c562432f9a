/** Webhooks of the account. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { EVENT_TYPES } from '../events/event.ts';
import { isId, parseId } from '../platform/ids.ts';
import type { Id, WebhookId } from '../platform/ids.ts';
import { MAX_WEBHOOKS } from '../webhooks/webhooks.ts';
import type { WebhookWithSecret } from '../webhooks/webhooks.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';

type AttemptId = Id<'webhookAttempt'>;

const WEBHOOK_KEY = idKey('webhook', (text): text is WebhookId => isId('webhook', text));
const ATTEMPT_KEY = idKey('attempt', (text): text is AttemptId => isId('webhookAttempt', text));

/** The webhooks of the viewer's account. */
const own = (context: GraphqlContext): { accountId: string } => ({ accountId: viewerOf(context).accountId });

const WebhookAttemptType = builder.prismaObject('WebhookAttempt', {
  description: 'One attempt to send an event to a webhook. Of the answer only the status is kept.',
  authScopes: { permission: 'agents:write' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the attempt, wha_...' }),
    eventId: t.exposeID('eventId', { description: 'The ID of the event: the header webhook-id.' }),
    eventType: t.exposeString('eventType', { description: 'The type of the event.' }),
    number: t.exposeInt('number', { description: '1 for the first attempt at the event.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { description: 'How long it took, in milliseconds.' }),
    status: t.exposeInt('status', { nullable: true, description: 'The HTTP status; null where none came.' }),
    error: t.exposeString('error', {
      nullable: true,
      description:
        'Null where the event was delivered, else status, timeout, connection, tls, dns, forbidden_address or secret_unavailable.',
    }),
  }),
});

const WebhookType = builder.prismaNode('Webhook', {
  description: 'Who is sent the events of the account.',
  authScopes: { permission: 'agents:write' },
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => ({ id, ...own(context) }),
  select: { id: true },
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Where events are sent.' }),
    eventTypes: t.exposeStringList('eventTypes', { description: 'The types that are sent; empty for all.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether nothing is sent for now. Events wait.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When a setting was last changed.' }),
    failures: t.exposeInt('failures', {
      description: 'How often in a row the receiver did not answer, or asked for a pause.',
    }),
    retryAt: t.expose('retryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver is tried again; null where it is not left alone.',
    }),
    attempts: t.connection(
      {
        type: WebhookAttemptType,
        description: 'Attempts of the last 30 days, the newest first.',
        select: { id: true },
        resolve: async ({ id }, args, context) => {
          const page = readPage(ATTEMPT_KEY, args);
          const { range, order, take } = pageQuery(page, 'desc');
          const rows = await context.prisma.webhookAttempt.findMany({
            where: { webhookId: id, id: range },
            orderBy: { id: order },
            take,
          });
          return connectionOf(page, ATTEMPT_KEY, rows, (node) => ({ key: idOf('webhookAttempt', node.id), node }));
        },
      },
      { name: 'WebhookAttemptConnection' },
      { name: 'WebhookAttemptEdge' },
    ),
  }),
});

function idOf<T extends 'webhook' | 'webhookAttempt'>(type: T, text: string): Id<T> {
  const id = parseId(type, text);
  if (id === null) throw new TypeError('a row has an id of another form');
  return id;
}

builder.queryFields((t) => ({
  webhook: t.prismaField({
    type: WebhookType,
    nullable: true,
    description: 'A webhook by its ID; null where the account has none of it.',
    authScopes: { permission: 'agents:write' },
    args: { id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }) },
    resolve: (query, _root, { id }, context) =>
      context.prisma.webhook.findFirst({ ...query, where: { id, ...own(context) } }),
  }),
  webhooks: t.connection(
    {
      type: WebhookType,
      description: `The webhooks of the account, the newest first; at most ${MAX_WEBHOOKS}.`,
      authScopes: { permission: 'agents:write' },
      resolve: async (_root, args, context, info) => {
        const page = readPage(WEBHOOK_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } });
        const rows = await context.prisma.webhook.findMany({
          select,
          where: { ...own(context), id: range },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, WEBHOOK_KEY, rows, (node) => ({ key: idOf('webhook', node.id), node }));
      },
    },
    { name: 'WebhookConnection' },
    { name: 'WebhookEdge' },
  ),
}));

const TYPES = `Some of ${EVENT_TYPES.join(', ')}; empty for all, also those of later versions.`;

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  description: 'The settings of a new webhook.',
  fields: (t) => ({
    url: t.string({
      required: true,
      description: 'https, or http on a private network that the operator of the server allows.',
    }),
    eventTypes: t.stringList({ description: TYPES }),
    paused: t.boolean({ description: 'Whether it begins paused.' }),
  }),
});

const UpdateWebhookInput = builder.inputType('UpdateWebhookInput', {
  description: 'The settings to change. Settings that are absent stay as they are.',
  fields: (t) => ({
    url: t.string({ description: 'Where events are sent from now on, also those that wait.' }),
    eventTypes: t.stringList({ description: `${TYPES} Events that wait for delivery already are sent.` }),
    paused: t.boolean({ description: 'True to send nothing for now, false to go on with what waited.' }),
  }),
});

const NewSecretType = builder.objectRef<WebhookWithSecret>('WebhookWithSecret').implement({
  description: 'A webhook with its newest secret.',
  fields: (t) => ({
    webhook: t.prismaField({
      type: WebhookType,
      description: 'The webhook.',
      resolve: (query, { webhook }, _args, context) =>
        context.prisma.webhook.findUniqueOrThrow({ ...query, where: { id: webhook.id } }),
    }),
    secret: t.string({
      description: 'The secret of the signatures, whsec_... Shown this once.',
      resolve: ({ secret }) => secret.reveal(),
    }),
  }),
});

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: NewSecretType,
    description: 'Makes a webhook, which is sent what happens from now on.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('created'),
    args: { input: t.arg({ type: CreateWebhookInput, required: true, description: 'The settings.' }) },
    resolve: (_root, { input }, context) => context.services.webhooks.create(viewerOf(context), input),
  }),
  updateWebhook: t.prismaField({
    type: WebhookType,
    description: 'Changes, pauses or resumes a webhook.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('webhook', 'NotFoundError'),
    args: {
      id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }),
      input: t.arg({ type: UpdateWebhookInput, required: true, description: 'The settings to change.' }),
    },
    resolve: async (query, _root, { id, input }, context) => {
      const webhook = await context.services.webhooks.update(viewerOf(context), id, input);
      return context.prisma.webhook.findUniqueOrThrow({
        select: { id: true, ...query.select },
        where: { id: webhook.id },
      });
    },
  }),
  deleteWebhook: t.field({
    type: 'ID',
    description: 'Deletes a webhook, with its secrets and attempts. What waited for it is not sent.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('deletedId', 'NotFoundError'),
    args: { id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }) },
    resolve: async (_root, { id }, context) => {
      await context.services.webhooks.remove(viewerOf(context), id);
      return id;
    },
  }),
}));

builder.mutationFields((t) => ({
  rotateWebhookSecret: t.field({
    type: NewSecretType,
    description: 'Makes a new secret. The one before signs, too, for 24 hours.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('rotated', 'NotFoundError'),
    args: { id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }) },
    resolve: (_root, { id }, context) => context.services.webhooks.rotateSecret(viewerOf(context), id),
  }),
  testWebhook: t.prismaField({
    type: WebhookAttemptType,
    description: 'Sends an event of the type webhook.test now, and returns the attempt.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('attempt', 'NotFoundError'),
    args: { id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }) },
    resolve: (_query, _root, { id }, context) => context.services.webhooks.test(viewerOf(context), id),
  }),
  replayWebhook: t.int({
    description: 'Has the events of a window sent once more, under their IDs, and returns how many there are.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('eventCount', 'NotFoundError'),
    args: {
      id: t.arg.id({ required: true, description: 'The ID of the webhook, whk_...' }),
      since: t.arg.string({ required: true, description: 'The beginning of the window, in ISO 8601.' }),
      until: t.arg.string({ description: 'The end of the window, in ISO 8601; now by default.' }),
    },
    resolve: (_root, { id, since, until }, context) =>
      context.services.webhooks.replay(viewerOf(context), id, since, until ?? null),
  }),
}));
