/** Sign-in with an OpenID provider as the configuration says it. */
import { createOidcProvider } from '../../accounts/oidc.ts';
import type { OidcIdentity, OidcProvider } from '../../accounts/oidc.ts';
import { enterOidcUser } from '../../accounts/oidc-users.ts';
import type { GroupRoles } from '../../accounts/oidc-users.ts';
import { createSignIn } from '../../accounts/sign-in.ts';
import type { IdentityProvider, SignIn } from '../../accounts/sign-in.ts';
import type { MemberRole } from '../../accounts/viewer.ts';
import type { Config } from '../../platform/config.ts';
import { Failure } from '../../platform/failure.ts';
import { createGitHubSignIn } from './github-sign-in.ts';
import type { GitHubSignInOptions } from './github-sign-in.ts';

export interface OidcSignInOptions extends Omit<GitHubSignInOptions, 'config'> {
  readonly config: Pick<Config, 'oidc'>;
}

/** Null where no OpenID provider is configured. */
function createOidcSignIn(options: OidcSignInOptions): SignIn | null {
  const { config, prisma, browserSessions, sessionSecret, secureCookies, publicOrigin, clock } = options;
  if (config.oidc === null) return null;
  const { issuer, clientId, clientSecret, requireMfa, groupRoles } = config.oidc;
  const client = createOidcProvider({
    issuer,
    clientId,
    clientSecret: clientSecret.reveal(),
    redirectUri: `${publicOrigin}/api/v1/auth/oidc/callback`,
    requireMfa,
    clock,
  });
  return createSignIn({
    prisma,
    provider: oidcProvider(client, rolesOf(groupRoles)),
    browserSessions,
    sessionSecret: Buffer.from(sessionSecret.reveal(), 'utf8'),
    secureCookies,
    clock,
  });
}

/** The ways to sign in that are configured; null for those that are not. */
export function createSignIns(options: GitHubSignInOptions & OidcSignInOptions): {
  readonly signIn: SignIn | null;
  readonly oidc: SignIn | null;
} {
  return { signIn: createGitHubSignIn(options), oidc: createOidcSignIn(options) };
}

function oidcProvider(client: OidcProvider, roles: GroupRoles): IdentityProvider<OidcIdentity> {
  return {
    name: 'oidc',
    title: 'the OpenID provider',
    stateCookie: 'masker_oidc_state',
    authorizationUrl: (state, codeVerifier) => client.authorizationUrl(state, codeVerifier),
    identify: (code, codeVerifier, iss) => client.identify(code, codeVerifier, iss),
    enter: (tx, identity, invitationHash, now) => enterOidcUser(tx, identity, { roles, invitationHash }, now),
    refused: () =>
      new Failure(
        'sign_in_refused',
        'You may not sign in here: none of your groups has a role. Ask the operator of this server to add your group to MASKER_OIDC_GROUP_ROLES, or an admin of an account for an invitation.',
      ),
  };
}

const ROLES: readonly MemberRole[] = ['admin', 'member', 'auditor'];

/** Reads `group=role`. What is of another form was refused with the configuration. */
function rolesOf(pairs: readonly string[]): GroupRoles {
  const entries = pairs.flatMap((pair): [string, MemberRole][] => {
    const at = pair.lastIndexOf('=');
    const role = ROLES.find((name) => name === pair.slice(at + 1));
    return role === undefined ? [] : [[pair.slice(0, at), role]];
  });
  return new Map(entries);
}
