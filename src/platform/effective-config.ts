/** The configuration in force, built from variables that are read and checked. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseNetwork, type Network } from './forbidden-address.ts';
import type { AccountId } from './ids.ts';
import type { ConfiguredKey } from './key-variables.ts';
import type { ConfiguredUpstream, UpstreamsReading } from './upstream-variables.ts';
import type { ListenAddress, Variables } from './variables.ts';
import type { Secret } from './secret.ts';

/** The configuration of one process. */
export interface Config {
  /** Whether keys must be given and nothing may be made up: a server database or NODE_ENV=production, unless MASKER_DEV=1. */
  readonly production: boolean;
  readonly listen: ListenAddress;
  /** How many processes serve requests on this machine; 1: the one that was started. */
  readonly workers: number;
  /** Where clients and browsers reach this server; no slash at the end. With port 0 it names no real port. */
  readonly publicUrl: string;
  /** Null: the embedded database in `dataDir`. The URL holds the password. */
  readonly databaseUrl: Secret<string> | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly github: {
    /** Null: no sign-in by GitHub. */
    readonly client: { readonly id: string; readonly secret: Secret<string> } | null;
    readonly baseUrl: string;
    readonly apiUrl: string;
    /** Who may sign in; names in lower case, null for what is not set. */
    readonly allowed: {
      readonly logins: 'open' | readonly string[] | null;
      readonly organisations: 'open' | readonly string[] | null;
    };
  };
  /** The OpenID provider that persons sign in with; null for none. */
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: Secret<string>;
    readonly requireMfa: boolean;
    /** `group=role`. */
    readonly groupRoles: readonly string[];
  } | null;
  /** As configured; before `loadKeys` a development start may have none. */
  readonly keys: {
    readonly ring: readonly ConfiguredKey[];
    /** 32 bytes. */
    readonly auditHmac: Secret<Uint8Array> | null;
    /** Ed25519 seed, 32 bytes. */
    readonly signing: Secret<Uint8Array> | null;
    readonly session: Secret<string> | null;
  };
  readonly upstream: {
    /** The provider that the default model is one of. */
    readonly provider: string;
    /** `openai` first. */
    readonly servers: readonly ConfiguredUpstream[];
    readonly defaultModel: string;
    readonly timeoutMs: number;
  };
  /** Where metrics are served; null: nowhere. */
  readonly metricsListen: ListenAddress | null;
  /** How long a caller may leave an answer unread before it is cut off. */
  readonly clientTimeoutMs: number;
  readonly streamBufferMs: number;
  readonly maxBodyBytes: number;
  /** The most text of one request that is searched, in UTF-16 units. */
  readonly maxTextLength: number;
  /** What live sessions of one process may take together, roughly. */
  readonly sessionMemoryBytes: number;
  /** Absolute. */
  readonly policyPath: string;
  readonly ner: { readonly url: string; readonly model: string | null } | null;
  readonly detectionTimeoutMs: number;
  readonly webhooks: {
    readonly vapiSecret: Secret<string> | null;
    readonly bolnaSecret: Secret<string> | null;
    readonly retellKey: Secret<string> | null;
    readonly elevenLabsSecret: Secret<string> | null;
    readonly retellPartialDedup: boolean;
  };
  /** Who may use upstreams with the operator's key; null: the instance's own account. */
  readonly operatorKeyAccounts: 'all' | readonly AccountId[] | null;
  /** Private networks that callbacks of customers may reach. */
  readonly callbackNetworks: readonly Network[];
  readonly sessionIdleSeconds: number;
  /** Where checkpoints of the accounts' logs are published, and whose cosignatures count; null for what is not set. */
  readonly checkpoints: {
    /** Absolute, as is `witnessPolicy`. */
    readonly folder: string | null;
    readonly url: string | null;
    readonly token: Secret<string> | null;
    readonly witnessPolicy: string | null;
  };
  /** Tokens of a time-stamping authority for checkpoints. */
  readonly timestamps: {
    /** Whether a checkpoint without a token may leave the server. */
    readonly required: boolean;
    /** The authority; null where tokens are off. `ca` is an absolute path. */
    readonly authority: { readonly url: string; readonly ca: string } | null;
    readonly intervalSeconds: number;
  };
  /** Signs PDFs of reports; null: they are not signed. `certificates` is an absolute path. */
  readonly pdfSigning: { readonly key: Secret<string>; readonly certificates: string } | null;
  /** How long payloads are kept; 0: until their session is sealed. */
  readonly payloadRetentionDays: number;
  /** Days after its seal after which turns, values and names of a session are erased. */
  readonly metadataRetentionDays: number;
  /** Days for which an old key may be in use before that is a warning. */
  readonly keyGraceDays: number;
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
  /** Whether GraphQL's schema can be asked for, and GraphiQL is served. */
  readonly introspection: boolean;
  /** Documents of GraphQL that clients may name by their hash. */
  readonly persistedOperations: {
    /** Absolute; null for none. */
    readonly file: string | null;
    /** Whether other documents are refused. */
    readonly only: boolean;
  };
  readonly rateLimits: 'off' | 'hosted';
  /** Proxies of the operator's own before this server: each adds an address to X-Forwarded-For. */
  readonly trustedHops: number;
  readonly drain: {
    /** How long new requests are still served once the server is told to stop. */
    readonly graceMs: number;
    /** How long answers under way may take after that. */
    readonly timeoutMs: number;
  };
  readonly log: { readonly level: Variables['MASKER_LOG_LEVEL']; readonly format: 'json' | 'pretty' };
  readonly bootstrapToken: Secret<string> | null;
  /** What the above was made of, by variable; secrets are wrapped. */
  readonly variables: Variables;
  /** The same for MASKER_UPSTREAM_<NAME>_<SETTING>. */
  readonly upstreamVariables: UpstreamsReading['shown'];
}

