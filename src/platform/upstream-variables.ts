/**
 * MASKER_UPSTREAM_<NAME>_<SETTING>: further servers that speak OpenAI's API, a handful of variables each (see docs/proxy.md,
 * Upstreams). `MASKER_UPSTREAM_GROQ_BASE_URL` makes the provider `groq`, whose models agents name as `groq:<model>`.
 */
import { z } from 'zod';
import { Secret } from './secret.ts';
import { apiKey, baseUrl, modelList, optional, VARIABLES } from './variables.ts';

/** A server that speaks OpenAI's API, as it was configured. */
export interface ConfiguredUpstream {
  /** The provider's name in an agent's `upstream`: lower case. */
  readonly name: string;
  /** Origin and path, to which `/chat/completions` is appended. No slash at its end. */
  readonly baseUrl: string;
  /** The operator's key; null to pass the client's own `Authorization` on. */
  readonly apiKey: Secret<string> | null;
  /** The header that carries the key, in lower case. As `authorization` it is a Bearer token, elsewhere it stands alone. */
  readonly apiKeyHeader: string;
  /** Sent with every request, without `?`. It may hold a key. */
  readonly query: Secret<string> | null;
  /** The models that agents may name; at least one. */
  readonly models: readonly string[];
}

export interface UpstreamsReading {
  /** By name. Only those without a problem. */
  readonly upstreams: readonly ConfiguredUpstream[];
  /** What was read, by variable, for `masker config`. */
  readonly shown: Readonly<Record<string, Secret<string> | string>>;
}

type Report = (variable: string, message: string) => void;

const PREFIX = 'MASKER_UPSTREAM_';
const NAME = /^[A-Z][A-Z0-9_]{0,31}$/;
/** Headers that say something else about the request, or belong to the connection. */
const NO_KEY_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** RFC 9110, section 5.6.2. */
const headerName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'must be the name of a header')
  .refine((name) => !NO_KEY_HEADERS.has(name), 'must be the name of a header that may carry a key, such as api-key');

/** RFC 3986, section 3.4. */
const query = z
  .string()
  .regex(
    /^(?!\?)(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2}){1,1024}$/,
    'must be a query without ? and #, percent-encoded: api-version=2024-10-21',
  )
  .transform((value) => new Secret(value));

const SETTINGS = z.object({
  BASE_URL: baseUrl,
  API_KEY: optional(apiKey),
  API_KEY_HEADER: headerName.default('authorization'),
  QUERY: optional(query),
  MODELS: modelList,
});
const SETTING_NAMES = SETTINGS.keyof().options;
type Setting = (typeof SETTING_NAMES)[number];

/** NAME and SETTING of a variable; null for one of another meaning. */
function split(variable: string): { readonly name: string; readonly setting: Setting } | null {
  if (!variable.startsWith(PREFIX) || Object.hasOwn(VARIABLES.shape, variable)) return null;
  const setting = SETTING_NAMES.find(
    (each) => variable.endsWith(`_${each}`) && variable.length > PREFIX.length + each.length + 1,
  );
  return setting === undefined ? null : { name: variable.slice(PREFIX.length, -setting.length - 1), setting };
}

/** Whether the name is that of a setting of a further upstream. */
export function isUpstreamVariable(variable: string): boolean {
  return split(variable) !== null;
}

/**
 * Reads all of them. Every problem is reported by the variable's name and the rule that it breaks, never by its value.
 * An empty variable counts as not set.
 */
export function readUpstreams(env: Readonly<Record<string, string | undefined>>, report: Report): UpstreamsReading {
  const given = new Map<string, Partial<Record<Setting, string>>>();
  for (const variable of Object.keys(env).sort()) {
    const found = split(variable);
    const value = env[variable] ?? '';
    if (found === null || value === '') continue;
    const problem = nameProblem(found.name);
    if (problem === null) given.set(found.name, { ...given.get(found.name), [found.setting]: value });
    else report(variable, problem);
  }
  const upstreams: ConfiguredUpstream[] = [];
  const shown: Record<string, Secret<string> | string> = {};
  for (const [name, settings] of given) {
    const upstream = readOne(name, settings, report);
    if (upstream === null) continue;
    upstreams.push(upstream);
    for (const [setting, value] of Object.entries(settingsOf(upstream))) shown[`${PREFIX}${name}_${setting}`] = value;
  }
  return { upstreams, shown };
}

function nameProblem(name: string): string | null {
  if (name === 'OPENAI')
    return 'is no variable of Masker: openai is set by MASKER_OPENAI_BASE_URL, MASKER_OPENAI_API_KEY and MASKER_OPENAI_MODELS';
  if (name === 'STUB') return 'is no variable of Masker: stub has no settings';
  if (NAME.test(name)) return null;
  return `must be named ${PREFIX}<NAME>_<SETTING>; a NAME has up to 32 upper-case letters, digits and underscores, and begins with a letter`;
}

function readOne(name: string, settings: Partial<Record<Setting, string>>, report: Report): ConfiguredUpstream | null {
  const read = SETTINGS.safeParse(settings);
  for (const {
    path: [setting],
    message,
  } of read.error?.issues ?? []) {
    const isMissing = typeof setting === 'string' && !Object.hasOwn(settings, setting);
    report(
      `${PREFIX}${name}_${String(setting)}`,
      isMissing ? `must be set: another variable of the upstream ${name.toLowerCase()} is` : message,
    );
  }
  const keyless = settings.API_KEY_HEADER !== undefined && settings.API_KEY === undefined;
  if (keyless) report(`${PREFIX}${name}_API_KEY_HEADER`, `needs ${PREFIX}${name}_API_KEY`);
  if (!read.success || keyless) return null;
  const { BASE_URL, API_KEY, API_KEY_HEADER, QUERY, MODELS } = read.data;
  return {
    name: name.toLowerCase(),
    // As clients of OpenAI take a base URL: with its path. Not every provider has a /v1, but an origin alone means it.
    baseUrl: new URL(BASE_URL).pathname === '/' ? `${BASE_URL}/v1` : BASE_URL,
    apiKey: API_KEY,
    apiKeyHeader: API_KEY_HEADER,
    query: QUERY,
    models: MODELS,
  };
}

function settingsOf({
  baseUrl: address,
  apiKey: key,
  apiKeyHeader,
  query: parameters,
  models,
}: ConfiguredUpstream): Record<Setting, Secret<string> | string> {
  const unset = '[not set]';
  return {
    BASE_URL: address,
    API_KEY: key ?? unset,
    API_KEY_HEADER: apiKeyHeader,
    QUERY: parameters ?? unset,
    MODELS: models.join(','),
  };
}
