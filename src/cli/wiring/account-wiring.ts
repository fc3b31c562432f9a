/** Who may come in: users and their browser sessions, access tokens, members, invitations, and the ways to sign in. */
import { accessTokenHash, createAccessTokens } from '../../accounts/access-tokens.ts';
import type { AccessTokens } from '../../accounts/access-tokens.ts';
import { createBootstrap } from '../../accounts/bootstrap.ts';
import type { Bootstrap } from '../../accounts/bootstrap.ts';
import { createBrowserSessions } from '../../accounts/browser-sessions.ts';
import type { BrowserSessions } from '../../accounts/browser-sessions.ts';
import { needsSecureCookies } from '../../accounts/cookie.ts';
import { createCredentials } from '../../accounts/credentials.ts';
import type { Credentials } from '../../accounts/credentials.ts';
import { createInvitations } from '../../accounts/invitations.ts';
import type { Invitations } from '../../accounts/invitations.ts';
import { createMembers } from '../../accounts/members.ts';
import type { Members } from '../../accounts/members.ts';
import { createRetention } from '../../accounts/retention-settings.ts';
import type { Retention } from '../../accounts/retention-settings.ts';
import type { SignIn } from '../../accounts/sign-in.ts';
import type { Secret } from '../../platform/secret.ts';
import { createSignIns } from './oidc-sign-in.ts';
import type { Ground } from './ground.ts';

export interface AccountWiring {
  readonly bootstrap: Bootstrap;
  readonly browserSessions: BrowserSessions;
  readonly accessTokens: AccessTokens;
  readonly credentials: Credentials;
  readonly invitations: Invitations;
  readonly members: Members;
  readonly retention: Retention;
  /** With GitHub; null where it is not configured. */
  readonly signIn: SignIn | null;
  /** With an OpenID provider; null where none is configured. */
  readonly oidc: SignIn | null;
}

export function wireAccounts(ground: Ground, bootstrapToken: Secret<string> | null): AccountWiring {
  const { config, keys, prisma, clock, publicOrigin } = ground;
  const secureCookies = needsSecureCookies(new URL(config.publicUrl));
  const browserSessions = createBrowserSessions({ prisma, secureCookies, clock });
  const accessTokens = createAccessTokens({ prisma, clock });
  const bootstrapTokenHash = bootstrapToken === null ? null : accessTokenHash(bootstrapToken.reveal());
  const invitations = createInvitations({ prisma, clock, publicUrl: publicOrigin });
  return {
    bootstrap: createBootstrap({ prisma, browserSessions, clock }),
    browserSessions,
    accessTokens,
    credentials: createCredentials({ browserSessions, accessTokens, bootstrapTokenHash }),
    invitations,
    members: createMembers({ prisma, clock, invitations }),
    retention: createRetention({ prisma, clock, config }),
    ...createSignIns({
      config,
      prisma,
      browserSessions,
      sessionSecret: keys.session,
      secureCookies,
      publicOrigin,
      clock,
    }),
  };
}
