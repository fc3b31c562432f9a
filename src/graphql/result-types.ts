/** The content type of results: what a caller accepts is known before anything runs. */
import { GraphQLError } from 'graphql';
import type { FetchAPI, Plugin } from 'graphql-yoga';
import { FAILURES } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';

/** The types that a result may have. */
const RESULT_TYPES = ['application/graphql-response+json', 'application/json', 'text/event-stream', 'multipart/mixed'];
const MESSAGE = `Accept one of ${RESULT_TYPES.join(', ')}; for a subscription, text/event-stream.`;

/** Returns the header Accept with the names of character sets unquoted. Yoga knows only that form of them. */
export function unquoteCharsets(header: string): string {
  return header.replaceAll(/(;\s*charset=)"([^"]*)"/gi, '$1$2');
}

/** Whether the header Accept allows a type of results in UTF-8. */
export function acceptsResults(header: string | null): boolean {
  const ranges = (header ?? '*/*').toLowerCase().replace(/\s/g, '').split(',');
  return ranges.some((range) => {
    const [type = '', ...parameters] = range.split(';');
    if (parameters.some((each) => each.startsWith('charset=') && each !== 'charset=utf-8')) return false;
    return RESULT_TYPES.some(
      (known) => type === '*/*' || type === known || type === `${known.split('/', 1)[0] ?? ''}/*`,
    );
  });
}

/** Refuses a request whose caller accepts no type of results, before it runs: a mutation would be made all the same. */
export function checkResultTypes(): Plugin {
  return {
    onRequestParse: ({ request }) => {
      const isQuery = request.method === 'GET' || request.method === 'POST';
      if (isQuery && !acceptsResults(request.headers.get('accept')))
        throw new GraphQLError(MESSAGE, { extensions: { code: 'not_acceptable', http: { status: 406 } } });
    },
  };
}

/** Answers a caller that accepts no type of its result: with the error as JSON, which it may read all the same. */
export function notAcceptable(requestId: RequestId): (result: unknown, fetchAPI: FetchAPI) => Response {
  return (_result, fetchAPI) => {
    const extensions = { code: 'not_acceptable', requestId };
    return new fetchAPI.Response(JSON.stringify({ errors: [{ message: MESSAGE, extensions }] }), {
      status: FAILURES.not_acceptable,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    });
  };
}
