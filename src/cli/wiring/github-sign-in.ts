/** Sign-in with GitHub as the configuration says it. */
import { askedOrganisations } from '../../accounts/admission.ts';
import type { BrowserSessions } from '../../accounts/browser-sessions.ts';
import { createGitHub } from '../../accounts/github.ts';
import { createSignIn, gitHubProvider } from '../../accounts/sign-in.ts';
import type { SignIn } from '../../accounts/sign-in.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Secret } from '../../platform/secret.ts';

export interface GitHubSignInOptions {
  readonly config: Pick<Config, 'github'>;
  readonly prisma: PrismaClient;
  readonly browserSessions: BrowserSessions;
  readonly sessionSecret: Secret<string>;
  readonly secureCookies: boolean;
  /** Origin under which browsers reach this instance, without a slash at its end. */
  readonly publicOrigin: string;
  readonly clock: Clock;
}

/** Null where no GitHub is configured. */
export function createGitHubSignIn(options: GitHubSignInOptions): SignIn | null {
  const { config, prisma, browserSessions, sessionSecret, secureCookies, publicOrigin, clock } = options;
  const { client, baseUrl, apiUrl, allowed } = config.github;
  if (client === null) return null;
  return createSignIn({
    prisma,
    provider: gitHubProvider(
      createGitHub({
        clientId: client.id,
        clientSecret: client.secret.reveal(),
        baseUrl,
        apiUrl,
        redirectUri: `${publicOrigin}/api/v1/auth/github/callback`,
        organisations: askedOrganisations(allowed),
      }),
      allowed,
    ),
    browserSessions,
    sessionSecret: Buffer.from(sessionSecret.reveal(), 'utf8'),
    secureCookies,
    clock,
  });
}
