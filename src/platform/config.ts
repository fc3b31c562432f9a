/**
 * The configuration, from environment variables, validated once at start. Every problem is listed at once, by the
 * variable's name and the rule that it breaks, never by its value. (See docs/configuration.md.)
 */
import { buildConfig, type Config } from './effective-config.ts';
import { gather, readRing, readVariables, reportUnknown, type Environment, type Report } from './given-variables.ts';
import { withReferences } from './key-references.ts';
import { isKeyVariable, keyVariable, type ConfiguredKey } from './key-variables.ts';
import { Secret } from './secret.ts';
import { readUpstreams } from './upstream-variables.ts';
import { checkTogether } from './variable-rules.ts';
import type { ListenAddress, Variables } from './variables.ts';

export type { Config } from './effective-config.ts';
export type { Environment } from './given-variables.ts';

/** The kid of the default policy: the ring's key where none is configured. */
const DEFAULT_KID = 'K_HEALTHCARE';

/** What is wrong with a variable. Holds no value, and can be printed. */
export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
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
    : { ok: true, config: buildConfig(variables, ring, upstreams, { production, isTerminal }) };
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

function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
