/** The parts are measured with real turns on a real database; how fast they are is no test's business. */
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { measureFloors } from '../bench/floors.ts';
import { temporaryFolder } from '../database.ts';

test('both parts of a turn are done again and again, whatever the machine', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  try {
    const { sessions, journal } = await measureFloors(folder, { connections: 4, milliseconds: 100 });
    expect(sessions).toBeGreaterThan(0);
    expect(journal).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
