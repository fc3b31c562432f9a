import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive } from '../../../src/platform/process-alive.ts';

test('this process is alive, and so is the first one, whoever owns it', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(1)).toBe(true);
});

test('a child that was reaped is not', async () => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(isAlive(child.pid ?? -1)).toBe(false);
});
