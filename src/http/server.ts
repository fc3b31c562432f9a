/**
 * The one HTTP server: gives each request its id and its log line, and hands it to the door it knocks on.
 *
 *   /graphql        graphql-yoga, on node's own request
 *   /proxy/...      the proxy, on node's own request: streams must not pass through web streams
 *   /retell/...     Retell's WebSockets
 *   /vapi/...       Vapi's events, on node's own request: a signature is over the bytes as they came
 *   /bolna/...      Bolna's events, likewise; so /retell/webhook/... and /elevenlabs/...
 *   / /portal ...   pages for people
 *   /health ...     here
 *   all the rest    the REST application (hono)
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { systemTimer } from '../platform/clock.ts';
import { expectedFailure } from '../platform/database-fault.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import type { RequestId } from '../platform/ids.ts';
import type { LogContext } from '../platform/log.ts';
import { answerCors } from './cors.ts';
import { failureBody } from './failure-body.ts';
import { HandedRequest, isCopied, wasHandedOver } from './hand-over.ts';
import { readHealth, readStorage, sharedCheck } from './health.ts';
import type { Health, HealthSources } from './health.ts';
import { isOnRefusedConnection, RefusingResponse } from './refused-bodies.ts';
import { UpgradableRequest } from './upgrades.ts';
import type { UpgradeDoor } from './upgrades.ts';

/** Adds to the request's log line: the agent, once it is known to exist. */
export type Note = (context: Pick<LogContext, 'agent_id'>) => void;

/** A door of the server. Must end the response and must not reject. */
export type Door = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: RequestId,
  note: Note,
) => Promise<void> | void;

export interface ServerDoors {
  readonly graphql: Door;
  readonly proxy: Door;
  readonly rest: Door;
  /** Pages: `has` decides whether a request is for one. Where they are not given, their addresses are not found. */
  readonly pages?: { readonly has: (request: IncomingMessage) => boolean; readonly door: Door };
  /** Where one is not given, its addresses are not found. */
  readonly vapi?: Door;
  readonly bolna?: Door;
  readonly retellEvents?: Door;
  readonly elevenlabs?: Door;
  /** Where it is not given, a WebSocket is asked for in vain. */
  readonly retell?: UpgradeDoor;
}

/** What joins this process to the other workers of its machine. */
export interface WorkerDoors {
  /** Joins what this worker says of itself with what the others say. Must not reject. */
  readonly health: (own: Health) => Promise<Health>;
  /** Carries a connection to the worker that keeps its call; resolves with false where that is this one. Must not reject. */
  readonly carryUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<boolean>;
  /** Resolves when no other worker hands requests on to this one any more. Must not reject. */
  readonly released: () => Promise<void>;
}

export interface HttpServerOptions {
  readonly doors: ServerDoors;
  /** Whether a call may go to its door; answers it where it may not. Null: all may. */
  readonly limitCalls:
    ((request: IncomingMessage, response: ServerResponse, requestId: RequestId) => Promise<boolean>) | null;
  /** Origins whose pages may read answers; default none. */
  readonly corsOrigins?: ReadonlySet<string>;
  readonly health: HealthSources;
  /** The body of /.well-known/masker-keys.json. */
  readonly publicKeys: unknown;
  readonly log: Logger;
  /** Null: this process serves alone. */
  readonly workers?: WorkerDoors | null;
  /** How long the head of a request may take, in milliseconds; default 15 s. */
  readonly headTimeoutMs?: number;
  /** Resolves after so many milliseconds; default: a timer. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** How a stop goes, in milliseconds. */
export interface StopTimes {
  /** How long everything is served as before, while /readyz says 503 and load balancers notice. */
  readonly graceMs: number;
  /** How long what is under way may take to end after that. */
  readonly timeoutMs: number;
}

/** Brings what has no end of its own, such as WebSockets, to one, and resolves when it has. What takes too long is cut off. */
export type EndCalls = () => Promise<void>;

export interface HttpServer {
  readonly server: Server;
  /** Serves what other workers hand on; null where there are none. */
  readonly handed: Server | null;
  /** What this process says of itself. */
  readonly health: () => Promise<Health>;
  /** Stops: /readyz falls, then the listener closes, then what is under way ends or is cut. Resolves when no door is at work. */
  readonly stop: (times: StopTimes, endCalls: EndCalls) => Promise<void>;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/** Ends a response in the form of its door; cuts the connection where the head is already out. */
function sendFailure(response: ServerResponse, failure: Failure, requestId: RequestId): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, failure.status, failureBody(response.req.url ?? '', failure, requestId));
}

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

