/** `masker mask`, `masker unmask` and `masker synth`. See docs/operations.md, Masking a text. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { withServer } from '../client/remote-command.ts';
import type { MaskOptions } from './mask.ts';
import type { SynthOptions } from './synth.ts';
import type { UnmaskOptions } from './unmask.ts';

export function addMaskingCommands(program: Command): void {
  withServer(program.command('mask'))
    .description('mask a text as a call is masked, on this machine, or with --server there; reads the standard input')
    .option('--input <file>', 'read a file instead')
    .option('--policy <file>', 'the policy; by default MASKER_POLICY_PATH, with --server its default policy')
    .addOption(
      new Option('--scheme <scheme>', 'the kind of tokens').choices([
        'vault-deterministic',
        'vault-random',
        'reversible-aead',
        'synthetic',
      ]),
    )
    .option('--passes <passes>', 'passes of detection, comma-separated: regex,ner')
    .option('--require-match', 'exit code 2 where nothing is found')
    .option('--jsonl', 'read an object with "text", and perhaps "id", from each line, and print one for each')
    .action(async (options: MaskOptions) => {
      const { mask } = await import('./mask.ts');
      await mask(options, process.env, process.stdin, process.stdout);
    });
  withServer(program.command('synth'))
    .description(
      'replace the identifiers of a text by surrogates, on this machine, or with --server there; reads the standard input',
    )
    .option('--input <file>', 'read a file instead')
    .option('--policy <file>', 'the policy; by default MASKER_POLICY_PATH, with --server its default policy')
    .option('--seed <text>', 'the same seed gives the same surrogates; keep it secret')
    .option('--jsonl', 'read an object with "text", and perhaps "id", from each line, and print one for each')
    .action(async (options: SynthOptions) => {
      const { synth } = await import('./synth.ts');
      await synth(options, process.env, process.stdin, process.stdout);
    });
  program
    .command('unmask')
    .description('restore what `masker mask --scheme reversible-aead` made under the same keys')
    .option('--input <file>', 'read a file instead of the standard input')
    .option('--jsonl', 'read an object with "text", and perhaps "id", from each line, and print one for each')
    .option('--json', 'print JSON, as always')
    .option('-q, --quiet', 'show no progress')
    .action(async (options: UnmaskOptions) => {
      const { unmask } = await import('./unmask.ts');
      await unmask(options, process.env, process.stdin, process.stdout);
    });
}
