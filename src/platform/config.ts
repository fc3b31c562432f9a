/**
 * The configuration, from environment variables, validated once at start. Every problem is listed at once, by the
 * variable's name and the rule that it breaks, never by its value. (See docs/configuration.md.)
 */
import path from 'node:path';
import { parseNetwork } from './forbidden-address.ts';
import type { Network } from './forbidden-address.ts';
import type { AccountId } from './ids.ts';
import { withReferences } from './key-references.ts';
import { isKeyVariable, keyVariable, readKeyVariable, type ConfiguredKey } from './key-variables.ts';
import { nearestName } from './nearest-name.ts';
import { Secret } from './secret.ts';
import {
  isUpstreamVariable,
  readUpstreams,
  type ConfiguredUpstream,
  type UpstreamsReading,
} from './upstream-variables.ts';
import {
  ALIASES,
  CLIENT_VARIABLES,
  VARIABLES,
  type ListenAddress,
  type VariableName,
  type Variables,
} from './variables.ts';
import { isReadableOnTheWay } from './readable-address.ts';

/** The kid of the default policy: the ring's key where none is configured. */
const DEFAULT_KID = 'K_HEALTHCARE';

/** Environment variables as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with a variable. Holds no value, and can be printed. */
export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
}

export interface Config {
  /** Whether keys must be given and nothing may be made up: a server database or NODE_ENV=production, unless MASKER_DEV=1. */
  readonly production: boolean;
  readonly listen: ListenAddress;
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
  /** What live sessions may take together, roughly. */
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

export type ConfigResult =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** How strict to be. */
export interface LoadOptions {
  /** Whether a production configuration without its keys is a problem; default true. A command that seals nothing passes false. */
  readonly keysRequired?: boolean;
  /** Whether a person reads the log on a terminal, which makes `pretty` the default of MASKER_LOG_FORMAT; default false. */
  readonly isTerminal?: boolean;
}

/**
 * Reads and checks the environment, with the files and programs that its keys refer to. Relative paths count from the
 * working folder. Never throws.
 */
export function loadConfig(
  environment: Environment,
  { keysRequired = true, isTerminal = false }: LoadOptions = {},
): ConfigResult {
  const problems: ConfigProblem[] = [];
  // One problem a variable: what follows from the first would only distract from it.
  const report: Report = (variable, message) => {
    if (!problems.some((problem) => problem.variable === variable)) problems.push({ variable, message });
  };

  const env = withReferences(environment, isKeyVariable, report);
  const ring = readRing(env, report);
  const ringIsWhole = !problems.some(({ variable }) => isKeyVariable(variable));
  reportUnknown(env, report);
  const given = gather(env, report);
  const production =
    given.MASKER_DEV !== '1' &&
    given.MASKER_DEV !== 'true' &&
    (given.MASKER_DATABASE_URL !== undefined || env['NODE_ENV'] === 'production');
  const variables = readVariables(given, report);
  const upstreams = readUpstreams(env, report);
  checkTogether(variables, ring, upstreams, report);
  if (production && keysRequired) {
    for (const name of missingKeys(variables, ring)) {
      // There is one, and it is faulty; of the others `report` keeps the first problem alone.
      if (isKeyVariable(name) && !ringIsWhole) continue;
      report(name, 'is not set. Create the keys once: node dist/cli/main.js keys generate > masker.env');
    }
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, config: build(variables, ring, upstreams, { production, isTerminal }) };
}

/** Reads what can be read: a faulty variable is reported and takes its default, so that the others are checked as well. */
function readVariables(given: GivenVariables, report: Report): Variables {
  const read = VARIABLES.safeParse(given);
  if (read.success) return read.data;
  const faulty = new Set(read.error.issues.map((issue) => String(issue.path[0])));
  for (const issue of read.error.issues) report(String(issue.path[0]), issue.message);
  return VARIABLES.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))));
}

/** The variables of the keys that a server cannot do without and that are not set. */
export function missingKeys(variables: Variables, ring: readonly ConfiguredKey[]): string[] {
  const fixed = (['MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'] as const).filter(
    (name) => variables[name] === null,
  );
  return ring.some((key) => key.role === 'active') ? fixed : [keyVariable(DEFAULT_KID, 'active'), ...fixed];
}