/** Whether path and Host make a URL. What builds one of them would throw, and answer with where in the code it did. */
function isAddressed({ url = '', headers: { host = '' } }: IncomingMessage): boolean {
  return URL.canParse(url, `http://${host === '' ? 'localhost' : host}`);
}

/** Returns the session of the turn that was answered, from the header that names it to the caller. */
function sessionOf(response: ServerResponse): Pick<LogContext, 'session_id'> {
  const id = response.getHeader('masker-session-id');
  return typeof id === 'string' ? { session_id: id } : {};
}

/** Where voice platforms call. */
const CALLS = /^\/(?:proxy|vapi|bolna|elevenlabs|retell\/webhook)\//;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** How long the head of a request may take, in milliseconds. */
const HEAD_MS = 15_000;
/** How long a connection without a request is kept, in milliseconds. */
const KEEP_ALIVE_MS = 65_000;
/** How long a whole request may take, in milliseconds. */
const REQUEST_MS = 60_000;

/**
 * Voice turns are small and quick to send; a caller that dribbles its head or body holds no socket for long. Node looks for
 * such connections every 30 seconds by default, so that a head could take 45.
 */
function serverOptions(
  headTimeoutMs: number,
  requestClass: typeof UpgradableRequest,
  keepAliveTimeout: number,
): ServerOptions<typeof UpgradableRequest, typeof RefusingResponse> {
  return {
    IncomingMessage: requestClass,
    ServerResponse: RefusingResponse,
    headersTimeout: headTimeoutMs,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.min(500, headTimeoutMs),
  };
}

/** An answer is data: it loads nothing, runs nothing and stands in no frame, whatever a browser takes it for. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The headers of every answer; a page sets a policy of its own. */
const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['Content-Security-Policy', DATA_POLICY],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
];

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log, wait = sleep, headTimeoutMs = HEAD_MS, workers = null } = options;
  const { retell } = options.doors;
  const health = sharedChecks(options.health);
  const state: ServerState = { isDraining: false, isClosing: false };
  /** Connections that were upgraded: the server counts them, but cannot cut them. */
  const upgraded = new Set<Duplex>();
  /** The doors that are at work. */
  const atWork = new Set<Promise<void>>();
  const keepTrack = (work: Promise<void>): void => {
    atWork.add(work);
    void work.finally(() => atWork.delete(work));
  };
  const route = routing({ ...options, health }, state);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (isOnRefusedConnection(request)) {
      request.resume();
      return;
    }
    const requestId = newId('request');
    prepareResponse(response, requestId, state);
    response.on('close', () => {
      if (state.isClosing) closeIdleSoon(server);
    });
    const note = logOnClose(log, request, response, requestId);
    keepTrack(route(request, response, requestId, note).catch(failing(log, response, requestId)));
  };
  const server = createServer(serverOptions(headTimeoutMs, UpgradableRequest, KEEP_ALIVE_MS), onRequest);
  // The other workers close its connections: a request that meets a closing one would be lost.
  const kept = serverOptions(headTimeoutMs, HandedRequest, 0);
  const handed = workers === null ? null : createServer(kept, onRequest);
  if (retell !== undefined) {
    const door = workers === null ? retell : carrying(workers, retell);
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      keepUntilClosed(upgraded, socket);
      keepTrack(door(request, socket, head, newId('request')));
    };
    server.on('upgrade', onUpgrade);
    handed?.on('upgrade', onUpgrade);
  }

  async function stop({ graceMs, timeoutMs }: StopTimes, endCalls: EndCalls): Promise<void> {
    state.isDraining = true;
    await wait(graceMs);
    state.isClosing = true;
    const closed = closing(server, handed, upgraded, timeoutMs);
    await Promise.all([closed.done, endCalls()]);
    await workers?.released();
    closed.settle();
    // A door whose caller was cut off still has the end of the turn to record.
    await Promise.all(atWork);
    if (handed !== null) await closeNow(handed);
  }

  return { server, handed, health: () => readHealth(health), stop };
}

