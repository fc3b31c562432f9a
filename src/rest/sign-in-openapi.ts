/** The operations of sign-in and sign-out in the OpenAPI document: redirects and cookies in the place of JSON. */
import { EVERYWHERE, failureResponses } from './failure-responses.ts';
import type { SignInRoute } from './sign-in-routes.ts';

const TEXT = { type: 'string' };
/** A browser is told of a failure by a page. */
const PAGE = { 'text/html': { schema: TEXT } };

/** Returns the operation of a route. Anybody may ask: it is how a caller becomes known. */
export function signInOperation(route: SignInRoute): Readonly<Record<string, unknown>> {
  const { operationId, summary, query, status, location, cookies, failures } = route;
  return {
    operationId,
    summary: (summary.split(/\. /, 1)[0] ?? summary).replace(/\.$/, ''),
    description: summary,
    tags: ['auth'],
    security: [],
    parameters: Object.entries(query).map(([name, description]) => ({
      name,
      in: 'query',
      required: false,
      description,
      schema: TEXT,
    })),
    responses: {
      [status]: {
        description: location === null ? 'Done.' : 'A redirect.',
        headers: {
          ...(location === null ? {} : { Location: { description: location, schema: TEXT } }),
          'Set-Cookie': { description: cookies, schema: TEXT },
        },
      },
      ...failureResponses([...failures, ...EVERYWHERE], PAGE),
    },
  };
}
