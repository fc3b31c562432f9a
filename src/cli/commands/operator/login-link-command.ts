/** `masker login-link`: how an operator without GitHub and without an OpenID provider signs in. */
import { createBootstrap } from '../../../accounts/bootstrap.ts';
import { createBrowserSessions } from '../../../accounts/browser-sessions.ts';
import { needsSecureCookies } from '../../../accounts/cookie.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { note, say } from '../client/remote-command.ts';
import { asOperator } from './operator.ts';
import type { OperatorOptions } from './operator-options.ts';

/** Prints a new link. The account log records that it was made, and later that it was used. */
export async function loginLink(env: Environment, options: OperatorOptions & { minutes: number }): Promise<void> {
  await asOperator(env, async ({ prisma, config }) => {
    const publicUrl = new URL(config.publicUrl);
    const clock = systemClock;
    const secureCookies = needsSecureCookies(publicUrl);
    const browserSessions = createBrowserSessions({ prisma, secureCookies, clock });
    const bootstrap = createBootstrap({ prisma, browserSessions, clock });
    await bootstrap.ensureAdmin();
    const { url, expiresAt } = await bootstrap.issueRecordedLink(publicUrl, options.minutes * 60_000);
    note(
      options,
      `Open this in a browser by ${expiresAt.toISOString()}. It signs in as the admin of the instance, once:`,
    );
    say(options, { text: url.href, json: { url: url.href, expires_at: expiresAt.toISOString() } });
  });
}
