/**
 * Gives each request to its door:
 *
 *   /graphql        graphql-yoga, on node's own request
 *   /proxy/...      the proxy, on node's own request: streams must not pass through web streams
 *   /retell/...     Retell's WebSockets
 *   /vapi/...       Vapi's events, on node's own request: a signature is over the bytes as they came
 *   /bolna/...      Bolna's events, likewise; so /retell/webhook/... and /elevenlabs/...
 *   / /portal ...   pages for people
 *   /health ...     `own-answers.ts`
 *   all the rest    the REST application (hono)
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';
import { answerCors } from './cors.ts';
import type { Door, ServerDoors } from './doors.ts';
import { wasHandedOver } from './hand-over.ts';
import { ownAnswers, sendFailure, sendJson } from './own-answers.ts';
import type { OwnAnswerSources } from './own-answers.ts';
import type { ServerState } from './stopping.ts';

export interface RoutingOptions extends OwnAnswerSources {
  readonly doors: ServerDoors;
  /** Whether a call may go to its door; answers it where it may not. Null: all may. */
  readonly limitCalls:
    ((request: IncomingMessage, response: ServerResponse, requestId: RequestId) => Promise<boolean>) | null;
  /** Origins whose pages may read answers; default none. */
  readonly corsOrigins?: ReadonlySet<string>;
}

/** Where voice platforms call. */
const CALLS = /^\/(?:proxy|vapi|bolna|elevenlabs|retell\/webhook)\//;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Whether path and Host make a URL. What builds one of them would throw, and answer with where in the code it did. */
function isAddressed({ url = '', headers: { host = '' } }: IncomingMessage): boolean {
  return URL.canParse(url, `http://${host === '' ? 'localhost' : host}`);
}

/** Returns a door that gives each request to the door of its path, and answers health checks and keys itself. */
export function routing(
  options: RoutingOptions,
  state: Readonly<ServerState>,
): (...exchange: Parameters<Door>) => Promise<void> {
  const { doors, limitCalls } = options;
  const corsOrigins = options.corsOrigins ?? new Set<string>();
  const ownAnswer = ownAnswers(options, state);
  return async (request, response, requestId, note) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (answerCors(request, response, corsOrigins)) return;
    // The worker that handed a request on has counted it.
    const isLimited = limitCalls !== null && CALLS.test(path) && !wasHandedOver(request);
    if (isLimited && !(await limitCalls(request, response, requestId))) return;
    if (path.startsWith('/proxy/')) return doors.proxy(request, response, requestId, note);
    if (!isAddressed(request)) {
      sendFailure(response, new Failure('bad_request', 'The Host header or the path is malformed.'), requestId);
      return;
    }
    if (doors.pages?.has(request) === true) return doors.pages.door(request, response, requestId, note);
    if (path === '/graphql') return doors.graphql(request, response, requestId, note);
    const webhook = webhookDoor(doors, path);
    if (webhook !== undefined) return webhook(request, response, requestId, note);
    const answer = READS.has(request.method ?? '') ? await ownAnswer(path) : null;
    if (answer !== null) {
      sendJson(response, answer.status, answer.body);
      return;
    }
    return doors.rest(request, response, requestId, note);
  };
}

/** Returns the door of the voice platform to which the path belongs. */
function webhookDoor(doors: ServerDoors, path: string): Door | undefined {
  if (path.startsWith('/vapi/')) return doors.vapi;
  if (path.startsWith('/bolna/')) return doors.bolna;
  if (path.startsWith('/retell/webhook/')) return doors.retellEvents;
  return path.startsWith('/elevenlabs/') ? doors.elevenlabs : undefined;
}
