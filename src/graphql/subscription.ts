/** Subscriptions: what happens in the account, while it happens. See docs/events.md, Subscriptions. */
import { EVENT_TYPES } from '../events/event.ts';
import type { EventType, FeedEvent } from '../events/event.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import { placeText } from '../reports/exports.ts';
import type { PlacedEntry } from '../subscriptions/redaction-tail.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { EventNode, eventTypesArgument } from './event.ts';
import type { EventStream } from './event-stream.ts';
import { parseRedaction, RedactionEventType } from './redaction-event.ts';
import { ownSession } from './session.ts';

const AFTER =
  'The ID of the last event that you have: the next one is the one behind it. The header Last-Event-ID says the same, and counts first.';

const SessionEventType = builder.objectRef<PlacedEntry>('SessionEvent').implement({
  description: 'A redaction at its place in the journal of its session.',
  authScopes: { permission: 'sessions:read' },
  fields: (t) => ({
    id: t.id({ description: 'Its place, sess_....12: where a subscription goes on.', resolve: placeText }),
    sessionId: t.exposeID('sessionId', { description: 'The ID of the session, sess_...' }),
    agentId: t.exposeID('agentId', { description: 'The ID of the agent, agt_...' }),
    redaction: t.field({
      type: RedactionEventType,
      description: 'What was found and replaced.',
      resolve: ({ body }) => parseRedaction(body),
    }),
  }),
});

const SessionCompletionType = builder.objectRef<FeedEvent>('SessionCompletion').implement({
  description: 'A session that was sealed.',
  authScopes: { permission: 'sessions:read' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the event in the feed, evn_...' }),
    at: t.expose('createdAt', { type: 'DateTime', description: 'When it was sealed.' }),
    sessionId: t.id({ description: 'The ID of the session, sess_...', resolve: ({ object }) => object.id }),
    session: t.prismaField({
      type: 'Session',
      nullable: true,
      description: 'The session as it is now; null where it is kept no longer.',
      resolve: (query, { object }, _args, context) =>
        context.prisma.session.findUnique({ ...query, where: ownSession(object.id, context) }),
    }),
  }),
});

/** The connection that carries the subscription. Throws Failure `bad_request` where answers are given at once. */
function streamOf({ stream }: GraphqlContext): EventStream {
  if (stream === null) throw new Failure('bad_request', 'Subscriptions need server-sent events.');
  return stream;
}

builder.subscriptionType({
  description: 'What happens, while it happens, as server-sent events.',
  authScopes: { signedIn: true },
});

builder.subscriptionFields((t) => ({
  sessionEvents: t.field({
    type: SessionEventType,
    description:
      'Redactions: of one session from its beginning until it is sealed, or of an agent from now on. Give one of the two.',
    authScopes: { permission: 'sessions:read' },
    args: {
      sessionId: t.arg.id({ description: 'The ID of the session, sess_...' }),
      agentId: t.arg.id({ description: 'The ID of the agent, agt_...' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { sessionId, agentId, after }, context) => {
      const stream = streamOf(context);
      if ((typeof sessionId === 'string') === (typeof agentId === 'string')) {
        const message = 'Give either sessionId or agentId.';
        throw new Failure('validation_failed', 'Some arguments are not valid.', [
          { path: 'sessionId', code: 'exclusive', message },
        ]);
      }
      const scope = {
        sessionId: parseId('session', sessionId ?? ''),
        agentId: parseId('agent', agentId ?? ''),
        after: stream.resumeAfter ?? after ?? null,
      };
      if (typeof agentId === 'string' && scope.agentId === null)
        throw new Failure('agent_not_found', 'There is no such agent.');
      return context.services.subscriptions.redactions(viewerOf(context), scope, stream);
    },
    resolve: (entry) => entry,
  }),
}));

builder.subscriptionFields((t) => ({
  sessionCompleted: t.field({
    type: SessionCompletionType,
    description: 'Sessions of the account as they are sealed, from now on.',
    authScopes: { permission: 'sessions:read' },
    args: { after: t.arg.string({ description: AFTER }) },
    subscribe: (_root, { after }, context) => {
      const stream = streamOf(context);
      const filter = { types: ['session.sealed'] as const, after: stream.resumeAfter ?? after ?? null };
      return context.services.subscriptions.events(viewerOf(context), filter, stream);
    },
    resolve: (event) => event,
  }),
  events: t.field({
    type: EventNode,
    description: 'The events of the account as they happen, from now on: the feed that `events` lists.',
    authScopes: { permission: 'sessions:read' },
    args: {
      types: t.arg.stringList({
        validate: { schema: eventTypesArgument },
        description: `Only events of these types: ${EVENT_TYPES.join(', ')}.`,
      }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { types, after }, context) => {
      const stream = streamOf(context);
      const filter = {
        types: (types ?? null) as readonly EventType[] | null,
        after: stream.resumeAfter ?? after ?? null,
      };
      return context.services.subscriptions.events(viewerOf(context), filter, stream);
    },
    resolve: (event) => event,
  }),
}));
