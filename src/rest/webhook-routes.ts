/** Routes of webhooks. See docs/events.md, Webhooks. */
import { z } from 'zod';
import { EVENT_TYPES } from '../events/event.ts';
import { Failure } from '../platform/failure.ts';
import { ATTEMPT_ERRORS } from '../webhooks/receiver.ts';
import { MAX_WEBHOOK_URL } from '../webhooks/webhook-input.ts';
import { FAILED } from './failed-selection.ts';
import { pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const moment = z.iso.datetime();

export const WEBHOOK = z
  .strictObject({
    id: z.string().meta({ example: 'whk_01J3Z8Q4V9Y6R2M7T5W0X1C8KD' }),
    url: z.string(),
    event_types: z.array(z.enum(EVENT_TYPES)).meta({ description: 'Empty for all.' }),
    paused: z.boolean(),
    created_at: moment,
    updated_at: moment,
    failures: z.int().min(0).meta({ description: 'How often in a row the receiver was not reached.' }),
    retry_at: moment.nullable().meta({ description: 'When it is tried again.' }),
  })
  .meta({ id: 'Webhook' });

export const WEBHOOK_ATTEMPT = z
  .strictObject({
    id: z.string(),
    event_id: z.string().meta({ description: 'The header webhook-id.' }),
    event_type: z.string(),
    number: z.int().min(1),
    at: moment,
    duration_ms: z.int().min(0),
    status: z.int().nullable(),
    error: z.enum(ATTEMPT_ERRORS).nullable().meta({ description: 'Null where the event was delivered.' }),
  })
  .meta({ id: 'WebhookAttempt' });

const FIELDS = `
  fragment WebhookFields on Webhook {
    id url event_types: eventTypes paused created_at: createdAt updated_at: updatedAt failures retry_at: retryAt
  }`;
const ATTEMPT_FIELDS = `
  fragment AttemptFields on WebhookAttempt {
    id event_id: eventId event_type: eventType number at duration_ms: durationMs status error
  }`;

const url = z.string().meta({
  format: 'uri',
  maxLength: MAX_WEBHOOK_URL,
  description: 'https, or http on a private network that the operator allows.',
});
const eventTypes = z
  .array(z.string().meta({ enum: [...EVENT_TYPES] }))
  .nullish()
  .meta({ description: 'Empty for all.' });
const SECRET = z.string().meta({ description: 'The secret of the signatures. Shown this once.' });
const WITH_SECRET = z.object({ webhook: WEBHOOK, secret: z.string() });
const WITH_SECRET_BODY = z.strictObject({ webhook: WEBHOOK, secret: SECRET });

const createWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks',
  operationId: 'createWebhook',
  summary: 'Make a webhook, which is sent what happens from now on.',
  body: z.strictObject({ url, event_types: eventTypes, paused: z.boolean().nullish() }),
  document: `
    mutation CreateWebhook($input: CreateWebhookInput!) {
      result: createWebhook(input: $input) {
        ${FAILED}
        ... on CreateWebhookSuccess { created { webhook { ...WebhookFields } secret } }
      }
    } ${FIELDS}`,
  variables: ({ body: { url, event_types: eventTypes, paused } }) => ({ input: { url, eventTypes, paused } }),
  data: z.object({ result: z.object({ created: WITH_SECRET }) }),
  status: 201,
  response: WITH_SECRET_BODY,
  shape: ({ result: { created } }) => created,
});

