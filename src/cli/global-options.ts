/** Options that every command takes, wherever on the line they are: `masker --json agents list`. */
import { Option } from 'commander';
import type { Command } from 'commander';

/** As docs/operations.md has them. Commands that use one declare it themselves, with a description of their own. */
const GLOBAL: readonly (readonly [string, string])[] = [
  ['--config <file>', 'the configuration file of the client'],
  ['--server <url>', 'the server'],
  ['--policy <file>', 'the default policy: MASKER_POLICY_PATH'],
  ['--json', 'print JSON'],
  ['-q, --quiet', 'print nothing but results'],
  ['-v, --verbose', 'say more of an error; -vv also where it happened'],
];

/** Lets every command of the tree take the global options. Those that it does not use are not in its help. */
export function addGlobalOptions(command: Command): void {
  for (const each of command.commands) addGlobalOptions(each);
  if (command.commands.length > 0) return;
  for (const [flags, description] of GLOBAL) {
    const option = new Option(flags, description).hideHelp();
    const isThere = command.options.some(
      ({ long, short }) => long === option.long || (short !== undefined && short === option.short),
    );
    if (isThere) continue;
    command.addOption(
      flags.includes('-v,')
        ? option.argParser((_value, before: number | undefined) => (before ?? 0) + 1).default(0)
        : option,
    );
  }
}

const TAKES_VALUE: ReadonlySet<string> = new Set(['--config', '--server', '--policy']);
const FLAGS: ReadonlySet<string> = new Set(['--json', '-q', '--quiet', '-v', '-vv', '--verbose']);

/** Moves global options that are before the words of the command to its end, where commands take them. */
export function withGlobalsLast(args: readonly string[], program: Command): string[] {
  const first: string[] = [];
  const moved: string[] = [];
  let command: Command | undefined = program;
  let at = 0;
  for (; at < args.length && command !== undefined && command.commands.length > 0; at += 1) {
    const word = args[at] ?? '';
    const [name = ''] = word.split('=');
    if (FLAGS.has(word) || (TAKES_VALUE.has(name) && word.includes('='))) moved.push(word);
    else if (TAKES_VALUE.has(word)) moved.push(word, ...args.slice((at += 1), at + 1));
    else if (word === '--env-file') first.push(word, ...args.slice((at += 1), at + 1));
    else if (word.startsWith('-')) first.push(word);
    else {
      first.push(word);
      const parent: Command = command;
      command = parent.commands.find((each) => each.name() === word);
    }
  }
  const rest = args.slice(at);
  const end = rest.indexOf('--');
  return end < 0 ? [...first, ...rest, ...moved] : [...first, ...rest.slice(0, end), ...moved, ...rest.slice(end)];
}

/** What the global options mean for a local command: the level of its messages, and the default policy. */
export function applyGlobals(command: Command, env: NodeJS.ProcessEnv): void {
  const { verbose, policy } = command.opts<{ verbose?: number; policy?: string }>();
  if ((verbose ?? 0) > 0 && env['MASKER_LOG_LEVEL'] === undefined)
    env['MASKER_LOG_LEVEL'] = (verbose ?? 0) > 1 ? 'trace' : 'debug';
  if (policy !== undefined) env['MASKER_POLICY_PATH'] = policy;
}
