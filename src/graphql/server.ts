/** GraphQL over HTTP: yoga on node's own request and response. See docs/api.md, GraphQL. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { refusedWrite } from '../http/csrf.ts';
import type { CookieWrite } from '../http/csrf.ts';
import { Failure } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';
import { PURPOSE_HEADER, purposeOf } from './purpose.ts';
import type { GraphqlContext, Services } from './context.ts';
import { EventStream, eventStreamProcessor } from './event-stream.ts';
import { parseWithinLimits, validateWithinLimits, validationRules } from './limits.ts';
import { causeOf, isUnexpected, presentResult } from './presentation.ts';
import type { ReportUnexpected } from './presentation.ts';
import { persistedOperations } from './persisted-operations.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { limitBodies } from './request-body.ts';
import { checkResultTypes, notAcceptable, unquoteCharsets } from './result-types.ts';
import { schema } from './schema.ts';
import { checkVariables } from './variable-shape.ts';

const MAX_BODY_BYTES = 1_048_576;

export interface GraphqlServerOptions {
  readonly prisma: PrismaClient;
  readonly services: Services;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
  readonly onUnexpectedError: ReportUnexpected;
  /** Whether the schema can be asked for. */
  readonly introspection: boolean;
  readonly persistedOperations: PersistedOperations;
}

/** What the outer server knows of a request. */
export interface GraphqlRequest {
  readonly viewer: Viewer | null;
  /** Who is asking once the body is there. */
  readonly viewerNow?: () => Promise<Viewer | null>;
  readonly requestId: RequestId;
}

interface PurposefulRequest extends GraphqlRequest {
  /** What the header Masker-Purpose says; null where it says nothing. */
  readonly purpose: string | null;
  readonly stream: EventStream;
  readonly setCookie: (value: string) => void;
}

/** Answers one request to /graphql. Never rejects for what a caller can cause. */
export type GraphqlServer = (req: IncomingMessage, res: ServerResponse, request: GraphqlRequest) => Promise<void>;

/** Makes the server of GraphQL, which reads requests and runs operations. */
function createOperationServer(options: GraphqlServerOptions): YogaServerInstance<PurposefulRequest, GraphqlContext> {
  const { prisma, services, publicUrl, introspection } = options;
  return createYoga<PurposefulRequest, GraphqlContext>({
    schema,
    graphqlEndpoint: '/graphql',
    context: async ({ viewer, viewerNow, requestId, purpose, stream, setCookie }) => ({
      prisma,
      services,
      publicUrl,
      viewer: viewer === null || viewerNow === undefined ? viewer : await viewerNow(),
      requestId,
      purpose,
      stream,
      setCookie,
    }),
    plugins: [
      checkResultTypes(),
      limitBodies(),
      persistedOperations(options.persistedOperations),
      limitDocuments(introspection),
      checkVariables(),
      presentErrors(options.onUnexpectedError),
    ],
    // Masked in presentErrors, where the request's id is at hand.
    maskedErrors: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    batching: false,
    extraParamNames: ['documentId'],
    multipart: false,
    cors: false,
    landingPage: false,
    // The pages serve GraphiQL (pages/graphiql.ts).
    graphiql: false,
    // Errors are reported by their class, with the request's id: yoga's own logger would print messages.
    logging: false,
  });
}

/** Makes the handler of /graphql. */
export function createGraphqlServer(options: GraphqlServerOptions): GraphqlServer {
  const yoga = createOperationServer(options);
  const publicOrigin = new URL(options.publicUrl).origin;

  return async (req, res, request) => {
    const refused = request.viewer?.via === 'cookie' ? refusedWrite({ ...writeOf(req), publicOrigin }) : null;
    if (refused !== null) {
      refuse(res, refused, request.requestId);
      return;
    }
    const purpose = readPurpose(req.headers[PURPOSE_HEADER]);
    if (purpose instanceof Failure) {
      refuse(res, purpose, request.requestId);
      return;
    }
    if (req.headers.accept !== undefined) req.headers.accept = unquoteCharsets(req.headers.accept);
    const stream = new EventStream(readLastEventId(req.headers['last-event-id']));
    const closed = new Promise<void>((resolve) => {
      res.once('close', () => {
        stream.life.abort();
        resolve();
      });
    });
    const setCookie = (value: string): void => {
      res.appendHeader('Set-Cookie', value);
    };
    // What writes to a caller that has gone would wait for good.
    await Promise.race([yoga(req, res, { ...request, purpose, stream, setCookie }), closed]);
  };
}

