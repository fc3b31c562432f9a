/** Agents as the proxy sees them: ready to use, and from memory on a warm turn. See ARCHITECTURE.md, Steps of a turn. */
import { parseId } from '../platform/ids.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import { LruMap } from '../platform/lru-map.ts';
import { listenForAgentChanges } from './agent-changes.ts';
import type { AgentChangeListener, AgentChangeOptions } from './agent-changes.ts';
import type { AgentReader, AgentRuntime } from './agent-runtime.ts';

/** Agents kept in memory; the text of a policy is at most 256 kB, and usually two. */
const CAPACITY = 1_000;

/** Living agents by id, from memory where that is known to be current. */
export class AgentCache {
  readonly #read: AgentReader;
  readonly #agents = new LruMap<AgentId, AgentRuntime>(CAPACITY);
  readonly #loading = new Map<AgentId, Promise<AgentRuntime | null>>();
  /** Memory is trusted only while changes are heard of. */
  #listening = false;
  /** Grows with everything that is forgotten: what was read before must not be kept after. */
  #epoch = 0;

  /** `read` asks the database. */
  constructor(read: AgentReader) {
    this.#read = read;
  }

  /**
   * The agent, or null for an id that is malformed, unknown or deleted. Absence is never remembered. Rejects like the
   * reader.
   */
  async get(id: string): Promise<AgentRuntime | null> {
    const agentId = parseId('agent', id);
    if (agentId === null) return null;
    if (!this.#listening) return this.#read(agentId);
    const known = this.#agents.get(agentId);
    if (known !== undefined) return known;
    return this.#loading.get(agentId) ?? this.#loadAndKeep(agentId);
  }

  /** Forgets the agent: the next `get` reads it afresh, even where a read is under way. */
  forget(id: AgentId): void {
    this.#epoch++;
    this.#agents.delete(id);
    this.#loading.delete(id);
  }

  /** Forgets every agent: a policy that many of them go by is another one now. */
  forgetAll(): void {
    this.#epoch++;
    this.#agents.clear();
    this.#loading.clear();
  }

  /**
   * Hears of changes on any node from now on, and remembers agents while it does. `onPolicyReload` is called
   * when all nodes are asked to read their policy file again, and `onVaultPurged` when values of a session (null: of any)
   * were erased; both also when such news may have been missed.
   */
  listenForChanges(
    options: AgentChangeOptions,
    onPolicyReload: () => void = () => undefined,
    onVaultPurged: (id: SessionId | null) => void = () => undefined,
  ): AgentChangeListener {
    let wasConnected = false;
    return listenForAgentChanges(
      {
        onConnected: () => {
          this.forgetAll();
          this.#listening = true;
          // A request to read the policy file may have been missed in between. Reading it once more changes nothing else.
          if (wasConnected) onPolicyReload();
          wasConnected = true;
          // Calls are taken before the first connection, too, and a purge may have come meanwhile.
          onVaultPurged(null);
        },
        onDisconnected: () => {
          this.#listening = false;
          this.forgetAll();
        },
        onChanged: (id) => {
          this.forget(id);
        },
        onPolicyReload,
        onVaultPurged,
      },
      options,
    );
  }

  /** Whether agents are remembered now; otherwise every `get` reads the database. */
  get remembers(): boolean {
    return this.#listening;
  }

  #loadAndKeep(id: AgentId): Promise<AgentRuntime | null> {
    const epoch = this.#epoch;
    const loading = this.#read(id).then((agent) => {
      // A change that came while this read was under way may be newer than what it read.
      if (agent !== null && epoch === this.#epoch) this.#agents.set(id, agent);
      return agent;
    });
    this.#loading.set(id, loading);
    const done = (): void => {
      if (this.#loading.get(id) === loading) this.#loading.delete(id);
    };
    loading.then(done, done);
    return loading;
  }
}
