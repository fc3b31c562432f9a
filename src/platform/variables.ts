/**
 * The environment variables: name, rule and default of each (see docs/configuration.md).
 * A rule's message says what is allowed. It never repeats the value, which may be a secret in the wrong variable.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseNetwork } from './forbidden-address.ts';
import { parseId } from './ids.ts';
import type { AccountId } from './ids.ts';
import { isReadableOnTheWay } from './readable-address.ts';
import { Secret } from './secret.ts';
import { withoutEnd } from './text-end.ts';

const DAY_LIMIT = 36_500;
/** Of an allow list. GitHub is asked about each organisation at each sign-in. */
const MAX_NAMES = 100;

/** Where a server listens. */
export interface ListenAddress {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** `rule(text)`, with null for what is not set. */
export const optional = <T extends z.ZodType>(rule: T): z.ZodDefault<z.ZodNullable<T>> => rule.nullable().default(null);

const number = (min: number, max: number): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> =>
  z.string().transform((text, context) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (value >= min && value <= max) return value;
    return refuse(context, `must be a whole number from ${min} to ${max}`);
  });

const flag = z.enum(['0', '1', 'false', 'true'], 'must be 0 or 1').transform((text) => text === '1' || text === 'true');

const choice = <const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> =>
  z.enum(values, `must be one of ${values.join(', ')}`);

const address = z.string().transform((text, context): ListenAddress => {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  return refuse(context, 'must be host:port, with an IPv6 address in brackets: 0.0.0.0:8080, [::1]:8080');
});

/** An http(s) URL, without a slash at its end. */
export const baseUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && isPlainHttp(url)) return withoutEnd(url.href, /\//);
  return refuse(context, 'must be an http:// or https:// URL without credentials, query or fragment');
});

const databaseUrl = z.string().transform((text, context) => {
  if (/^postgres(ql)?:\/\/[^/]*\/[^/?]/.test(text) && URL.canParse(text)) return new Secret(text);
  return refuse(context, 'must be postgresql://user:password@host:port/database');
});

const text = (min: number, max = 1024): z.ZodString =>
  z.string().min(min, `must have at least ${min} characters`).max(max, `must have at most ${max} characters`);

const secretText = (min: number): z.ZodPipe<z.ZodString, z.ZodTransform<Secret<string>, string>> =>
  text(min).transform((value) => new Secret(value));

/** A private key as PEM: one of RSA with 4096 bits has 3.3 kB. */
const privateKey = text(1, 4096).transform((value) => new Secret(value));

/** A key that travels in a header: visible ASCII (RFC 9110, section 5.5), so that it cannot end the header. */
export const apiKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,1024}$/, 'must be at most 1024 characters of ASCII, without spaces')
  .transform((value) => new Secret(value));

/** Names of models, separated by commas; each as a request may name it. */
export const modelList = z.string().transform((value, context) => {
  const names = value.split(',').map((name) => name.trim());
  if (names.every((name) => /^[\w.:/-]{1,128}$/.test(name)) && new Set(names).size === names.length) return names;
  return refuse(
    context,
    'must be names of models of at most 128 letters, digits and ._:/-, separated by commas, none twice',
  );
});

/** Base64 (RFC 4648, section 4) of exactly 32 bytes. The same bytes have one spelling: stray low bits are refused. */
export const key32 = z.string().transform((value, context) => {
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(value) ? Buffer.from(value, 'base64') : null;
  if (bytes?.toString('base64') !== value) {
    return refuse(context, 'must be base64 of exactly 32 bytes; `openssl rand -base64 32` makes one');
  }
  if (bytes.every((byte) => byte === bytes[0])) return refuse(context, 'must be random bytes, not one byte repeated');
  return new Secret<Uint8Array>(bytes);
});

const bootstrapToken = z
  .string()
  .regex(/^msk_[A-Za-z0-9_-]{24,200}$/, 'must be msk_ and at least 24 letters, digits, - or _')
  .transform((value) => new Secret(value));

/** Networks as CIDR, set apart by commas. */
const networks = z.string().transform((text, context) => {
  const named = text.split(',').map((each) => each.trim());
  if (named.every((each) => parseNetwork(each) !== null)) return named;
  return refuse(context, 'must be networks as CIDR: 10.0.0.0/8,fd00::/8');
});

/** The policy that comes with the program, wherever it is started from. The same from src/ and from dist/. */
const SHIPPED_POLICY = fileURLToPath(new URL('../../configs/mask_policy.yaml', import.meta.url));

/** Logins or organisations of GitHub, set apart by commas, in lower case; or `open`. */
const gitHubNames = z.string().transform((text, context): 'open' | string[] => {
  if (text === 'open') return text;
  const names = text.split(',').map((each) => each.trim().toLowerCase());
  if (names.every((name) => /^[a-z0-9_-]{1,100}$/.test(name)) && names.length <= MAX_NAMES) return names;
  return refuse(context, `must be at most ${MAX_NAMES} names as GitHub has them, separated by commas, or open`);
});

