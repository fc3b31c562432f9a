/** Routes of members of the account. */
import { z } from 'zod';
import { INVITED_ROLES } from '../accounts/invitations.ts';
import { FAILED } from './failed-selection.ts';
import { INVITATION, MEMBER, pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const FIELDS = `
  fragment MemberFields on Member {
    id github_login: githubLogin name email role created_at: createdAt last_seen_at: lastSeenAt
  }`;

const ROLE = z.enum(INVITED_ROLES);

const inviteMember = defineRoute({
  method: 'POST',
  path: '/members',
  operationId: 'inviteMember',
  summary: 'Invite one person, who becomes a member by signing in with the link.',
  body: z.strictObject({
    github_login: z.string().nullish().meta({ description: 'The GitHub login of the person. Give this or email.' }),
    email: z.string().nullish().meta({ description: 'The primary, verified address of the person’s GitHub account.' }),
    role: ROLE,
  }),
  document: `
    mutation InviteMember($input: InviteMemberInput!) {
      result: inviteMember(input: $input) {
        ${FAILED}
        ... on InviteMemberSuccess {
          invitation {
            id role github_login: githubLogin email created_by: createdBy created_at: createdAt expires_at: expiresAt
          }
          url
        }
      }
    }`,
  variables: ({ body: { github_login: githubLogin, email, role } }) => ({ input: { githubLogin, email, role } }),
  data: z.object({ result: z.object({ invitation: INVITATION, url: z.string() }) }),
  status: 201,
  response: z.strictObject({
    invitation: INVITATION,
    url: z.url().meta({ description: 'The link to send to the invited person. It works once. Shown this once.' }),
  }),
  shape: ({ result: { invitation, url } }) => ({ invitation, url }),
  failures: ['already_member'],
});

const listMembers = defineRoute({
  method: 'GET',
  path: '/members',
  operationId: 'listMembers',
  summary: 'List the members of the account, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListMembers($first: Int!, $after: String) {
      members(first: $first, after: $after) {
        edges { node { ...MemberFields } }
        pageInfo { hasNextPage endCursor }
      }
    } ${FIELDS}`,
  variables: ({ query: { limit, cursor } }) => ({ first: limit, after: cursor }),
  data: z.object({ members: connectionOf(MEMBER) }),
  status: 200,
  response: pageOf(MEMBER),
  shape: ({ members }) => pageBody(members),
});

const changeMemberRole = defineRoute({
  method: 'PATCH',
  path: '/members/{id}',
  operationId: 'changeMemberRole',
  summary: 'Give a member another role, from the next request on.',
  body: z.strictObject({ role: ROLE }),
  document: `
    mutation ChangeMemberRole($id: ID!, $role: MemberRole!) {
      result: changeMemberRole(id: $id, role: $role) {
        ${FAILED}
        ... on ChangeMemberRoleSuccess { member { ...MemberFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body: { role } }) => ({ id: path['id'], role }),
  data: z.object({ result: z.object({ member: MEMBER }) }),
  status: 200,
  response: z.strictObject({ member: MEMBER }),
  shape: ({ result: { member } }) => ({ member }),
  failures: ['not_found', 'last_admin'],
});

const removeMember = defineRemoval({
  path: '/members/{id}',
  operationId: 'removeMember',
  summary: 'Remove a member, with their browser sessions and access tokens, at once.',
  mutation: 'removeMember',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'removedId',
  failures: ['not_found', 'last_admin'],
});

export const MEMBER_ROUTES: readonly Route[] = [inviteMember, listMembers, changeMemberRole, removeMember];
