/** Where `masker apply` keeps the secrets that a server shows once. */
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretKeeper } from '../../../../../src/cli/commands/apply/secret-keeper.ts';

const KEY = { kind: 'Agent', name: 'desk', secret: 'mpk_1' };

test('writes a secret to the file and leaves nothing to print', async () => {
  const name = path.join(tmpdir(), `masker-secrets-${randomBytes(6).toString('hex')}`);
  const file = await open(name, 'wx', 0o600);
  const keeper = new SecretKeeper(file);
  await keeper.keep(KEY);
  await file.close();
  expect(JSON.parse(await readFile(name, 'utf8'))).toEqual(KEY);
  expect(keeper.toPrint).toEqual([]);
  await rm(name);
});

test('leaves a secret to be printed where the disk is full, and fails', async () => {
  const full = await open('/dev/full', 'w');
  const keeper = new SecretKeeper(full);
  await expect(keeper.keep(KEY)).rejects.toThrow(/ENOSPC.*is printed/);
  await full.close();
  expect(keeper.toPrint).toEqual([KEY]);
});

test('leaves every secret to be printed without a file', async () => {
  const keeper = new SecretKeeper(null);
  await keeper.keep(KEY);
  await keeper.keep({ ...KEY, name: 'lab' });
  expect(keeper.toPrint.map(({ name }) => name)).toEqual(['desk', 'lab']);
});