/** The effective configuration for `masker config`, by variable: secrets are `[set]` or `[not set]`. */
export function describeConfig(config: Config): Record<string, string | number | boolean | null> {
  const shown: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries({ ...config.variables, ...config.upstreamVariables })) {
    if (value instanceof Secret) shown[name] = '[set]';
    else if (Array.isArray(value)) shown[name] = value.join(',');
    else if (value === null) shown[name] = '[not set]';
    else if (typeof value === 'object') shown[name] = formatAddress(value);
    else shown[name] = value;
  }
  for (const { kid, role } of config.keys.ring) shown[keyVariable(kid, role)] = '[set]';
  return {
    ...shown,
    MASKER_PUBLIC_URL: config.publicUrl,
    MASKER_GITHUB_API_URL: config.github.apiUrl,
    MASKER_DRAIN_GRACE_MS: config.drain.graceMs,
    MASKER_DATA_DIR: config.dataDir,
    MASKER_POLICY_PATH: config.policyPath,
    MASKER_LOG_FORMAT: config.log.format,
    MASKER_INTROSPECTION: config.introspection,
  };
}

/** An empty variable counts as not set: that is how compose files and CI leave one out. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

type Report = (variable: string, message: string) => void;
type GivenVariables = Partial<Record<VariableName, string>>;

/** The variables that are set, aliases under their proper names. */
function gather(env: Environment, report: Report): GivenVariables {
  const names = Object.keys(VARIABLES.shape) as VariableName[];
  const values: GivenVariables = {};
  for (const name of names) {
    const value = env[name];
    if (isSet(value)) values[name] = value;
  }
  for (const [alias, name] of ALIASES) {
    const value = env[alias];
    if (!isSet(value)) continue;
    if (values[name] !== undefined && values[name] !== value)
      report(alias, `is another name of ${name}, and the two differ: set one of them`);
    values[name] ??= value;
  }
  return values;
}

function readRing(env: Environment, report: Report): ConfiguredKey[] {
  const ring: ConfiguredKey[] = [];
  for (const name of Object.keys(env).sort()) {
    const value = env[name];
    if (!isKeyVariable(name) || !isSet(value)) continue;
    const reading = readKeyVariable(name, value);
    if (reading.ok) ring.push(reading.key);
    else report(name, reading.message);
  }
  return ring;
}

/**
 * Kubernetes tells every pod of the services around it: a service `masker-db` becomes MASKER_DB_SERVICE_HOST and
 * MASKER_DB_PORT_5432_TCP_ADDR. They are nobody's typing mistakes.
 */
const SERVICE_LINK = /^MASKER_(?:.+_)?(?:SERVICE_(?:HOST|PORT)(?:_.+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_.+)?)$/;

function reportUnknown(env: Environment, report: Report): void {
  const known = [...Object.keys(VARIABLES.shape), ...ALIASES.keys(), ...CLIENT_VARIABLES];
  for (const name of Object.keys(env).sort()) {
    const serviceLink =
      SERVICE_LINK.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(env[name] ?? ''));
    if (
      !name.startsWith('MASKER_') ||
      known.includes(name) ||
      isKeyVariable(name) ||
      isUpstreamVariable(name) ||
      serviceLink
    )
      continue;
    const nearest = nearestName(name, known);
    report(
      name,
      nearest === null ? 'is not a variable of Masker' : `is not a variable of Masker; was ${nearest} meant?`,
    );
  }
}

/** Addresses that stand for every address of the machine. */
const ANY_HOST: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Returns true if one listener would take the other's address. */
function isSameAddress(a: ListenAddress, b: ListenAddress | null): boolean {
  if (b === null || a.port === 0 || a.port !== b.port) return false;
  return a.host === b.host || ANY_HOST.has(a.host) || ANY_HOST.has(b.host);
}

function checkOidc(variables: Variables, report: Report): void {
  const { MASKER_OIDC_ISSUER, MASKER_OIDC_CLIENT_ID, MASKER_OIDC_CLIENT_SECRET } = variables;
  const parts = Object.entries({ MASKER_OIDC_ISSUER, MASKER_OIDC_CLIENT_ID, MASKER_OIDC_CLIENT_SECRET });
  const given = parts.filter(([, value]) => value !== null).map(([name]) => name);
  const [first] = given;
  for (const [name, value] of parts)
    if (first !== undefined && value === null) report(name, `must be set together with ${first}`);
  if (first === undefined && variables.MASKER_OIDC_GROUP_ROLES !== null)
    report('MASKER_OIDC_GROUP_ROLES', 'needs MASKER_OIDC_ISSUER');
  if (first === undefined && variables.MASKER_OIDC_REQUIRE_MFA)
    report('MASKER_OIDC_REQUIRE_MFA', 'needs MASKER_OIDC_ISSUER');
}