/** The issuer of an OpenID provider, to the letter: it is compared with what tokens say. */
const issuer = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isSafe = url !== null && isPlainHttp(url) && !isReadableOnTheWay(url);
  return isSafe
    ? value
    : refuse(context, 'must be an https:// URL without credentials, query or fragment, as the provider writes it');
});

/** `group=role`, set apart by commas. */
const groupRoles = z.string().transform((value, context) => {
  const pairs = value.split(',').map((each) => /^([^=]{1,256})=(admin|member|auditor)$/.exec(each.trim()));
  const named = pairs.flatMap((pair) =>
    pair?.[1] === undefined || pair[2] === undefined ? [] : [`${pair[1]}=${pair[2]}`],
  );
  if (named.length === pairs.length && named.length <= MAX_NAMES) return named;
  return refuse(
    context,
    `must be at most ${MAX_NAMES} of group=role, separated by commas; roles are admin, member and auditor`,
  );
});

/** Ids of accounts, set apart by commas, or `all`. */
const accounts = z.string().transform((text, context): 'all' | AccountId[] => {
  if (text === 'all') return text;
  const named = text.split(',').map((each) => parseId('account', each.trim()));
  const ids = named.filter((id) => id !== null);
  if (ids.length === named.length) return ids;
  return refuse(context, 'must be ids of accounts, as acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KD, separated by commas, or all');
});

/** Origins as browsers send them, set apart by commas: scheme, host, and a port that is not the usual one. */
const origins = z.string().transform((text, context) => {
  const named = text.split(',').map((each) => each.trim());
  if (named.every((each) => /^https?:/.test(each) && URL.canParse(each) && new URL(each).origin === each)) return named;
  return refuse(context, 'must be origins without a path: https://portal.example.org,http://localhost:5173');
});

/** Worker processes of one machine. Each has its own database connections, so that there is a limit. */
const MOST_WORKERS = 64;

/** A number of worker processes, or `auto`: as many as there are processors. */
const workers = z.string().transform((text, context): 'auto' | number => {
  if (text === 'auto') return text;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_WORKERS) return count;
  return refuse(context, `must be a whole number from 1 to ${MOST_WORKERS}, or auto`);
});

