/** `masker backup` and `masker restore`. See docs/operations.md, Backup. */
import type { Command } from 'commander';
import type { RestoreCommandOptions } from './backup-command.ts';
import { withOperatorOptions } from './operator-options.ts';
import type { OperatorOptions } from './operator-options.ts';

export function addBackupCommands(program: Command): void {
  withOperatorOptions(program.command('backup'))
    .description('write the whole database to an encrypted file, while calls go on')
    .requiredOption('--output <file>', 'the file; it must not exist')
    .option('--verify', 'prove the journals and account logs in the file, too')
    .addHelpText('after', '\nExample:\n  masker --env-file masker.env backup --output /backups/2026-11-30.masker')
    .action(async (options: OperatorOptions & { output: string; verify?: boolean }) => {
      const { backup } = await import('./backup-command.ts');
      await backup(process.env, options);
    });
  withOperatorOptions(program.command('restore'))
    .description('restore a backup into an empty database')
    .requiredOption('--input <file>', 'the backup')
    .option(
      '--verify',
      'prove all journals and account logs; with --dry-run those of the file alone, without a database',
    )
    .option('--dry-run', 'read and check the file, and write nothing')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  masker restore --input 2026-11-30.masker --verify --dry-run\n  masker --env-file new.env restore --input 2026-11-30.masker --verify --yes\n\nExit code 2: the file is damaged or of a newer version, the database is not empty, or a journal does not verify.\nExit code 4: the key that the file is encrypted under is not set.',
    )
    .action(async (options: RestoreCommandOptions) => {
      const { restore } = await import('./backup-command.ts');
      await restore(process.env, options);
    });
}
