/** What a command says of a file that it cannot use, and the exit code. */
import { z } from 'zod';
import { RestoreRefused } from '../../../custody/backup.ts';
import { SealedFileError } from '../../../custody/sealed-file.ts';
import type { SealedFileFault } from '../../../custody/sealed-file.ts';
import { LinesError } from '../../../custody/table-lines.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import type { ExitCode } from '../client/command-failure.ts';

const CODE: Readonly<Record<SealedFileFault, ExitCode>> = {
  exists: EXIT.usage,
  unreadable: EXIT.generic,
  not_sealed: EXIT.command,
  other_type: EXIT.command,
  no_key: EXIT.authentication,
  damaged: EXIT.command,
};

/** Runs `work`. Faults of a file become CommandFailure. */
export async function explainingFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SealedFileError) throw new CommandFailure(CODE[error.fault], error.message);
    if (error instanceof RestoreRefused) throw new CommandFailure(EXIT.command, error.message);
    if (error instanceof LinesError)
      throw new CommandFailure(EXIT.command, `The file is not one that this version writes: ${error.message}.`);
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new CommandFailure(EXIT.command, 'The file is not one that this version writes: a line does not read.');
    throw error;
  }
}
