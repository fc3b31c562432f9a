/** `masker vault`: what the vaults hold, under which keys, and the care of it. See docs/operations.md, Commands. */
import type { Command } from 'commander';
import { withOperatorOptions } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
import type { RotateOptions } from './vault-rotation.ts';

export function addVaultCommands(program: Command): void {
  const vault = program.command('vault').description('the vaults of all accounts; needs the database and the keys');
  withOperatorOptions(vault.command('stats'))
    .description('count sessions, values and bytes, and what is sealed under which key')
    .addHelpText('after', '\nExample:\n  masker --env-file masker.env vault stats --json')
    .action(async (options: OperatorOptions) => {
      const { vaultStats } = await import('./vault-statistics.ts');
      await vaultStats(process.env, options);
    });
  withOperatorOptions(vault.command('rotate-key'))
    .description('seal data keys and secrets that are under old keys anew; values stay as they are')
    .option('--new-kid <kid>', 'seal everything under the active key of this name; by default each under its own')
    .option('--old-kid <kid>', 'only what is under this name')
    .option('--dry-run', 'count, and change nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  masker vault rotate-key --dry-run\n  masker vault rotate-key --new-kid K_HEALTHCARE\n\nExit code 2: something could not be opened, or another rotation is under way.',
    )
    .action(async (options: RotateOptions) => {
      const { rotateVaultKeys } = await import('./vault-rotation.ts');
      await rotateVaultKeys(process.env, options);
    });
}
