/** GET /health, /livez, /readyz. See docs/operations.md, Health. */

export type ComponentState = 'ok' | 'degraded' | 'down';

/** One provider: whether it can be reached, and how many agents are refused because it answers their turns with errors. */
export interface UpstreamState {
  readonly state: ComponentState;
  readonly agents_refused: number;
}

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
    /** `degraded` while the LLM detector is left alone because it did not answer; `disabled` where there is none. */
    readonly ner_model: ComponentState | 'disabled';
  };
  /** The sinks of checkpoints by name, as this node last wrote to them. They do not make the server degraded: calls go on. */
  readonly checkpoint_sinks: Readonly<Record<string, ComponentState>>;
  /** The time-stamping authority, as this node last asked it; `disabled` where none is. It makes no server degraded either. */
  readonly timestamps: ComponentState | 'disabled';
  /** The providers by name. */
  readonly upstreams: Readonly<Record<string, UpstreamState>>;
  readonly keys: {
    /** Names of keys whose old version is in use after MASKER_KEY_ROTATION_GRACE_DAYS. A warning: calls go on. */
    readonly old_in_use: readonly string[];
  };
  readonly agents: {
    /** How many agents anybody may call who knows their id; null while the database does not say. Ids are not public. */
    readonly open_to_anyone: number | null;
  };
  readonly build: { readonly node: string };
  /** The worker processes of the machine; absent where there is one process. Fewer running ones make the server degraded. */
  readonly workers?: { readonly configured: number; readonly running: number };
}

export interface HealthSources {
  readonly version: string;
  /** Whether the database answers now and takes writes. Must not reject. */
  readonly ping: () => Promise<boolean>;
  /** Whether the last journal write succeeded, or would succeed now. Must not reject. */
  readonly journal: () => Promise<boolean>;
  /** Seconds this process has been up. */
  readonly uptimeSeconds: () => number;
  /** How the model providers are, as the turns that were sent there tell. */
  readonly upstream: () => ComponentState;
  readonly upstreams: () => Readonly<Record<string, UpstreamState>>;
  /** How many agents have no `caller_auth`; null where the database does not say. Must not reject. */
  readonly openAgents: () => Promise<number | null>;
  /** State of the LLM detector; null where none is configured. */
  readonly llmDetector: () => ComponentState | null;
  /** Names of keys whose old version is in use for too long. */
  readonly oldKeys: () => readonly string[];
  /** How the sinks of checkpoints are, by name. */
  readonly checkpointSinks: () => Readonly<Record<string, ComponentState>>;
  /** How the time-stamping authority is; null where none is configured. */
  readonly timestamps: () => ComponentState | null;
}

/** A check's result is as good as new for so long, in milliseconds. */
const FRESH_MS = 1_000;

/** The same check, made at most once a second however many look: /health is public, and must cost no connection of a turn's. */
export function sharedCheck<T>(check: () => Promise<T>, now: () => number): () => Promise<T> {
  let latest: Promise<T> | null = null;
  let endedAt: number | null = null;
  return () => {
    if (latest !== null && (endedAt === null || now() - endedAt < FRESH_MS)) return latest;
    endedAt = null;
    latest = check().finally(() => {
      endedAt = now();
    });
    return latest;
  };
}

/** What a turn needs of the database: that it answers, and that vault and journal can be written. */
export interface Storage {
  readonly isUp: boolean;
  readonly isWritable: boolean;
}

/** Reads the state of the database and of the journal. The vault is written in the journal's own statement. */
export async function readStorage({ ping, journal }: Pick<HealthSources, 'ping' | 'journal'>): Promise<Storage> {
  const isUp = await ping();
  return { isUp, isWritable: isUp && (await journal()) };
}

/**
 * Returns what the instance says of itself. A component that cannot do its work now makes it `degraded`. Readiness is
 * another question: without the LLM detector calls go on or are refused as each policy says.
 */
export async function readHealth(sources: HealthSources): Promise<Health> {
  const { version, uptimeSeconds, upstream, llmDetector } = sources;
  const { isUp, isWritable } = await readStorage(sources);
  const written: ComponentState = isWritable ? 'ok' : 'down';
  const components: Health['components'] = {
    db: isUp ? 'ok' : 'down',
    vault: written,
    audit_log: written,
    upstream: upstream(),
    ner_model: llmDetector() ?? 'disabled',
  };
  const works = Object.values(components).every((state) => state === 'ok' || state === 'disabled');
  return {
    status: works ? 'ok' : 'degraded',
    version,
    uptime_seconds: Math.floor(uptimeSeconds()),
    components,
    checkpoint_sinks: sources.checkpointSinks(),
    timestamps: sources.timestamps() ?? 'disabled',
    upstreams: sources.upstreams(),
    keys: { old_in_use: sources.oldKeys() },
    agents: { open_to_anyone: isUp ? await sources.openAgents() : null },
    build: { node: process.version },
  };
}
