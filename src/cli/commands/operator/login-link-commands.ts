/** `masker login-link`. See docs/operations.md, First sign-in. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { withOperatorOptions } from './operator-options.ts';
import type { OperatorOptions } from './operator-options.ts';

const MOST_MINUTES = 1440;

function minutesOf(text: string): number {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (minutes < 1 || minutes > MOST_MINUTES)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_MINUTES}.`);
  return minutes;
}

export function addLoginLinkCommand(program: Command): void {
  withOperatorOptions(program.command('login-link'))
    .description("print a link that signs the instance's admin in, once; works on the database, without a server")
    .option('--minutes <number>', 'how long it is good', minutesOf, 15)
    .action(async (options: OperatorOptions & { minutes: number }) => {
      const { loginLink } = await import('./login-link-command.ts');
      await loginLink(process.env, options);
    });
}
