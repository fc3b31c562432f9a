/** What the environment says of an installation, read without changing anything. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../platform/config.ts';
import type { Config, ConfigProblem, Environment } from '../../platform/config.ts';
import { runningEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { isKeyVariable, keyVariable } from '../../platform/key-variables.ts';

/** A key, by its variable. */
export interface FoundKey {
  readonly name: string;
  /** Where it is: in the environment, or in a file of the data folder. */
  readonly file: { readonly path: string; readonly mode: number; readonly modifiedAt: number } | null;
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
  return { config, problems: [], keys: await foundKeys(config), databaseUrl };
}

const FIXED = ['MASKER_AUDIT_HMAC_KEY', 'MASKER_SIGNING_KEY', 'MASKER_SESSION_SECRET'] as const;

async function foundKeys(config: Config): Promise<FoundKey[]> {
  const named = config.keys.ring.map(({ kid, role }) => keyVariable(kid, role));
  const set = [...named, ...FIXED.filter((name) => config.variables[name] !== null)];
  const configured = set.map((name) => ({ name, file: null }));
  const inFiles = config.production ? [] : await keyFiles(path.join(config.dataDir, 'keys'));
  return [...configured, ...inFiles.filter(({ name }) => !set.includes(name))];
}

async function keyFiles(folder: string): Promise<FoundKey[]> {
  const names = await readdir(folder).catch(() => []);
  const isKey = (name: string): boolean => isKeyVariable(name) || FIXED.some((fixed) => fixed === name);
  return Promise.all(
    names
      .filter(isKey)
      .sort()
      .map(async (name) => {
        const file = path.join(folder, name);
        const { mode, mtimeMs } = await stat(file);
        return { name, file: { path: file, mode, modifiedAt: mtimeMs } };
      }),
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
