/** Lists of sessions, one session, and the mutation that ends one. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { isId, parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { redactedSessions } from '../sessions/redacted-sessions.ts';
import { viewerOf } from './access.ts';
import { AgentType } from './agent.ts';
import { builder } from './builder.ts';
import { refuseExpired } from './expired-session.ts';
import { failsWith } from './errors.ts';
import type { GraphqlContext } from './context.ts';
import { connectionOf, pageQuery, readPage } from './keyset.ts';
import type { Page } from './keyset.ts';
import { earliestOf, minRedactionsArgument, sessionConditions, sinceArgument } from './session-filter.ts';
import type { SessionFilter } from './session-filter.ts';
import { SESSION_KEY, sessionIdOfRow } from './session-key.ts';
import { ownSession, SessionStatusType, SessionType } from './session.ts';

const SessionConnection = builder.connectionObject(
  { type: SessionType, name: 'SessionConnection' },
  { name: 'SessionEdge' },
);

builder.prismaObjectField(AgentType, 'sessions', (t) =>
  t.connection(
    {
      type: SessionType,
      description: 'Newest first.',
      authScopes: { permission: 'sessions:read' },
      args: {
        since: t.arg.string({ validate: { schema: sinceArgument }, description: '1h, 24h, 7d, 30d or ISO 8601.' }),
        status: t.arg({ type: SessionStatusType }),
        minRedactions: t.arg.int({ validate: { schema: minRedactionsArgument } }),
      },
      select: (args, _context, nestedSelection) => {
        const { range, order, take } = pageQuery(readPage(SESSION_KEY, args), 'desc');
        const where = {
          id: range,
          expiredAt: null,
          AND: sessionConditions(args, Date.now()),
        };
        // With a selection of its own: a query of cursors alone selects nothing of the nodes.
        const page = { select: { id: true }, where, orderBy: { id: order }, take };
        return { sessions: nestedSelection(page, ['edges', 'node']) };
      },
      resolve: ({ sessions }, args) =>
        connectionOf(readPage(SESSION_KEY, args), SESSION_KEY, sessions, (node) => ({
          key: sessionIdOfRow(node.id),
          node,
        })),
    },
    SessionConnection,
  ),
);

interface ListedSessions extends SessionFilter {
  readonly agentId?: string | null | undefined;
}

/** The condition of a page of the account's sessions. */
async function listedWhere(
  context: GraphqlContext,
  page: Page<SessionId>,
  { agentId = null, ...filter }: ListedSessions,
): Promise<Prisma.SessionWhereInput> {
  const { accountId } = viewerOf(context);
  const { range, order, take } = pageQuery(page, 'desc');
  const { status = null, minRedactions = null } = filter;
  const now = Date.now();
  if (minRedactions !== null && minRedactions > 0) {
    const since = earliestOf(filter, now);
    const query = { accountId, agentId, least: minRedactions, status, since, range, order, limit: take };
    return { accountId, id: { in: await redactedSessions(context.prisma, query) } };
  }
  return {
    // Of an agent by its own index: the account as a second condition would make the planner take that of the account.
    ...(agentId === null ? { accountId } : { agentId, agent: { accountId } }),
    expiredAt: null,
    id: range,
    AND: sessionConditions(filter, now),
  };
}

builder.queryFields((t) => ({
  session: t.prismaField({
    type: 'Session',
    nullable: true,
    description: 'A session of the account; null for any other id. One that has expired is an error, session_expired.',
    authScopes: { permission: 'sessions:read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, { id }, context) => {
      if (!isId('session', id)) return null;
      await context.services.sessions.settled();
      const session = await context.prisma.session.findUnique({ ...query, where: ownSession(id, context) });
      if (session === null) await refuseExpired(context.prisma, viewerOf(context).accountId, id);
      return session;
    },
  }),
  sessions: t.connection(
    {
      type: SessionType,
      description: 'The sessions of the account, newest first.',
      authScopes: { permission: 'sessions:read' },
      args: {
        agentId: t.arg.id({
          validate: { schema: z.string().refine((text) => isId('agent', text), 'This is not the id of an agent.') },
        }),
        since: t.arg.string({ validate: { schema: sinceArgument }, description: '1h, 24h, 7d, 30d or ISO 8601.' }),
        status: t.arg({ type: SessionStatusType }),
        minRedactions: t.arg.int({ validate: { schema: minRedactionsArgument } }),
      },
      resolve: async (_root, args, context, info) => {
        await context.services.sessions.settled();
        const page = readPage(SESSION_KEY, args);
        const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } });
        const { order, take } = pageQuery(page, 'desc');
        const where = await listedWhere(context, page, args);
        const rows = await context.prisma.session.findMany({ select, where, orderBy: { id: order }, take });
        return connectionOf(page, SESSION_KEY, rows, (node) => ({ key: sessionIdOfRow(node.id), node }));
      },
    },
    SessionConnection,
  ),
}));

builder.mutationField('endSession', (t) =>
  t.prismaField({
    type: 'Session',
    description: 'Ends and seals a session now. One that is sealed already stays as it is.',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('session', 'NotFoundError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, { id }, context) => {
      const sessionId = parseId('session', id);
      if (sessionId === null) throw new Failure('session_not_found', 'There is no such session.');
      await context.services.sessions.end(viewerOf(context), sessionId);
      return context.prisma.session.findUniqueOrThrow({
        select: { id: true, ...query.select },
        where: ownSession(id, context),
      });
    },
  }),
);
