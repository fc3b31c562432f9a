// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The settings of a new access token. */
export type CreateAccessTokenInput = {
  /** A moment in ISO 8601 with its offset; by default the token is good until it is revoked. */
  readonly expiresAt?: string | null | undefined;
  /** What the token is for: 1 to 64 characters. */
  readonly name: string;
  /** Some of agents:read, agents:write, sessions:read, payloads:read, reports:read, policies:write, audit:read, vault:admin, members:admin: only such as you have. */
  readonly permissions: ReadonlyArray<string>;
};

/** Who is invited, and to what role. */
export type InvitationInput = {
  /** 1 to 30, 7 by default. */
  readonly expiresInDays?: number | null | undefined;
  /** The only GitHub login that may accept it; by default anybody who has the link. */
  readonly githubLogin?: string | null | undefined;
  /** admin, member (default) or auditor. */
  readonly role?: string | null | undefined;
};

/** Who is invited, and to what role. */
export type InviteMemberInput = {
  /** The primary, verified address of the person’s GitHub account. */
  readonly email?: string | null | undefined;
  /** The GitHub login of the person. Give this or email. */
  readonly githubLogin?: string | null | undefined;
  /** What the person becomes. */
  readonly role: MemberRole;
};

/** What a member of an account may do. */
export type MemberRole =
  /** Everything in the account. */
  | 'admin'
  /** Reads sessions, reports and audit, and nothing else. */
  | 'auditor'
  /** Reads and changes agents and policies, and reads sessions, reports and audit. */
  | 'member';

export type SettingsMembersQueryVariables = Exact<{
  after?: string | null | undefined;
  isFirst: boolean;
}>;


export type SettingsMembersQuery = { readonly members: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string | null, readonly githubLogin: string | null, readonly email: string | null, readonly role: MemberRole, readonly createdAt: string, readonly lastSeenAt: string, readonly accessTokens: ReadonlyArray<{ readonly id: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly me?: { readonly user: { readonly id: string } }, readonly invitations?: ReadonlyArray<{ readonly id: string, readonly role: MemberRole, readonly githubLogin: string | null, readonly email: string | null, readonly createdAt: string, readonly expiresAt: string }> };

export type SettingsTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsTokensQuery = { readonly accessTokens: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly permissions: ReadonlyArray<string>, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null } }> } };

export type SettingsBrowsersQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsBrowsersQuery = { readonly browserSessions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly userAgent: string | null, readonly createdAt: string, readonly lastSeenAt: string, readonly expiresAt: string, readonly current: boolean } }> } };

export type SettingsKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsKeysQuery = { readonly logKeys: { readonly origin: string, readonly keys: ReadonlyArray<{ readonly keyId: string, readonly publicKey: string, readonly verifierKey: string, readonly fromSize: number, readonly untilSize: number | null }> } };

export type InviteMemberMutationVariables = Exact<{
  input: InviteMemberInput;
}>;


