/** The line that each request leaves in the log. A path that no door serves may hold PHI, so a line has the door alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { RequestId } from '../platform/ids.ts';
import type { LogContext } from '../platform/log.ts';
import type { Note } from './doors.ts';
import { isCopied } from './hand-over.ts';

const DOORS: ReadonlySet<string> = new Set([
  '/graphql',
  '/proxy',
  '/api',
  '/vapi',
  '/bolna',
  '/elevenlabs',
  '/retell',
  '/health',
  '/livez',
  '/readyz',
  '/.well-known',
  '/portal',
  '/readme',
  '/graphiql',
]);

/** The first segment of the path where it names a door, else `/`: a path that nobody serves may hold anything. */
function doorOf(url: string): string {
  const segment = /^\/[^/?]*/.exec(url)?.[0] ?? '/';
  return DOORS.has(segment) ? segment : '/';
}

/** Returns the session of the turn that was answered, from the header that names it to the caller. */
function sessionOf(response: ServerResponse): Pick<LogContext, 'session_id'> {
  const id = response.getHeader('masker-session-id');
  return typeof id === 'string' ? { session_id: id } : {};
}

/** Writes the line of the request into the log when its answer is over. Returns where a door notes what the line says more. */
export function logOnClose(
  log: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: RequestId,
): Note {
  const began = performance.now();
  let context: Parameters<Note>[0] = {};
  response.on('close', () => {
    if (!log.isLevelEnabled('info') || isCopied(response)) return;
    log.info(
      {
        request_id: requestId,
        ...context,
        ...sessionOf(response),
        method: request.method,
        door: doorOf(request.url ?? '/'),
        status: response.statusCode,
        duration_ms: Math.round((performance.now() - began) * 1000) / 1000,
        ...(response.writableFinished ? {} : { aborted: true }),
      },
      'request',
    );
  });
  return (noted) => {
    context = noted;
  };
}