function checkTimestamps(variables: Variables, report: Report): void {
  const isOff = variables.MASKER_TIMESTAMPS === 'off';
  for (const name of ['MASKER_TSA_URL', 'MASKER_TSA_CA'] as const) {
    if (isOff && variables[name] !== null) report(name, 'needs MASKER_TIMESTAMPS=best_effort or required');
    if (!isOff && variables[name] === null)
      report(name, 'must be set where MASKER_TIMESTAMPS is best_effort or required');
  }
}

function timestampsOf(v: Variables): Config['timestamps'] {
  const [url, ca] = [v.MASKER_TSA_URL, absolute(v.MASKER_TSA_CA)];
  return {
    required: v.MASKER_TIMESTAMPS === 'required',
    authority: v.MASKER_TIMESTAMPS === 'off' || url === null || ca === null ? null : { url, ca },
    intervalSeconds: v.MASKER_TSA_INTERVAL_SECONDS,
  };
}

function oidcOf(v: Variables): Config['oidc'] {
  const { MASKER_OIDC_ISSUER: issuer, MASKER_OIDC_CLIENT_ID: clientId, MASKER_OIDC_CLIENT_SECRET: clientSecret } = v;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  const { MASKER_OIDC_REQUIRE_MFA: requireMfa, MASKER_OIDC_GROUP_ROLES: groupRoles } = v;
  return { issuer, clientId, clientSecret, requireMfa, groupRoles: groupRoles ?? [] };
}

/** Rules over several variables. */
function checkTogether(
  variables: Variables,
  ring: readonly ConfiguredKey[],
  { upstreams }: UpstreamsReading,
  report: Report,
): void {
  const { MASKER_GITHUB_CLIENT_ID: id, MASKER_GITHUB_CLIENT_SECRET: secret } = variables;
  if (id !== null && secret === null)
    report('MASKER_GITHUB_CLIENT_SECRET', 'must be set together with MASKER_GITHUB_CLIENT_ID');
  if (id === null && secret !== null)
    report('MASKER_GITHUB_CLIENT_ID', 'must be set together with MASKER_GITHUB_CLIENT_SECRET');
  checkOidc(variables, report);
  if (variables.MASKER_NER_MODEL !== null && variables.MASKER_NER_URL === null)
    report('MASKER_NER_MODEL', 'needs MASKER_NER_URL');
  if (variables.MASKER_CHECKPOINT_TOKEN !== null && variables.MASKER_CHECKPOINT_URL === null)
    report('MASKER_CHECKPOINT_TOKEN', 'needs MASKER_CHECKPOINT_URL');
  if (
    variables.MASKER_CHECKPOINT_TOKEN !== null &&
    variables.MASKER_CHECKPOINT_URL !== null &&
    isReadableOnTheWay(new URL(variables.MASKER_CHECKPOINT_URL))
  )
    report('MASKER_CHECKPOINT_URL', 'must be https:// or a loopback address where MASKER_CHECKPOINT_TOKEN is set');
  checkTimestamps(variables, report);
  if (isSameAddress(variables.MASKER_LISTEN_ADDR, variables.MASKER_METRICS_ADDR))
    report('MASKER_METRICS_ADDR', 'must not be the address of MASKER_LISTEN_ADDR: metrics are not for the public');
  const providers = ['openai', 'stub', ...upstreams.map(({ name }) => name)];
  if (!providers.includes(variables.MASKER_UPSTREAM_PROVIDER))
    report('MASKER_UPSTREAM_PROVIDER', `must be the name of a provider: ${providers.join(', ')}`);
  // One leaked key must not be two: and an _OLD key equal to the active one is a rotation that did not happen.
  const holders = new Map<string, string>();
  const keys: [string, Secret<Uint8Array> | null][] = [
    ...ring.map(({ kid, role, secret: key }): [string, Secret<Uint8Array>] => [keyVariable(kid, role), key]),
    ['MASKER_AUDIT_HMAC_KEY', variables.MASKER_AUDIT_HMAC_KEY],
    ['MASKER_SIGNING_KEY', variables.MASKER_SIGNING_KEY],
  ];
  for (const [name, key] of keys) {
    if (key === null) continue;
    const bytes = Buffer.from(key.reveal()).toString('hex');
    const holder = holders.get(bytes);
    if (holder === undefined) holders.set(bytes, name);
    else report(name, `must not be the same key as ${holder}`);
  }
}