export type InviteMemberMutation = { readonly inviteMember:
    | { readonly __typename: 'AlreadyMemberError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'InviteMemberSuccess', readonly url: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type CreateInvitationMutationVariables = Exact<{
  input: InvitationInput;
}>;


export type CreateInvitationMutation = { readonly createInvitation:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'CreateInvitationSuccess', readonly url: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type ChangeMemberRoleMutationVariables = Exact<{
  id: string;
  role: MemberRole;
}>;


export type ChangeMemberRoleMutation = { readonly changeMemberRole:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ChangeMemberRoleSuccess', readonly member: { readonly id: string, readonly role: MemberRole } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'LastAdminError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RemoveMemberMutationVariables = Exact<{
  id: string;
}>;


export type RemoveMemberMutation = { readonly removeMember:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'LastAdminError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RemoveMemberSuccess', readonly removedId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RevokeInvitationMutationVariables = Exact<{
  id: string;
}>;


export type RevokeInvitationMutation = { readonly revokeInvitation:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeInvitationSuccess', readonly revokedId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type CreateAccessTokenMutationVariables = Exact<{
  input: CreateAccessTokenInput;
}>;


export type CreateAccessTokenMutation = { readonly createAccessToken:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'CreateAccessTokenSuccess', readonly secret: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type RevokeAccessTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeAccessTokenMutation = { readonly revokeAccessToken:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeAccessTokenSuccess', readonly revokedId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RevokeBrowserSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeBrowserSessionMutation = { readonly revokeBrowserSession:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeBrowserSessionSuccess', readonly revokedId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export const settingsMembersOperation = operation<SettingsMembersQuery, SettingsMembersQueryVariables>('SettingsMembers', "query SettingsMembers($after:String$isFirst:Boolean!){members(first:50 after:$after){edges{node{id name githubLogin email role createdAt lastSeenAt accessTokens{id}}}pageInfo{hasNextPage endCursor}}me@include(if:$isFirst){user{id}}invitations@include(if:$isFirst){id role githubLogin email createdAt expiresAt}}");

export const settingsTokensOperation = operation<SettingsTokensQuery, SettingsTokensQueryVariables>('SettingsTokens', "query SettingsTokens{accessTokens(first:100){edges{node{id name permissions createdAt expiresAt lastUsedAt}}}}");

export const settingsBrowsersOperation = operation<SettingsBrowsersQuery, SettingsBrowsersQueryVariables>('SettingsBrowsers', "query SettingsBrowsers{browserSessions(first:100){edges{node{id userAgent createdAt lastSeenAt expiresAt current}}}}");

export const settingsKeysOperation = operation<SettingsKeysQuery, SettingsKeysQueryVariables>('SettingsKeys', "query SettingsKeys{logKeys{origin keys{keyId publicKey verifierKey fromSize untilSize}}}");

export const inviteMemberOperation = operation<InviteMemberMutation, InviteMemberMutationVariables>('InviteMember', "mutation InviteMember($input:InviteMemberInput!){inviteMember(input:$input){__typename ...on InviteMemberSuccess{url}...on Error{code message details{path code message}}}}");

export const createInvitationOperation = operation<CreateInvitationMutation, CreateInvitationMutationVariables>('CreateInvitation', "mutation CreateInvitation($input:InvitationInput!){createInvitation(input:$input){__typename ...on CreateInvitationSuccess{url}...on Error{code message details{path code message}}}}");

export const changeMemberRoleOperation = operation<ChangeMemberRoleMutation, ChangeMemberRoleMutationVariables>('ChangeMemberRole', "mutation ChangeMemberRole($id:ID!$role:MemberRole!){changeMemberRole(id:$id role:$role){__typename ...on ChangeMemberRoleSuccess{member{id role}}...on Error{code message}}}");

export const removeMemberOperation = operation<RemoveMemberMutation, RemoveMemberMutationVariables>('RemoveMember', "mutation RemoveMember($id:ID!){removeMember(id:$id){__typename ...on RemoveMemberSuccess{removedId}...on Error{code message}}}");

export const revokeInvitationOperation = operation<RevokeInvitationMutation, RevokeInvitationMutationVariables>('RevokeInvitation', "mutation RevokeInvitation($id:ID!){revokeInvitation(id:$id){__typename ...on RevokeInvitationSuccess{revokedId}...on Error{code message}}}");

export const createAccessTokenOperation = operation<CreateAccessTokenMutation, CreateAccessTokenMutationVariables>('CreateAccessToken', "mutation CreateAccessToken($input:CreateAccessTokenInput!){createAccessToken(input:$input){__typename ...on CreateAccessTokenSuccess{secret}...on Error{code message details{path code message}}}}");

export const revokeAccessTokenOperation = operation<RevokeAccessTokenMutation, RevokeAccessTokenMutationVariables>('RevokeAccessToken', "mutation RevokeAccessToken($id:ID!){revokeAccessToken(id:$id){__typename ...on RevokeAccessTokenSuccess{revokedId}...on Error{code message}}}");

export const revokeBrowserSessionOperation = operation<RevokeBrowserSessionMutation, RevokeBrowserSessionMutationVariables>('RevokeBrowserSession', "mutation RevokeBrowserSession($id:ID!){revokeBrowserSession(id:$id){__typename ...on RevokeBrowserSessionSuccess{revokedId}...on Error{code message}}}");

