/** Sign-in and sign-out as the OpenAPI document has them: each status of each route, its redirect, its cookies and its page. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createBootstrap } from '../../src/accounts/bootstrap.ts';
import { createBrowserSessions } from '../../src/accounts/browser-sessions.ts';
import { createGitHub } from '../../src/accounts/github.ts';
import { createInvitations } from '../../src/accounts/invitations.ts';
import { createSignIn, gitHubProvider } from '../../src/accounts/sign-in.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { createRestApp } from '../../src/rest/app.ts';
import type { RestApp } from '../../src/rest/app.ts';
import { authRoutes } from '../../src/rest/auth-routes.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import { SIGN_IN_ROUTES } from '../../src/rest/sign-in-routes.ts';
import type { SignInRoute } from '../../src/rest/sign-in-routes.ts';
import { by, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startExhaustedRest } from '../exhausted-rest.ts';
import type { ExhaustedRest } from '../exhausted-rest.ts';
import { gitHubProfile, startGitHub } from '../github.ts';
import type { TestGitHub } from '../github.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { startOpenIdProvider } from '../openid-provider.ts';
import type { TestOpenIdProvider } from '../openid-provider.ts';
import { Browser, locationOf } from '../sign-in-server.ts';

let github: TestGitHub;
let provider: TestOpenIdProvider;
let testDatabase: TestDatabase;
let database: Database;
/** Has both ways in. */
let masker: TestInstance;
/** Has neither. */
let bare: TestInstance;
let exhausted: ExhaustedRest;
let api: TestApi;

beforeAll(async () => {
  [github, provider, testDatabase, api] = await Promise.all([
    startGitHub(),
    startOpenIdProvider(),
    createTestDatabase(),
    startTestApi(),
  ]);
  database = openDatabase({ url: testDatabase.url });
  masker = await startTestInstance(testDatabase.url, {
    MASKER_GITHUB_BASE_URL: github.baseUrl,
    MASKER_GITHUB_API_URL: github.apiUrl,
    MASKER_GITHUB_CLIENT_ID: github.clientId,
    MASKER_GITHUB_CLIENT_SECRET: github.clientSecret,
    MASKER_GITHUB_ALLOWED_LOGINS: 'admitted',
    MASKER_OIDC_ISSUER: provider.issuer,
    MASKER_OIDC_CLIENT_ID: provider.clientId,
    MASKER_OIDC_CLIENT_SECRET: provider.clientSecret,
    MASKER_OIDC_GROUP_ROLES: 'nurses=member',
  });
  bare = await startTestInstance(testDatabase.url);
  exhausted = await startExhaustedRest(api);
});
let people = 0;
beforeEach(() => {
  people += 1;
  github.profile = { ...gitHubProfile(), login: 'admitted' };
  provider.claims = { sub: `person-${people}`, name: 'Nora', groups: ['nurses'] };
});
afterEach(() => {
  github.fault = null;
  provider.forge = null;
});
afterAll(async () => {
  await Promise.all([masker.close(), bare.close(), exhausted.close()]);
  await api.close();
  await Promise.all([github.close(), provider.close(), database.close()]);
  await testDatabase.drop();
});

const at = (url: string, node = masker): string => {
  const { pathname, search } = new URL(url, node.url);
  return `${node.url}${pathname}${search}`;
};

/** A request that is about to be sent: its address, and the browser that sends it. */
interface Prepared {
  readonly url: string;
  readonly browser?: Browser;
  readonly init?: RequestInit;
  /** Answers in the place of the server. */
  readonly app?: RestApp;
}

/** From the beginning of a sign-in to the callback that the provider sends the browser to. */
async function approved(begin: string): Promise<Prepared> {
  const browser = new Browser();
  const begun = await browser.fetch(at(begin));
  return { browser, url: at(locationOf(await fetch(locationOf(begun), { redirect: 'manual' }))) };
}

async function invitationToken(): Promise<string> {
  const viewer = await signUp(database);
  const invitations = createInvitations({ prisma: database.prisma, clock: systemClock, publicUrl: masker.url });
  const { url } = await invitations.create(viewer, {});
  return new URL(url).searchParams.get('token') ?? '';
}

/** A browser that is signed in by a link. */
async function signedIn(): Promise<Browser> {
  const browser = new Browser();
  await browser.fetch(at(await masker.signInLink()));
  return browser;
}

const OPEN = { logins: 'open', organisations: null } as const;

