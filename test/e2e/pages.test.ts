/** The pages beside the portal, GraphiQL, introspection and CORS, over a whole instance. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

const PORTAL = 'https://portal.example.org';

let open: TestInstance;
let closed: TestInstance;
let dropDatabase: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  dropDatabase = drop;
  const github = { MASKER_GITHUB_CLIENT_ID: 'id', MASKER_GITHUB_CLIENT_SECRET: 'secret' };
  open = await startTestInstance(url, {
    MASKER_INTROSPECTION: '1',
    MASKER_CORS_ORIGINS: `${PORTAL},http://localhost:5173`,
  });
  closed = await startTestInstance(url, github);
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  await dropDatabase();
});

const page = (path: string, { url }: TestInstance = open, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}${path}`, { headers: { accept: 'text/html,application/xhtml+xml', ...headers }, redirect: 'manual' });

/** Signs in by the printed link; returns the cookie and where the browser is sent. */
async function signIn(): Promise<{ cookie: string; location: string }> {
  const { pathname, search } = new URL(await open.signInLink());
  const response = await page(`${pathname}${search}`);
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  return { cookie, location: response.headers.get('location') ?? '' };
}

/** The addresses that a page links. */
const linksOf = (text: string): string[] => [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href);

describe('the page', () => {
  test('a sign-in ends on the portal', async () => {
    const { location } = await signIn();
    expect(location).toBe('/portal');
    expect((await page(location)).headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  test('says who is signed in', async () => {
    const { cookie } = await signIn();
    const response = await page('/', open, { cookie });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('Signed in as</span><strong>Bootstrap admin</strong>');
    expect(text).toContain('Sign out');
  });

  test('links the portal, GraphiQL, the API document and the README, which are all there', async () => {
    const { cookie } = await signIn();
    const links = linksOf(await (await page('/', open, { cookie })).text());
    expect(links).toEqual(['/portal', '/graphql', '/api/v1/openapi.json', '/readme', '/health']);
    for (const link of links) expect((await page(link, open, { cookie })).status, link).toBe(200);
    expect(await (await page('/readme')).text()).toContain('## First call');
  });

  test('signs out by its button’s script', async () => {
    const { cookie } = await signIn();
    // As a browser sends what the script sends.
    const headers = { cookie, origin: 'http://localhost:0', 'sec-fetch-site': 'same-origin' };
    expect((await fetch(`${open.url}/api/v1/auth/logout`, { method: 'POST', headers })).status).toBe(204);
    expect(await (await page('/', open, { cookie })).text()).toContain('You are not signed in.');
  });

  test('signed out says so, with the sign-in by GitHub where that is configured', async () => {
    expect(linksOf(await (await page('/', closed)).text())).toContain('/api/v1/auth/github?redirect_to=/portal');
    const bare = await (await page('/')).text();
    expect(bare).toContain('You are not signed in.');
    expect(linksOf(bare).filter((link) => link.includes('auth'))).toEqual([]);
  });

  test.each(['/', '/readme'])('%s loads nothing and stands in no frame, by its policy', async (path) => {
    const { cookie } = await signIn();
    const response = await page(path, open, { cookie });
    const text = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    for (const tag of ['style', 'script'] as const) {
      const inline = [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, body = '']) => body);
      for (const body of inline) {
        const hash = createHash('sha256').update(body, 'utf8').digest('base64');
        expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
      }
    }
    expect(text).not.toMatch(/(?:src|href)="(?!\/(?!\/))/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('GET /', () => {
  test.each(['*/*', 'application/json', undefined])('is JSON for a program that accepts %s', async (accept) => {
    const response = await fetch(`${open.url}/`, accept === undefined ? {} : { headers: { accept } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('vary')).toContain('accept');
    expect(await response.json()).toEqual({
      name: 'masker',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown,
      links: {
        graphql: '/graphql',
        portal: '/portal',
        graphiql: '/graphql',
        openapi: '/api/v1/openapi.json',
        readme: '/readme',
        health: '/health',
      },
    });
  });

  test('names no GraphiQL where there is none, and the sign-in by GitHub where there is one', async () => {
    const text = await (await fetch(closed.url)).text();
    expect(text).not.toContain('graphiql');
    expect(text).toContain('"sign_in_with_github":"/api/v1/auth/github"');
    expect(linksOf(await (await page('/', closed)).text())).not.toContain('/graphql');
  });

  test('answers HEAD with the length and no body', async () => {
    const response = await fetch(open.url, { method: 'HEAD' });
    expect([response.status, Number(response.headers.get('content-length')) > 0]).toEqual([200, true]);
  });

  test('is not found by POST', async () => {
    expect((await fetch(open.url, { method: 'POST' })).status).toBe(404);
  });
});

describe('GraphiQL', () => {
  test('comes from this server alone, file by file', async () => {
    const response = await page('/graphql');
    const text = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toEqual(['/graphiql/graphiql.css', '/graphiql/graphiql.js', '/graphiql/boot.js']);
    const workers = ['editorWorkerService', 'json', 'graphql'].map((name) => `/graphiql/worker-${name}.js`);
    for (const file of [...files, ...workers]) {
      const asset = await fetch(open.url + file);
      const type = file.endsWith('.css') ? 'text/css' : 'text/javascript';
      expect([asset.status, asset.headers.get('content-type')], file).toEqual([200, `${type}; charset=utf-8`]);
      expect((await asset.text()).length, file).toBeGreaterThan(100);
    }
  });

  test.each(['/graphiql/', '/graphiql/nothing.js', '/graphiql/../../package.json'])('has no file %s', async (path) => {
    expect((await page(path)).status).toBe(404);
  });

  test('and introspection are off in production unless MASKER_INTROSPECTION says otherwise', async () => {
    const ask = async ({ url }: TestInstance): Promise<unknown> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
        body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
      });
      return response.json();
    };
    expect(await ask(open)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect(await ask(closed)).not.toHaveProperty('data.__schema');
    expect((await page('/graphql', closed)).headers.get('content-type') ?? '').not.toMatch(/html/);
    expect((await page('/graphiql/graphiql.js', closed)).status).toBe(404);
  });
});

describe('CORS', () => {
  const preflight = (path: string, origin: string, { url }: TestInstance = open): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test.each(['/api/v1/agents', '/graphql', '/proxy/agt_01HYZ0000000000000000000AA/v1/chat/completions'])(
    'lets a configured origin call %s, without cookies',
    async (path) => {
      const response = await preflight(path, PORTAL);
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe(PORTAL);
      expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
      expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
      expect(response.headers.get('vary')).toContain('Origin');
    },
  );

  test('lets its page read answers, errors too', async () => {
    const response = await fetch(`${open.url}/api/v1/me`, { headers: { origin: PORTAL } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(PORTAL);
    expect(response.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });

  test.each(['https://evil.example', 'null', `${PORTAL}.evil.example`, 'http://portal.example.org'])(
    'is silent for the origin %s',
    async (origin) => {
      for (const response of [
        await preflight('/graphql', origin),
        await fetch(`${open.url}/api/v1/me`, { headers: { origin } }),
      ])
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('is off where no origin is configured, and for pages', async () => {
    expect((await preflight('/graphql', PORTAL, closed)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await page('/', open, { origin: PORTAL })).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a write by cookie from a configured origin stays refused', async () => {
    const { cookie } = await signIn();
    const response = await fetch(`${open.url}/api/v1/agents`, {
      method: 'POST',
      headers: { cookie, origin: PORTAL, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'from afar', upstream: 'stub' }),
    });
    expect(response.status).toBe(403);
  });
});
