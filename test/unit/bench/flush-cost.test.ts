import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureFlush } from '../../bench/flush-cost.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('gives two ordered durations and leaves nothing behind', async () => {
  const { p50, p99 } = await measureFlush(folder, 5);
  expect(p50).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that is not there is an error', async () => {
  await expect(measureFlush(path.join(folder, 'nowhere'), 1)).rejects.toThrow('ENOENT');
});
