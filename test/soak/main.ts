/** `npm run soak`: a long run of mixed load, or the memory of live sessions. See README.md. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { soakWithKills } from './kills.ts';
import { measureLiveSessions } from './live-sessions.ts';
import { measureThroughput } from './throughput.ts';
import { soak } from './mixed-load.ts';
import { readOptions, USAGE } from './options.ts';
import type { SoakOptions } from './options.ts';

function options(): SoakOptions | null {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return null;
  }
}

const asked = options();
if (asked === null) {
  process.exitCode = 2;
} else {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'masker-soak-'));
  // PostgreSQL must be able to enter it where this runs as root.
  await chmod(dataDir, 0o711);
  try {
    if (asked.liveSessions !== null) await measureLiveSessions(asked.liveSessions, asked.callers, dataDir);
    else if (asked.throughput) await measureThroughput(asked.callers, dataDir);
    else if (asked.killSeed !== null) {
      if (!(await soakWithKills({ ...asked, seed: asked.killSeed }, dataDir))) process.exitCode = 1;
    } else if (!(await soak(asked, dataDir))) process.exitCode = 1;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
