/** Blocks of the documents, and a shell that they are pasted into. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Ran } from './built-command.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Returns the blocks of one language below a heading of a page, in order. A heading of any level ends the section. */
export async function pageBlocks(page: string, heading: string, language: string): Promise<string[]> {
  const lines = (await readFile(path.join(ROOT, page), 'utf8')).split('\n');
  const isHeading = headingLines(lines);
  const start = lines.findIndex((line, at) => isHeading[at] === true && line.replace(/^#+ /, '') === heading);
  const end = lines.findIndex((_line, at) => at > start && isHeading[at] === true);
  const section = lines.slice(start, end === -1 ? undefined : end).join('\n');
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, marked]) => marked === language)
    .map(([, , block = '']) => block);
}

/** Returns for each line whether it is a heading: a `#` inside a block is a comment. */
function headingLines(lines: readonly string[]): boolean[] {
  let isInBlock = false;
  return lines.map((line) => {
    if (line.startsWith('```')) isInBlock = !isInBlock;
    return !isInBlock && /^#+ /.test(line);
  });
}

/** Runs a script in bash, which stops at the first command that fails. */
export async function paste(script: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => shell.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(shell.stdout), text(shell.stderr), ended]);
  return { output, errors, code };
}
