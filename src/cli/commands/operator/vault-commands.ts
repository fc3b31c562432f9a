/** `masker vault`: what the vaults hold, under which keys, and the care of it. See docs/operations.md, Vault. */
import type { Command } from 'commander';
import { withOperatorOptions } from './operator-options.ts';
import type { OperatorOptions } from './operator-options.ts';
import type { PurgeCommandOptions } from './vault-purge-command.ts';
import type { RotateOptions } from './vault-rotation.ts';
import type { ImportCommandOptions } from './vault-transfer-commands.ts';

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
  addTransfer(vault);
  addPurge(vault);
}

function addTransfer(vault: Command): void {
  withOperatorOptions(vault.command('export'))
    .description('write all vaults to an encrypted file')
    .requiredOption('--output <file>', 'the file; it must not exist')
    .addHelpText('after', '\nExample:\n  masker vault export --output vaults.masker')
    .action(async (options: OperatorOptions & { output: string }) => {
      const { vaultExport } = await import('./vault-transfer-commands.ts');
      await vaultExport(process.env, options.output, options);
    });
  withOperatorOptions(vault.command('import'))
    .description('add what a file has and the database does not; a second import changes nothing')
    .requiredOption('--input <file>', 'a file of `vault export`')
    .option('--with-purged', 'also sessions of which values were purged after the export')
    .addHelpText('after', '\nExample:\n  masker vault import --input vaults.masker')
    .action(async (options: ImportCommandOptions & { input: string }) => {
      const { vaultImport } = await import('./vault-transfer-commands.ts');
      await vaultImport(process.env, options.input, options);
    });
}

function addPurge(vault: Command): void {
  withOperatorOptions(vault.command('purge'))
    .description('erase values for good: of sealed sessions before a time, of one session, or of one person')
    .option('--before <time>', 'all values of sealed sessions that began before: a day, or a time with its zone')
    .option('--session <id>', 'all values of one session')
    .option('--subject <value>', 'every row with this value; - reads it from the standard input')
    .option('--account <id>', 'only in this account; by default in all')
    .option('--dry-run', 'say how much it is, and erase nothing')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  masker vault purge --before 2026-01-01 --dry-run\n  printf %s "415-555-2671" | masker vault purge --subject - --yes\n\nExit code 2: some vaults do not open, so they could not be searched.',
    )
    .action(async (options: PurgeCommandOptions) => {
      const { purgeVaults } = await import('./vault-purge-command.ts');
      await purgeVaults(process.env, options);
    });
}
