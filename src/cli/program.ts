/**
 * The `masker` command. Exit codes: docs/operations.md, Commands.
 * Each command is loaded when it is asked for: `masker --help` should not wait for a server to be read in.
 */
import { Argument, Command } from 'commander';
import type { ApplyOptions } from './commands/apply/apply-command.ts';
import { addAccessCommands } from './commands/client/access-commands.ts';
import { addAgentsCommands } from './commands/client/agents-commands.ts';
import { addAuditCommands, addReportCommand, addSearchCommands } from './commands/client/evidence-commands.ts';
import { addPolicyCommands } from './commands/client/policy-commands.ts';
import { addSessionsCommands } from './commands/client/sessions-commands.ts';
import { withServer } from './commands/client/remote-command.ts';
import { addWebhooksCommands } from './commands/client/webhooks-commands.ts';
import { completionScript, SHELLS } from './completion.ts';
import type { Shell } from './completion.ts';
import type { DetectOptions } from './commands/detect.ts';
import type { DoctorOptions } from './commands/doctor/doctor-command.ts';
import { addBackupCommands } from './commands/operator/backup-commands.ts';
import { addMaskingCommands } from './commands/masking/masking-commands.ts';
import { addLoginLinkCommand } from './commands/operator/login-link-commands.ts';
import { withOperatorOptions } from './commands/operator/operator-options.ts';
import type { OperatorOptions } from './commands/operator/operator-options.ts';
import { addRetentionCommands } from './commands/operator/retention-commands.ts';
import { addVaultCommands } from './commands/operator/vault-commands.ts';
import { addExamples } from './examples.ts';
import type { GenerateOptions } from './commands/keys.ts';
import { addGlobalOptions, applyGlobals } from './global-options.ts';
import { loadEnvFile, runProgram } from './run-program.ts';
import { exitOnSignals } from './end-signals.ts';
import { VERSION } from './version.ts';

/** A command that prints one result: `json` for programs. */
interface Printing {
  readonly json?: boolean;
}

const releaseSignals = exitOnSignals();

const program = new Command('masker')
  .description('The compliance firewall for healthcare voice AI.')
  .version(VERSION)
  .option('--env-file <file>', 'read environment variables from a file first; those that are set stay')
  .exitOverride()
  .showHelpAfterError();

program.hook('preAction', (_program, command) => {
  const { envFile } = program.opts<{ envFile?: string }>();
  if (envFile !== undefined) loadEnvFile(envFile);
  applyGlobals(command, process.env);
});

program
  .command('serve')
  .description('run the server; configured by environment variables')
  .action(async () => {
    const { serve } = await import('./commands/serve.ts');
    await serve(process.env, releaseSignals);
  });

program
  .command('migrate')
  .description('bring the database up to date and exit')
  .action(async ({ json }: Printing) => {
    const { migrate } = await import('./commands/migrate.ts');
    await migrate(process.env, json === true);
  });

program
  .command('config')
  .description('print the effective configuration, without secrets')
  .action(async () => {
    const { configure } = await import('./commands/configure.ts');
    const { describeConfig } = await import('../platform/config.ts');
    console.log(JSON.stringify(describeConfig(configure(process.env, { keysRequired: false })), null, 2));
  });

program
  .command('keys')
  .description('keys of the server')
  .command('generate')
  .description('print a fresh set of keys as environment variables')
  .option('--kid <name>', 'the name of the token key', 'K_HEALTHCARE')
  .option('--output <dir>', 'write one file for each key instead, for file: variables and mounted secrets')
  .option('--json', 'print JSON')
  .action(async (options: GenerateOptions & { output?: string }) => {
    const { generateKeys, writeKeys } = await import('./commands/keys.ts');
    const { output } = options;
    console.log(output === undefined ? generateKeys(options) : await writeKeys(output, options));
  });

program
  .command('detect')
  .description('print the identifiers that are found in a text, as JSON; reads the standard input')
  .option('--input <file>', 'read a file instead')
  .option('--policy <file>', 'what to look for; by default everything')
  .option('--threshold <number>', 'least confidence of what a model pass reports, 0 to 1')
  .option('--json', 'print JSON, as always')
  .option('--explain', 'say of each candidate what made it, and why it was reported or not')
  .option('--jsonl', 'read an object with "text", and perhaps "id", from each line, and print one for each')
  .action(async (options: DetectOptions) => {
    const { detectLines, detectText } = await import('./commands/detect.ts');
    if (options.jsonl === true) await detectLines(options, process.stdin, process.stdout);
    else console.log(await detectText(options, process.stdin));
  });

const audit = program.command('audit').description("sessions' journals");
audit
  .command('export')
  .description('write a session as stored, for masker-verify; also when its journal does not verify')
  .requiredOption('--session-id <id>', 'the session')
  .requiredOption('--output <file>', 'where to write the bundle')
  .action(async (options: Printing & { sessionId: string; output: string }) => {
    const { auditExport } = await import('./commands/audit.ts');
    await auditExport(process.env, options);
  });
audit
  .command('key')
  .description("print the chain key of one session, for masker-verify's --chain-key")
  .requiredOption('--session-id <id>', 'the session')
  .action(async (options: Printing & { sessionId: string }) => {
    const { auditKey } = await import('./commands/audit.ts');
    await auditKey(process.env, options);
  });
withOperatorOptions(audit.command('acknowledge'))
  .description('put on record that you know of a removed session: servers and masker doctor report it no more')
  .requiredOption('--session-id <id>', 'the session')
  .action(async (options: OperatorOptions & { sessionId: string }) => {
    const { acknowledgeSession } = await import('./commands/operator/removal-command.ts');
    await acknowledgeSession(process.env, options);
  });

withServer(program.command('doctor'))
  .description('check this installation and its server: what is wrong, and what to do; exit code 2 where a check fails')
  .option('--local', 'only this machine, and what its environment configures')
  .option('--remote', 'only the server')
  .option('--no-canary', 'make no agent on the server for a canary call')
  .option('--test-webhooks', 'send an event webhook.test to each webhook')
  .option('--strict', 'let a warning count as a failure')
  .action(async (options: DoctorOptions) => {
    const { doctor } = await import('./commands/doctor/doctor-command.ts');
    await doctor(options, process.env);
  });

withServer(program.command('apply'))
  .description(
    'bring agents, policies and webhooks of a server to what files say; nothing is written where a file is wrong',
  )
  .requiredOption('-f, --file <dir>', 'a folder with *.yaml, or one such file')
  .option('--plan', 'only say what would be created, changed and deleted')
  .option('--prune', 'delete what has no document, of the kinds that have any')
  .option('--yes', 'delete without asking')
  .option('--secrets-file <file>', 'write secrets that are shown once to this new file, instead of printing them')
  .action(async (options: ApplyOptions) => {
    const { apply } = await import('./commands/apply/apply-command.ts');
    await apply(options);
  });

addAuditCommands(audit);
addSearchCommands(audit);
addWebhooksCommands(program);
addAgentsCommands(program);
addSessionsCommands(program);
addReportCommand(program);
addPolicyCommands(program);
addAccessCommands(program);
addVaultCommands(program);
addRetentionCommands(program);
addBackupCommands(program);
addMaskingCommands(program);
addLoginLinkCommand(program);

program
  .command('completion')
  .description('print a script that completes commands and options: source <(masker completion bash)')
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .action((shell: Shell) => {
    process.stdout.write(completionScript(program, shell));
  });

addGlobalOptions(program);
addExamples(program);

await runProgram(program);
