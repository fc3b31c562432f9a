/** Access tokens of the viewer. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { MAX_ACCESS_TOKENS } from '../accounts/access-tokens.ts';
import type { NewAccessToken } from '../accounts/access-tokens.ts';
import { PERMISSIONS } from '../accounts/viewer.ts';
import { isId, parseId } from '../platform/ids.ts';
import type { AccessTokenId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';

const TOKEN_KEY = idKey('token', (text): text is AccessTokenId => isId('accessToken', text));

/** The viewer's own tokens. */
function own(context: GraphqlContext): { userId: string; user: { accountId: string } } {
  const { userId, accountId } = viewerOf(context);
  return { userId, user: { accountId } };
}

const AccessTokenType = builder.prismaNode('AccessToken', {
  description: 'A long-lived Bearer token of a user, without its text.',
  authScopes: { ownCredentials: true },
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => ({ id, ...own(context) }),
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    permissions: t.exposeStringList('permissions', {
      description: 'What it was made for. It permits those of them that the role of its user has at the time of use.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends; null for a token that is good until it is revoked.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null before its first use.',
    }),
  }),
});

const CreateAccessTokenInput = builder.inputType('CreateAccessTokenInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    permissions: t.stringList({
      required: true,
      description: `Some of ${PERMISSIONS.join(', ')}: only such as you have.`,
    }),
    expiresAt: t.string({
      description: 'A moment in ISO 8601 with its offset; by default the token is good until it is revoked.',
    }),
  }),
});

const CreateAccessTokenSuccess = builder.objectRef<NewAccessToken>('CreateAccessTokenSuccess').implement({
  fields: (t) => ({
    accessToken: t.prismaField({ type: 'AccessToken', resolve: (_query, { token }) => token }),
    secret: t.string({
      description: 'What programs send as Authorization: Bearer. Shown this once.',
      resolve: ({ secret }) => secret.reveal(),
    }),
  }),
});

builder.queryField('accessTokens', (t) =>
  t.connection(
    {
      type: AccessTokenType,
      description: `Your access tokens, the newest first; at most ${MAX_ACCESS_TOKENS}. Not for access tokens themselves.`,
      authScopes: { ownCredentials: true },
      resolve: async (_root, args, context, info) => {
        const page = readPage(TOKEN_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } });
        const rows = await context.prisma.accessToken.findMany({
          select,
          where: { ...own(context), id: range },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, TOKEN_KEY, rows, (node) => ({ key: idOfRow(node.id), node }));
      },
    },
    { name: 'AccessTokenConnection' },
    { name: 'AccessTokenEdge' },
  ),
);

function idOfRow(text: string): AccessTokenId {
  const id = parseId('accessToken', text);
  if (id === null) throw new TypeError('a row of access_tokens has an id of another form');
  return id;
}

builder.mutationFields((t) => ({
  createAccessToken: t.field({
    type: CreateAccessTokenSuccess,
    description: 'Makes an access token with some of your permissions. Not for access tokens themselves.',
    authScopes: { ownCredentials: true },
    errors: { ...failsWith('accessToken'), directResult: true },
    args: { input: t.arg({ type: CreateAccessTokenInput, required: true }) },
    resolve: (_root, { input }, context) => context.services.accessTokens.create(viewerOf(context), input),
  }),
  revokeAccessToken: t.field({
    type: 'ID',
    description:
      'Makes a token worthless at once: one of your own, or for admins one of any member of the account. Not for access tokens themselves.',
    authScopes: { ownCredentials: true },
    errors: failsWith('revokedId', 'NotFoundError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await context.services.accessTokens.revoke(viewerOf(context), id);
      return id;
    },
  }),
}));
