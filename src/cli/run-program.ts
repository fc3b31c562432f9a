/** Runs the program of a command line to its end. Exit codes: docs/operations.md, Commands. */
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { errorCode } from '../platform/error-code.ts';
import { StartError } from '../platform/start-error.ts';
import { CommandFailure, EXIT } from './commands/client/command-failure.ts';
import { withGlobalsLast } from './global-options.ts';
import { stopMessage } from './stop-message.ts';

/** Runs the command that the arguments name, prints why it fails, and ends the process. */
export async function runProgram(program: Command): Promise<never> {
  try {
    await program.parseAsync(withGlobalsLast(process.argv.slice(2), program), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    } else {
      console.error(stopMessage(error, process.env['MASKER_LOG_LEVEL']));
      process.exitCode = error instanceof CommandFailure ? error.exitCode : EXIT.generic;
    }
  }
  // What is left open, such as a pool's idle connections, must not keep a command that is done from ending.
  process.exit();
}

/** Adds the variables of a file to the environment. Throws StartError for a file that cannot be read. */
export function loadEnvFile(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new StartError(
      `--env-file ${file} cannot be read (${errorCode(error) ?? 'unknown error'}). Name a file that this user may read.`,
    );
  }
}
