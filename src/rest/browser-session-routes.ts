/** Routes of one's own browser sessions. */
import { z } from 'zod';
import { BROWSER_SESSION, pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const listBrowserSessions = defineRoute({
  method: 'GET',
  path: '/me/sessions',
  operationId: 'listBrowserSessions',
  summary: 'List the browsers in which you are signed in, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListBrowserSessions($first: Int!, $after: String) {
      browserSessions(first: $first, after: $after) {
        edges { node { id created_at: createdAt last_seen_at: lastSeenAt user_agent: userAgent current } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  variables: ({ query: { limit, cursor } }) => ({ first: limit, after: cursor }),
  data: z.object({ browserSessions: connectionOf(BROWSER_SESSION) }),
  status: 200,
  response: pageOf(BROWSER_SESSION),
  shape: ({ browserSessions }) => pageBody(browserSessions),
});

const revokeBrowserSession = defineRemoval({
  path: '/me/sessions/{id}',
  operationId: 'revokeBrowserSession',
  summary: 'Sign out in one browser.',
  mutation: 'revokeBrowserSession',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'revokedId',
  failures: ['not_found'],
});

export const BROWSER_SESSION_ROUTES: readonly Route[] = [listBrowserSessions, revokeBrowserSession];
