/**
 * The keys of a server: from the environment, and on a development machine from files that the first start makes.
 *
 * `<data folder>/keys/` (mode 0700) holds one file (mode 0600) a key, named as its variable, with the same text. Losing
 * or changing a key makes what was sealed under it unreadable for good, so nothing here ever overwrites one: a key that
 * was there once and is gone, and a file that holds no key, stop the start.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { missingKeys, type Config, type ConfigProblem } from './config.ts';
import { makeDataFolder } from './data-folder.ts';
import { errorCode } from './error-code.ts';
import { isKeyVariable, readKeyVariable, type ConfiguredKey } from './key-variables.ts';
import { isAlive } from './process-alive.ts';
import type { Secret } from './secret.ts';
import { VARIABLES } from './variables.ts';

/** All that a server seals and signs with. */
export interface ServerKeys {
  /** At least one of them is active. */
  readonly ring: readonly ConfiguredKey[];
  /** 32 bytes. */
  readonly auditHmac: Secret<Uint8Array>;
  /** Ed25519 seed, 32 bytes. */
  readonly signing: Secret<Uint8Array>;
  readonly session: Secret<string>;
}

export type KeysResult =
  | {
      readonly ok: true;
      readonly keys: ServerKeys;
      readonly folder: string;
      /** The variables whose keys this start made. */ readonly made: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Lists the keys that were ever made here: a missing one is a loss, not a first start. */
const MADE = 'MADE';
const DRAFT = /^\.draft-(\d+)-/;

/**
 * The configuration's keys; in development those that are not set come from their files, and are made where no start
 * before made them. In production files are not looked at, and every key that is not set is a problem.
 */
export async function loadKeys(config: Config): Promise<KeysResult> {
  const folder = path.join(config.dataDir, 'keys');
  if (config.production) {
    const problems = missingKeys(config.variables, config.keys.ring).map((variable) => ({
      variable,
      message: 'is not set. Create the keys once: node dist/cli/main.js keys generate > masker.env',
    }));
    return problems.length > 0 ? { ok: false, problems } : assemble(config, new Map(), folder, []);
  }
  const problems: ConfigProblem[] = [];
  await makeDataFolder(config.dataDir);
  await mkdir(folder, { mode: 0o700, recursive: true });
  const before = await madeBefore(folder); // before the files, or a start at the same moment would seem to have lost its own
  const files = await readKeyFolder(folder, problems);
  const fromFiles = [...files].filter(([name]) => isKeyVariable(name));
  const ringExists =
    config.keys.ring.some((key) => key.role === 'active') || fromFiles.some(([name]) => !name.endsWith('_OLD'));
  const wanted = missingKeys(config.variables, config.keys.ring).filter(
    (name) => !files.has(name) && !(isKeyVariable(name) && ringExists),
  );
  for (const name of wanted) {
    const faulty = problems.some((problem) => problem.variable === name);
    if (before.has(name) && !faulty)
      problems.push({
        variable: name,
        message: `was made by an earlier start, and ${path.join(folder, name)} is gone: restore it, or set the variable, or use a new MASKER_DATA_DIR`,
      });
  }
  if (problems.length > 0) return { ok: false, problems };
  for (const name of wanted) files.set(name, await makeKey(folder, name));
  if (wanted.length > 0) await recordMade(folder, wanted);
  return assemble(config, files, folder, wanted);
}

/** Configured keys come first; a file only fills a gap. */
function assemble(
  config: Config,
  files: ReadonlyMap<string, string>,
  folder: string,
  made: readonly string[],
): KeysResult {
  const { keys } = config;
  const ring = [...keys.ring];
  for (const [name, value] of files) {
    const reading = isKeyVariable(name) ? readKeyVariable(name, value) : null;
    if (reading?.ok !== true) continue;
    const { kid, role } = reading.key;
    if (!ring.some((key) => key.kid === kid && key.role === role)) ring.push(reading.key);
  }
  const file = VARIABLES.parse(Object.fromEntries([...files].filter(([name]) => !isKeyVariable(name))));
  const auditHmac = keys.auditHmac ?? file.MASKER_AUDIT_HMAC_KEY;
  const signing = keys.signing ?? file.MASKER_SIGNING_KEY;
  const session = keys.session ?? file.MASKER_SESSION_SECRET;
  if (auditHmac === null || signing === null || session === null)
    throw new Error('a key is neither configured nor made');
  return { ok: true, keys: { ring, auditHmac, signing, session }, folder, made };
}

/** Every key file's text by variable. A file that is open to others, or holds no key, becomes a problem. */
async function readKeyFolder(folder: string, problems: ConfigProblem[]): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  if (((await stat(folder)).mode & 0o077) !== 0) {
    problems.push({
      variable: 'MASKER_DATA_DIR',
      message: `its folder ${folder} must be its owner's alone: chmod 700`,
    });
  }
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    const maker = DRAFT.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) await rm(file, { force: true }); // killed before the key was in use
    if (!name.startsWith('MASKER_')) continue;
    if (((await stat(file)).mode & 0o077) !== 0) {
      problems.push({ variable: name, message: `its file ${file} must be readable by its owner alone: chmod 600` });
      continue;
    }
    const text = (await readFile(file, 'utf8')).trim();
    if (holdsKey(name, text)) keys.set(name, text);
    else
      problems.push({
        variable: name,
        message: `its file ${file} holds no such key: restore it, or set the variable, or use a new MASKER_DATA_DIR`,
      });
  }
  return keys;
}

function holdsKey(name: string, text: string): boolean {
  if (text === '') return false;
  return isKeyVariable(name) ? readKeyVariable(name, text).ok : VARIABLES.safeParse({ [name]: text }).success;
}

/**
 * Makes one key. It is written and synced under another name, then linked to its own: the name appears at once with all
 * 32 bytes behind it, or not at all. Of two starts at the same moment one links, and both use that one's key.
 */
async function makeKey(folder: string, name: string): Promise<string> {
  const draft = path.join(folder, `.draft-${process.pid}-${name}-${randomBytes(6).toString('hex')}`);
  const target = path.join(folder, name);
  await writeSynced(draft, 'wx', `${randomBytes(32).toString('base64')}\n`);
  await link(draft, target).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  await syncFolder(folder);
  return (await readFile(target, 'utf8')).trim();
}

async function madeBefore(folder: string): Promise<Set<string>> {
  const text = await readFile(path.join(folder, MADE), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/** Appended only after the keys are there: a crash before this line leaves keys that the next start finds and uses. */
async function recordMade(folder: string, names: readonly string[]): Promise<void> {
  await writeSynced(path.join(folder, MADE), 'a', names.map((name) => `${name}\n`).join(''));
  await syncFolder(folder);
}

async function writeSynced(file: string, flags: 'wx' | 'a', text: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
