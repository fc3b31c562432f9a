/** The built command, run to its end. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export const MAIN: string = path.resolve(import.meta.dirname, '../bin/masker.js');

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs `bin/masker.js` with these arguments, in `cwd` and with `env` alone. */
export function masker(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  return run(MAIN, args, surroundings);
}

/** The same of `bin/masker-voice.js`. */
export function maskerVoice(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  return run(path.resolve(path.dirname(MAIN), 'masker-voice.js'), args, surroundings);
}

async function run(
  program: string,
  args: readonly string[],
  { env = {}, cwd, input = '' }: Surroundings,
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.on('error', () => undefined); // a command that reads nothing may end first
  child.stdin.end(input);
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output, errors };
}
