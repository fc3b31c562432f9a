/** What it costs to have the detector in a process: measured in fresh ones. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from '../bench/statistics.ts';

export interface Startup {
  /** From the import of the detector to its first answer, milliseconds. */
  readonly loadMs: number;
  /** What the process grew by meanwhile, megabytes of resident memory. */
  readonly memoryMb: number;
  /** `source` compiles while it loads, which a built server does not. */
  readonly from: 'build' | 'source';
}

const ROUNDS = 5;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PROBE = `
const rss = process.memoryUsage().rss;
const begun = performance.now();
const [{ detect }, { DEFAULT_RULES }] = await Promise.all(process.argv.slice(1).map((url) => import(url)));
detect('hi this is maria gonzalez, call me at four one five five five five oh one four two', DEFAULT_RULES);
console.log(JSON.stringify({ ms: performance.now() - begun, bytes: process.memoryUsage().rss - rss }));`;

/**
 * Medians of a few starts: of the build when it is newer than the detector's source, else of the source.
 * @throws Error when the detector cannot be loaded.
 */
export function measureStartup(): Startup {
  const built = path.join(ROOT, 'dist/detection');
  const source = path.join(ROOT, 'src/detection');
  const from = existsSync(path.join(built, 'detection.js')) && newest(built) >= newest(source) ? 'build' : 'source';
  const [folder, ending, loader] =
    from === 'build' ? [built, 'js', []] : [source, 'ts', ['--import', import.meta.resolve('tsx')]];
  const urls = ['detection', 'rules'].map((name) => pathToFileURL(path.join(folder, `${name}.${ending}`)).href);
  const probes = Array.from({ length: ROUNDS }, () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [...loader, '--input-type=module', '-e', PROBE, ...urls],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the detector does not load: ${stderr.slice(-500)}`);
    return JSON.parse(stdout) as { ms: number; bytes: number };
  });
  return {
    loadMs: median(probes.map(({ ms }) => ms)),
    memoryMb: median(probes.map(({ bytes }) => bytes)) / 2 ** 20,
    from,
  };
}

/** Milliseconds since the epoch. */
function newest(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(path.join(folder, name)))
    .filter((entry) => entry.isFile())
    .map(({ mtimeMs }) => mtimeMs);
  return Math.max(0, ...times);
}
