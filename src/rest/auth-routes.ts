/** The routes of sign-in and sign-out (see docs/api.md, Sign-in): redirects and cookies, so the one part of REST that has no GraphQL twin. */
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import type { Bootstrap } from '../accounts/bootstrap.ts';
import type { BrowserSessions } from '../accounts/browser-sessions.ts';
import { DEFAULT_REDIRECT } from '../accounts/redirect-target.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import { refusedWrite } from '../http/csrf.ts';
import { Failure } from '../platform/failure.ts';

export interface AuthRouteDependencies {
  /** Null where no GitHub is configured. */
  readonly signIn: SignIn | null;
  /** Null where no OpenID provider is configured. */
  readonly oidc: SignIn | null;
  readonly bootstrap: Bootstrap;
  readonly browserSessions: BrowserSessions;
  /** `scheme://host[:port]` under which browsers know us. */
  readonly publicOrigin: string;
}

// Secrets are in these URLs and cookies. Set after the handler, so that error answers have it too.
const keepPrivate: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
};

// A link preview asks with HEAD, which would otherwise run the GET handler and spend a one-time link.
const refuseHead: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'HEAD') {
    c.header('Allow', 'GET');
    throw new Failure('method_not_allowed', 'Only GET is allowed here.');
  }
  await next();
};

/** Mounted under `/api/v1`. Throws every expected failure as `Failure`: the parent's `onError` gives it its envelope. */
export function authRoutes(dependencies: AuthRouteDependencies): Hono {
  const { signIn, oidc, bootstrap } = dependencies;
  const app = new Hono();
  app.use('/auth/*', keepPrivate);
  addProvider(app, 'github', signIn);
  addProvider(app, 'oidc', oidc);

  app.get('/auth/invitation', refuseHead, async (c) => {
    // Where there are two ways in, the link may name one.
    const way = c.req.query('with') === 'oidc' || signIn === null ? (oidc ?? signIn) : signIn;
    const { location, stateCookie } = await configured(way, 'github').beginInvited(c.req.query('token'));
    c.header('Set-Cookie', stateCookie);
    return c.redirect(location, 302);
  });

  app.get('/auth/bootstrap', refuseHead, async (c) => {
    c.header('Set-Cookie', await bootstrap.redeem(c.req.query('token'), c.req.header('user-agent')));
    return c.redirect(DEFAULT_REDIRECT, 302);
  });

  addLogout(app, dependencies);
  return app;
}

/** Adds the two routes of a sign-in with a provider: its beginning, and the provider's answer. */
function addProvider(app: Hono, name: 'github' | 'oidc', provider: SignIn | null): void {
  app.get(`/auth/${name}`, async (c) => {
    const { location, stateCookie } = await configured(provider, name).begin(c.req.query('redirect_to'));
    c.header('Set-Cookie', stateCookie);
    return c.redirect(location, 302);
  });

  app.get(`/auth/${name}/callback`, refuseHead, async (c) => {
    const asked = configured(provider, name);
    // Before anything can fail: a state is good for one answer, whatever the answer.
    c.header('Set-Cookie', asked.spentStateCookie);
    const { sessionCookie, redirectTo } = await asked.finish({
      code: c.req.query('code'),
      state: c.req.query('state'),
      error: c.req.query('error'),
      iss: c.req.query('iss'),
      cookieHeader: c.req.header('cookie'),
      userAgent: c.req.header('user-agent'),
    });
    c.header('Set-Cookie', sessionCookie, { append: true });
    return c.redirect(redirectTo, 302);
  });
}

function addLogout(
  app: Hono,
  { browserSessions, publicOrigin }: Pick<AuthRouteDependencies, 'browserSessions' | 'publicOrigin'>,
): void {
  app.post('/auth/logout', async (c) => {
    const cookie = c.req.header('cookie');
    // Without a session cookie there is nothing to end. Nothing is cleared then, either: SameSite keeps the cookie out
    // of a foreign page's POST, and clearing it in the answer would sign the user out all the same.
    if (browserSessions.isCarriedBy(cookie)) {
      const refused = refusedWrite({
        method: 'POST',
        secFetchSite: c.req.header('sec-fetch-site'),
        origin: c.req.header('origin'),
        contentType: c.req.header('content-type'),
        publicOrigin,
      });
      if (refused !== null) throw refused;
      c.header('Set-Cookie', await browserSessions.end(cookie));
    }
    return c.body(null, 204);
  });
}

function configured(signIn: SignIn | null, name: 'github' | 'oidc'): SignIn {
  if (signIn !== null) return signIn;
  const title = name === 'github' ? 'GitHub' : 'an OpenID provider';
  throw new Failure('not_found', `Sign-in with ${title} is not configured on this server.`);
}
