/** The REST application: the routes of the table under /api/v1, and what holds for all of them. See docs/api.md. */
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { cookieName, needsSecureCookies } from '../accounts/cookie.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { refusal } from '../graphql/access.ts';
import type { GraphqlContext, Services } from '../graphql/context.ts';
import { PURPOSE_HEADER, purposeOf } from '../graphql/purpose.ts';
import { expectedFailure } from '../platform/database-fault.ts';
import { Failure, FAILURES } from '../platform/failure.ts';
import { refusedWrite } from '../http/csrf.ts';
import type { CookieWrite } from '../http/csrf.ts';
import type { RequestId } from '../platform/ids.ts';
import { writingJson } from '../json/json-writing.ts';
import { runInStretches } from '../platform/stretch.ts';
import { signInFailedPage } from '../pages/sign-in-failed.ts';
import { deprecationHeaders } from './deprecation.ts';
import { namesTag } from './entity-tag.ts';
import { errorEnvelope, PROBLEM_TYPE, problemDetails } from './envelope.ts';
import { runOperation } from './execute.ts';
import type { RunOperation } from './execute.ts';
import { IDEMPOTENCY_HEADER, idempotencyKey, REPLAYED_HEADER } from './idempotency.ts';
import type { Idempotency } from './idempotency.ts';
import { isTagged, openApiDocument, SESSION_COOKIE } from './openapi.ts';
import { bodyTag, taggedTwin } from './preconditions.ts';
import type { Preconditions } from './preconditions.ts';
import { readJsonBody } from './request-body.ts';
import { ROUTES } from './route-table.ts';
import { SIGN_IN_ROUTES } from './sign-in-routes.ts';
import type { Route, RouteAnswer } from './route.ts';

const BASE_PATH = '/api/v1';

/** What the outer server knows of a request: hono's bindings, the second argument of `fetch`. */
export interface RestBindings {
  readonly viewer: Viewer | null;
  /** Who is asking once the body is there. */
  readonly viewerNow?: () => Promise<Viewer | null>;
  readonly requestId: RequestId;
}

export interface RestAppOptions {
  readonly prisma: PrismaClient;
  readonly services: Services;
  readonly idempotency: Idempotency;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
  /** Told of an unexpected error. Its message may carry values: only its class and stack positions are fit for a log. */
  readonly onUnexpectedError: (requestId: RequestId, error: unknown) => void;
  /** Sign-in and sign-out; what it throws gets the envelope of all errors. */
  readonly authRoutes?: Hono;
  /** Default: all routes of the product. */
  readonly routes?: readonly Route[];
  readonly preconditions: Preconditions;
}

interface RestEnvironment {
  Bindings: RestBindings;
}

export type RestApp = Hono<RestEnvironment>;

/** Makes the application. `fetch(request, { viewer, requestId })` answers; it never rejects. */
export function createRestApp(options: RestAppOptions): RestApp {
  const { prisma, services, publicUrl, idempotency, preconditions, onUnexpectedError, routes = ROUTES } = options;
  const publicOrigin = new URL(publicUrl).origin;
  const sessionCookie = cookieName(SESSION_COOKIE, needsSecureCookies(new URL(publicUrl)));
  const openApi = openApiDocument(routes, sessionCookie);
  const app = new Hono<RestEnvironment>();

  app.onError((error, c) => {
    const failure = expectedFailure(error);
    if (!(error instanceof Failure)) onUnexpectedError(c.env.requestId, error);
    if (failure !== null) return failed(c, failure, publicUrl);
    return failed(
      c,
      new Failure('internal_error', 'Something went wrong on our side. Quote the request id when you report it.'),
      publicUrl,
    );
  });
  app.notFound((c) => failed(c, new Failure('not_found', 'There is no such address.'), publicUrl));

  app.use(`${BASE_PATH}/*`, async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });
  if (options.authRoutes !== undefined) app.route(BASE_PATH, options.authRoutes);

  const api = new Hono<RestEnvironment>();
  api.use(refuseCrossSite((write) => refusedWrite({ ...write, publicOrigin })));
  api.get('/openapi.json', (c) => c.json(openApi));
  const parts = { prisma, services, publicUrl, idempotency, preconditions };
  for (const route of routes) {
    const headers = Object.entries(route.deprecation === null ? {} : deprecationHeaders(route.deprecation));
    const twin = taggedTwin(route, routes);
    api.on(route.method, honoPath(route), async (c) => {
      for (const [name, value] of headers) c.header(name, value);
      return answer(c, { route, twin }, parts);
    });
  }
  refuseOtherMethods(api, allowedMethods(routes), publicUrl);
  if (options.authRoutes !== undefined) refuseOtherMethods(api, signInMethods(), publicUrl);
  app.route(BASE_PATH, api);
  return app;
}

