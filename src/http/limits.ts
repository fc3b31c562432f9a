/** The limits at the doors: who is counted, and what a caller is told. See docs/api.md, Conventions; docs/operations.md. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { Failure } from '../platform/failure.ts';
import { withoutZone } from '../platform/forbidden-address.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId, RequestId } from '../platform/ids.ts';
import { failureBody } from './failure-body.ts';
import type { LimitedDoors, RateLimiter, Subject, Verdict } from './rate-limiter.ts';

export interface LimitsOptions {
  readonly limiter: Pick<RateLimiter, 'check'>;
  /** The account of an agent, or null where no living agent has the id. May reject. */
  readonly accountOf: (id: AgentId) => Promise<AccountId | null>;
  /** MASKER_TRUSTED_HOPS. */
  readonly trustedHops: number;
}

/** Each answers 429 itself, and then resolves with false. Neither rejects. */
export interface Limits {
  /** A request of a voice platform: counted for the account of the agent that its path names. */
  calls(request: IncomingMessage, response: ServerResponse, requestId: RequestId): Promise<boolean>;
  /** A request to REST or GraphQL: counted for the account of whoever asks; null for nobody we know. */
  api(
    account: AccountId | null,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: RequestId,
  ): Promise<boolean>;
}

/** What tells where a request comes from. */
export interface Addressed {
  readonly headers: IncomingMessage['headers'];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Whose address a request without an account is counted for. Each of the operator's own proxies appends the address that
 * it was called from to X-Forwarded-For; what stands further left was written by the caller and may be made up. Of IPv6 the
 * first 64 bits count: a household has no fewer.
 */
export function clientAddress({ socket, headers }: Addressed, trustedHops: number): string {
  const forwarded = [headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((each) => each.trim());
  const own = socket.remoteAddress ?? '';
  const named = trustedHops === 0 ? own : (forwarded.at(-trustedHops) ?? '');
  const address = (isIP(named) === 0 ? own : named).replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 6 ? network(address) : address;
}

/** The first 64 bits of an IPv6 address, spelled one way (RFC 5952). */
function network(address: string): string {
  const { hostname } = new URL(`http://[${withoutZone(address)}]/`);
  const [before = '', after = ''] = hostname.slice(1, -1).split('::');
  const [left, right] = [before, after].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (left?.length ?? 0) - (right?.length ?? 0) }, () => '0');
  return [...(left ?? []), ...zeros, ...(right ?? [])].slice(0, 4).join(':');
}

const AGENT = /\/(agt_[0-9A-Za-z]{26})(?=[/?]|$)/;

function headersOf({ limit, remaining, retryAfterSeconds, allowed }: Verdict): Record<string, string> {
  const untilFull = Math.ceil(Math.max(0, limit.burst - remaining) / limit.rate);
  return {
    'RateLimit-Limit': String(limit.burst),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': String(untilFull),
    // draft-ietf-httpapi-ratelimit-headers: so many in so many seconds.
    'RateLimit-Policy': `${limit.burst};w=${Math.ceil(limit.burst / limit.rate)}`,
    ...(allowed ? {} : { 'Retry-After': String(Math.max(1, retryAfterSeconds)) }),
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, requestId: RequestId): void {
  const failure = new Failure('rate_limited', 'Too many requests: see Retry-After.');
  const bytes = Buffer.from(JSON.stringify(failureBody(request.url ?? '', failure, requestId)), 'utf8');
  response.writeHead(failure.status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

export function createLimits({ limiter, accountOf, trustedHops }: LimitsOptions): Limits {
  const count = async (
    account: AccountId | null,
    doors: LimitedDoors,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: RequestId,
  ): Promise<boolean> => {
    const subject: Subject =
      account === null
        ? { is: 'address', address: clientAddress(request, trustedHops) }
        : { is: 'account', id: account };
    const verdict = await limiter.check(subject, doors);
    for (const [name, value] of Object.entries(headersOf(verdict))) response.setHeader(name, value);
    if (!verdict.allowed) refuse(request, response, requestId);
    return verdict.allowed;
  };
  return {
    calls: async (request, response, requestId) => {
      const id = parseId('agent', AGENT.exec(request.url ?? '')?.[1] ?? '');
      // Where that cannot be found out, the door says so itself.
      const account = id === null ? null : await accountOf(id).catch(() => null);
      return count(account, 'calls', request, response, requestId);
    },
    api: (account, request, response, requestId) => count(account, 'api', request, response, requestId),
  };
}