/** Returns the configuration that the variables make. Relative paths count from the working folder. */
export function buildConfig(
  variables: Variables,
  ring: readonly ConfiguredKey[],
  further: UpstreamsReading,
  { production, isTerminal }: { readonly production: boolean; readonly isTerminal: boolean },
): Config {
  const v = variables;
  const workers = v.MASKER_WORKERS === 'auto' ? availableParallelism() : v.MASKER_WORKERS;
  return {
    production,
    listen: v.MASKER_LISTEN_ADDR,
    workers,
    publicUrl: v.MASKER_PUBLIC_URL ?? `http://localhost:${v.MASKER_LISTEN_ADDR.port}`,
    databaseUrl: v.MASKER_DATABASE_URL,
    dataDir: path.resolve(v.MASKER_DATA_DIR),
    github: githubOf(v),
    oidc: oidcOf(v),
    keys: keysOf(v, ring),
    upstream: upstreamOf(v, further),
    metricsListen: v.MASKER_METRICS_ADDR,
    clientTimeoutMs: v.MASKER_CLIENT_TIMEOUT_MS,
    streamBufferMs: v.MASKER_STREAM_BUFFER_MS,
    maxBodyBytes: v.MASKER_MAX_BODY_BYTES,
    maxTextLength: v.MASKER_MAX_TEXT_CHARS,
    sessionMemoryBytes: Math.floor((v.MASKER_SESSION_MEMORY_MB * 1024 * 1024) / workers),
    policyPath: path.resolve(v.MASKER_POLICY_PATH),
    ner: v.MASKER_NER_URL === null ? null : { url: v.MASKER_NER_URL, model: v.MASKER_NER_MODEL },
    detectionTimeoutMs: v.MASKER_DETECTION_TIMEOUT_MS,
    webhooks: webhooksOf(v),
    operatorKeyAccounts: v.MASKER_OPERATOR_KEY_ACCOUNTS,
    callbackNetworks: v.MASKER_CALLBACK_PRIVATE_NETWORKS.flatMap((network) => parseNetwork(network) ?? []),
    sessionIdleSeconds: v.MASKER_SESSION_IDLE_SECONDS,
    checkpoints: checkpointsOf(v),
    timestamps: timestampsOf(v),
    pdfSigning: pdfSigningOf(v),
    payloadRetentionDays: v.MASKER_PAYLOAD_RETENTION_DAYS,
    metadataRetentionDays: v.MASKER_SESSION_METADATA_RETENTION_DAYS,
    keyGraceDays: v.MASKER_KEY_ROTATION_GRACE_DAYS,
    corsOrigins: v.MASKER_CORS_ORIGINS,
    introspection: v.MASKER_INTROSPECTION ?? !production,
    persistedOperations: { file: absolute(v.MASKER_PERSISTED_OPERATIONS), only: v.MASKER_PERSISTED_OPERATIONS_ONLY },
    rateLimits: v.MASKER_RATE_LIMITS,
    trustedHops: v.MASKER_TRUSTED_HOPS,
    // Load balancers check every few seconds. A development start has no load balancer.
    drain: { graceMs: v.MASKER_DRAIN_GRACE_MS ?? (production ? 5000 : 0), timeoutMs: v.MASKER_DRAIN_TIMEOUT_MS },
    log: { level: v.MASKER_LOG_LEVEL, format: v.MASKER_LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json') },
    bootstrapToken: v.MASKER_BOOTSTRAP_TOKEN,
    variables,
    upstreamVariables: further.shown,
  };
}

function keysOf(v: Variables, ring: readonly ConfiguredKey[]): Config['keys'] {
  return {
    ring,
    auditHmac: v.MASKER_AUDIT_HMAC_KEY,
    signing: v.MASKER_SIGNING_KEY,
    session: v.MASKER_SESSION_SECRET,
  };
}

function upstreamOf(v: Variables, further: UpstreamsReading): Config['upstream'] {
  return {
    provider: v.MASKER_UPSTREAM_PROVIDER,
    servers: [openaiServer(v), ...further.upstreams],
    defaultModel: v.MASKER_DEFAULT_MODEL,
    timeoutMs: v.MASKER_UPSTREAM_TIMEOUT_MS,
  };
}

function githubOf(v: Variables): Config['github'] {
  const githubBase = v.MASKER_GITHUB_BASE_URL;
  return {
    client:
      v.MASKER_GITHUB_CLIENT_ID !== null && v.MASKER_GITHUB_CLIENT_SECRET !== null
        ? { id: v.MASKER_GITHUB_CLIENT_ID, secret: v.MASKER_GITHUB_CLIENT_SECRET }
        : null,
    baseUrl: githubBase,
    allowed: { logins: v.MASKER_GITHUB_ALLOWED_LOGINS, organisations: v.MASKER_GITHUB_ALLOWED_ORGS },
    // GitHub Enterprise Server has its API below the same host
    apiUrl:
      v.MASKER_GITHUB_API_URL ??
      (githubBase === 'https://github.com' ? 'https://api.github.com' : `${githubBase}/api/v3`),
  };
}

function webhooksOf(v: Variables): Config['webhooks'] {
  return {
    vapiSecret: v.MASKER_VAPI_WEBHOOK_SECRET,
    bolnaSecret: v.MASKER_BOLNA_WEBHOOK_SECRET,
    retellKey: v.MASKER_RETELL_API_KEY,
    elevenLabsSecret: v.MASKER_ELEVENLABS_WEBHOOK_SECRET,
    retellPartialDedup: v.MASKER_RETELL_PARTIAL_DEDUP,
  };
}

function checkpointsOf(v: Variables): Config['checkpoints'] {
  return {
    folder: absolute(v.MASKER_CHECKPOINT_DIR),
    url: v.MASKER_CHECKPOINT_URL,
    token: v.MASKER_CHECKPOINT_TOKEN,
    witnessPolicy: absolute(v.MASKER_WITNESS_POLICY),
  };
}

function timestampsOf(v: Variables): Config['timestamps'] {
  const [url, ca] = [v.MASKER_TSA_URL, absolute(v.MASKER_TSA_CA)];
  return {
    required: v.MASKER_TIMESTAMPS === 'required',
    authority: v.MASKER_TIMESTAMPS === 'off' || url === null || ca === null ? null : { url, ca },
    intervalSeconds: v.MASKER_TSA_INTERVAL_SECONDS,
  };
}

function pdfSigningOf(v: Variables): Config['pdfSigning'] {
  const [key, certificates] = [v.MASKER_PDF_SIGNING_KEY, absolute(v.MASKER_PDF_SIGNING_CERTS)];
  return key === null || certificates === null ? null : { key, certificates };
}

function oidcOf(v: Variables): Config['oidc'] {
  const { MASKER_OIDC_ISSUER: issuer, MASKER_OIDC_CLIENT_ID: clientId, MASKER_OIDC_CLIENT_SECRET: clientSecret } = v;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  const { MASKER_OIDC_REQUIRE_MFA: requireMfa, MASKER_OIDC_GROUP_ROLES: groupRoles } = v;
  return { issuer, clientId, clientSecret, requireMfa, groupRoles: groupRoles ?? [] };
}

function absolute(file: string | null): string | null {
  return file === null ? null : path.resolve(file);
}

function openaiServer(v: Variables): ConfiguredUpstream {
  return {
    name: 'openai',
    // By OpenAI's own convention its address has no path; where the common `/v1` was appended, it is not repeated.
    baseUrl: `${v.MASKER_OPENAI_BASE_URL.replace(/\/v1$/, '')}/v1`,
    apiKey: v.MASKER_OPENAI_API_KEY,
    apiKeyHeader: 'authorization',
    query: null,
    models: v.MASKER_OPENAI_MODELS,
  };
}
