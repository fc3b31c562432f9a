import { StartError } from '../../../platform/start-error.ts';

/** Exit codes of commands. See docs/operations.md, Commands. */
export const EXIT = { generic: 1, command: 2, policyInvalid: 3, authentication: 4, unreachable: 5, usage: 64 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A reason why a command fails, for the person who ran it, with the exit code that a script can tell it by. */
export class CommandFailure extends StartError {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
