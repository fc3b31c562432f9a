/** Rules over several variables of the configuration. */
import type { Report } from './given-variables.ts';
import { keyVariable, type ConfiguredKey } from './key-variables.ts';
import { isReadableOnTheWay } from './readable-address.ts';
import type { Secret } from './secret.ts';
import type { UpstreamsReading } from './upstream-variables.ts';
import type { ListenAddress, Variables } from './variables.ts';

/** Reports variables that do not go together, each by the rule that it breaks. */
export function checkTogether(
  variables: Variables,
  ring: readonly ConfiguredKey[],
  { upstreams }: UpstreamsReading,
  report: Report,
): void {
  checkGithub(variables, report);
  checkOidc(variables, report);
  if (variables.MASKER_NER_MODEL !== null && variables.MASKER_NER_URL === null)
    report('MASKER_NER_MODEL', 'needs MASKER_NER_URL');
  checkCheckpoints(variables, report);
  checkTimestamps(variables, report);
  checkPdfSigning(variables, report);
  if (isSameAddress(variables.MASKER_LISTEN_ADDR, variables.MASKER_METRICS_ADDR))
    report('MASKER_METRICS_ADDR', 'must not be the address of MASKER_LISTEN_ADDR: metrics are not for the public');
  const providers = ['openai', 'stub', ...upstreams.map(({ name }) => name)];
  if (!providers.includes(variables.MASKER_UPSTREAM_PROVIDER))
    report('MASKER_UPSTREAM_PROVIDER', `must be the name of a provider: ${providers.join(', ')}`);
  checkKeys(variables, ring, report);
}

function checkGithub(
  { MASKER_GITHUB_CLIENT_ID: id, MASKER_GITHUB_CLIENT_SECRET: secret }: Variables,
  report: Report,
): void {
  if (id !== null && secret === null)
    report('MASKER_GITHUB_CLIENT_SECRET', 'must be set together with MASKER_GITHUB_CLIENT_ID');
  if (id === null && secret !== null)
    report('MASKER_GITHUB_CLIENT_ID', 'must be set together with MASKER_GITHUB_CLIENT_SECRET');
}

/** Hosts that mean every address of the machine. */
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

function checkPdfSigning(
  { MASKER_PDF_SIGNING_KEY: key, MASKER_PDF_SIGNING_CERTS: certificates }: Variables,
  report: Report,
): void {
  if (key !== null && certificates === null)
    report('MASKER_PDF_SIGNING_CERTS', 'must be set together with MASKER_PDF_SIGNING_KEY');
  if (key === null && certificates !== null)
    report('MASKER_PDF_SIGNING_KEY', 'must be set together with MASKER_PDF_SIGNING_CERTS');
}

function checkCheckpoints(variables: Variables, report: Report): void {
  if (variables.MASKER_CHECKPOINT_TOKEN !== null && variables.MASKER_CHECKPOINT_URL === null)
    report('MASKER_CHECKPOINT_TOKEN', 'needs MASKER_CHECKPOINT_URL');
  if (
    variables.MASKER_CHECKPOINT_TOKEN !== null &&
    variables.MASKER_CHECKPOINT_URL !== null &&
    isReadableOnTheWay(new URL(variables.MASKER_CHECKPOINT_URL))
  )
    report('MASKER_CHECKPOINT_URL', 'must be https:// or a loopback address where MASKER_CHECKPOINT_TOKEN is set');
}

/** Reports equal keys: one leak would reveal two, and an _OLD key equal to the active one means that no key was rotated. */
function checkKeys(variables: Variables, ring: readonly ConfiguredKey[], report: Report): void {
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
