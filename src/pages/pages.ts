/**
 * The pages beside the portal: `/` says who is signed in and links what there is, `/readme` shows the README, `/graphql`
 * shows GraphiQL. Programs that ask for `/` get JSON. See docs/api.md, Pages.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Me } from '../accounts/me.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { Failure } from '../platform/failure.ts';
import { ASSET_PATH, GRAPHIQL_PAGE, graphiqlAsset } from './graphiql.ts';
import { errorPage } from './errors.ts';
import { homeLinks, homePage } from './home.ts';
import type { Page } from './html.ts';
import { readmePage } from './readme.ts';

export interface PagesOptions {
  readonly version: string;
  readonly loadMe: (viewer: Viewer) => Promise<Me>;
  /** Whether sign-in with GitHub is configured. */
  readonly github: boolean;
  /** Whether sign-in with an OpenID provider is. */
  readonly oidc: boolean;
  /** Whether GraphiQL is served. */
  readonly explorable: boolean;
}

/** What a request is answered with. */
interface Answer {
  readonly type: string;
  readonly body: string;
  readonly policy: string | null;
  readonly cacheControl: string;
}

export interface Pages {
  /** Returns true if the request is for a page or a file of one; `answer` then ends it. */
  has(request: IncomingMessage): boolean;
  /** Ends the response. Rejects when the database does. */
  answer(request: IncomingMessage, response: ServerResponse, viewer: Viewer | null): Promise<void>;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Makes the pages. */
export function createPages(options: PagesOptions): Pages {
  const { explorable } = options;
  const has = (request: IncomingMessage): boolean => {
    if (!READS.has(request.method ?? '')) return false;
    const path = pathOf(request);
    if (path === '/' || path === '/readme' || codeOf(path) !== null) return true;
    if (!explorable) return false;
    return path.startsWith(ASSET_PATH) || (path === '/graphql' && wantsHtml(request));
  };
  return {
    has,
    answer: async (request, response, viewer) => {
      const answer = await answerOf(options, request, viewer);
      if (answer === null) {
        response.writeHead(404, { 'content-length': 0 }).end();
        return;
      }
      const bytes = Buffer.from(answer.body, 'utf8');
      response.writeHead(200, {
        'content-type': `${answer.type}; charset=utf-8`,
        'content-length': bytes.length,
        'cache-control': answer.cacheControl,
        vary: 'accept, cookie',
        ...(answer.policy === null ? {} : { 'content-security-policy': answer.policy }),
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    },
  };
}

async function answerOf(
  options: PagesOptions,
  request: IncomingMessage,
  viewer: Viewer | null,
): Promise<Answer | null> {
  const path = pathOf(request);
  if (path === '/graphql') return pageAnswer(GRAPHIQL_PAGE);
  const code = codeOf(path);
  if (code !== null) {
    const page = await errorPage(code);
    return page === null ? null : pageAnswer(page);
  }
  if (path === '/readme') return pageAnswer(await readmePage());
  if (path.startsWith(ASSET_PATH)) {
    const asset = await graphiqlAsset(path.slice(ASSET_PATH.length));
    // The files change with the version only.
    return asset === null ? null : { ...asset, policy: null, cacheControl: 'public, max-age=3600' };
  }
  if (path === '/' && !wantsHtml(request)) return { ...jsonAnswer(options), policy: null };
  const me = viewer === null ? null : await meOrNull(options, viewer);
  return pageAnswer(homePage({ ...options, me }));
}

/** Null for a user who is gone. */
async function meOrNull({ loadMe }: PagesOptions, viewer: Viewer): Promise<Me | null> {
  try {
    return await loadMe(viewer);
  } catch (error) {
    if (error instanceof Failure && error.code === 'unauthenticated') return null;
    throw error;
  }
}

function pageAnswer({ body, policy }: Page): Answer {
  return { type: 'text/html', body, policy, cacheControl: 'no-store' };
}

function jsonAnswer(options: PagesOptions): Omit<Answer, 'policy'> {
  const listed = homeLinks(options).map(({ name, href }) => [name, href] as const);
  const signIn = {
    ...(options.github ? { sign_in_with_github: '/api/v1/auth/github' } : {}),
    ...(options.oidc ? { sign_in_with_oidc: '/api/v1/auth/oidc' } : {}),
  };
  const links = { ...Object.fromEntries<string>(listed), ...signIn };
  const body = JSON.stringify({ name: 'masker', version: options.version, links: { graphql: '/graphql', ...links } });
  return { type: 'application/json', body, cacheControl: 'no-store' };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

/** The code that a page of the error catalogue is of; null for another path. */
function codeOf(path: string): string | null {
  return /^\/errors\/([a-z_]{1,64})$/.exec(path)?.[1] ?? null;
}

function wantsHtml({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') === true;
}
