/** Checks of the machine and the process: Node.js, event loop, memory, open files, data folder, disk. */
import { constants } from 'node:fs';
import { access, open, readFile, rm, stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { systemTimer } from '../../../platform/clock.ts';
import type { Config } from '../../../platform/config.ts';
import { errorCode } from '../../../platform/error-code.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';

const GROUP = 'Machine';
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** Node.js releases that are still maintained begin here. */
const MAINTAINED_NODE = 22;
/** How long the event loop is watched, in milliseconds, and the delays that are too long. */
const WATCHED_MS = 300;
const DELAY_WARN_MS = 50;
const DELAY_FAIL_MS = 250;
/** Sockets of callers, of upstreams and of the database. */
const OPEN_FILES = 4096;
const SPACE_WARN = 5 * GIB;
const SPACE_FAIL = 500 * MIB;
const FLUSHES = 9;
const FLUSH_WARN_MS = 10;
const FLUSH_FAIL_MS = 100;
const FLUSHED_BYTES = 8192;

export function machineChecks(config: Config | null): Check[] {
  return [
    { id: 'node_version', group: GROUP, title: 'Node.js', run: nodeVersion },
    { id: 'event_loop', group: GROUP, title: 'Event-loop delay', run: eventLoop },
    { id: 'memory', group: GROUP, title: 'Memory', run: () => memory(config) },
    { id: 'open_files', group: GROUP, title: 'Open files', run: openFiles },
    { id: 'data_folder', group: GROUP, title: 'Data folder', run: () => dataFolder(config) },
    { id: 'free_space', group: GROUP, title: 'Free space', run: () => freeSpace(config) },
    { id: 'disk_flush', group: GROUP, title: 'Disk flush', run: () => diskFlush(config) },
  ];
}

function nodeVersion(): Finding {
  const version = process.versions.node;
  return Number(version.split('.')[0]) >= MAINTAINED_NODE
    ? ok(version)
    : warn(
        `${version}, which gets no security updates any more`,
        `Install Node.js ${MAINTAINED_NODE} or later, and start Masker with it.`,
      );
}

async function eventLoop(): Promise<Finding> {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  await pause(WATCHED_MS);
  histogram.disable();
  const ms = histogram.percentile(99) / 1e6 - 10;
  const found = `${Math.max(0, ms).toFixed(1)} ms at the 99th percentile of ${WATCHED_MS} ms`;
  const fix = 'Something else uses the processor. Stop it, or give Masker more cores.';
  if (ms > DELAY_FAIL_MS) return fail(found, fix);
  return ms > DELAY_WARN_MS ? warn(found, fix) : ok(found);
}

async function memory(config: Config | null): Promise<Finding> {
  const limited = Number((await readFile('/sys/fs/cgroup/memory.max', 'utf8').catch(() => '')).trim());
  const bytes = limited > 0 ? Math.min(limited, totalmem()) : totalmem();
  const needed = 512 * MIB + (config?.sessionMemoryBytes ?? 256 * MIB);
  const found = `${(bytes / GIB).toFixed(1)} GiB, of which a node needs ${(needed / GIB).toFixed(1)} GiB`;
  return bytes >= needed
    ? ok(found)
    : warn(found, 'Give the process more memory, or set MASKER_SESSION_MEMORY_MB lower.');
}

async function openFiles(): Promise<Finding> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => null);
  const limit = /^Max open files +(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  if (limit === undefined) return skipped('this system does not say', 'Run `ulimit -n`: it should be 4096 or more.');
  return limit === 'unlimited' || Number(limit) >= OPEN_FILES
    ? ok(`${limit} at most`)
    : warn(`${limit} at most`, `Raise the limit to ${OPEN_FILES} or more (LimitNOFILE, ulimit -n).`);
}

/** Embedded: the database and the keys are in it. With a server of its own, a node keeps nothing there. */
async function dataFolder(config: Config | null): Promise<Finding> {
  if (config === null) return noConfig();
  const { dataDir: folder } = config;
  const found = await stat(folder).catch((error: unknown) => errorCode(error) ?? 'unknown error');
  if (typeof found === 'string')
    return config.databaseUrl === null
      ? skipped(`${folder} is not there yet (${found})`, 'The first `masker serve` makes it.')
      : ok('not needed: the database is a server');
  if (!found.isDirectory()) return fail(`${folder} is no folder`, 'Set MASKER_DATA_DIR to a folder.');
  const writable = await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return fail(`${folder} cannot be written by this user`, `Run: chown -R $(id -u) ${folder}`);
  return (found.mode & 0o022) === 0
    ? ok(folder)
    : fail(`${folder} can be written by other users`, `Run: chmod go-w ${folder}`);
}

async function freeSpace(config: Config | null): Promise<Finding> {
  if (config === null) return noConfig();
  const folder = await nearestFolder(config.dataDir);
  const { bavail, bsize, blocks } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB (${Math.round((100 * bavail) / Math.max(1, blocks))} %) at ${folder}`;
  const fix = 'Free space on this disk. A database without space refuses every call.';
  if (config.databaseUrl !== null) return ok(found);
  if (free < SPACE_FAIL) return fail(found, fix);
  return free < SPACE_WARN ? warn(found, fix) : ok(found);
}

/** How long the disk takes to keep what is written: every turn waits for it once. */
async function diskFlush(config: Config | null): Promise<Finding> {
  if (config === null) return noConfig();
  if (config.databaseUrl !== null)
    return skipped('the database is a server', 'Measure there: pg_test_fsync on the database server.');
  const file = path.join(await nearestFolder(config.dataDir), `.masker-doctor-${process.pid}`);
  const handle = await open(file, 'wx', 0o600);
  const times: number[] = [];
  try {
    for (let flush = 0; flush < FLUSHES; flush += 1) {
      const startedAt = systemTimer.now();
      await handle.write(Buffer.alloc(FLUSHED_BYTES, flush), 0, FLUSHED_BYTES, 0);
      await handle.datasync();
      times.push(systemTimer.now() - startedAt);
    }
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
  const median = times.sort((a, b) => a - b)[Math.floor(FLUSHES / 2)] ?? 0;
  const found = `${median.toFixed(2)} ms for 8 KiB`;
  const fix =
    'Every turn waits for one flush. Put MASKER_DATA_DIR on a local SSD, or use a database server that has one.';
  if (median > FLUSH_FAIL_MS) return fail(found, fix);
  return median > FLUSH_WARN_MS ? warn(found, fix) : ok(found);
}

/** The folder, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  const above = path.dirname(folder);
  return found?.isDirectory() === true || above === folder ? folder : nearestFolder(above);
}

/** The finding of a check that needs the configuration. */
export function noConfig(): Finding {
  return skipped('the configuration has problems', 'Correct the configuration first.');
}