function keepUntilClosed(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}

/** A kept-alive connection would hold the stop up although nothing is under way on it any more. */
function closeIdleSoon(server: Server): void {
  setImmediate(() => {
    server.closeIdleConnections();
  });
}

/** The door of an upgrade that another worker may have to take. What it has handed on is taken here. */
function carrying(workers: WorkerDoors, door: UpgradeDoor): UpgradeDoor {
  return async (request, socket, head, requestId) => {
    if (!wasHandedOver(request) && (await workers.carryUpgrade(request, socket, head))) return;
    await door(request, socket, head, requestId);
  };
}

/** Closes a server on which nothing is under way, with the connections that are kept. */
function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** Where a server is on its way to its end. */
interface ServerState {
  /** Not ready any more; requests that still come are answered. */
  isDraining: boolean;
  /** Takes no new connections. */
  isClosing: boolean;
}

/** Takes no new connections; connections that are still open after `timeoutMs` are cut, unless `settle` was called. */
function closing(
  server: Server,
  handed: Server | null,
  upgraded: ReadonlySet<Duplex>,
  timeoutMs: number,
): { readonly done: Promise<void>; settle(): void } {
  const done = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeIdleConnections();
  const overdue = setTimeout(() => {
    server.closeAllConnections();
    handed?.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  }, timeoutMs);
  return {
    done,
    settle: () => {
      clearTimeout(overdue);
    },
  };
}

/** Returns a door that gives each request to the door of its path, and answers health checks and keys itself. */
function routing(
  options: HttpServerOptions,
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

interface OwnAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The same sources, which look at most once a second. */
function sharedChecks(health: HealthSources): HealthSources {
  return {
    ...health,
    ping: sharedCheck(health.ping, systemTimer.now),
    journal: sharedCheck(health.journal, systemTimer.now),
    openAgents: sharedCheck(health.openAgents, systemTimer.now),
  };
}

/** Returns what the server answers by itself to a path; null where the path is another door's. */
function ownAnswers(
  { health, publicKeys, workers = null }: HttpServerOptions,
  state: Readonly<ServerState>,
): (path: string) => Promise<OwnAnswer | null> {
  return async (path) => {
    switch (path) {
      case '/health': {
        const own = await readHealth(health);
        const body = workers === null ? own : await workers.health(own);
        return { status: body.status === 'ok' ? 200 : 503, body };
      }
      case '/livez':
        return { status: 200, body: { status: 'ok' } };
      case '/readyz': {
        const ready = !state.isDraining && (await readStorage(health)).isWritable;
        return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'unavailable' } };
      }
      case '/.well-known/masker-keys.json':
        return { status: 200, body: publicKeys };
      default:
        return null;
    }
  };
}

function prepareResponse(response: ServerResponse, requestId: RequestId, { isDraining }: Readonly<ServerState>): void {
  response.setHeader('X-Request-Id', requestId);
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  // A load balancer that keeps its connection would send the next request here, too.
  if (isDraining && !wasHandedOver(response.req)) response.shouldKeepAlive = false;
}

/** Writes the line of the request into the log when its answer is over. Returns where a door notes what the line says more. */
function logOnClose(log: Logger, request: IncomingMessage, response: ServerResponse, requestId: RequestId): Note {
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

/** Returns what answers for a door that failed. */
function failing(log: Logger, response: ServerResponse, requestId: RequestId): (error: unknown) => void {
  return (error) => {
    const failure = expectedFailure(error);
    if (failure !== null) {
      log.warn({ request_id: requestId, code: failure.code, err: failure.cause }, 'request refused');
      sendFailure(response, failure, requestId);
      return;
    }
    log.error({ request_id: requestId, err: error }, 'a door failed');
    sendFailure(
      response,
      new Failure('internal_error', 'Something went wrong on our side. Quote the request id when you report it.'),
      requestId,
    );
  };
}
