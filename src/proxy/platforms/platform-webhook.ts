/** What the webhooks of all platforms have in common: the address, who may call, the body, and errors as REST has them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { CallerAuth } from '../../agents/caller-auth.ts';
import type { JsonObject } from '../../json/json-text.ts';
import { Failure } from '../../platform/failure.ts';
import { parseId } from '../../platform/ids.ts';
import type { AgentId, RequestId } from '../../platform/ids.ts';
import type { Secret } from '../../platform/secret.ts';
import { requireAuthentic } from '../authentication/authenticate.ts';
import type { Headers } from '../authentication/signature.ts';
import { parseBody } from '../openai/call.ts';
import { readBody } from '../read-body.ts';

/** The agent as a platform's events need it. */
export interface EventAgent {
  readonly id: AgentId;
  readonly callerAuth: CallerAuth | null;
}

/** An event that has been read, of a caller that was admitted. */
export interface PlatformEvent<A extends EventAgent> {
  readonly agent: A;
  readonly body: JsonObject;
  /** The body as it came. */
  readonly rawBody: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly requestId: RequestId;
  /** Aborted when the platform hangs up. */
  readonly signal: AbortSignal;
}

export interface PlatformWebhookOptions<A extends EventAgent> {
  /** The first segment of its address: `/{platform}/webhook/{agent_id}`. */
  readonly platform: string;
  /** The agent, or null where no living agent has the id. Rejects when that cannot be found out. */
  readonly findAgent: (id: AgentId) => Promise<A | null>;
  /** The platform's own secret, as the operator set it; null: none. See {@link webhookAuth}. */
  readonly instanceAuth: CallerAuth | null;
  /** Whether the platform signed the request in a way of its own, where `instanceAuth` is set; it counts as that does. */
  readonly isSigned?: ((headers: Headers, rawBody: Uint8Array, now: number) => boolean) | null;
  readonly maxBodyBytes: number;
  readonly log: Logger;
  /** The body of the answer. Throws Failure for what may be expected. */
  readonly answer: (event: PlatformEvent<A>) => Promise<JsonObject>;
}

/** Marks what Masker itself sends to addresses of customers, so that one that leads back here does not go round for ever. */
export const OUTGOING_MARK = 'masker-callback';

/** The ways to send one secret: in a header of its own, as a Bearer token, and as the key of an HMAC over the body. */
export function secretAuth(secret: Secret<string>, secretHeader: string, signatureHeader: string): CallerAuth {
  return {
    signature: {
      algorithm: 'sha256',
      header: signatureHeader,
      timestampHeader: null,
      payload: '{body}',
      toleranceSeconds: 300,
      encoding: 'hex',
      prefix: null,
      secret,
    },
    sharedSecrets: [secretHeader, 'Authorization'].map((header) => ({ header, secret })),
    proxyKeyHashes: [],
  };
}

/**
 * What a platform's events must prove. A signature or shared secret of the agent takes the place of the instance's secret. A
 * proxy key does not: it is for callers of the model, so the platform may send its own secret as well.
 */
export function webhookAuth(agentAuth: CallerAuth | null, instanceAuth: CallerAuth | null): CallerAuth | null {
  if (agentAuth === null || instanceAuth === null) return agentAuth ?? instanceAuth;
  if (hasOwnSecret(agentAuth)) return agentAuth;
  return { ...instanceAuth, proxyKeyHashes: agentAuth.proxyKeyHashes };
}

function hasOwnSecret(auth: CallerAuth | null): boolean {
  return auth !== null && (auth.signature !== null || auth.sharedSecrets.length > 0);
}

export class PlatformWebhook<A extends EventAgent> {
  readonly #options: PlatformWebhookOptions<A>;
  readonly #route: RegExp;

  constructor(options: PlatformWebhookOptions<A>) {
    this.#options = options;
    this.#route = new RegExp(`^/${options.platform}/webhook/([^/]+)$`);
  }

  /** Answers one request. Never rejects. What the platform sends is neither stored nor logged. */
  async handle(request: IncomingMessage, response: ServerResponse, requestId: RequestId): Promise<void> {
    const hungUp = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) hungUp.abort();
    });
    try {
      sendJson(response, 200, await this.#answer(request, response, requestId, hungUp.signal));
    } catch (error) {
      const { log } = this.#options;
      if (!(error instanceof Failure)) log.error({ request_id: requestId, err: error }, 'event failed');
      else if (error.status >= 500)
        log.warn({ request_id: requestId, code: error.code, err: error.cause }, 'event refused');
      const failure =
        error instanceof Failure
          ? error
          : new Failure('internal_error', 'Something went wrong on our side. Quote the request id when you report it.');
      if (response.headersSent) response.destroy();
      else sendJson(response, failure.status, envelope(failure, requestId));
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: RequestId,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const receivedAt = Date.now();
    const [path = ''] = (request.url ?? '').split('?', 1);
    const [, agentText] = this.#route.exec(path) ?? [];
    if (agentText === undefined) throw new Failure('not_found', 'There is no such address.');
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      throw new Failure('method_not_allowed', 'Use POST.');
    }
    if (request.headers[OUTGOING_MARK] !== undefined)
      throw new Failure('bad_request', 'A callback leads back to Masker.');
    const { findAgent, maxBodyBytes, answer } = this.#options;
    const id = parseId('agent', agentText);
    const agent =
      id === null
        ? null
        : await findAgent(id).catch((cause: unknown) => {
            throw new Failure('audit_unavailable', 'The agent could not be read.', [], { cause });
          });
    if (agent === null) throw new Failure('agent_not_found', 'There is no such agent.');
    // What a stranger sends is bytes: it is neither parsed nor recorded.
    const rawBody = await readBody(request, maxBodyBytes);
    this.#admit(agent, request, rawBody, receivedAt);
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? 'application/json')) {
      throw new Failure('unsupported_media_type', 'Send the event as application/json.');
    }
    return answer({ agent, body: await parseBody(rawBody), rawBody, receivedAt, requestId, signal });
  }

  /** Throws Failure `bad_signature` for a request that neither the agent nor the platform's secret admits. */
  #admit({ callerAuth }: A, { headers }: IncomingMessage, rawBody: Uint8Array, now: number): void {
    const { instanceAuth, isSigned = null } = this.#options;
    if (isSigned !== null && !hasOwnSecret(callerAuth) && isSigned(headers, rawBody, now)) return;
    requireAuthentic(headers, rawBody, webhookAuth(callerAuth, instanceAuth), now);
  }
}

/** The failure of an event whose field at `path` is not as it should be; the value is not repeated. */
export function malformedEvent(path: string, message: string): Failure {
  return new Failure('validation_failed', 'The event is malformed.', [{ path, code: 'invalid_value', message }]);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/** The error envelope of the REST API. */
function envelope({ code, message, details }: Failure, requestId: RequestId): object {
  return { error: { code, message, request_id: requestId, ...(details.length === 0 ? {} : { details }) } };
}
