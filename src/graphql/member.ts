/** Members of the viewer's account. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import type { NewInvitation } from '../accounts/invitations.ts';
import { isId, parseId } from '../platform/ids.ts';
import type { UserId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { failsWith } from './errors.ts';
import { MemberRoleType } from './invitation.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';

const MEMBER_KEY = idKey('member', (text): text is UserId => isId('user', text));

/** The member of the viewer's account under the id. */
function ownMember(id: string, context: GraphqlContext): { id: string; accountId: string } {
  return { id, accountId: viewerOf(context).accountId };
}

const MemberType = builder.prismaNode('User', {
  variant: 'Member',
  description: 'A user, as a member of the account.',
  authScopes: { permission: 'members:admin' },
  id: { field: 'id' },
  nullable: true,
  findUnique: ownMember,
  select: { id: true },
  fields: (t) => ({
    githubLogin: t.exposeString('githubLogin', { nullable: true }),
    name: t.exposeString('name', { nullable: true }),
    email: t.exposeString('email', { nullable: true }),
    role: t.expose('role', { type: MemberRoleType }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    accessTokens: t.relation('accessTokens', {
      description: 'The access tokens of the member, the newest first. Not for access tokens themselves.',
      query: { orderBy: { id: 'desc' } },
    }),
  }),
});

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  fields: (t) => ({
    githubLogin: t.string({ description: 'The GitHub login of the person. Give this or email.' }),
    email: t.string({ description: 'The primary, verified address of the person’s GitHub account.' }),
    role: t.field({ type: MemberRoleType, required: true }),
  }),
});

const InviteMemberSuccess = builder.objectRef<NewInvitation>('InviteMemberSuccess').implement({
  fields: (t) => ({
    invitation: t.prismaField({ type: 'Invitation', resolve: (_query, { invitation }) => invitation }),
    url: t.exposeString('url', {
      description: 'The link to send to the invited person. It works once. Shown this once.',
    }),
  }),
});

builder.queryField('members', (t) =>
  t.connection(
    {
      type: MemberType,
      description: 'The members of the account, the newest first.',
      authScopes: { permission: 'members:admin' },
      resolve: async (_root, args, context, info) => {
        const page = readPage(MEMBER_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const { select } = queryFromInfo({
          context,
          info,
          path: ['edges', 'node'],
          typeName: 'Member',
          select: { id: true },
        });
        const rows = await context.prisma.user.findMany({
          select,
          where: { accountId: viewerOf(context).accountId, id: range },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, MEMBER_KEY, rows, (node) => ({ key: idOfRow(node.id), node }));
      },
    },
    { name: 'MemberConnection' },
    { name: 'MemberEdge' },
  ),
);

function idOfRow(text: string): UserId {
  const id = parseId('user', text);
  if (id === null) throw new TypeError('a row of users has an id of another form');
  return id;
}

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: InviteMemberSuccess,
    description: 'Invites one person, who becomes a member by signing in with the link.',
    authScopes: { permission: 'members:admin' },
    errors: { ...failsWith('invitation', 'AlreadyMemberError'), directResult: true },
    args: { input: t.arg({ type: InviteMemberInput, required: true }) },
    resolve: (_root, { input }, context) => context.services.members.invite(viewerOf(context), input),
  }),
  changeMemberRole: t.prismaField({
    type: MemberType,
    description: 'Gives a member another role, from the next request on. An account keeps at least one admin.',
    authScopes: { permission: 'members:admin' },
    errors: failsWith('member', 'NotFoundError', 'LastAdminError'),
    args: { id: t.arg.id({ required: true }), role: t.arg({ type: MemberRoleType, required: true }) },
    resolve: async (query, _root, { id, role }, context) => {
      await context.services.members.changeRole(viewerOf(context), id, role);
      return context.prisma.user.findUniqueOrThrow({
        select: { id: true, ...query.select },
        where: ownMember(id, context),
      });
    },
  }),
  removeMember: t.field({
    type: 'ID',
    description: 'Removes a member, with their browser sessions and access tokens, at once.',
    authScopes: { permission: 'members:admin' },
    errors: failsWith('removedId', 'NotFoundError', 'LastAdminError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await context.services.members.remove(viewerOf(context), id);
      return id;
    },
  }),
}));
