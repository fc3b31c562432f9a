/** `masker retention`. See docs/operations.md, Retention. */
import type { Command } from 'commander';
import { withOperatorOptions } from './operator-options.ts';
import type { OperatorOptions } from './operator-options.ts';

export function addRetentionCommands(program: Command): void {
  const retention = program.command('retention').description('erasing what is kept for long enough');
  withOperatorOptions(retention.command('run'))
    .description('do now what the hourly job does')
    .addHelpText('after', '\nExample:\n  masker --env-file masker.env retention run --json')
    .action(async (options: OperatorOptions) => {
      const { runRetention } = await import('./retention-command.ts');
      await runRetention(process.env, options);
    });
}
