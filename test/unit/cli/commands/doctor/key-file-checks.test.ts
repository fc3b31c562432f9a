/** What `masker doctor` says of files that hold keys. */
import { describe, expect, test } from 'vitest';
import { keyAge, keyFiles } from '../../../../../src/cli/commands/doctor/key-file-checks.ts';
import type { FoundKey, KeyFile } from '../../../../../src/cli/commands/doctor/setup.ts';

const UID = 1000;
const DAY_MS = 86_400_000;
const key = (file: Partial<KeyFile> | null, name = 'MASKER_SIGNING_KEY'): FoundKey => ({
  name,
  file:
    file === null
      ? null
      : { path: '/etc/masker/key', origin: 'named', mode: 0o100600, uid: UID, modifiedAt: 0, ...file },
});

describe('keyFiles', () => {
  test.each<[string, Partial<KeyFile>, string]>([
    ['a named file of its owner', {}, 'ok'],
    ['a named file of root that the group can read, as Kubernetes mounts it', { uid: 0, mode: 0o100440 }, 'ok'],
    ['a named file that everybody can read', { mode: 0o100644 }, 'fail'],
    ['a mounted file that everybody can read', { path: '/run/secrets/key', mode: 0o100444 }, 'warn'],
    ['a mounted file that everybody can write', { path: '/run/secrets/key', mode: 0o100666 }, 'fail'],
    ['a named file that the group can write', { mode: 0o100660 }, 'fail'],
    ['a named file of another user', { uid: 1001 }, 'fail'],
    ['a file of the data folder that the group can read', { origin: 'data', mode: 0o100640 }, 'fail'],
    ['a file of the data folder for its owner', { origin: 'data' }, 'ok'],
  ])('judges %s', (_name, file, status) => {
    const finding = keyFiles([key(file), key(null)], UID);
    expect(finding.status).toBe(status);
    if (status !== 'ok') expect(finding.found).toContain(file.path ?? '/etc/masker/key');
  });

  test('only warns of a foreign owner where root asks, and names every file with the worst fault', () => {
    expect(keyFiles([key({ uid: 1001 })], 0).status).toBe('warn');
    const both = keyFiles(
      [
        key({ path: '/a', mode: 0o100644 }),
        key({ path: '/run/b', mode: 0o100444 }),
        key({ path: '/c', mode: 0o100666 }),
      ],
      UID,
    );
    expect(both).toEqual({
      status: 'fail',
      found: 'every user of this machine can read /a; others can write /c',
      fix: 'Run: chmod 600 /a Run: chmod 600 /c',
    });
  });
});

test('keyAge counts from the date of a file, but not of a mounted one: that is the time of the mount', () => {
  expect(keyAge([key({}), key({ path: '/run/secrets/x' }, 'X')], 366 * DAY_MS)).toMatchObject({
    status: 'warn',
    found: 'the oldest is MASKER_SIGNING_KEY, 366 days',
  });
  expect(keyAge([key({})], 364 * DAY_MS).status).toBe('ok');
  expect(keyAge([key({ path: '/run/secrets/x' })], 9_999 * DAY_MS).status).toBe('skipped');
  expect(keyAge([], 0).found).toBe('there are no keys yet');
});

test('keyAge leaves out the key that signs PDFs: its certificate has an end of its own', () => {
  const pdf = key({}, 'MASKER_PDF_SIGNING_KEY');
  expect(keyAge([pdf], 9_999 * DAY_MS).status).toBe('skipped');
  expect(keyAge([pdf, key({})], 10 * DAY_MS).found).toBe('the oldest is MASKER_SIGNING_KEY, 10 days');
});
