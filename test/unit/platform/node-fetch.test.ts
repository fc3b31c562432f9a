/** Node's fetch keeps node's connections, whatever of ours is loaded first. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SOURCE = path.resolve('src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('generated'),
);
const users = files.filter((name) => /^import \{.*from 'undici'/m.test(readFileSync(path.join(SOURCE, name), 'utf8')));

/** Whether undici's connections are those of fetch, where this module is the first that is loaded. */
async function replacesThem(module: string): Promise<string> {
  const script = `await import(${JSON.stringify(module)}); const { Agent } = await import('undici'); console.log(globalThis[Symbol.for('undici.globalDispatcher.1')] instanceof Agent);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    script,
  ]);
  return stdout.trim();
}

test('undici is used somewhere, and by itself it would take the place of node’s', async () => {
  expect(users.length).toBeGreaterThan(2);
  expect(await replacesThem('undici')).toBe('true');
});

test.each(users)('%s', async (name) => {
  expect(await replacesThem(path.join(SOURCE, name))).toBe('false');
});
