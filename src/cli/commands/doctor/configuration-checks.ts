/** Checks of the configuration, the policy and the keys. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ENTITY_KINDS } from '../../../detection/kinds.ts';
import type { EntityKind } from '../../../detection/kinds.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Config } from '../../../platform/config.ts';
import { isKeyVariable, keyVariable } from '../../../platform/key-variables.ts';
import { readPolicyFile } from '../../../policy/store.ts';
import type { ParseResult } from '../../../policy/parse.ts';
import { expiryOf, subjectOf } from '../../../reports/pdf/signing-identity.ts';
import type { SigningIdentity } from '../../../reports/pdf/signed-data.ts';
import { StartError } from '../../../platform/start-error.ts';
import { readPdfSigning } from '../../wiring/pdf-signing.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import { keyAge, keyFiles } from './key-file-checks.ts';
import { noConfig } from './machine-checks.ts';
import type { FoundKey, Setup } from './setup.ts';

const GROUP = 'Configuration';
const KEYS = 'Keys';

export function configurationChecks(setup: Setup): Check[] {
  const { config } = setup;
  const checked = (run: (config: Config) => Finding | Promise<Finding>) => () =>
    config === null ? noConfig() : run(config);
  return [
    { id: 'configuration', group: GROUP, title: 'Variables', run: () => variables(setup) },
    { id: 'mode', group: GROUP, title: 'Kind of start', run: checked(startMode) },
    { id: 'public_url', group: GROUP, title: 'Public URL', run: checked(publicUrl) },
    { id: 'introspection', group: GROUP, title: 'GraphQL introspection', run: checked(introspection) },
    { id: 'bootstrap_token', group: GROUP, title: 'Bootstrap token', run: checked(bootstrapToken) },
    { id: 'policy', group: GROUP, title: 'Default policy', run: checked(policyFile) },
    { id: 'policy_gaps', group: GROUP, title: 'Kinds that are not masked', run: checked(policyGaps) },
    { id: 'keys_present', group: KEYS, title: 'Keys', run: checked((known) => keysPresent(known, setup.keys)) },
    {
      id: 'key_files',
      group: KEYS,
      title: 'Key files',
      run: checked(() => keyFiles(setup.keys, process.getuid?.() ?? null)),
    },
    { id: 'key_age', group: KEYS, title: 'Age of the keys', run: checked(() => keyAge(setup.keys, systemClock.now())) },
    { id: 'pdf_signing', group: KEYS, title: 'Signature of PDFs', run: checked(pdfSigning) },
    { id: 'old_keys', group: KEYS, title: 'Keys of a rotation', run: checked(() => oldKeys(setup.keys)) },
  ];
}

function variables({ problems }: Setup): Finding {
  return problems.length === 0
    ? ok('no problem')
    : fail(
        problems.map(({ variable, message }) => `${variable} ${message}`).join('; '),
        'Correct each variable: docs/configuration.md has their rules.',
      );
}

function startMode({ production, variables: given, databaseUrl }: Config): Finding {
  if (production) return ok('production');
  return given.MASKER_DEV && databaseUrl !== null
    ? warn('development, on a database server', 'Unset MASKER_DEV where real calls come in: it lets faults pass.')
    : ok('development: keys and a token are made by the first start');
}

function publicUrl({ production, publicUrl: url, variables: given }: Config): Finding {
  if (!production) return ok(url);
  if (given.MASKER_PUBLIC_URL === null)
    return warn(
      `not set, so links lead to ${url}`,
      'Set MASKER_PUBLIC_URL to the address that browsers and callers use.',
    );
  return url.startsWith('https://')
    ? ok(url)
    : fail(
        `${url} is not encrypted`,
        'Put a proxy with a certificate before Masker, and set MASKER_PUBLIC_URL to https://…',
      );
}

function introspection({ production, introspection: isOpen }: Config): Finding {
  return production && isOpen
    ? warn('on, in production', 'Unset MASKER_INTROSPECTION unless developers use this server.')
    : ok(isOpen ? 'on, in development' : 'off');
}

async function bootstrapToken({ production, bootstrapToken: configured, dataDir }: Config): Promise<Finding> {
  if (configured !== null) {
    const fix = 'Unset MASKER_BOOTSTRAP_TOKEN once persons and access tokens exist: it has every right, and no end.';
    return production ? warn('set, in production', fix) : ok('set');
  }
  const file = path.join(dataDir, 'bootstrap-token');
  const found = production ? null : await stat(file).catch(() => null);
  if (found === null) return ok('none');
  return (found.mode & 0o077) === 0 ? ok(file) : fail(`${file} can be read by others`, `Run: chmod 600 ${file}`);
}

const kidsOf = ({ keys }: Config): ReadonlySet<string> => new Set(['K_HEALTHCARE', ...keys.ring.map(({ kid }) => kid)]);

const readPolicy = (config: Config): Promise<ParseResult> => readPolicyFile(config.policyPath, kidsOf(config));

async function policyFile(config: Config): Promise<Finding> {
  const read = await readPolicy(config);
  if (read.ok) return ok(`${read.policy.name}, version ${read.policy.version}`);
  const [first] = read.problems;
  return fail(
    `${config.policyPath} has ${read.problems.length} problems; the first: ${first?.line ?? 1}:${first?.column ?? 1} ${first?.message ?? ''}`,
    `Correct the file: masker policy validate ${config.policyPath} lists every problem.`,
  );
}

/** ORG is off by default: an organisation is no identifier of Safe Harbor. */
const isExpected = (kind: EntityKind): boolean => kind !== 'ORG';

