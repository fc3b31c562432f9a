/** What the environment says of an installation, read without changing anything. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../../platform/config.ts';
import type { Config, ConfigProblem, Environment } from '../../../platform/config.ts';
import { runningEmbeddedPostgres } from '../../../platform/embedded-postgres.ts';
import { isKeyVariable, keyVariable } from '../../../platform/key-variables.ts';

/** A file that holds a key. */
export interface KeyFile {
  readonly path: string;
  /** `data`: of the data folder. `named`: of a variable `file:PATH`, or a credential of systemd. */
  readonly origin: 'data' | 'named';
  readonly mode: number;
  /** Its owner. */
  readonly uid: number;
  readonly modifiedAt: number;
}

/** A key, by its variable. */
export interface FoundKey {
  readonly name: string;
  /** Null where the key is in the environment, comes from a program, or its file cannot be looked at. */
  readonly file: KeyFile | null;
}

export interface Setup {
  /** Null where the configuration has problems. */
  readonly config: Config | null;
  readonly problems: readonly ConfigProblem[];
  readonly keys: readonly FoundKey[];
  /** The database that can be asked now; null where there is none, or the embedded one does not run. */
  readonly databaseUrl: string | null;
}

/** Reads the environment. Makes nothing: neither a folder, a key nor a database. */
export async function readSetup(env: Environment): Promise<Setup> {
  const loaded = loadConfig(env);
  if (!loaded.ok) return { config: null, problems: loaded.problems, keys: [], databaseUrl: null };
  const { config } = loaded;
  const databaseUrl = config.databaseUrl?.reveal() ?? (await runningEmbeddedPostgres(config.dataDir));
  return { config, problems: [], keys: await foundKeys(config, env), databaseUrl };
}

const FIXED = ['MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'] as const;
/** The key that signs PDFs. No start makes it, and its certificate says for how long it is used. */
export const PDF_KEY = 'MASKER_PDF_SIGNING_KEY';
const CONFIGURED = [...FIXED, PDF_KEY] as const;

async function foundKeys(config: Config, env: Environment): Promise<FoundKey[]> {
  const named = config.keys.ring.map(({ kid, role }) => keyVariable(kid, role));
  const set = [...named, ...CONFIGURED.filter((name) => config.variables[name] !== null)];
  const configured = await Promise.all(set.map(async (name) => ({ name, file: await namedFile(name, env) })));
  const inFiles = config.production ? [] : await keyFiles(path.join(config.dataDir, 'keys'));
  return [...configured, ...inFiles.filter(({ name }) => !set.includes(name))];
}

async function namedFile(name: string, env: Environment): Promise<KeyFile | null> {
  const value = env[name] ?? '';
  const credentials = env['CREDENTIALS_DIRECTORY'] ?? '';
  if (value.startsWith('file:')) return lookAt(value.slice('file:'.length), 'named');
  return value === '' && credentials !== '' ? lookAt(path.join(credentials, name), 'named') : null;
}

async function lookAt(file: string, origin: KeyFile['origin']): Promise<KeyFile | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  return { path: file, origin, mode: found.mode, uid: found.uid, modifiedAt: found.mtimeMs };
}

async function keyFiles(folder: string): Promise<FoundKey[]> {
  const names = await readdir(folder).catch(() => []);
  const isKey = (name: string): boolean => isKeyVariable(name) || FIXED.some((fixed) => fixed === name);
  return Promise.all(
    names
      .filter(isKey)
      .sort()
      .map(async (name) => ({ name, file: await lookAt(path.join(folder, name), 'data') })),
  );
}

/** The token of a development start for its own server; null where there is none. */
export async function ownToken(config: Config | null): Promise<string | null> {
  if (config === null) return null;
  if (config.bootstrapToken !== null) return config.bootstrapToken.reveal();
  if (config.production) return null;
  const text = await readFile(path.join(config.dataDir, 'bootstrap-token'), 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
