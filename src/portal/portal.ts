/**
 * The door of the portal: static files below /portal, and the application's page for the address of each view. The pages
 * hold nothing of an account; the application asks the API for everything, by the browser's session.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { readBuiltFiles } from './built-files.ts';
import type { BuiltFile, BuiltFiles, Encoding } from './built-files.ts';
import { VIEW_PATHS } from './views.ts';

/** Where the build puts the application: two folders up from src/portal and from dist/portal alike. */
export const BUILT_PORTAL = path.resolve(import.meta.dirname, '../../dist/portal/static');

/** Scripts, styles, fonts and requests of this origin alone; no inline style or script, no frame, no form. */
export const PORTAL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export interface Portal {
  /** Returns true if the request is for the portal; `answer` then ends it. */
  has(request: Pick<IncomingMessage, 'method' | 'url'>): boolean;
  /** Ends the response. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const VIEWS: ReadonlySet<string> = new Set(VIEW_PATHS);
const NOT_BUILT = 'The portal is not built. Run `npm run build`, and start the server again.\n';

/** Makes the portal of the files in a folder, which are read at the first request. */
export function createPortal(folder: string = BUILT_PORTAL): Portal {
  let files: Promise<BuiltFiles | null> | null = null;
  return {
    has: ({ method = '', url = '/' }) => {
      const { pathname } = partsOf(url);
      return READS.has(method) && (pathname === '/portal' || pathname.startsWith('/portal/'));
    },
    answer: async (request, response) => {
      files ??= readBuiltFiles(folder);
      const built = await files;
      const index = built?.get('index.html');
      if (built === null || index === undefined) {
        response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : NOT_BUILT);
        return;
      }
      const pathname = partsOf(request.url ?? '/').pathname.replace(/(?<=.)\/$/, '');
      const file = pathname.endsWith('.html') ? undefined : built.get(pathname.slice('/portal/'.length));
      if (file !== undefined) await send(request, response, file, 200);
      // An address that names a file has no page. Any other one shows the application, which says that there is no such page.
      else if (/\.\w+$/.test(pathname)) response.writeHead(404, { 'content-length': 0 }).end();
      else await send(request, response, index, VIEWS.has(pathname) ? 200 : 404);
    },
  };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: BuiltFile,
  status: number,
): Promise<void> {
  const encoding = encodingOf(request.headers['accept-encoding']);
  const encoded = encoding === null ? null : await file.encoded(encoding);
  const bytes = encoded ?? file.bytes;
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const headers = {
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': PORTAL_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    vary: 'accept-encoding',
    etag,
  };
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(status, {
    ...headers,
    'content-type': file.type,
    'content-length': bytes.length,
    ...(encoding !== null && encoded !== null ? { 'content-encoding': encoding } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Returns the best encoding that the client accepts. One that is refused by `q=0` does not count. */
function encodingOf(accepted: string | string[] | undefined): Encoding | null {
  const names = String(accepted ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each))
    .map((each) => each.split(';', 1)[0]?.trim().toLowerCase());
  if (names.includes('br')) return 'br';
  return names.includes('gzip') ? 'gzip' : null;
}

function partsOf(url: string): { readonly pathname: string } {
  return { pathname: url.split('?', 1)[0] ?? '/' };
}
