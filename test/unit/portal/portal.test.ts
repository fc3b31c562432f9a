/** The portal's door: which files it serves, how, and what it refuses. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPortal } from '../../../src/portal/portal.ts';
import { VIEW_PATHS } from '../../../src/portal/views.ts';

const INDEX = '<!doctype html><title>portal</title>';
const SCRIPT = `console.log('${'portal '.repeat(100)}');`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

let folder: string;
let port: number;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'masker-portal-'));
  const built = join(folder, 'static');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), INDEX);
  writeFileSync(join(built, 'theme.js'), SCRIPT);
  writeFileSync(join(built, 'assets/main-abc123.js'), SCRIPT);
  writeFileSync(join(built, 'assets/font-abc123.woff2'), 'font');
  writeFileSync(join(built, 'notes.txt'), 'not a file of the portal');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  const portal = createPortal(built);
  const server = createServer((request, response) => {
    if (portal.has(request)) void portal.answer(request, response);
    else response.writeHead(421).end();
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  close = () =>
    new Promise((resolve) =>
      server.close(() => {
        resolve();
      }),
    );
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is written; `fetch` would resolve its dots. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the door of the portal', () => {
  test.each(VIEW_PATHS)('serves the application at %s', async (path) => {
    const { status, headers, body } = await get(`${path}?since=7d`);
    expect([status, body.toString()]).toEqual([200, INDEX]);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('answers 404 with the application for a page that does not exist', async () => {
    const { status, body } = await get('/portal/nothing');
    expect([status, body.toString()]).toEqual([404, INDEX]);
  });

  test.each(['/portal/nothing.js', '/portal/assets/nothing.css', '/portal/notes.txt', '/portal/index.html'])(
    'answers 404 with nothing for the file %s, which it does not serve',
    async (path) => {
      const { status, body } = await get(path);
      expect([status, body.length]).toEqual([404, 0]);
    },
  );

  test.each([
    '/portal/../secret.js',
    '/portal/assets/../../secret.js',
    '/portal/%2e%2e/secret.js',
    '/portal/..%2fsecret.js',
    '/portal/assets/..\\..\\secret.js',
    '/portal//secret.js',
    '/portal/\u0000/../../secret.js'.replace('\u0000', '%00'),
  ])('serves nothing from outside its folder for %s', async (path) => {
    const { status, body } = await get(path);
    expect(body.toString()).not.toContain('secret');
    expect(status).toBe(404);
  });

  test('lets browsers keep hashed files for ever, and ask again for all others', async () => {
    expect((await get('/portal/assets/main-abc123.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await get('/portal/theme.js')).headers['cache-control']).toBe('no-cache');
  });

  test('answers 304 to a browser that has the file', async () => {
    const { etag = '' } = (await get('/portal/theme.js')).headers;
    const again = await get('/portal/theme.js', { 'if-none-match': String(etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
  ] as const)('compresses a script for a client that accepts %s', async (accepted, encoding, decompress) => {
    const { headers, body } = await get('/portal/assets/main-abc123.js', { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(body.length).toBeLessThan(SCRIPT.length / 2);
    expect(decompress(body).toString()).toBe(SCRIPT);
  });

  test('compresses no font, and nothing for a client that does not ask for it', async () => {
    const font = await get('/portal/assets/font-abc123.woff2', { 'accept-encoding': 'br' });
    expect([font.headers['content-encoding'], font.headers['content-type']]).toEqual([undefined, 'font/woff2']);
    expect((await get('/portal/theme.js')).body.toString()).toBe(SCRIPT);
  });

  test('allows this origin alone, and nothing inline', async () => {
    const policy = String((await get('/portal')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
  });

  test('answers HEAD without a body', async () => {
    const { status, headers, body } = await get('/portal', {}, 'HEAD');
    expect([status, Number(headers['content-length']), body.length]).toEqual([200, INDEX.length, 0]);
  });

  test('leaves writes and other paths to other doors', async () => {
    expect((await get('/portal', {}, 'POST')).status).toBe(421);
    expect((await get('/portals')).status).toBe(421);
  });

  test('says what to do where the portal was not built', async () => {
    const portal = createPortal(join(folder, 'nowhere'));
    const server = createServer((request, response) => void portal.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/portal`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
    server.close();
  });
});