async function policyGaps(config: Config): Promise<Finding> {
  const read = await readPolicy(config);
  if (!read.ok) return skipped('the policy has problems', 'Correct the policy first.');
  const { entities, speakers } = read.policy;
  const gaps = ENTITY_KINDS.filter(isExpected).filter(
    (kind) => !entities[kind].enabled || entities[kind].action === 'passthrough',
  );
  if (gaps.length > 0)
    return warn(
      gaps.join(', '),
      'These reach the provider as they were said. Remove their rows from the policy to mask them.',
    );
  return speakers === null
    ? ok('none')
    : warn('what some speakers say', 'Remove `speakers` from the policy to mask what everybody says.');
}

const FIXED = ['MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'];

function keysPresent({ production }: Config, keys: readonly FoundKey[]): Finding {
  const names = keys.map(({ name }) => name);
  const missing = FIXED.filter((name) => !names.includes(name));
  if (!names.some((name) => isKeyVariable(name) && !name.endsWith('_OLD')))
    missing.push(keyVariable('K_HEALTHCARE', 'active'));
  if (missing.length === 0) return ok(names.join(', '));
  return production || missing.length < FIXED.length + 1
    ? fail(`missing: ${missing.join(', ')}`, 'Restore them, or for a new installation run: masker keys generate')
    : skipped('none yet', 'The first `masker serve` makes them.');
}

const DAY_MS = 86_400_000;
/** Days before the end of a certificate from which on it is a warning. */
const RENEW_DAYS = 30;

function pdfSigning(config: Config): Finding {
  let identity: SigningIdentity | null;
  try {
    identity = readPdfSigning(config, systemClock);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return fail(error.message, 'docs/configuration.md, Signature of PDFs, says which key and certificates it takes.');
  }
  if (identity === null) return ok('none');
  const expiry = expiryOf(identity);
  const found = `${subjectOf(identity)}, until ${expiry.toISOString().slice(0, 10)}`;
  return expiry.getTime() - systemClock.now() > RENEW_DAYS * DAY_MS
    ? ok(found)
    : warn(found, 'Renew the certificate: no PDF is made after that day.');
}

function oldKeys(keys: readonly FoundKey[]): Finding {
  const old = keys.filter(({ name }) => isKeyVariable(name) && name.endsWith('_OLD')).map(({ name }) => name);
  const orphans = old.filter((name) => !keys.some((key) => `${key.name}_OLD` === name));
  if (orphans.length > 0)
    return warn(
      `${orphans.join(', ')} without a new key`,
      `Set ${orphans.map((name) => name.replace(/_OLD$/, '')).join(', ')}: nothing new can be sealed under this name.`,
    );
  return old.length === 0
    ? ok('no rotation is under way')
    : warn(
        `${old.join(', ')} set`,
        'Take the old key away when nothing is sealed under it any more: docs/tokens.md, Keys.',
      );
}
