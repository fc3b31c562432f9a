/** Programs beside Node.js that some tests run. A test whose program is missing is skipped, which CI does not accept. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Returns true if the program can be found in the folders of PATH. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
