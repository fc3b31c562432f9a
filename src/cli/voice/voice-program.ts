/** The `masker-voice` command: recordings of calls. See docs/operations.md, Recordings. */
import { Argument, Command, Option } from 'commander';
import { completionScript, SHELLS } from '../completion.ts';
import type { Shell } from '../completion.ts';
import { exitOnSignals } from '../end-signals.ts';
import { addExamples } from '../examples.ts';
import { addGlobalOptions, applyGlobals } from '../global-options.ts';
import { loadEnvFile, runProgram } from '../run-program.ts';
import { VERSION } from '../version.ts';
import { VOICE_EXAMPLES } from './voice-examples.ts';
import type { RedactOptions } from './redact.ts';
import type { ReplayOptions } from './replay.ts';
import { PROVIDERS } from './chosen-recogniser.ts';

exitOnSignals();

const program = new Command('masker-voice')
  .description('Recordings of calls: what Masker makes of them.')
  .version(VERSION)
  .option('--env-file <file>', 'read environment variables from a file first; those that are set stay')
  .exitOverride()
  .showHelpAfterError();

program.hook('preAction', (_program, command) => {
  const { envFile } = program.opts<{ envFile?: string }>();
  if (envFile !== undefined) loadEnvFile(envFile);
  applyGlobals(command, process.env);
});

const provider = (): Option =>
  new Option('--asr-provider <provider>', 'who transcribes; by default the one that is configured').choices(PROVIDERS);

program
  .command('replay')
  .description('transcribe a recording and print what a live call would have sent to the model, as JSON')
  .requiredOption('--input <file>', 'the recording, WAV or MP3')
  .option('--policy <file>', 'the policy; by default MASKER_POLICY_PATH')
  .addOption(provider())
  .addOption(
    new Option('--diarize <choice>', 'tell speakers apart, where the provider can')
      .choices(['true', 'false'])
      .default('true'),
  )
  .option('--output <file>', 'write a file with mode 0600 instead of printing')
  .action(async (options: ReplayOptions) => {
    const { replay } = await import('./replay.ts');
    await replay(options, process.env, process.stdout);
  });

program
  .command('redact')
  .description('write a recording in which a tone covers the identifiers; it keeps its length')
  .requiredOption('--input <file>', 'the recording, WAV')
  .requiredOption('--output <file>', 'the new recording; a file that exists is not overwritten')
  .option('--policy <file>', 'the policy; by default MASKER_POLICY_PATH')
  .addOption(provider())
  .option('--verify', 'transcribe the new recording too: exit code 2 where a covered value is still heard')
  .option('--json', 'print JSON')
  .action(async (options: RedactOptions) => {
    const { redact } = await import('./redact.ts');
    await redact(options, process.env);
  });

program
  .command('completion')
  .description('print a script that completes commands and options: source <(masker-voice completion bash)')
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .action((shell: Shell) => {
    process.stdout.write(completionScript(program, shell));
  });

addGlobalOptions(program);
addExamples(program, [], VOICE_EXAMPLES);

await runProgram(program);
