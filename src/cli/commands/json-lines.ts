/** `--jsonl`: an object in each line of the input, an object in each line of the output. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CommandFailure, EXIT } from './client/command-failure.ts';
import { progressOf } from './operator/progress.ts';
import { unreadable } from './unreadable-file.ts';

/** What a line must have. An id is given back as it was; further fields are ignored. */
const LINE = z.looseObject({ text: z.string(), id: z.union([z.string(), z.number()]).optional() });

export interface JsonLine {
  readonly text: string;
  readonly id: string | number | undefined;
  /** Bytes of the line, with its end. */
  readonly bytes: number;
}

/**
 * Reads the objects, one at a time: the input may be larger than the memory. Empty lines are passed over. Throws
 * CommandFailure that names the number of a line without such an object, and repeats nothing of it.
 */
export async function* readJsonLines(input: Readable): AsyncGenerator<JsonLine, void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const read = LINE.safeParse(parsed(line));
    if (!read.success)
      throw new CommandFailure(EXIT.command, `line ${number} is not a JSON object with "text", a string`);
    yield { text: read.data.text, id: read.data.id, bytes: Buffer.byteLength(line) + 1 };
  }
}

export interface LineWork {
  /** A file to read instead of the standard input. */
  readonly input?: string;
  /** Whether no progress is shown. */
  readonly quiet?: boolean;
  /** What the progress is called. */
  readonly label: string;
  readonly stdin: Readable;
  readonly output: NodeJS.WritableStream;
}

/**
 * Writes an object with the `id` of the line and what `answer` returns for its text, for each line. Throws like
 * `readJsonLines`, and StartError for a file that cannot be read: what was before the fault has been written.
 */
export async function answerLines(
  { input: file, quiet, label, stdin, output }: LineWork,
  answer: (text: string) => object | Promise<object>,
): Promise<void> {
  const total = file === undefined ? 0 : (await stat(file).catch(unreadable('--input', file))).size;
  const progress = progressOf(label, { quiet: quiet === true || file === undefined });
  let done = 0;
  for await (const { text, id, bytes } of readJsonLines(file === undefined ? stdin : createReadStream(file))) {
    const line = { ...(id === undefined ? {} : { id }), ...(await answer(text)) };
    if (!output.write(`${JSON.stringify(line)}\n`)) await once(output, 'drain');
    progress.show((done += bytes), Math.max(total, done));
  }
  progress.show(total, total);
  progress.end();
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
