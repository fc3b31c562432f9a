/** Where masked requests go. See docs/proxy.md, Upstreams. */
import type { UpstreamCaller } from './circuits.ts';

/** The path of an endpoint below `/v1/`, with us as with the provider. */
export type EndpointName = 'chat/completions' | 'responses';

/** A masked request on its way out: the exact bytes whose SHA-256 the journal holds. */
export interface UpstreamRequest {
  readonly endpoint: EndpointName;
  readonly body: Uint8Array;
  /** The agent whose turn it is. */
  readonly agentId: string;
  readonly streamed: boolean;
  /** `Authorization` of the client, used where the upstream has no key of its own; null where it sent none. */
  readonly clientAuthorization: string | null;
  /** Aborts the call when the caller hangs up or time runs out. */
  readonly signal: AbortSignal;
}

/** What came back: the head at once, the body as it arrives. */
export interface UpstreamResponse {
  readonly status: number;
  readonly contentType: string;
  /** Headers that the caller is told, by lower-case name: see `toldHeaders`. */
  readonly told: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** `degraded` while one turn tries whether it is back; `down` while no turn is sent there. */
export type UpstreamHealth = 'ok' | 'degraded' | 'down';

export interface Upstream {
  /** The name before the colon of an agent's `upstream`; what journal entries call it. */
  readonly name: string;
  readonly health: UpstreamHealth;
  /**
   * Whether a turn may go there. To be asked once for each turn, before the turn goes on record: one that cannot be sent
   * is refused and not recorded. Of an upstream that was down, it lets a few turns through to see whether it is back.
   */
  available(caller: UpstreamCaller): boolean;
  /** How long a caller that was refused had better wait, in whole seconds. From 1. */
  retryAfterSeconds(caller: UpstreamCaller): number;
  /** Agents that are refused because their own turns are answered with errors; the others are not concerned. */
  readonly agentsRefused: number;
  /**
   * Never sends a request twice. Rejects when no response head came: connection refused, reset, too slow, or aborted
   * through the signal; and with a Failure when the answer is of no use to anybody.
   */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  close(): Promise<void>;
}

/** An agent's `upstream` setting taken apart: `openai:gpt-4o-mini` names a provider and the one model it may use. */
export interface UpstreamBinding {
  readonly provider: string;
  /** Null for an upstream that serves any model (`stub`). */
  readonly model: string | null;
}

export function parseBinding(upstream: string): UpstreamBinding {
  const colon = upstream.indexOf(':');
  return colon < 0
    ? { provider: upstream, model: null }
    : { provider: upstream.slice(0, colon), model: upstream.slice(colon + 1) };
}

/** The day of a snapshot. Earlier ones are of no model, but could be the day on which somebody was born. */
const DATED = /^-20[2-9]\d-\d{2}-\d{2}$/;

/** Whether a request's model fits the binding: the model itself, or a dated snapshot of it (`gpt-4o-mini-2024-07-18`). */
export function modelFits(binding: UpstreamBinding, model: string): boolean {
  if (binding.model === null || model === binding.model) return true;
  return model.startsWith(binding.model) && DATED.test(model.slice(binding.model.length));
}