function build(
  variables: Variables,
  ring: readonly ConfiguredKey[],
  further: UpstreamsReading,
  { production, isTerminal }: { readonly production: boolean; readonly isTerminal: boolean },
): Config {
  const v = variables;
  const githubBase = v.MASKER_GITHUB_BASE_URL;
  return {
    production,
    listen: v.MASKER_LISTEN_ADDR,
    publicUrl: v.MASKER_PUBLIC_URL ?? `http://localhost:${v.MASKER_LISTEN_ADDR.port}`,
    databaseUrl: v.MASKER_DATABASE_URL,
    dataDir: path.resolve(v.MASKER_DATA_DIR),
    github: {
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
    },
    oidc: oidcOf(v),
    keys: {
      ring,
      auditHmac: v.MASKER_AUDIT_HMAC_KEY,
      signing: v.MASKER_SIGNING_KEY,
      session: v.MASKER_SESSION_SECRET,
    },
    upstream: {
      provider: v.MASKER_UPSTREAM_PROVIDER,
      servers: [openaiServer(v), ...further.upstreams],
      defaultModel: v.MASKER_DEFAULT_MODEL,
      timeoutMs: v.MASKER_UPSTREAM_TIMEOUT_MS,
    },
    metricsListen: v.MASKER_METRICS_ADDR,
    clientTimeoutMs: v.MASKER_CLIENT_TIMEOUT_MS,
    streamBufferMs: v.MASKER_STREAM_BUFFER_MS,
    maxBodyBytes: v.MASKER_MAX_BODY_BYTES,
    maxTextLength: v.MASKER_MAX_TEXT_CHARS,
    sessionMemoryBytes: v.MASKER_SESSION_MEMORY_MB * 1024 * 1024,
    policyPath: path.resolve(v.MASKER_POLICY_PATH),
    ner: v.MASKER_NER_URL === null ? null : { url: v.MASKER_NER_URL, model: v.MASKER_NER_MODEL },
    detectionTimeoutMs: v.MASKER_DETECTION_TIMEOUT_MS,
    webhooks: {
      vapiSecret: v.MASKER_VAPI_WEBHOOK_SECRET,
      bolnaSecret: v.MASKER_BOLNA_WEBHOOK_SECRET,
      retellKey: v.MASKER_RETELL_API_KEY,
      elevenLabsSecret: v.MASKER_ELEVENLABS_WEBHOOK_SECRET,
      retellPartialDedup: v.MASKER_RETELL_PARTIAL_DEDUP,
    },
    operatorKeyAccounts: v.MASKER_OPERATOR_KEY_ACCOUNTS,
    callbackNetworks: v.MASKER_CALLBACK_PRIVATE_NETWORKS.flatMap((network) => parseNetwork(network) ?? []),
    sessionIdleSeconds: v.MASKER_SESSION_IDLE_SECONDS,
    checkpoints: {
      folder: absolute(v.MASKER_CHECKPOINT_DIR),
      url: v.MASKER_CHECKPOINT_URL,
      token: v.MASKER_CHECKPOINT_TOKEN,
      witnessPolicy: absolute(v.MASKER_WITNESS_POLICY),
    },
    timestamps: timestampsOf(v),
    payloadRetentionDays: v.MASKER_PAYLOAD_RETENTION_DAYS,
    metadataRetentionDays: v.MASKER_SESSION_METADATA_RETENTION_DAYS,
    keyGraceDays: v.MASKER_KEY_ROTATION_GRACE_DAYS,
    corsOrigins: v.MASKER_CORS_ORIGINS,
    introspection: v.MASKER_INTROSPECTION ?? !production,
    persistedOperations: {
      file: absolute(v.MASKER_PERSISTED_OPERATIONS),
      only: v.MASKER_PERSISTED_OPERATIONS_ONLY,
    },
    rateLimits: v.MASKER_RATE_LIMITS,
    trustedHops: v.MASKER_TRUSTED_HOPS,
    // Load balancers look every few seconds; nobody balances load between development starts.
    drain: { graceMs: v.MASKER_DRAIN_GRACE_MS ?? (production ? 5000 : 0), timeoutMs: v.MASKER_DRAIN_TIMEOUT_MS },
    log: { level: v.MASKER_LOG_LEVEL, format: v.MASKER_LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json') },
    bootstrapToken: v.MASKER_BOOTSTRAP_TOKEN,
    variables,
    upstreamVariables: further.shown,
  };
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

function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
