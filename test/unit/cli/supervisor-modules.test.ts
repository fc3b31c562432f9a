/** A supervisor of workers starts without the server's modules: `masker serve` loads them where they are used. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm;

/** Returns the files that are loaded with this one, before any of its code runs. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const [, imported = ''] of readFileSync(file, 'utf8').matchAll(IMPORT))
    loadedWith(path.join(path.dirname(file), imported), loaded);
  return loaded;
}

test('the modules of `masker serve` load the supervisor of workers, and neither the server nor detection', () => {
  const loaded = [...loadedWith('src/cli/commands/serve.ts')];
  expect(loaded).toContain('src/cli/workers/supervise.ts');
  expect(loaded.filter((file) => /^src\/(cli\/instance\.ts|detection|graphql|rest|proxy)/.test(file))).toEqual([]);
});
