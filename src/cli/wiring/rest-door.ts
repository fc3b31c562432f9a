/** The door of REST and of sign-in, and who comes through it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Credentials } from '../../accounts/credentials.ts';
import type { Viewer } from '../../accounts/viewer.ts';
import type { Limits } from '../../http/limits.ts';
import type { Door } from '../../http/doors.ts';
import type { RestApp } from '../../rest/app.ts';

/** Who is asking; renews the browser's cookie on the way. */
export async function identify(
  credentials: Credentials,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Viewer | null> {
  const { cookie, authorization } = request.headers;
  const { viewer, renewedCookie } = await credentials.authenticate({ cookie, authorization });
  if (renewedCookie !== null) response.appendHeader('Set-Cookie', renewedCookie);
  return viewer;
}

/**
 * Asks again who is asking, for when the body is there: it may come a minute after the head, and by then the user may be
 * removed or the credential revoked. Undefined for a request without a body.
 */
export function identifyAgain(
  credentials: Credentials,
  { method, headers: { cookie, authorization } }: IncomingMessage,
): (() => Promise<Viewer | null>) | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  return async () => (await credentials.authenticate({ cookie, authorization })).viewer;
}

/** The REST application behind the credentials and, where there are any, the limits of accounts. */
export function restDoor(app: RestApp, credentials: Credentials, limits: Limits | null): Door {
  return async (request, response, requestId) => {
    const viewer = await identify(credentials, request, response);
    const isApi = request.url?.startsWith('/api/') === true;
    if (limits !== null && isApi && !(await limits.api(viewer?.accountId ?? null, request, response, requestId)))
      return;
    const viewerNow = identifyAgain(credentials, request);
    const bindings = { viewer, requestId, ...(viewerNow === undefined ? {} : { viewerNow }) };
    await getRequestListener((webRequest) => app.fetch(webRequest, bindings))(request, response);
  };
}