/** An application whose sign-in fails with the error, whatever is asked of it. */
function failing(error: Error): RestApp {
  const throwing = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: () => {
        throw error;
      },
    });
  const { graphqlOptions, idempotency, preconditions } = api;
  const secureCookies = true;
  const { prisma } = database;
  const browserSessions = createBrowserSessions({ prisma, secureCookies, clock: systemClock });
  const signIn = throwing(
    createSignIn({
      prisma,
      provider: gitHubProvider(createGitHub({ ...github, redirectUri: masker.url, timeoutMs: 1 }), OPEN),
      browserSessions,
      sessionSecret: Buffer.alloc(32),
      secureCookies,
      clock: systemClock,
    }),
  );
  const routes = authRoutes({
    signIn,
    oidc: signIn,
    bootstrap: throwing(createBootstrap({ prisma, browserSessions, clock: systemClock })),
    browserSessions: throwing(browserSessions),
    publicOrigin: 'https://masker.test',
  });
  return createRestApp({ ...graphqlOptions, idempotency, preconditions, authRoutes: routes });
}

const WAYS = ['github', 'oidc'] as const;
type Cases = Readonly<Record<string, (route: SignInRoute) => Promise<Prepared> | Prepared>>;

/** What brings about each status of each operation, by operation and code: `302` and `204` where it goes well. */
const CASES: Cases = {
  ...Object.fromEntries(
    WAYS.flatMap((way) => {
      const [begin, end] = [
        `signInWith${way === 'github' ? 'GitHub' : 'Oidc'}`,
        `finishSignInWith${way === 'github' ? 'GitHub' : 'Oidc'}`,
      ];
      const address = `/api/v1/auth/${way}`;
      const cases: Cases = {
        [`${begin} 302`]: () => ({ url: at(`${address}?redirect_to=/portal/agents`) }),
        [`${begin} validation_failed`]: () => ({ url: at(`${address}?redirect_to=//evil.example`) }),
        [`${begin} not_found`]: () => ({ url: at(address, bare) }),
        [`${end} 302`]: () => approved(address),
        [`${end} invalid_state`]: () => ({ url: at(`${address}/callback?code=x&state=x`) }),
        [`${end} validation_failed`]: async () => {
          const { url, ...rest } = await approved(address);
          return { url: url.replace(/code=[^&]*/, 'code='), ...rest };
        },
        [`${end} not_found`]: () => ({ url: at(`${address}/callback`, bare) }),
        [`${end} sign_in_refused`]: () => {
          github.profile = { ...github.profile, login: 'unknown' };
          provider.claims = { ...provider.claims, groups: [] };
          return approved(address);
        },
        [`${end} invitation_invalid`]: async () => {
          const prepared = await approved(`/api/v1/auth/invitation?with=${way}&token=${await invitationToken()}`);
          await database.prisma.invitation.deleteMany();
          return prepared;
        },
        [`${end} oauth_exchange_failed`]: async () => {
          const prepared = await approved(address);
          github.fault = 'token_500';
          provider.forge = () => 'no token';
          return prepared;
        },
        [`${end} user_upsert_failed`]: async () => {
          const prepared = await approved(address);
          await database.pool.query('ALTER TABLE account_events ADD CONSTRAINT never CHECK (false) NOT VALID');
          return prepared;
        },
      };
      return Object.entries(cases);
    }),
  ),
  'signInWithOidc oauth_exchange_failed': () => unreachableProvider('/api/v1/auth/oidc'),
  'acceptInvitation 302': async () => ({ url: at(`/api/v1/auth/invitation?token=${await invitationToken()}`) }),
  'acceptInvitation invitation_invalid': () => ({ url: at('/api/v1/auth/invitation?token=x') }),
  'acceptInvitation not_found': async () => ({
    url: at(`/api/v1/auth/invitation?token=${await invitationToken()}`, bare),
  }),
  'acceptInvitation oauth_exchange_failed': async () =>
    unreachableProvider(`/api/v1/auth/invitation?with=oidc&token=${await invitationToken()}`),
  'redeemSignInLink 302': async () => ({ url: at(await masker.signInLink()) }),
  'redeemSignInLink unauthenticated': () => ({ url: at('/api/v1/auth/bootstrap?token=x') }),
  'signOut 204': async () => ({ url: at('/api/v1/auth/logout'), browser: await signedIn() }),
  'signOut forbidden': async () => ({
    url: at('/api/v1/auth/logout'),
    browser: await signedIn(),
    init: { headers: { 'sec-fetch-site': 'cross-site' } },
  }),
  'signOut unsupported_media_type': async () => ({
    url: at('/api/v1/auth/logout'),
    browser: await signedIn(),
    init: { headers: { 'content-type': 'text/plain' } },
  }),
};

