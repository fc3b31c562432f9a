/** The server as users run it: a process of its own, from the built files, on a data folder. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BOOTSTRAP_TOKEN, KEYS } from './instance.ts';

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it printed so far. */
  printed(): string;
  /** Sends the signal and waits for the end; throws with what the server printed where it does not end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Longer than any start or stop takes by the server's own limits: see docs/operations.md. What takes longer hangs. */
const LIMIT_MS = 150_000;

const MAIN = path.resolve(import.meta.dirname, '../dist/cli/main.js');

/** Starts `masker serve`, by default with the embedded database in `dataDir`, and waits until it listens. `main`: of which version. */
export async function startServer(
  dataDir: string,
  env: Record<string, string> = {},
  main: string = MAIN,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      ...KEYS,
      MASKER_DATA_DIR: dataDir,
      MASKER_LISTEN_ADDR: '127.0.0.1:0',
      MASKER_BOOTSTRAP_TOKEN: BOOTSTRAP_TOKEN,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ended = once(child, 'exit');
  /** Rejects with what the server printed unless the work ends in time. */
  const bounded = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const limit = new AbortController();
    const late = pause(LIMIT_MS, null, { signal: limit.signal }).then(() => {
      child.kill('SIGKILL');
      throw new Error(`the server did not ${what} within ${LIMIT_MS / 1000} s:\n${printed}`);
    });
    return Promise.race([work, late]).finally(() => {
      limit.abort();
      late.catch(() => undefined);
    });
  };
  const listening = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const found = /Masker listens on (\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => {
      reject(new Error(`the server ended with ${String(code)} before it listened:\n${printed}`));
    });
  });
  const url = await bounded('listen', listening);
  return {
    url,
    child,
    printed: () => printed,
    end: async (signal) => {
      child.kill(signal);
      await bounded(`end after ${signal}`, ended);
    },
  };
}
