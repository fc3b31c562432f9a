/** The event feed. See docs/events.md. */
import { z } from 'zod';
import { EVENT_TYPES } from '../events/event.ts';
import { eventTypesArgument } from '../graphql/event.ts';
import { cursorArgument } from '../graphql/keyset.ts';
import { FEED_EVENT, pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

/** Types of events in a query string, separated by commas. */
const typesParameter = z
  .string()
  .transform((text) => text.split(','))
  .pipe(eventTypesArgument)
  .optional()
  .meta({ description: `Only events of these types, separated by commas: ${EVENT_TYPES.join(',')}.` });

const listEvents = defineRoute({
  method: 'GET',
  path: '/events',
  operationId: 'listEvents',
  summary: 'List the events of the account, the oldest first.',
  query: PAGE_PARAMETERS.extend({
    cursor: cursorArgument
      .optional()
      .meta({ description: '`next_cursor` of the page before, or the ID of the last event that you have.' }),
    types: typesParameter,
  }),
  document: `
    query ListEvents($first: Int!, $after: String, $types: [String!]) {
      events(first: $first, after: $after, types: $types) {
        edges { node { id type created_at: createdAt object { type id } } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  variables: ({ query: { limit, cursor, types } }) => ({ first: limit, after: cursor, types }),
  data: z.object({ events: connectionOf(FEED_EVENT) }),
  status: 200,
  response: pageOf(FEED_EVENT),
  shape: ({ events }) => pageBody(events),
});

export const EVENT_ROUTES: readonly Route[] = [listEvents];
