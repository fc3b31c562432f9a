/** Asks before what cannot be undone. */
import { createInterface } from 'node:readline/promises';
import { CommandFailure, EXIT } from '../client/command-failure.ts';

/**
 * Resolves where the operator agrees: by `--yes`, or by an answer on the terminal.
 *
 * @throws CommandFailure without a terminal to ask on, and for any answer but yes
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CommandFailure(
      EXIT.usage,
      `${question} Nobody can answer here: add --yes, or try --dry-run. Nothing was changed.`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes to go on: `);
    if (answer.trim().toLowerCase() !== 'yes') throw new CommandFailure(EXIT.generic, 'Nothing was changed.');
  } finally {
    terminal.close();
  }
}
