/** What a command says of a file that it cannot read. */
import { errorCode } from '../../platform/error-code.ts';
import { StartError } from '../../platform/start-error.ts';

/** Returns a handler of rejections that throws StartError with the option, the path and the code of the fault. */
export function unreadable(option: string, path: string): (error: unknown) => never {
  return (error) => {
    const code = errorCode(error) ?? 'unknown error';
    throw new StartError(`${option} ${path} cannot be read (${code}). Name a file that this user may read.`);
  };
}