/** Answers OPTIONS, and refuses every method that an address does not take. */
function refuseOtherMethods(api: RestApp, allowed: ReadonlyMap<string, readonly string[]>, publicUrl: string): void {
  for (const [path, methods] of allowed) {
    api.all(path, (c) => {
      c.header('Allow', methods.join(', '));
      if (c.req.method === 'OPTIONS') return c.body(null, 204);
      return failed(c, new Failure('method_not_allowed', `This address takes ${methods.join(', ')}.`), publicUrl);
    });
  }
}

function refuseCrossSite(
  judge: (write: Omit<CookieWrite, 'publicOrigin'>) => Failure | null,
): MiddlewareHandler<RestEnvironment> {
  return async (c, next) => {
    if (c.env.viewer?.via === 'cookie') {
      const refused = judge({
        method: c.req.method,
        secFetchSite: c.req.header('sec-fetch-site'),
        origin: c.req.header('origin'),
        contentType: c.req.header('content-type'),
      });
      if (refused !== null) throw refused;
    }
    await next();
  };
}

interface AnswerParts extends Pick<GraphqlContext, 'prisma' | 'services' | 'publicUrl'> {
  readonly idempotency: Idempotency;
  readonly preconditions: Preconditions;
}

/** A route, and the GET whose tag it can be made conditional on. */
interface AnsweredRoute {
  readonly route: Route;
  readonly twin: Route | null;
}

async function answer(
  c: Context<RestEnvironment>,
  { route, twin }: AnsweredRoute,
  { idempotency, preconditions, ...parts }: AnswerParts,
): Promise<Response> {
  const { viewerNow, requestId } = c.env;
  // Before the request is read: a stranger learns nothing of what a route takes.
  if (c.env.viewer === null) throw refusal(false);
  if (c.req.method === 'HEAD' && route.streams) {
    c.header('Allow', 'GET');
    throw new Failure('method_not_allowed', 'This address takes GET.');
  }
  const body = route.body === null ? undefined : await readBody(route, c.req.raw);
  const viewer = body === undefined || viewerNow === undefined ? c.env.viewer : await viewerNow();
  if (viewer === null) throw refusal(false);
  const accept = c.req.header('accept') ?? '';
  const request = { path: c.req.param(), query: new URL(c.req.url).searchParams, body, accept };
  const purpose = purposeOf(c.req.header(PURPOSE_HEADER));
  const run: RunOperation = (document, variables) =>
    runOperation({ ...parts, viewer, requestId, purpose, stream: null, setCookie: null }, document, variables);
  const caller = { services: parts.services, viewer, purpose };
  const key = route.method === 'POST' && !route.onlyReads ? idempotencyKey(c.req.header(IDEMPOTENCY_HEADER)) : null;
  const ifMatch = route.method === 'GET' || route.method === 'POST' ? undefined : c.req.header('if-match');
  if (ifMatch !== undefined) {
    const readTag = async (): Promise<string | null> => {
      if (twin === null) return null;
      const { body: now } = await twin.handle(
        { ...request, query: new URLSearchParams(), body: undefined },
        run,
        caller,
      );
      return bodyTag(now, JSON.stringify(now));
    };
    const condition = { viewer, path: c.req.path, ifMatch, readTag };
    return send(c, route, await preconditions(condition, () => route.handle(request, run, caller)));
  }
  if (key === null) return send(c, route, await route.handle(request, run, caller));
  const keyed = { viewer, key, path: c.req.path, body };
  const { answer: kept, isReplayed } = await idempotency.once(keyed, () => route.handle(request, run, caller));
  if (isReplayed) c.header(REPLAYED_HEADER, 'true');
  return send(c, route, kept);
}

