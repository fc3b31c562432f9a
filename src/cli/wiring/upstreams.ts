/** Puts the upstreams together that the configuration names, and `stub`, which is always there. */
import type { UpstreamState } from '../../http/health.ts';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import type { BreakerState } from '../../proxy/upstream/breaker.ts';
import { createOpenAiUpstream } from '../../proxy/upstream/openai-upstream.ts';
import { createStubUpstream } from '../../proxy/upstream/stub-upstream.ts';
import type { Upstream, UpstreamHealth } from '../../proxy/upstream/upstream.ts';

export interface Upstreams {
  readonly byName: ReadonlyMap<string, Upstream>;
  /** What an agent's `upstream` may be: `stub`, `openai:gpt-4o-mini`, ... */
  readonly bindings: readonly string[];
  /** The providers that are asked with a key of the operator's: of its own, or in the query. */
  readonly withOperatorKey: readonly string[];
  /** Of all providers together: `down` when each of them is, `degraded` when one is not well. */
  health(): UpstreamHealth;
  /** Of each provider: its state, and how many agents it answers with errors. */
  each(): Readonly<Record<string, UpstreamState>>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

export function createUpstreams({ upstream }: Pick<Config, 'upstream'>, log: Logger): Upstreams {
  const { servers, provider, defaultModel, timeoutMs } = upstream;
  const providers = servers.map((server) =>
    createOpenAiUpstream({
      ...server,
      timeoutMs,
      onBreaker: (state, agent_id) => {
        logBreaker(log, { upstream: server.name, ...(agent_id === null ? {} : { agent_id }) }, state);
      },
    }),
  );
  const all = [createStubUpstream(), ...providers];
  const bindings = servers.flatMap(({ name, models }) => {
    const served = name === provider ? [...models, defaultModel] : models;
    return served.map((model) => `${name}:${model}`);
  });
  return {
    byName: new Map(all.map((each) => [each.name, each])),
    bindings: ['stub', ...new Set(bindings)],
    withOperatorKey: servers.filter(({ apiKey, query }) => apiKey !== null || query !== null).map(({ name }) => name),
    health: () => {
      const states = providers.map(({ health }) => health);
      if (states.every((state) => state === 'down')) return 'down';
      return states.every((state) => state === 'ok') ? 'ok' : 'degraded';
    },
    each: () =>
      Object.fromEntries(
        providers.map(({ name, health, agentsRefused }) => [name, { state: health, agents_refused: agentsRefused }]),
      ),
    close: async () => {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}

interface BreakerPlace {
  readonly upstream: string;
  /** Absent for the provider's own circuit. */
  readonly agent_id?: string;
}

function logBreaker(log: Logger, place: BreakerPlace, state: BreakerState): void {
  switch (state) {
    case 'open':
      log.warn(place, 'the upstream fails: no turn is sent there until it was tried again');
      break;
    case 'half_open':
      log.info(place, 'the upstream is tried again');
      break;
    case 'closed':
      log.info(place, 'the upstream answers again');
  }
}
