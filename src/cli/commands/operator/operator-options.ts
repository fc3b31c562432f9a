/** The options of an operator's commands, apart from their work: adding a command should not load the database's client. */
import type { Command } from 'commander';

/** Options that every operator's command has. */
export interface OperatorOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the options of an operator's command. */
export function withOperatorOptions(command: Command): Command {
  return command.option('--json', 'print JSON').option('-q, --quiet', 'print nothing but results');
}
