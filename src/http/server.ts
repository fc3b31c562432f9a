/** The one HTTP server of a process: gives each request its id and its log line, and hands it to its door. */
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
import { HandedRequest, wasHandedOver } from './hand-over.ts';
import { readHealth, sharedCheck } from './health.ts';
import type { Health, HealthSources } from './health.ts';
import { sendFailure } from './own-answers.ts';
import { isOnRefusedConnection, RefusingResponse } from './refused-bodies.ts';
import { logOnClose } from './request-log.ts';
import { routing } from './routing.ts';
import type { RoutingOptions } from './routing.ts';
import { closeIdleSoon, closeNow, closing, keepUntilClosed } from './stopping.ts';
import type { ServerState } from './stopping.ts';
import { UpgradableRequest } from './upgrades.ts';
import type { UpgradeDoor } from './upgrades.ts';

/** What joins this process to the other workers of its machine. */
export interface WorkerDoors {
  /** Joins what this worker says of itself with what the others say. Must not reject. */
  readonly health: (own: Health) => Promise<Health>;
  /** Carries a connection to the worker that keeps its call; resolves with false where that is this one. Must not reject. */
  readonly carryUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<boolean>;
  /** Resolves when no other worker hands requests on to this one any more. Must not reject. */
  readonly released: () => Promise<void>;
}

export interface HttpServerOptions extends RoutingOptions {
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

/** The door of an upgrade that another worker may have to take. What it has handed on is taken here. */
function carrying(workers: WorkerDoors, door: UpgradeDoor): UpgradeDoor {
  return async (request, socket, head, requestId) => {
    if (!wasHandedOver(request) && (await workers.carryUpgrade(request, socket, head))) return;
    await door(request, socket, head, requestId);
  };
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

function prepareResponse(response: ServerResponse, requestId: RequestId, { isDraining }: Readonly<ServerState>): void {
  response.setHeader('X-Request-Id', requestId);
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  // A load balancer that keeps its connection would send the next request here, too.
  if (isDraining && !wasHandedOver(response.req)) response.shouldKeepAlive = false;
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
