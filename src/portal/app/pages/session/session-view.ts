import type { SessionDetailQuery } from './queries.generated.ts';

export type SessionPage = NonNullable<SessionDetailQuery['session']>;
export type Turn = SessionPage['turns']['edges'][number]['node'];
export type Redaction = SessionPage['events']['edges'][number]['node'];
