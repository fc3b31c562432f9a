import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBootstrapToken } from '../../../src/platform/bootstrap-token.ts';
import { loadConfig } from '../../../src/platform/config.ts';
import type { Config } from '../../../src/platform/config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'masker-token-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function config(env: Record<string, string> = {}): Config {
  const loaded = loadConfig({ MASKER_DATA_DIR: folder, ...env }, { keysRequired: false });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

const file = (): string => path.join(folder, 'bootstrap-token');

test('a development start makes a token once, for its owner only', async () => {
  const first = await loadBootstrapToken(config());
  expect(first.file).toBe(file());
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await readFile(file(), 'utf8')).trim()).toBe(first.token?.reveal());
  expect(first.token?.reveal()).toMatch(/^msk_[\w-]{43}$/);
  const second = await loadBootstrapToken(config());
  expect(second.file).toBe(file());
  expect(second.token?.reveal()).toBe(first.token?.reveal());
});

test('the configured token counts before the file', async () => {
  const token = 'msk_configured_0123456789abcdef';
  expect((await loadBootstrapToken(config({ MASKER_BOOTSTRAP_TOKEN: token }))).token?.reveal()).toBe(token);
  await expect(stat(file())).rejects.toThrow('ENOENT');
});

test('production makes none', async () => {
  expect(await loadBootstrapToken(config({ NODE_ENV: 'production' }))).toEqual({ token: null, file: null });
});

test('a file that holds no token stops the start, and is not repeated', async () => {
  await writeFile(file(), 'half-wri');
  await expect(loadBootstrapToken(config())).rejects.toThrow(/holds no access token/);
  await expect(loadBootstrapToken(config())).rejects.not.toThrow(/half-wri/);
});
