import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyWithinReach } from '../../../src/platform/postgres-copy.ts';

let root: string;
let bin: string;
let reach: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'masker-copy-'));
  bin = path.join(root, 'native/bin');
  reach = path.join(root, 'reach');
  for (const folder of [bin, path.join(root, 'native/lib'), reach]) await mkdir(folder, { recursive: true });
  await writeFile(path.join(bin, 'postgres'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(path.join(root, 'native/lib/libpq.so.5.18'), 'library');
  await symlink('libpq.so.5.18', path.join(root, 'native/lib/libpq.so.5'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

test('the copy is whole: programs with their modes, libraries with their links', async () => {
  const copy = await copyWithinReach(bin, reach);
  expect((await stat(path.join(copy, 'postgres'))).mode & 0o777).toBe(0o755);
  const lib = path.join(copy, '../lib');
  expect(await readFile(path.join(lib, 'libpq.so.5'), 'utf8')).toBe('library');
  expect(await readlink(path.join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect((await stat(path.dirname(copy))).mode & 0o777).toBe(0o755);
});

test('it is made once, also by several starts at once, and again for another version', async () => {
  const copies = await Promise.all([
    copyWithinReach(bin, reach),
    copyWithinReach(bin, reach),
    copyWithinReach(bin, reach),
  ]);
  expect(new Set(copies).size).toBe(1);
  expect(await readdir(reach)).toHaveLength(1);
  await utimes(path.join(bin, 'postgres'), 1, 1);
  expect(await copyWithinReach(bin, reach)).not.toBe(copies[0]);
});

test('a place that others may write to is refused', async () => {
  const copy = await copyWithinReach(bin, reach);
  await chmod(path.dirname(copy), 0o777);
  await expect(copyWithinReach(bin, reach)).rejects.toThrow(/only this user can write/);
});

test('a link in its place is refused', async () => {
  const copy = await copyWithinReach(bin, reach);
  await rm(path.dirname(copy), { recursive: true });
  await symlink(root, path.dirname(copy));
  await expect(copyWithinReach(bin, reach)).rejects.toThrow(/only this user can write/);
});
