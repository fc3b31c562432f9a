import { errorCode } from './error-code.ts';

/** Whether a process has this id now; a zombie counts, and so does somebody else's process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
