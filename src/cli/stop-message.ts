/** What a command prints when an error ends it: one line, and never a value that the error may repeat. */
import { loggedError } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';

/**
 * Returns the text to print. Only messages of a StartError are shown: they are written for the operator. `level` is
 * MASKER_LOG_LEVEL; with `debug` and `trace` the place in the code is added.
 */
export function stopMessage(error: unknown, level: string | undefined): string {
  if (error instanceof StartError) return `masker: ${error.message}`;
  const { type, code } = loggedError(error);
  const what = `masker: Stopped by an unexpected error (${[type, code].filter((part) => part !== undefined).join(', ')}).`;
  return level === 'debug' || level === 'trace'
    ? `${what}\n${JSON.stringify(loggedError(error), null, 2)}`
    : `${what} Set MASKER_LOG_LEVEL=debug to see where it happened.`;
}
