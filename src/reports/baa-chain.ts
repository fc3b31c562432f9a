/** Who got something of the calls, link by link: what a chain of business associate agreements has to cover. */
import type { ProvenEntry } from '../audit/chain.ts';

/** `phi`: identifiers in clear; `masked_text`: what was found is replaced, see `limits`. */
export type Received = 'phi' | 'masked_text';

export interface BaaLink {
  readonly role: 'voice_platform' | 'masker' | 'detection_server' | 'model_provider';
  /** The platform or provider as the journal or the configuration names it; null where nothing names it. */
  readonly name: string | null;
  readonly receives: Received;
  /** Requests that were sent to a model provider; null for other roles. */
  readonly requests: number | null;
  /** Models that were asked, sorted; empty for other roles. */
  readonly models: readonly string[];
  /** Masker keeps no contracts: whether an agreement is in force is not on record here. */
  readonly agreement: 'not_on_record';
}

interface Provider {
  requests: number;
  readonly models: Set<string>;
}

/** Collects who got something. */
export class BaaFigures {
  readonly #platforms = new Set<string>();
  readonly #providers = new Map<string, Provider>();

  add(entry: ProvenEntry): void {
    if (entry.kind === 'call_started') this.#platforms.add(entry.platform);
    if (entry.kind !== 'turn_forwarded') return;
    const provider = this.#providers.get(entry.upstream) ?? { requests: 0, models: new Set<string>() };
    provider.requests += 1;
    provider.models.add(entry.model);
    this.#providers.set(entry.upstream, provider);
  }

  /** The chain from the caller outwards. `detectionServer` is the server that reads texts too; null where there is none. */
  links(detectionServer: string | null): BaaLink[] {
    const platforms = this.#platforms.size === 0 ? [null] : [...this.#platforms].sort();
    const link = (role: BaaLink['role'], name: string | null): BaaLink => ({
      role,
      name,
      receives: role === 'model_provider' ? 'masked_text' : 'phi',
      requests: null,
      models: [],
      agreement: 'not_on_record',
    });
    return [
      ...platforms.map((name) => link('voice_platform', name)),
      link('masker', 'Masker'),
      ...(detectionServer === null ? [] : [link('detection_server', detectionServer)]),
      ...[...this.#providers].sort(byName).map(([name, { requests, models }]) => ({
        ...link('model_provider', name),
        requests,
        models: [...models].sort(),
      })),
    ];
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
