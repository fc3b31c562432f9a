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
    readonly upstream: ComponentState;
    /** `degraded` while the Gemma server is left alone because it did not answer; `disabled` where there is none. */
    readonly ner_model: ComponentState | 'disabled';
  };
  readonly build: { readonly node: string };
}

export interface HealthSources {
  readonly version: string;
  /** Whether the database answers now. */
  readonly ping: () => Promise<boolean>;
  /** Seconds this process has been up. */
  readonly uptimeSeconds: () => number;
  /** How the Gemma server is; null where none is configured. */
  readonly nerServer: () => ComponentState | null;
}

/**
 * What the instance says of itself. Vault and journal live in the database and are as well as it is. The Gemma server
 * takes nobody out of service: without it, calls go on or are refused as each policy says.
 */
export async function readHealth({ version, ping, uptimeSeconds, nerServer }: HealthSources): Promise<Health> {
  const stored: ComponentState = (await ping()) ? 'ok' : 'down';
  return {
    status: stored === 'ok' ? 'ok' : 'degraded',
    version,
    uptime_seconds: Math.floor(uptimeSeconds()),
    components: { db: stored, vault: stored, audit_log: stored, upstream: 'ok', ner_model: nerServer() ?? 'disabled' },
    build: { node: process.version },
  };
}
