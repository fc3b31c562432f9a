import { chmod, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPostgres, ownSearch, type BinarySearch } from '../../../src/platform/postgres-binaries.ts';

let root: string;
let nowhere: BinarySearch;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'masker-binaries-'));
  nowhere = { packageRoot: null, path: [], debianRoot: path.join(root, 'debian') };
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

/** A folder with the named programs, which do nothing. */
async function programs(folder: string, names: readonly string[] = ['initdb', 'postgres']): Promise<string> {
  const full = path.join(root, folder);
  await mkdir(full, { recursive: true });
  for (const name of names) await writeFile(path.join(full, name), '', { mode: 0o755 });
  return full;
}

describe('PostgreSQL is found', () => {
  test('in the package before all else', async () => {
    const own = await programs('package/native/bin');
    const other = await programs('bin');
    expect(await findPostgres({ ...nowhere, packageRoot: path.join(root, 'package'), path: [other] })).toBe(own);
  });

  test('on PATH, in its order, where both programs are', async () => {
    const half = await programs('half', ['postgres']);
    const first = await programs('first');
    const second = await programs('second');
    expect(await findPostgres({ ...nowhere, path: [half, first, second] })).toBe(first);
  });

  test('on PATH where the package holds no programs for this machine', async () => {
    const bin = await programs('bin');
    expect(await findPostgres({ ...nowhere, packageRoot: path.join(root, 'empty'), path: [bin] })).toBe(bin);
  });

  test('in Debian’s place: the newest that is new enough', async () => {
    for (const major of ['9.6', '14', '15', '9', '17']) await programs(`debian/${major}/bin`);
    expect(await findPostgres(nowhere)).toBe(path.join(root, 'debian/17/bin'));
  });

  test('by this process as it is', async () => {
    await expect(findPostgres(ownSearch())).resolves.toMatch(/bin$/);
  });
});

describe('PostgreSQL is not found', () => {
  const message = /npm ci.*PATH.*MASKER_DATABASE_URL/;

  test('where there is none, and the error says what to do', async () => {
    await expect(findPostgres(nowhere)).rejects.toThrow(message);
  });

  test('where it is too old', async () => {
    await programs('debian/14/bin');
    await expect(findPostgres(nowhere)).rejects.toThrow(message);
  });

  test('where it may not be run', async () => {
    const bin = await programs('bin');
    await chmod(path.join(bin, 'initdb'), 0o644);
    await expect(findPostgres({ ...nowhere, path: [bin] })).rejects.toThrow(message);
  });
});

describe('the links of the package’s libraries', () => {
  const LINKS = [
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' },
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' },
  ];

  async function packageWith(list: string): Promise<BinarySearch> {
    await programs('package/native/bin');
    await mkdir(path.join(root, 'package/native/lib'));
    await writeFile(path.join(root, 'package/native/pg-symlinks.json'), list);
    return { ...nowhere, packageRoot: path.join(root, 'package') };
  }

  test('are made where the install script was skipped, and once only', async () => {
    const search = await packageWith(JSON.stringify(LINKS));
    await Promise.all([findPostgres(search), findPostgres(search)]);
    await findPostgres(search);
    for (const { target } of LINKS) expect(await readlink(path.join(root, 'package', target))).toBe('libx.so.1.2');
  });

  test('that cannot be made are told', async () => {
    const search = await packageWith(JSON.stringify([{ source: 'native/lib/a', target: 'native/missing-folder/a' }]));
    await expect(findPostgres(search)).rejects.toThrow(/missing-folder.*ENOENT.*--ignore-scripts/);
  });

  test('are none where the list says nothing', async () => {
    await expect(findPostgres(await packageWith('{"no":"list"}'))).resolves.toMatch(/bin$/);
  });
});
