/** Routes of access tokens. */
import { z } from 'zod';
import { MAX_TOKEN_NAME } from '../accounts/access-token-input.ts';
import { PERMISSIONS } from '../accounts/viewer.ts';
import { FAILED } from './failed-selection.ts';
import { ACCESS_TOKEN, pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const FIELDS = `
  fragment TokenFields on AccessToken {
    id name permissions created_at: createdAt expires_at: expiresAt last_used_at: lastUsedAt
  }`;

const createToken = defineRoute({
  method: 'POST',
  path: '/tokens',
  operationId: 'createToken',
  summary: 'Make an access token with some of your permissions.',
  body: z.strictObject({
    name: z.string().meta({ minLength: 1, maxLength: MAX_TOKEN_NAME, description: 'What the token is for.' }),
    permissions: z
      .array(z.string().meta({ enum: [...PERMISSIONS] }))
      .meta({ minItems: 1, description: 'Only such as you have.' }),
    expires_at: z
      .string()
      .nullish()
      .meta({ format: 'date-time', description: 'By default the token is good until it is revoked.' }),
  }),
  document: `
    mutation CreateToken($input: CreateAccessTokenInput!) {
      result: createAccessToken(input: $input) {
        ${FAILED}
        ... on CreateAccessTokenSuccess { accessToken { ...TokenFields } secret }
      }
    } ${FIELDS}`,
  variables: ({ body: { name, permissions, expires_at: expiresAt } }) => ({ input: { name, permissions, expiresAt } }),
  data: z.object({ result: z.object({ accessToken: ACCESS_TOKEN, secret: z.string() }) }),
  status: 201,
  response: z.strictObject({
    token: ACCESS_TOKEN,
    secret: z.string().meta({ description: 'Send it as Authorization: Bearer. Shown this once.' }),
  }),
  shape: ({ result: { accessToken, secret } }) => ({ token: accessToken, secret }),
});

const listTokens = defineRoute({
  method: 'GET',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'List your access tokens, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListTokens($first: Int!, $after: String) {
      accessTokens(first: $first, after: $after) {
        edges { node { ...TokenFields } }
        pageInfo { hasNextPage endCursor }
      }
    } ${FIELDS}`,
  variables: ({ query: { limit, cursor } }) => ({ first: limit, after: cursor }),
  data: z.object({ accessTokens: connectionOf(ACCESS_TOKEN) }),
  status: 200,
  response: pageOf(ACCESS_TOKEN),
  shape: ({ accessTokens }) => pageBody(accessTokens),
});

const revokeToken = defineRemoval({
  path: '/tokens/{id}',
  operationId: 'revokeToken',
  summary: 'Make an access token worthless at once.',
  mutation: 'revokeAccessToken',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'revokedId',
  failures: ['not_found'],
});

export const ACCESS_TOKEN_ROUTES: readonly Route[] = [createToken, listTokens, revokeToken];
