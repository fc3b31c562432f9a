/** `masker policy`: policy files, and the policies of a server. */
import type { Command } from 'commander';
import { z } from 'zod';
import { readPolicyFile } from './agents-commands.ts';
import { EXIT } from './command-failure.ts';
import { clientFor, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

const RELOADED = z.looseObject({ changed: z.boolean() });

export function addPolicyCommands(program: Command): void {
  const policy = program.command('policy').description('policy files, and the policies of a server');
  policy
    .command('validate')
    .description('check a policy file, without a server; exit code 3 where it is invalid')
    .argument('<file>', 'the policy')
    .option('--json', 'print JSON')
    .action(async (file: string, options: RemoteOptions) => {
      const { parsePolicy } = await import('../../policy/parse.ts');
      const text = await readPolicyFile(file);
      const parsed = parsePolicy(text, { kids: new Set([kidIn(text)]) });
      const problems = parsed.ok ? [] : parsed.problems;
      const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
      say(options, { text: parsed.ok ? `${file} is valid.` : lines.join('\n'), json: { valid: parsed.ok, problems } });
      if (!parsed.ok) process.exitCode = EXIT.policyInvalid;
    });
  withServer(policy.command('reload'))
    .description('have every node of the server read its policy file again')
    .action(async (options: RemoteOptions) => {
      const answer = RELOADED.parse(await (await clientFor(options)).call('POST', '/admin/policy/reload'));
      say(options, { text: answer.changed ? 'The policies have changed.' : 'Nothing has changed.', json: answer });
    });
}

/** The key that the policy names. Nothing becomes a token here, so it does not matter which keys there are. */
export function kidIn(text: string): string {
  return /^kid: *([A-Z][A-Z0-9_]*) *$/m.exec(text)?.[1] ?? 'K_HEALTHCARE';
}
