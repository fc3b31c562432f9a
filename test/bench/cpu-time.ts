/** How much processor time a process and its children have used; from Linux's /proc, unknown elsewhere. */
import { readdir, readFile } from 'node:fs/promises';

/** What /proc/PID/stat tells of a process. */
export interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks in user and kernel mode, its own and those of its children that have ended. */
  readonly ticks: number;
}

/** USER_HZ, which Linux shows to programs as 100 on every architecture that node runs on. */
const TICKS_PER_SECOND = 100;

/** Reads a line of /proc/PID/stat (proc_pid_stat(5)). The name in brackets may hold anything, brackets too. Null where it is no such line. */
export function parseStat(line: string): ProcessTimes | null {
  const end = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  const fields = line
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const [parent, utime, stime, cutime, cstime] = [fields[1], fields[11], fields[12], fields[13], fields[14]];
  if (
    end < 0 ||
    parent === undefined ||
    utime === undefined ||
    stime === undefined ||
    cutime === undefined ||
    cstime === undefined
  )
    return null;
  return { pid, parent, ticks: utime + stime + cutime + cstime };
}

/** The ticks of a process and all its descendants; 0 where there is none of that pid. */
export function ticksOfTree(root: number, processes: readonly ProcessTimes[]): number {
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.reduce((sum, { pid, ticks }) => (tree.has(pid) ? sum + ticks : sum), 0);
}

/** CPU milliseconds so far, to 10 ms. */
export interface CpuTime {
  /** Of the process alone, with its threads. */
  readonly own: number;
  /** Of its descendants: Masker's are its database. */
  readonly below: number;
}

/** What was used between two looks. */
export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
  return { own: after.own - before.own, below: after.below - before.below };
}

/** Returns how much processor time a process has used so far; null where the system has no /proc. */
export async function cpuTime(root: number): Promise<CpuTime | null> {
  if (process.platform !== 'linux') return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))); // it may have ended
  const processes = lines.flatMap((line) => parseStat(line) ?? []);
  const own = processes.find(({ pid }) => pid === root)?.ticks ?? 0;
  const all = ticksOfTree(root, processes);
  return { own: (own * 1000) / TICKS_PER_SECOND, below: ((all - own) * 1000) / TICKS_PER_SECOND };
}
