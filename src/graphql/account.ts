/** Who is signed in. */
import type { Me } from '../accounts/me.ts';
import { PERMISSIONS } from '../accounts/viewer.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';

const PlanType = builder.enumType('Plan', { values: ['beta', 'pilot', 'production', 'internal'] as const });

const UserType = builder.objectRef<Me['user']>('User').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    githubLogin: t.exposeString('githubLogin', { nullable: true }),
    githubId: t.exposeFloat('githubId', { nullable: true, description: 'A whole number; it may exceed 32 bits.' }),
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
  }),
});

const AccountType = builder.objectRef<Me['account']>('Account').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    plan: t.expose('plan', { type: PlanType }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

const MeType = builder.objectRef<Me>('Me').implement({
  description: 'The signed-in party.',
  fields: (t) => ({
    user: t.field({ type: UserType, resolve: ({ user }) => user }),
    account: t.field({ type: AccountType, resolve: ({ account }) => account }),
    permissions: t.field({
      type: ['String'],
      description: `Some of ${PERMISSIONS.join(', ')}.`,
      resolve: ({ permissions }) => [...permissions],
    }),
  }),
});

builder.queryField('me', (t) =>
  t.field({
    type: MeType,
    authScopes: { signedIn: true },
    resolve: (_root, _args, context) => context.services.loadMe(viewerOf(context)),
  }),
);
