/** `--jsonl`: an object in each line of the input, an object in each line of the output. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CommandFailure, EXIT } from './client/command-failure.ts';

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

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
