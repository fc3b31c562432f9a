/** Reads the variables that an environment gives, each by its own rule. */
import { isKeyVariable, readKeyVariable, type ConfiguredKey } from './key-variables.ts';
import { nearestName } from './nearest-name.ts';
import { isUpstreamVariable } from './upstream-variables.ts';
import { ALIASES, CLIENT_VARIABLES, VARIABLES, type VariableName, type Variables } from './variables.ts';

/** Environment variables as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reports a problem of a variable. The message holds no value. */
export type Report = (variable: string, message: string) => void;

/** The variables that are set, by their proper names. */
export type GivenVariables = Partial<Record<VariableName, string>>;

/** An empty variable counts as not set: that is how compose files and CI leave one out. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Returns the variables that are set, aliases under their proper names. */
export function gather(env: Environment, report: Report): GivenVariables {
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

/** Returns the valid keys of the key ring, and reports the others. */
export function readRing(env: Environment, report: Report): ConfiguredKey[] {
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
 * Variables that Kubernetes sets in every pod for each service: for `masker-db`, MASKER_DB_SERVICE_HOST and
 * MASKER_DB_PORT_5432_TCP_ADDR. They are no typing mistakes.
 */
const SERVICE_LINK = /^MASKER_(?:.+_)?(?:SERVICE_(?:HOST|PORT)(?:_.+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_.+)?)$/;

/** Reports variables with the prefix MASKER_ that are none of Masker's. */
export function reportUnknown(env: Environment, report: Report): void {
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

/** Returns all variables. An invalid one is reported and takes its default, so that the others are checked as well. */
export function readVariables(given: GivenVariables, report: Report): Variables {
  const read = VARIABLES.safeParse(given);
  if (read.success) return read.data;
  const faulty = new Set(read.error.issues.map((issue) => String(issue.path[0])));
  for (const issue of read.error.issues) report(String(issue.path[0]), issue.message);
  return VARIABLES.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))));
}
