/** The `masker` command as an operator runs it: the built binary, with an environment of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const BINARY = path.resolve(import.meta.dirname, '../bin/masker.js');

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the command. `ended` resolves with what it printed and its exit code. */
export function startMasker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): { readonly child: ChildProcess; readonly ended: Promise<Ran> } {
  const child = spawn(process.execPath, [BINARY, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ended = Promise.all([text(child.stdout), text(child.stderr), closed]).then(([output, errors, code]) => ({
    code,
    output,
    errors,
  }));
  return { child, ended };
}

/** Runs the command to its end. */
export function runMasker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: string,
): Promise<Ran> {
  return startMasker(args, env, input).ended;
}