const listWebhooks = defineRoute({
  method: 'GET',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: 'List the webhooks of the account, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListWebhooks($first: Int!, $after: String) {
      webhooks(first: $first, after: $after) {
        edges { node { ...WebhookFields } }
        pageInfo { hasNextPage endCursor }
      }
    } ${FIELDS}`,
  variables: ({ query: { limit, cursor } }) => ({ first: limit, after: cursor }),
  data: z.object({ webhooks: connectionOf(WEBHOOK) }),
  status: 200,
  response: pageOf(WEBHOOK),
  shape: ({ webhooks }) => pageBody(webhooks),
});

function existing<T>(webhook: T | null): T {
  if (webhook === null) throw new Failure('not_found', 'There is no such webhook.');
  return webhook;
}

const getWebhook = defineRoute({
  method: 'GET',
  path: '/webhooks/{id}',
  operationId: 'getWebhook',
  summary: 'Read a webhook.',
  document: `query GetWebhook($id: ID!) { webhook(id: $id) { ...WebhookFields } } ${FIELDS}`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ webhook: WEBHOOK.nullable() }),
  status: 200,
  response: z.strictObject({ webhook: WEBHOOK }),
  shape: ({ webhook }) => ({ webhook: existing(webhook) }),
  failures: ['not_found'],
});

const updateWebhook = defineRoute({
  method: 'PATCH',
  path: '/webhooks/{id}',
  operationId: 'updateWebhook',
  summary: 'Change, pause or resume a webhook.',
  body: z.strictObject({ url: url.optional(), event_types: eventTypes, paused: z.boolean().optional() }),
  document: `
    mutation UpdateWebhook($id: ID!, $input: UpdateWebhookInput!) {
      result: updateWebhook(id: $id, input: $input) {
        ${FAILED}
        ... on UpdateWebhookSuccess { webhook { ...WebhookFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body: { url, event_types: eventTypes, paused } }) => ({
    id: path['id'],
    input: { url, eventTypes, paused },
  }),
  data: z.object({ result: z.object({ webhook: WEBHOOK }) }),
  status: 200,
  response: z.strictObject({ webhook: WEBHOOK }),
  shape: ({ result: { webhook } }) => ({ webhook }),
  failures: ['not_found'],
});

const deleteWebhook = defineRemoval({
  path: '/webhooks/{id}',
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook, with its secrets and attempts.',
  mutation: 'deleteWebhook',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'deletedId',
  failures: ['not_found'],
});

const rotateSecret = defineRoute({
  method: 'POST',
  path: '/webhooks/{id}/rotate-secret',
  operationId: 'rotateWebhookSecret',
  summary: 'Make a new secret; the one before signs, too, for 24 hours.',
  document: `
    mutation RotateWebhookSecret($id: ID!) {
      result: rotateWebhookSecret(id: $id) {
        ${FAILED}
        ... on RotateWebhookSecretSuccess { rotated { webhook { ...WebhookFields } secret } }
      }
    } ${FIELDS}`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ result: z.object({ rotated: WITH_SECRET }) }),
  status: 200,
  response: WITH_SECRET_BODY,
  shape: ({ result: { rotated } }) => rotated,
  failures: ['not_found'],
});

const testWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/{id}/test',
  operationId: 'testWebhook',
  summary: 'Send an event of the type webhook.test now.',
  document: `
    mutation TestWebhook($id: ID!) {
      result: testWebhook(id: $id) { ${FAILED} ... on TestWebhookSuccess { attempt { ...AttemptFields } } }
    } ${ATTEMPT_FIELDS}`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ result: z.object({ attempt: WEBHOOK_ATTEMPT }) }),
  status: 200,
  response: z.strictObject({ attempt: WEBHOOK_ATTEMPT }),
  shape: ({ result: { attempt } }) => ({ attempt }),
  failures: ['not_found'],
});

const instant = z.string().meta({ format: 'date-time' });

const replayWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/{id}/replay',
  operationId: 'replayWebhook',
  summary: 'Have the events of a window sent once more, under their IDs.',
  body: z.strictObject({
    since: instant.meta({ description: 'The beginning of the window.' }),
    until: instant.nullish().meta({ description: 'The end of the window; now by default.' }),
  }),
  document: `
    mutation ReplayWebhook($id: ID!, $since: String!, $until: String) {
      result: replayWebhook(id: $id, since: $since, until: $until) {
        ${FAILED}
        ... on ReplayWebhookSuccess { eventCount }
      }
    }`,
  variables: ({ path, body: { since, until } }) => ({ id: path['id'], since, until }),
  data: z.object({ result: z.object({ eventCount: z.int().min(0) }) }),
  status: 200,
  response: z.strictObject({ event_count: z.int().min(0).meta({ description: 'Events of the window.' }) }),
  shape: ({ result: { eventCount } }) => ({ event_count: eventCount }),
  failures: ['not_found'],
});

const listAttempts = defineRoute({
  method: 'GET',
  path: '/webhooks/{id}/attempts',
  operationId: 'listWebhookAttempts',
  summary: 'List the attempts of the last 30 days, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListWebhookAttempts($id: ID!, $first: Int!, $after: String) {
      webhook(id: $id) {
        attempts(first: $first, after: $after) {
          edges { node { ...AttemptFields } }
          pageInfo { hasNextPage endCursor }
        }
      }
    } ${ATTEMPT_FIELDS}`,
  variables: ({ path, query: { limit, cursor } }) => ({ id: path['id'], first: limit, after: cursor }),
  data: z.object({ webhook: z.object({ attempts: connectionOf(WEBHOOK_ATTEMPT) }).nullable() }),
  status: 200,
  response: pageOf(WEBHOOK_ATTEMPT),
  shape: ({ webhook }) => pageBody(existing(webhook).attempts),
  failures: ['not_found'],
});

export const WEBHOOK_ROUTES: readonly Route[] = [
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  replayWebhook,
  listAttempts,
];
