/** Servers in processes of their own: started, waited for, stopped. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';

export interface Child {
  readonly pid: number;
  /** Asks the process to end, and waits until it has. Rejects when it had to be killed. */
  readonly stop: () => Promise<void>;
}

export interface Command {
  /** For messages. */
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  /** The whole environment besides what every program needs: nothing of the caller's configures a child. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
/** How much of a child's output is kept for the message when it fails. */
const KEPT_OUTPUT = 4000;

interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stop: () => Promise<void>;
  /** Rejects, with what the process last printed, when it ends before `stop` was called. */
  readonly died: Promise<never>;
}

function start({ name, args, env = {}, cwd }: Command, ipc: boolean): Spawned {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const child = spawn(process.execPath, args, {
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...env },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  const keep = (text: Buffer): void => {
    output = (output + text.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let stopping = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
  });
  const died = exited.then((): never => {
    throw new Error(`${name} ended by itself${stopping ? '' : `:\n${output}`}`);
  });
  died.catch(() => undefined); // of interest while starting only: later, its requests fail
  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
    }, STOP_LIMIT_MS);
    await exited;
    clearTimeout(limit);
    if (exitSignal(child) === 'SIGKILL')
      throw new Error(
        `${name} did not stop when asked to and was killed; it may have left processes behind:\n${output}`,
      );
  };
  return { child, pid: child.pid ?? 0, stop, died };
}

/** The signal that ended a process that has ended. */
function exitSignal(child: ChildProcess): NodeJS.Signals | null {
  return child.signalCode;
}

async function within<T>(name: string, ready: Promise<T>, { died, stop }: Spawned): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${name} was not ready within ${START_LIMIT_MS / 1000} s`));
    }, START_LIMIT_MS);
  });
  try {
    return await Promise.race([ready, died, late]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a file of this folder that calls `announce`; answers where it listens. */
export async function startOwn(file: string, args: readonly string[] = []): Promise<Child & { readonly origin: URL }> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const spawned = start({ name: file, args: ['--import', import.meta.resolve('tsx'), script, ...args] }, true);
  const announced = new Promise<number>((resolve) => {
    spawned.child.once('message', (message) => {
      resolve((message as { port: number }).port);
    });
  });
  const port = await within(file, announced, spawned);
  return { origin: new URL(`http://127.0.0.1:${port}`), pid: spawned.pid, stop: spawned.stop };
}

/** Starts a server that answers messages of its parent, and waits until `ready` answers 200. */
export async function startObserved(
  command: Command,
  ready: URL,
): Promise<Child & { readonly ask: () => Promise<unknown> }> {
  const spawned = start(command, true);
  await within(command.name, answering(ready), spawned);
  return {
    pid: spawned.pid,
    stop: spawned.stop,
    ask: () =>
      new Promise((resolve) => {
        spawned.child.once('message', resolve);
        spawned.child.send('ask');
      }),
  };
}

/** Starts a server and waits until `ready` answers 200. */
export async function startServer(command: Command, ready: URL): Promise<Child> {
  const spawned = start(command, false);
  await within(command.name, answering(ready), spawned);
  return { pid: spawned.pid, stop: spawned.stop };
}

async function answering(url: URL): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end;) {
    const status = await request(url).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => 0, // nobody listens yet
    );
    if (status === 200) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** A port that was free a moment ago, for a server that cannot be asked which it took. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