/** Every variable with a name of its own; MASKER_KEY_<KID> are apart, in key-variables.ts. */
export const VARIABLES = z.object({
  MASKER_LISTEN_ADDR: address.default({ host: '0.0.0.0', port: 8080 }),
  MASKER_WORKERS: workers.default(1),
  MASKER_PUBLIC_URL: optional(baseUrl),
  MASKER_DATABASE_URL: optional(databaseUrl),
  MASKER_DATA_DIR: text(1).default('./data'),
  MASKER_GITHUB_CLIENT_ID: optional(text(1)),
  MASKER_GITHUB_CLIENT_SECRET: optional(secretText(1)),
  MASKER_GITHUB_BASE_URL: baseUrl.default('https://github.com'),
  MASKER_GITHUB_API_URL: optional(baseUrl),
  MASKER_GITHUB_ALLOWED_LOGINS: optional(gitHubNames),
  MASKER_GITHUB_ALLOWED_ORGS: optional(gitHubNames),
  MASKER_OIDC_ISSUER: optional(issuer),
  MASKER_OIDC_CLIENT_ID: optional(text(1)),
  MASKER_OIDC_CLIENT_SECRET: optional(secretText(1)),
  MASKER_OIDC_REQUIRE_MFA: flag.default(false),
  MASKER_OIDC_GROUP_ROLES: optional(groupRoles),
  MASKER_KEY_ROTATION_GRACE_DAYS: number(0, DAY_LIMIT).default(30),
  MASKER_AUDIT_HMAC_KEY: optional(key32),
  MASKER_SIGNING_KEY: optional(key32),
  MASKER_CHECKPOINT_DIR: optional(text(1)),
  MASKER_CHECKPOINT_URL: optional(baseUrl),
  MASKER_CHECKPOINT_TOKEN: optional(apiKey),
  MASKER_WITNESS_POLICY: optional(text(1)),
  MASKER_TIMESTAMPS: choice(['off', 'best_effort', 'required']).default('off'),
  MASKER_TSA_URL: optional(baseUrl),
  MASKER_TSA_CA: optional(text(1)),
  MASKER_TSA_INTERVAL_SECONDS: number(1, 86_400).default(60),
  MASKER_PDF_SIGNING_KEY: optional(privateKey),
  MASKER_PDF_SIGNING_CERTS: optional(text(1)),
  MASKER_SESSION_SECRET: optional(secretText(32)),
  MASKER_UPSTREAM_PROVIDER: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be the name of a provider, in lower case')
    .default('openai'),
  MASKER_OPENAI_API_KEY: optional(apiKey),
  MASKER_OPENAI_BASE_URL: baseUrl.default('https://api.openai.com'),
  MASKER_OPENAI_MODELS: modelList.default(['gpt-4o-mini', 'gpt-4o']),
  MASKER_DEFAULT_MODEL: text(1).default('gpt-4o-mini'),
  MASKER_UPSTREAM_TIMEOUT_MS: number(1, 3_600_000).default(30_000),
  MASKER_CLIENT_TIMEOUT_MS: number(1, 3_600_000).default(30_000),
  MASKER_STREAM_BUFFER_MS: number(0, 60_000).default(50),
  MASKER_MAX_BODY_BYTES: number(1024, 1_073_741_824).default(10_485_760),
  MASKER_MAX_TEXT_CHARS: number(1024, 1_073_741_824).default(2_000_000),
  MASKER_SESSION_MEMORY_MB: number(1, 65_536).default(256),
  MASKER_POLICY_PATH: text(1).default(SHIPPED_POLICY),
  MASKER_NER_URL: optional(baseUrl),
  MASKER_NER_MODEL: optional(text(1)),
  MASKER_DETECTION_TIMEOUT_MS: number(1, 60_000).default(200),
  MASKER_VAPI_WEBHOOK_SECRET: optional(secretText(1)),
  MASKER_BOLNA_WEBHOOK_SECRET: optional(secretText(1)),
  MASKER_RETELL_API_KEY: optional(secretText(1)),
  MASKER_ELEVENLABS_WEBHOOK_SECRET: optional(secretText(1)),
  MASKER_OPERATOR_KEY_ACCOUNTS: optional(accounts),
  MASKER_CALLBACK_PRIVATE_NETWORKS: networks.default([]),
  MASKER_RETELL_PARTIAL_DEDUP: flag.default(false),
  MASKER_SESSION_IDLE_SECONDS: number(1, 604_800).default(900),
  MASKER_PAYLOAD_RETENTION_DAYS: number(0, DAY_LIMIT).default(0),
  MASKER_SESSION_METADATA_RETENTION_DAYS: number(1, DAY_LIMIT).default(90),
  MASKER_CORS_ORIGINS: origins.default([]),
  MASKER_INTROSPECTION: optional(flag),
  MASKER_PERSISTED_OPERATIONS: optional(text(1)),
  MASKER_PERSISTED_OPERATIONS_ONLY: flag.default(false),
  MASKER_RATE_LIMITS: choice(['off', 'hosted']).default('off'),
  MASKER_TRUSTED_HOPS: number(0, 16).default(0),
  MASKER_DRAIN_GRACE_MS: optional(number(0, 600_000)),
  MASKER_DRAIN_TIMEOUT_MS: number(0, 3_600_000).default(30_000),
  MASKER_LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  MASKER_LOG_FORMAT: optional(choice(['json', 'pretty'])),
  MASKER_METRICS_ADDR: optional(address),
  MASKER_ZEROIZE_BUFFERS: flag.default(false),
  MASKER_BOOTSTRAP_TOKEN: optional(bootstrapToken),
  MASKER_DEV: flag.default(false),
});

/** The values of all variables, defaults filled in, by name. */
export type Variables = z.output<typeof VARIABLES>;
export type VariableName = keyof Variables;

/** Older or foreign spellings of a variable that the product's documents use. */
export const ALIASES: ReadonlyMap<string, VariableName> = new Map([
  ['GITHUB_CLIENT_ID', 'MASKER_GITHUB_CLIENT_ID'],
  ['GITHUB_CLIENT_SECRET', 'MASKER_GITHUB_CLIENT_SECRET'],
  ['MASKER_DB_URL', 'MASKER_DATABASE_URL'],
]);

/** Read by the command line as a client of a server; no concern of the server. */
export const CLIENT_VARIABLES: readonly string[] = [
  'MASKER_CONFIG',
  'MASKER_SERVER',
  'MASKER_TOKEN',
  'MASKER_ASR_OPENAI_BASE_URL',
  'MASKER_ASR_OPENAI_API_KEY',
  'MASKER_ASR_OPENAI_MODEL',
  'MASKER_ASR_DEEPGRAM_BASE_URL',
  'MASKER_ASR_DEEPGRAM_API_KEY',
  'MASKER_ASR_LOCAL_COMMAND',
];

function isPlainHttp(url: URL): boolean {
  return (
    /^https?:$/.test(url.protocol) && [url.username, url.password, url.search, url.hash].every((part) => part === '')
  );
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
