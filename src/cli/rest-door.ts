/** The door of REST and of sign-in, and who comes through it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Credentials } from '../accounts/credentials.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { Limits } from '../http/limits.ts';
import type { Door } from '../http/server.ts';
import type { RestApp } from '../rest/app.ts';

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

/** The REST application behind the credentials and, where there are any, the limits of accounts. */
export function restDoor(app: RestApp, credentials: Credentials, limits: Limits | null): Door {
  return async (request, response, requestId) => {
    const viewer = await identify(credentials, request, response);
    const isApi = request.url?.startsWith('/api/') === true;
    if (limits !== null && isApi && !(await limits.api(viewer?.accountId ?? null, request, response, requestId)))
      return;
    await getRequestListener((webRequest) => app.fetch(webRequest, { viewer, requestId }))(request, response);
  };
}
