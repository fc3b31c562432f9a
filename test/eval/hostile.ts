/** How long detectors take for hostile inputs. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HOSTILE_NAMES } from './hostile-inputs.ts';
import type { HostileName } from './hostile-inputs.ts';
import type { PeerName } from './peers.ts';

/** `late`: the process was killed at the limit. `failed`: it answered with an error. */
export interface HostileTime {
  readonly input: HostileName;
  readonly milliseconds: number;
  readonly outcome: 'done' | 'failed' | 'late';
}

const LIMIT_MS = 10_000;
const CHILD = fileURLToPath(new URL('hostile-child.ts', import.meta.url));

/** Every input once, one process for all of them as long as it answers in time. */
export async function timeHostile(detector: PeerName | 'masker'): Promise<HostileTime[]> {
  const times: HostileTime[] = [];
  let child: ChildProcess | null = null;
  try {
    for (const input of HOSTILE_NAMES) {
      child ??= await start(detector);
      const answer = await timeOne(child, input);
      times.push({ input, ...answer });
      if (answer.outcome !== 'late') continue;
      child.kill('SIGKILL');
      child = null;
    }
  } finally {
    child?.kill('SIGKILL');
  }
  return times;
}

async function start(detector: string): Promise<ChildProcess> {
  const child = fork(CHILD, [detector], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then((): never => {
    throw new Error(`${detector} does not start`);
  });
  gone.catch(() => undefined); // later, only the answers count
  await Promise.race([once(child, 'message'), gone]);
  return child;
}

function timeOne(child: ChildProcess, input: HostileName): Promise<Omit<HostileTime, 'input'>> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      settle({ milliseconds: LIMIT_MS, outcome: 'late' });
    }, LIMIT_MS);
    const onMessage = (message: unknown): void => {
      const { milliseconds, failed } = message as { milliseconds: number; failed: boolean };
      settle({ milliseconds, outcome: failed ? 'failed' : 'done' });
    };
    // Out of memory, mostly: as bad as being late.
    const onExit = (): void => {
      settle({ milliseconds: LIMIT_MS, outcome: 'late' });
    };
    const settle = (time: Omit<HostileTime, 'input'>): void => {
      clearTimeout(limit);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(time);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(input);
  });
}