function writeOf(req: IncomingMessage): Omit<CookieWrite, 'publicOrigin'> {
  const { 'sec-fetch-site': site, 'content-type': contentType, origin } = req.headers;
  return {
    method: req.method ?? 'GET',
    secFetchSite: Array.isArray(site) ? site.join(', ') : site,
    origin,
    contentType,
  };
}

function readPurpose(header: string | readonly string[] | undefined): string | null | Failure {
  try {
    return purposeOf(typeof header === 'string' ? header : header?.join(', '));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** IDs of events are short; what is no ID is refused by the subscription. */
function readLastEventId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && header !== '' ? header : null;
}

function refuse(res: ServerResponse, { code, message, status, details }: Failure, requestId: RequestId): void {
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  const extensions = { code, ...(details.length === 0 ? {} : { details }), requestId };
  res.end(JSON.stringify({ errors: [{ message, extensions }] }));
}

function limitDocuments(introspection: boolean): Plugin {
  return {
    onParse: ({ setParseFn }) => {
      setParseFn(parseWithinLimits);
    },
    onValidate: ({ addValidationRule, setValidationFn }) => {
      setValidationFn(validateWithinLimits);
      for (const rule of validationRules(introspection)) addValidationRule(rule);
    },
  };
}

function presentErrors(onUnexpectedError: ReportUnexpected): Plugin<object, PurposefulRequest> {
  return {
    onResultProcess: (process) => {
      const { result } = process;
      const { requestId, stream } = process.serverContext;
      if (process.resultProcessor === undefined)
        process.setResultProcessor(notAcceptable(requestId), 'application/json');
      if (Array.isArray(result)) return;
      if (Symbol.asyncIterator in result) {
        const results = presentResults(result, { requestId, stream, onUnexpectedError });
        // There is none where the caller does not accept server-sent events.
        if (process.resultProcessor !== undefined)
          process.setResultProcessor(eventStreamProcessor(stream, results), 'text/event-stream');
        return;
      }
      process.setResult(present(result, requestId, onUnexpectedError));
    },
  };
}

function present<R extends Pick<ExecutionResult, 'errors'>>(
  result: R,
  requestId: RequestId,
  onUnexpectedError: ReportUnexpected,
): R {
  for (const error of result.errors ?? []) {
    if (isUnexpected(error)) onUnexpectedError(requestId, causeOf(error));
  }
  return presentResult(result, requestId);
}

interface Presenting {
  readonly requestId: RequestId;
  readonly stream: EventStream;
  readonly onUnexpectedError: ReportUnexpected;
}

/**
 * The results of a subscription. Why it ends too soon is its last result. Where the node stops, or the caller is gone,
 * nothing is said: it throws.
 */
async function* presentResults(
  results: AsyncIterable<ExecutionResult>,
  { requestId, stream, onUnexpectedError }: Presenting,
): AsyncGenerator<ExecutionResult, void, undefined> {
  const { signal } = stream.life;
  const leaveIfCut = (): void => {
    if (signal.aborted && !(signal.reason instanceof Failure)) throw signal.reason;
  };
  try {
    for await (const result of results) {
      // The executor makes a result of what the source throws.
      leaveIfCut();
      yield present(result, requestId, onUnexpectedError);
    }
    leaveIfCut();
  } catch (error) {
    leaveIfCut();
    const cause: unknown = signal.aborted ? signal.reason : causeOf(error);
    const originalError = cause instanceof Error ? cause : new Error('a subscription failed', { cause });
    yield present({ errors: [new GraphQLError('', { originalError })] }, requestId, onUnexpectedError);
  }
}
