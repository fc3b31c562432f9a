/** GET /health, /livez, /readyz. Spec proxy.md, GET /health. */

export type ComponentState = 'ok' | 'degraded' | 'down';

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly version: string;
  readonly uptime_seconds: number;
  readonly components: {
    readonly db: ComponentState;
    readonly vault: ComponentState;
    readonly audit_log: ComponentState;
    /** `down` while no turn is sent to any provider, `degraded` while that is so of one of several or of one that is tried again. */
    readonly upstream: ComponentState;
    /** `degraded` while the Gemma server is left alone because it did not answer; `disabled` where there is none. */
    readonly ner_model: ComponentState | 'disabled';
  };
  readonly build: { readonly node: string };
}

export interface HealthSources {
  readonly version: string;
  /** Whether the database answers now. Must not reject. */
  readonly ping: () => Promise<boolean>;
  /** Seconds this process has been up. */
  readonly uptimeSeconds: () => number;
  /** How the model providers are, as the turns that were sent there tell. */
  readonly upstream: () => ComponentState;
  /** How the Gemma server is; null where none is configured. */
  readonly nerServer: () => ComponentState | null;
}

/** A ping's result is as good as new for so long, in milliseconds. */
const FRESH_MS = 1_000;

/** The same ping, asked at most once a second however many look: /health is public, and must cost no connection of a turn's. */
export function sharedPing(ping: () => Promise<boolean>, now: () => number): () => Promise<boolean> {
  let latest: Promise<boolean> | null = null;
  let endedAt: number | null = null;
  return () => {
    if (latest !== null && (endedAt === null || now() - endedAt < FRESH_MS)) return latest;
    endedAt = null;
    latest = ping().finally(() => {
      endedAt = now();
    });
    return latest;
  };
}

/**
 * What the instance says of itself. Vault and journal live in the database and are as well as it is. The Gemma server
 * takes nobody out of service: without it, calls go on or are refused as each policy says.
 */
export async function readHealth({
  version,
  ping,
  uptimeSeconds,
  upstream,
  nerServer,
}: HealthSources): Promise<Health> {
  const stored: ComponentState = (await ping()) ? 'ok' : 'down';
  const provider = upstream();
  return {
    status: stored === 'ok' && provider !== 'down' ? 'ok' : 'degraded',
    version,
    uptime_seconds: Math.floor(uptimeSeconds()),
    components: {
      db: stored,
      vault: stored,
      audit_log: stored,
      upstream: provider,
      ner_model: nerServer() ?? 'disabled',
    },
    build: { node: process.version },
  };
}
