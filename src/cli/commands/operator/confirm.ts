/** Asks before what cannot be undone. */
import { createInterface } from 'node:readline/promises';
import { CommandFailure, EXIT } from '../client/command-failure.ts';

/** Where an operator is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * Resolves where the operator agrees: by `--yes`, or by an answer on the terminal.
 *
 * @throws CommandFailure without a terminal to ask on, for any answer but yes, and where the input ends without one
 */
export async function confirm(
  question: string,
  yes: boolean | undefined,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (yes === true) return;
  if (!input.isTTY || !output.isTTY || input.readableEnded)
    throw new CommandFailure(
      EXIT.usage,
      `${question} Nobody can answer here: add --yes, or try --dry-run. Nothing was changed.`,
    );
  const terminal = createInterface({ input, output });
  try {
    // A question whose input ends is never answered.
    const ended = new Promise<string>((resolve) => {
      terminal.once('close', () => {
        resolve('');
      });
    });
    const answer = await Promise.race([terminal.question(`${question} Type yes to go on: `), ended]);
    if (answer.trim().toLowerCase() !== 'yes') throw new CommandFailure(EXIT.generic, 'Nothing was changed.');
  } finally {
    terminal.close();
  }
}
