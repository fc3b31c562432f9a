import type { WebhookDetailQuery } from './queries.generated.ts';

export type WebhookView = NonNullable<WebhookDetailQuery['webhook']>;
export type Attempt = WebhookView['attempts']['edges'][number]['node'];
