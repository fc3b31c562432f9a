/** Invitations into the viewer's account. */
import type { NewInvitation } from '../accounts/invitations.ts';
import { MAX_INVITATION_DAYS, MAX_INVITATIONS } from '../accounts/invitations.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';

export const MemberRoleType = builder.enumType('MemberRole', { values: ['admin', 'member', 'auditor'] as const });

builder.prismaObject('Invitation', {
  description: 'An invitation that nobody has accepted yet, without its link.',
  fields: (t) => ({
    id: t.exposeID('id'),
    role: t.expose('role', { type: MemberRoleType, description: 'What whoever accepts it becomes.' }),
    githubLogin: t.exposeString('githubLogin', {
      nullable: true,
      description: 'The only GitHub login that may accept it; null: anybody who has the link.',
    }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The only primary, verified address of a GitHub account that may accept it; null: any.',
    }),
    createdBy: t.exposeID('createdBy', { description: 'The user who made it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
});

const InvitationInput = builder.inputType('InvitationInput', {
  fields: (t) => ({
    role: t.string({ description: 'admin, member (default) or auditor.' }),
    githubLogin: t.string({
      description: 'The only GitHub login that may accept it; by default anybody who has the link.',
    }),
    expiresInDays: t.int({ description: `1 to ${MAX_INVITATION_DAYS}, 7 by default.` }),
  }),
});

const CreateInvitationSuccess = builder.objectRef<NewInvitation>('CreateInvitationSuccess').implement({
  fields: (t) => ({
    invitation: t.prismaField({ type: 'Invitation', resolve: (_query, { invitation }) => invitation }),
    url: t.exposeString('url', {
      description: 'The link to send to the invited person. It works once. Shown this once.',
    }),
  }),
});

builder.queryField('invitations', (t) =>
  t.prismaField({
    type: ['Invitation'],
    description: `Invitations that nobody has accepted, the newest first; at most ${MAX_INVITATIONS}.`,
    authScopes: { permission: 'members:admin' },
    resolve: (_query, _root, _args, context) => context.services.invitations.list(viewerOf(context)),
  }),
);

builder.mutationFields((t) => ({
  createInvitation: t.field({
    type: CreateInvitationSuccess,
    description:
      'Invites a person into the account. Whoever signs in by the link joins it instead of getting an account.',
    authScopes: { permission: 'members:admin' },
    errors: { ...failsWith('invitation'), directResult: true },
    args: { input: t.arg({ type: InvitationInput, required: true }) },
    resolve: (_root, { input }, context) => context.services.invitations.create(viewerOf(context), input),
  }),
  revokeInvitation: t.field({
    type: 'ID',
    description: 'Makes the link of an invitation worthless at once.',
    authScopes: { permission: 'members:admin' },
    errors: failsWith('revokedId', 'NotFoundError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await context.services.invitations.revoke(viewerOf(context), id);
      return id;
    },
  }),
}));
