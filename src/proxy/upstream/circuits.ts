/**
 * The circuit breakers before one provider. Connection failures and time-outs count for the provider. Statuses count for
 * the agent and its key alone: a bad prompt or a wrong key of one agent takes the provider from no other agent.
 */
import { createHash } from 'node:crypto';
import { LruMap } from '../../platform/lru-map.ts';
import { Breaker } from './breaker.ts';
import type { BreakerState } from './breaker.ts';

/** Who uses the provider: the agent, and the caller's own key where it travels on. */
export interface UpstreamCaller {
  readonly agentId: string;
  readonly clientAuthorization: string | null;
}

export interface CircuitsOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Hears of each change; `agentId` is null for the provider's own circuit. */
  readonly onChange: (state: BreakerState, agentId: string | null) => void;
}

/** The use of the provider for one turn. */
export interface ProviderAttempt {
  /** The head of an answer came. */
  answered(status: number): void;
  /** The answer came to its end. */
  ended(): void;
  /** No connection, no head, or an answer that broke off. */
  failed(): void;
  /** It proved nothing: the caller hung up first, or nothing was sent. */
  abandoned(): void;
}

/** Agents whose statuses are remembered. The one that was used least recently starts anew. */
const AGENTS = 4096;

export class Circuits {
  readonly #options: CircuitsOptions;
  readonly #provider: Breaker;
  readonly #agents = new LruMap<string, Breaker>(AGENTS);
  /** Circuits of agents that are not closed, by key. */
  readonly #open = new Set<string>();

  constructor(options: CircuitsOptions) {
    this.#options = options;
    this.#provider = new Breaker({
      now: options.now,
      onChange: (state) => {
        options.onChange(state, null);
      },
    });
  }

  /** The state of the provider's own circuit. */
  get provider(): BreakerState {
    return this.#provider.state;
  }

  /** Agents, with their keys, for which the provider answers with errors. */
  get agentsOpen(): number {
    return this.#open.size;
  }

  /** Returns true if a turn may pass. To be asked once for each turn. */
  admit(caller: UpstreamCaller): boolean {
    if (!this.#provider.admits) return false;
    return this.#agent(caller).admit() && this.#provider.admit();
  }

  /** Milliseconds until the caller's next turn may pass; 0 where it may now. */
  waitMs(caller: UpstreamCaller): number {
    return Math.max(this.#provider.waitMs, this.#agent(caller).waitMs);
  }

  /** Begins a turn that was let pass. */
  attempt(caller: UpstreamCaller): ProviderAttempt {
    const provider = this.#provider.attempt();
    const agent = this.#agent(caller).attempt();
    return {
      answered: (status) => {
        if (status >= 500 || (status >= 300 && status < 400)) agent.failed();
        else agent.succeeded();
        // A probe that is answered at all has shown enough; a call may stream for minutes.
        if (this.#provider.state === 'half_open') provider.succeeded();
      },
      ended: () => {
        provider.succeeded();
      },
      failed: () => {
        provider.failed();
        agent.abandoned();
      },
      abandoned: () => {
        provider.abandoned();
        agent.abandoned();
      },
    };
  }

  #agent({ agentId, clientAuthorization }: UpstreamCaller): Breaker {
    const key = clientAuthorization === null ? agentId : `${agentId} ${digest(clientAuthorization)}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const breaker = new Breaker({
      now: this.#options.now,
      onChange: (state) => {
        if (state === 'closed') this.#open.delete(key);
        else this.#open.add(key);
        this.#options.onChange(state, agentId);
      },
    });
    this.#agents.set(key, breaker);
    // A circuit that was forgotten cannot close any more.
    for (const name of this.#open) if (this.#agents.size >= AGENTS && !this.#agents.has(name)) this.#open.delete(name);
    return breaker;
  }
}

/** A key is not kept in the clear. */
function digest(authorization: string): string {
  return createHash('sha256').update(authorization).digest('base64').slice(0, 22);
}
