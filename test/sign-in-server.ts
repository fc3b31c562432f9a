/** The routes of sign-in on a real port, over a real database and beside the tests' GitHub, with a clock that tests move. */
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { accessTokenHash, createAccessTokens } from '../src/accounts/access-tokens.ts';
import { askedOrganisations } from '../src/accounts/admission.ts';
import type { AdmissionRules } from '../src/accounts/admission.ts';
import { createBootstrap } from '../src/accounts/bootstrap.ts';
import type { Bootstrap } from '../src/accounts/bootstrap.ts';
import { createBrowserSessions } from '../src/accounts/browser-sessions.ts';
import type { BrowserSessions } from '../src/accounts/browser-sessions.ts';
import { needsSecureCookies } from '../src/accounts/cookie.ts';
import { createCredentials } from '../src/accounts/credentials.ts';
import { createGitHub } from '../src/accounts/github.ts';
import { createInvitations } from '../src/accounts/invitations.ts';
import type { Invitations } from '../src/accounts/invitations.ts';
import { loadMe } from '../src/accounts/me.ts';
import { createSignIn, gitHubProvider } from '../src/accounts/sign-in.ts';
import { openDatabase } from '../src/platform/database.ts';
import type { Database } from '../src/platform/database.ts';
import { Failure, FAILURES } from '../src/platform/failure.ts';
import { authRoutes } from '../src/rest/auth-routes.ts';
import { createTestDatabase } from './database.ts';
import { startGitHub } from './github.ts';
import type { TestGitHub } from './github.ts';

/** Milliseconds of a day. */
export const DAY = 86_400_000;

export const BOOTSTRAP_TOKEN = 'msk_bootstrap-token-of-the-tests';

export interface SignInServer {
  readonly origin: string;
  readonly github: TestGitHub;
  readonly database: Database;
  readonly bootstrap: Bootstrap;
  readonly browserSessions: BrowserSessions;
  readonly invitations: Invitations;
  /** The server's time; assign to it. */
  readonly clock: { value: number };
  close(): Promise<void>;
}

export interface SignInServerOptions {
  /** What browsers are told; by default the loopback address itself. */
  readonly publicUrl?: URL;
  readonly withGitHub?: boolean;
  /** Who may sign in; default: everybody. */
  readonly rules?: AdmissionRules;
}

/** Starts one on an ephemeral port. Its `/api/v1/me` and error envelope are the least that the tests need. */
export async function startSignInServer({
  publicUrl,
  withGitHub = true,
  rules = { logins: 'open', organisations: null },
}: SignInServerOptions = {}): Promise<SignInServer> {
  const [github, testDatabase] = await Promise.all([startGitHub(), createTestDatabase()]);
  const database = openDatabase({ url: testDatabase.url });
  const { prisma } = database;

  const app = new Hono();
  const server = createServer((request, response) => {
    void getRequestListener(app.fetch)(request, response);
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const publicOrigin = publicUrl ?? new URL(origin);

  const time = { value: Date.UTC(2026, 4, 1, 12) };
  const clock = { now: () => time.value };
  const secureCookies = needsSecureCookies(publicOrigin);
  const browserSessions = createBrowserSessions({ prisma, secureCookies, clock });
  const bootstrap = createBootstrap({ prisma, browserSessions, clock });
  const { clientId, clientSecret, baseUrl, apiUrl } = github;
  const redirectUri = new URL('/api/v1/auth/github/callback', publicOrigin).href;
  const signIn = withGitHub
    ? createSignIn({
        prisma,
        provider: gitHubProvider(
          createGitHub({
            clientId,
            clientSecret,
            baseUrl,
            apiUrl,
            redirectUri,
            organisations: askedOrganisations(rules),
            timeoutMs: 2000,
          }),
          rules,
        ),
        browserSessions,
        sessionSecret: new TextEncoder().encode('a session secret of thirty-two b'),
        secureCookies,
        clock,
      })
    : null;
  const credentials = createCredentials({
    browserSessions,
    accessTokens: createAccessTokens({ prisma, clock }),
    bootstrapTokenHash: accessTokenHash(BOOTSTRAP_TOKEN),
  });

  app.route(
    '/api/v1',
    authRoutes({ signIn, oidc: null, bootstrap, browserSessions, publicOrigin: publicOrigin.origin }),
  );
  app.get('/api/v1/me', async (c) => {
    const { viewer, renewedCookie } = await credentials.authenticate({
      cookie: c.req.header('cookie'),
      authorization: c.req.header('authorization'),
    });
    if (viewer === null) throw new Failure('unauthenticated', 'Nobody is signed in.');
    if (renewedCookie !== null) c.header('Set-Cookie', renewedCookie);
    return c.json({ ...(await loadMe(prisma, viewer)), via: viewer.via });
  });
  app.onError((error, c) => {
    const failure = error instanceof Failure ? error : new Failure('internal_error', 'Internal error.');
    return c.json(
      { error: { code: failure.code, message: failure.message, details: failure.details } },
      FAILURES[failure.code],
    );
  });

  return {
    origin,
    github,
    database,
    bootstrap,
    browserSessions,
    invitations: createInvitations({ prisma, clock, publicUrl: publicOrigin.origin }),
    clock: time,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([github.close(), database.close()]);
      await testDatabase.drop();
    },
  };
}

/** One browser: keeps cookies, follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** Sends the request with the cookies kept so far, and keeps what the answer sets. */
  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0)
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.endsWith('; Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** From our sign-in link through GitHub's approval: the callback URL that GitHub sends the browser to. */
export async function approveAtGitHub(
  server: Pick<SignInServer, 'origin'>,
  browser: Browser,
  query = '',
): Promise<URL> {
  const begun = await browser.fetch(`${server.origin}/api/v1/auth/github${query}`);
  const approved = await fetch(locationOf(begun), { redirect: 'manual' });
  return new URL(locationOf(approved));
}

/** A whole sign-in; returns the answer of the callback. */
export async function signInWithGitHub(
  server: Pick<SignInServer, 'origin'>,
  browser: Browser,
  query = '',
): Promise<Response> {
  return browser.fetch(await approveAtGitHub(server, browser, query));
}

/** Where an answer redirects to. Throws where it does not. */
export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect, but ${response.status}`);
  return location;
}

/** The code of an error answer, after its status: `400 invalid_state`. */
export async function errorOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error?: { code?: string } };
  return `${response.status} ${body.error?.code ?? 'no error'}`;
}

/** Every row, with its table, whose text (all columns; bytes are in hex) holds one of the values: as text, or as hex of its bytes. */
export async function rowsHolding({ pool }: Database, ...values: readonly string[]): Promise<string[]> {
  const { rows: tables } = await pool.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const needles = values.flatMap((value) => [
    value,
    Buffer.from(value, 'utf8').toString('hex'),
    Buffer.from(value, 'base64url').toString('hex'),
  ]);
  const found: string[] = [];
  for (const { table_name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM "${table_name}" t`);
    for (const { row } of rows) if (needles.some((needle) => row.includes(needle))) found.push(`${table_name}: ${row}`);
  }
  return found;
}
