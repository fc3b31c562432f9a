/** Routes of invitations into the account. */
import { z } from 'zod';
import { INVITED_ROLES, MAX_INVITATION_DAYS } from '../accounts/invitations.ts';
import { FAILED } from './failed-selection.ts';
import { INVITATION } from './objects.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const FIELDS = `
  fragment InvitationFields on Invitation {
    id role github_login: githubLogin email created_by: createdBy created_at: createdAt expires_at: expiresAt
  }`;

const createInvitation = defineRoute({
  method: 'POST',
  path: '/invitations',
  operationId: 'createInvitation',
  summary: 'Invite a person into the account. Whoever signs in by the link joins it instead of getting an account.',
  body: z
    .strictObject({
      role: z.string().meta({ enum: [...INVITED_ROLES], default: 'member' }),
      github_login: z
        .string()
        .nullable()
        .meta({ description: 'The only GitHub login that may accept it; by default anybody who has the link.' }),
      expires_in_days: z.int().meta({ minimum: 1, maximum: MAX_INVITATION_DAYS, default: 7 }),
    })
    .partial(),
  document: `
    mutation CreateInvitation($input: InvitationInput!) {
      result: createInvitation(input: $input) {
        ${FAILED}
        ... on CreateInvitationSuccess { invitation { ...InvitationFields } url }
      }
    } ${FIELDS}`,
  variables: ({ body: { role, github_login: githubLogin, expires_in_days: expiresInDays } }) => ({
    input: { role, githubLogin, expiresInDays },
  }),
  data: z.object({ result: z.object({ invitation: INVITATION, url: z.string() }) }),
  status: 201,
  response: z.strictObject({
    invitation: INVITATION,
    url: z.url().meta({ description: 'The link to send to the invited person. It works once. Shown this once.' }),
  }),
  shape: ({ result: { invitation, url } }) => ({ invitation, url }),
});

const listInvitations = defineRoute({
  method: 'GET',
  path: '/invitations',
  operationId: 'listInvitations',
  summary: 'List the invitations that nobody has accepted, newest first.',
  document: `query ListInvitations { invitations { ...InvitationFields } } ${FIELDS}`,
  variables: () => ({}),
  data: z.object({ invitations: z.array(INVITATION) }),
  status: 200,
  response: z.strictObject({ data: z.array(INVITATION), next_cursor: z.null() }),
  shape: ({ invitations }) => ({ data: invitations, next_cursor: null }),
});

const revokeInvitation = defineRemoval({
  path: '/invitations/{id}',
  operationId: 'revokeInvitation',
  summary: 'Make the link of an invitation worthless at once.',
  mutation: 'revokeInvitation',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'revokedId',
  failures: ['not_found'],
});

export const INVITATION_ROUTES: readonly Route[] = [createInvitation, listInvitations, revokeInvitation];
