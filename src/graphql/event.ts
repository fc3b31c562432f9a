/** The event feed of the account. */
import { z } from 'zod';
import { EVENT_TYPES } from '../events/event.ts';
import type { EventObject, EventType, FeedEvent } from '../events/event.ts';
import { parseId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { connectionOf, pageQuery, positionKey, readPage } from './keyset.ts';
import type { PageArguments } from './keyset.ts';

const PLACE = positionKey('event');

/** Types of events, as an argument. */
export const eventTypesArgument = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length);

const EventObjectType = builder.objectRef<EventObject>('EventObject').implement({
  description: 'What an event is about: an object by its type and ID.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'session, report or agent.' }),
    id: t.exposeID('id', { description: 'The ID of the object.' }),
  }),
});

const EventRef = builder.objectRef<FeedEvent>('Event');
export const EventNode = builder.node(EventRef, {
  description: 'What happened to which object of the account. It says no more: read the object for what it is now.',
  authScopes: { permission: 'sessions:read' },
  id: { resolve: ({ id }) => id },
  loadOne: (text, context) => {
    const id = parseId('feedEvent', text);
    return id === null ? null : context.services.events.find(viewerOf(context).accountId, id);
  },
  fields: (t) => ({
    type: t.exposeString('type', { description: 'What happened, such as session.sealed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
    object: t.field({
      type: EventObjectType,
      description: 'What it happened to.',
      resolve: ({ object }) => object,
    }),
  }),
});

/** The arguments of a page, where the ID of an event counts as its cursor. An unknown ID stays, and is no cursor. */
async function withPlaces(context: GraphqlContext, args: PageArguments): Promise<PageArguments> {
  const cursorOf = async (text: string | null | undefined): Promise<string | null | undefined> => {
    const id = parseId('feedEvent', text ?? '');
    const event = id === null ? null : await context.services.events.find(viewerOf(context).accountId, id);
    return event === null ? text : PLACE.encode(event.seq);
  };
  return { ...args, after: await cursorOf(args.after), before: await cursorOf(args.before) };
}

builder.queryField('events', (t) =>
  t.connection(
    {
      type: EventNode,
      description:
        'The events of the account, the oldest first. A reader who goes on behind the last one misses none: after takes the ID of an event, too.',
      authScopes: { permission: 'sessions:read' },
      args: {
        types: t.arg.stringList({
          validate: { schema: eventTypesArgument },
          description: `Only events of these types: ${EVENT_TYPES.join(', ')}.`,
        }),
      },
      resolve: async (_root, { types, ...args }, context) => {
        const page = readPage(PLACE, await withPlaces(context, args));
        const { range, order, take } = pageQuery(page, 'asc');
        const events = await context.services.events.read(viewerOf(context).accountId, {
          types: (types ?? null) as readonly EventType[] | null,
          after: range.gt ?? null,
          before: range.lt ?? null,
          order,
          limit: take,
        });
        return connectionOf(page, PLACE, events, (event) => ({ key: event.seq, node: event }));
      },
    },
    { name: 'EventConnection' },
    { name: 'EventEdge' },
  ),
);
