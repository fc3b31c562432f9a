/** Keeps the secrets that a server shows once: in a file, or to be printed. */
import type { FileHandle } from 'node:fs/promises';
import { errorCode } from '../../../platform/error-code.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import type { ShownSecret } from './execute.ts';

export class SecretKeeper {
  readonly #file: Pick<FileHandle, 'appendFile' | 'sync'> | null;
  readonly #toPrint: ShownSecret[] = [];

  /** `file` is null where secrets are printed. */
  constructor(file: Pick<FileHandle, 'appendFile' | 'sync'> | null) {
    this.#file = file;
  }

  /** Secrets that are in no file, in the order in which they came. */
  get toPrint(): readonly ShownSecret[] {
    return this.#toPrint;
  }

  /**
   * Writes the secret to the disk before the next object is written. If that fails the secret is printed instead, because the
   * server does not show it again.
   *
   * @throws CommandFailure if the file cannot be written
   */
  async keep(shown: ShownSecret): Promise<void> {
    if (this.#file === null) {
      this.#toPrint.push(shown);
      return;
    }
    try {
      await this.#file.appendFile(`${JSON.stringify(shown)}\n`);
      await this.#file.sync();
    } catch (error) {
      this.#toPrint.push(shown);
      throw new CommandFailure(
        EXIT.generic,
        `the secrets file cannot be written (${errorCode(error) ?? 'unknown error'}), so its secret is printed. It was written on the server.`,
      );
    }
  }
}
