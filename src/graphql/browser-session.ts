/** Browser sessions of the viewer. Neither the cookie nor its hash is part of the schema. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { isId, parseId } from '../platform/ids.ts';
import type { BrowserSessionId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';

const SESSION_KEY = idKey('browser', (text): text is BrowserSessionId => isId('browserSession', text));

/** The viewer's own sessions that have not ended. */
function own(context: GraphqlContext): { userId: string; user: { accountId: string }; expiresAt: { gt: Date } } {
  const { userId, accountId } = viewerOf(context);
  return { userId, user: { accountId }, expiresAt: { gt: new Date() } };
}

const BrowserSessionType = builder.prismaNode('BrowserSession', {
  description: 'A browser in which a user is signed in.',
  authScopes: { ownCredentials: true },
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => ({ id, ...own(context) }),
  select: { id: true },
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When a request last came from it, to the minute.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'How the browser named itself at the sign-in; null where it did not.',
    }),
    current: t.boolean({
      description: 'Whether this request came from it.',
      resolve: ({ id }, _args, context) => viewerOf(context).browserSessionId === id,
    }),
  }),
});

builder.queryField('browserSessions', (t) =>
  t.connection(
    {
      type: BrowserSessionType,
      description: 'The browsers in which you are signed in, the newest first. Not for access tokens.',
      authScopes: { ownCredentials: true },
      resolve: async (_root, args, context, info) => {
        const page = readPage(SESSION_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } });
        const rows = await context.prisma.browserSession.findMany({
          select,
          where: { ...own(context), id: range },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, SESSION_KEY, rows, (node) => ({ key: idOfRow(node.id), node }));
      },
    },
    { name: 'BrowserSessionConnection' },
    { name: 'BrowserSessionEdge' },
  ),
);

function idOfRow(text: string): BrowserSessionId {
  const id = parseId('browserSession', text);
  if (id === null) throw new TypeError('a row of browser_sessions has an id of another form');
  return id;
}

builder.mutationField('logout', (t) =>
  t.boolean({
    description: 'Ends the browser session that the request came with, and clears its cookie. Not for access tokens.',
    authScopes: { ownCredentials: true },
    errors: failsWith('signedOut'),
    resolve: async (_root, _args, context) => {
      const cookie = await context.services.browserSessions.signOut(viewerOf(context));
      if (cookie !== null) context.setCookie?.(cookie);
      return cookie !== null;
    },
  }),
);

builder.mutationField('revokeBrowserSession', (t) =>
  t.field({
    type: 'ID',
    description: 'Signs you out in one browser, which may be this one. Not for access tokens.',
    authScopes: { ownCredentials: true },
    errors: failsWith('revokedId', 'NotFoundError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await context.services.browserSessions.revoke(viewerOf(context), id);
      return id;
    },
  }),
);