async function send(c: Context<RestEnvironment>, route: Route, result: RouteAnswer): Promise<Response> {
  if (result.attachment !== undefined) c.header('Content-Disposition', `attachment; filename="${result.attachment}"`);
  if (result.mediaType !== undefined && typeof result.body === 'string')
    return c.body(result.body, 200, { 'Content-Type': result.mediaType });
  if (result.stream !== undefined) return c.body(result.stream.bytes, 200, { 'Content-Type': result.stream.type });
  if (result.file !== undefined)
    return c.body(Uint8Array.from(result.file.bytes), 200, { 'Content-Type': result.file.type });
  if (result.status === 204) return c.body(null, 204);
  const text = await runInStretches(writingJson(result.body));
  if (isTagged(route)) {
    const tag = bodyTag(result.body, text);
    c.header('ETag', tag);
    if (namesTag(c.req.header('if-none-match'), tag)) return c.body(null, 304);
  }
  return c.body(text, result.status, JSON_TYPE);
}

async function readBody({ optionalBody }: Route, request: Request): Promise<unknown> {
  const { headers } = request;
  const isAbsent = (headers.get('content-length') ?? '0') === '0' && !headers.has('transfer-encoding');
  return optionalBody && isAbsent && !headers.has('content-type') ? {} : readJsonBody(request);
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

function failed(c: Context<RestEnvironment>, failure: Failure, publicUrl: string): Response {
  if (isSignIn(c)) {
    const { body, policy } = signInFailedPage({
      code: failure.code,
      message: failure.message,
      requestId: c.env.requestId,
    });
    c.header('Content-Security-Policy', policy);
    return c.body(body, FAILURES[failure.code], { 'Content-Type': 'text/html; charset=utf-8' });
  }
  if (failure.retryAfterSeconds !== null) c.header('Retry-After', String(failure.retryAfterSeconds));
  if (failure.code === 'idempotency_in_progress') c.header('Retry-After', '1');
  // By the context, so that what a handler has set so far (Allow, Set-Cookie) goes along.
  const envelope = errorEnvelope(failure, c.env.requestId);
  if (c.req.header('accept')?.includes(PROBLEM_TYPE) !== true)
    return c.body(JSON.stringify(envelope), FAILURES[failure.code], JSON_TYPE);
  const body = JSON.stringify({ ...problemDetails(failure, c.env.requestId, publicUrl), ...envelope });
  return c.body(body, FAILURES[failure.code], { 'Content-Type': PROBLEM_TYPE });
}

/** Whether a person waits for the end of a sign-in: a page tells more than JSON does. */
function isSignIn(c: Context<RestEnvironment>): boolean {
  return c.req.path.startsWith(`${BASE_PATH}/auth/`) && c.req.header('accept')?.includes('text/html') === true;
}

function honoPath({ path, deepParameter }: Route): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => (name === deepParameter ? `:${name}{.+}` : `:${name}`));
}

/**
 * The methods of each address, as its Allow header says them. hono answers HEAD where there is GET. An address that is also
 * one of another route with a parameter takes the methods of both.
 */
function allowedMethods(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map([['/openapi.json', ['GET', 'HEAD']]]);
  for (const route of routes) {
    const covering = routes.filter((other) => other.path === route.path || covers(other, route));
    const taken = covering.flatMap(({ method, streams }) =>
      method === 'GET' && !streams ? [method, 'HEAD'] : [method],
    );
    methods.set(honoPath(route), [...new Set(taken)]);
  }
  return methods;
}

/** Whether the address of the route, as it is written, is one of the other route, too. */
function covers(other: Route, { path }: Route): boolean {
  return new RegExp(`^${other.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

/** The same for sign-in. */
function signInMethods(): Map<string, string[]> {
  return new Map(
    SIGN_IN_ROUTES.map(({ path, method, answersHead }) => [path, [method, ...(answersHead ? ['HEAD'] : [])]]),
  );
}
