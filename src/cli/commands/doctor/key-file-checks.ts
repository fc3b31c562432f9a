/** Checks of files that hold keys: who can read and replace them, and how old they are. */
import { fail, ok, skipped, warn } from './check.ts';
import type { Finding } from './check.ts';
import { PDF_KEY } from './setup.ts';
import type { FoundKey, KeyFile } from './setup.ts';

const DAY_MS = 86_400_000;
/** Days after which a key should be replaced. */
const KEY_DAYS = 365;
const ROOT = 0;
/** Where containers and systemd mount secrets: inside one container, and with the time of the mount. */
const isMounted = (path: string): boolean => path.startsWith('/run/');

/** What is wrong with a file, or null. `uid` is the user that asks; null where the system has none. */
function faultOf({ path, origin, mode, uid: owner }: KeyFile, uid: number | null): Finding | null {
  if (uid !== null && owner !== uid && owner !== ROOT)
    return uid === ROOT
      ? warn(`${path} belongs to user ${owner}`, 'Run masker doctor as the user that runs Masker.')
      : fail(`${path} belongs to user ${owner}, who can replace it`, `Run as root: chown ${uid} ${path}`);
  const chmod = `Run: chmod 600 ${path}`;
  if ((mode & 0o022) !== 0) return fail(`others can write ${path}`, chmod);
  // A start refuses any right of others to the files that it made itself.
  if (origin === 'data') return (mode & 0o077) === 0 ? null : fail(`others can read ${path}`, chmod);
  if ((mode & 0o004) === 0) return null;
  return isMounted(path)
    ? warn(
        `every user of this container can read ${path}`,
        'Mount it for the user that runs Masker: mode 0400 or 0440.',
      )
    : fail(`every user of this machine can read ${path}`, chmod);
}

/** Looks at the files of all keys. The finding is the worst, and names every file that has one as bad. */
export function keyFiles(keys: readonly FoundKey[], uid: number | null): Finding {
  const files = keys.flatMap(({ file }) => (file === null ? [] : [file]));
  const faults = files.flatMap((file) => faultOf(file, uid) ?? []);
  const failures = faults.filter(({ status }) => status === 'fail');
  const [worst = null] = failures.length > 0 ? failures : faults;
  if (worst === null)
    return ok(files.length === 0 ? 'no key is in a file' : `${files.length} files, closed to other users`);
  const same = faults.filter(({ status }) => status === worst.status);
  return {
    status: worst.status,
    found: same.map(({ found }) => found).join('; '),
    fix: [...new Set(same.map(({ fix = '' }) => fix))].join(' '),
  };
}

export function keyAge(keys: readonly FoundKey[], now: number): Finding {
  const known = keys.flatMap(({ name, file }) =>
    file === null || isMounted(file.path) || name === PDF_KEY
      ? []
      : [{ name, days: Math.floor((now - file.modifiedAt) / DAY_MS) }],
  );
  if (known.length === 0)
    return skipped(
      keys.length === 0 ? 'there are no keys yet' : 'the environment does not say how old a key is',
      'Note when each key was made, and replace it once a year.',
    );
  const oldest = known.reduce((a, b) => (b.days > a.days ? b : a));
  const found = `the oldest is ${oldest.name}, ${oldest.days} days`;
  return oldest.days <= KEY_DAYS ? ok(found) : warn(found, 'Replace it: docs/tokens.md, Keys, says how.');
}