/** A sign-in at a node whose OpenID provider has gone. */
async function unreachableProvider(address: string): Promise<Prepared> {
  const gone = await startOpenIdProvider();
  await gone.close();
  const node = await startTestInstance(testDatabase.url, {
    MASKER_OIDC_ISSUER: gone.issuer,
    MASKER_OIDC_CLIENT_ID: gone.clientId,
    MASKER_OIDC_CLIENT_SECRET: gone.clientSecret,
  });
  nodes.push(node);
  return { url: at(address, node) };
}
const nodes: TestInstance[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
  await database.pool.query('ALTER TABLE account_events DROP CONSTRAINT IF EXISTS never');
});

/** What can happen on every route. */
const EVERYWHERE: Cases = {
  rate_limited: ({ path }) => ({ url: `${exhausted.url}/api/v1${path}` }),
  internal_error: ({ path }) => ({ url: `/api/v1${path}`, app: failing(new Error('a bug')) }),
  audit_unavailable: ({ path }) => ({
    url: `/api/v1${path}`,
    app: failing(Object.assign(new Error('down'), { code: '57P03' })),
  }),
};

const RESPONSE = z.object({
  description: z.string(),
  headers: z.record(z.string(), z.unknown()).default({}),
  content: z.record(z.string(), z.unknown()).default({}),
});
const OPERATION = z.object({ security: z.array(z.unknown()), responses: z.record(z.string(), RESPONSE) });
const DOCUMENT = z
  .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(openApiDocument([]));

async function answerOf(route: SignInRoute, accept: string, prepared: Prepared): Promise<Response> {
  const { url, browser = new Browser(), init = {}, app } = prepared;
  const headers = new Headers(init.headers);
  headers.set('accept', accept);
  const sent = { ...init, headers, method: route.method };
  return app === undefined ? browser.fetch(url, sent) : app.request(url, sent, by(null));
}

test('the document has each route of sign-in, open to everybody', () => {
  expect(Object.keys(DOCUMENT.paths)).toEqual(SIGN_IN_ROUTES.map(({ path }) => `/api/v1${path}`));
  for (const path of Object.values(DOCUMENT.paths))
    for (const operation of Object.values(path)) expect(OPERATION.parse(operation).security).toEqual([]);
});

describe.each(SIGN_IN_ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    const { operationId, method, path } = route;
    const { responses } = OPERATION.parse(DOCUMENT.paths[`/api/v1${path}`]?.[method.toLowerCase()]);
    const pairs = Object.entries(responses).flatMap(([status, { description }]) =>
      (Number(status) < 400 ? [status] : description.split(', ')).map((code) => [Number(status), code] as const),
    );
    const prepare = async (code: string): Promise<Prepared> => {
      const found = CASES[`${operationId} ${code}`] ?? EVERYWHERE[code];
      if (found === undefined) throw new Error(`nothing brings about ${operationId} ${code}`);
      return found(route);
    };

    test.each(pairs)('answers %i for %s, with what the document says', async (status, code) => {
      const response = await answerOf(route, 'application/json', await prepare(code));
      expect(response.status).toBe(status);
      for (const name of Object.keys(responses[status]?.headers ?? {}))
        expect([name, response.headers.has(name)]).toEqual([name, true]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const body = await response.text();
      if (status < 400) expect(body).toBe('');
      else expect((JSON.parse(body) as { error: { code: string } }).error.code).toBe(code);
    });

    test.each(pairs.filter(([status, code]) => status >= 400 && code !== 'rate_limited'))(
      'shows a browser a page for %i %s',
      async (status, code) => {
        const response = await answerOf(route, 'text/html', await prepare(code));
        expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
        expect(await response.text()).toContain(code);
        expect(Object.keys(responses[status]?.content ?? {})).toContain('text/html');
      },
    );

    test('takes no other method, and says so', async () => {
      const allowed = [method, ...(route.answersHead ? ['HEAD'] : [])].join(', ');
      for (const other of [
        'PUT',
        'DELETE',
        method === 'GET' ? 'POST' : 'GET',
        ...(route.answersHead ? [] : ['HEAD']),
      ]) {
        const response = await fetch(at(`/api/v1${path}`), { method: other });
        expect([other, response.status, response.headers.get('allow')]).toEqual([other, 405, allowed]);
      }
      const options = await fetch(at(`/api/v1${path}`), { method: 'OPTIONS' });
      expect([options.status, options.headers.get('allow')]).toEqual([204, allowed]);
    });
  },
);
