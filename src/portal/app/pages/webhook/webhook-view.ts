import type { TestWebhookMutation, WebhookDetailQuery } from './queries.generated.ts';

export type WebhookView = NonNullable<WebhookDetailQuery['webhook']>;
export type Attempt = WebhookView['attempts']['edges'][number]['node'];
/** The attempt to send a test event. */
export type TestedAttempt = Extract<
  TestWebhookMutation['testWebhook'],
  { readonly __typename: 'TestWebhookSuccess' }
>['attempt'];
