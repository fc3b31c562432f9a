/** `masker agents`: agents of the account. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandFailure, EXIT } from './command-failure.ts';
import { fields, table } from './output.ts';
import { clientFor, note, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface Settings extends RemoteOptions {
  readonly name?: string;
  readonly upstream?: string;
  readonly tokenization?: string;
  readonly policyName?: string;
  readonly policyFile?: string;
}

interface Listing extends RemoteOptions {
  readonly nameContains?: string;
  readonly limit?: string;
  readonly all?: boolean;
}

const AGENT = z.looseObject({ agent: z.record(z.string(), z.unknown()) });
const COLUMNS = ['id', 'name', 'upstream', 'tokenization', 'policy_name', 'session_count_24h', 'created_at'];

export function addAgentsCommands(program: Command): void {
  const agents = program.command('agents').description('agents of the account');
  withServer(agents.command('list'))
    .description('list agents, newest first')
    .option('--name-contains <text>', 'those whose name has this in it, in any case')
    .option('--limit <number>', 'how many, 1 to 100; by default 25')
    .option('--all', 'all of them')
    .action(async (options: Listing) => {
      const query = { name_contains: options.nameContains, limit: options.all === true ? '100' : options.limit };
      const items = await (await clientFor(options)).list('/agents', query, options.all === true);
      say(options, { text: table(items, COLUMNS), json: items });
    });
  withServer(agents.command('show'))
    .description('show one agent')
    .argument('<id>', 'the agent, agt_...')
    .action(async (id: string, options: RemoteOptions) => {
      showAgent(options, await (await clientFor(options)).call('GET', agentPath(id)));
    });
  addChanges(agents);
  withServer(agents.command('delete'))
    .description('delete an agent; its calls are refused at once, its sessions stay')
    .argument('<id>', 'the agent, agt_...')
    .action(async (id: string, options: RemoteOptions) => {
      await (await clientFor(options)).call('DELETE', agentPath(id));
      note(options, `Deleted ${id}.`);
    });
}

function addChanges(agents: Command): void {
  withSettings(withServer(agents.command('create')))
    .description('create an agent; its proxy key is shown once')
    .requiredOption('--name <name>', 'its name, 1 to 64 characters, unique in the account')
    .requiredOption('--upstream <upstream>', 'where its calls go, such as openai:gpt-4o-mini or stub')
    .action(async (options: Settings) => {
      showAgent(options, await (await clientFor(options)).call('POST', '/agents', { body: await settings(options) }));
    });
  withSettings(withServer(agents.command('update')))
    .description('change an agent; what is not given stays')
    .argument('<id>', 'the agent, agt_...')
    .option('--name <name>', 'its new name')
    .option('--upstream <upstream>', 'where its calls go from now on')
    .action(async (id: string, options: Settings) => {
      showAgent(
        options,
        await (await clientFor(options)).call('PATCH', agentPath(id), { body: await settings(options) }),
      );
    });
}

function withSettings(command: Command): Command {
  return command
    .option('--tokenization <scheme>', 'vault-deterministic, vault-random, reversible-aead or synthetic')
    .option('--policy-name <name>', 'a policy of the server')
    .option('--policy-file <file>', 'a policy of its own');
}

async function settings(options: Settings): Promise<Readonly<Record<string, unknown>>> {
  const { name, upstream, tokenization, policyName, policyFile } = options;
  const given = {
    name,
    upstream,
    tokenization,
    policy_name: policyName,
    policy_yaml: policyFile === undefined ? undefined : await readPolicyFile(policyFile),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The text of a policy file. Throws CommandFailure where it cannot be read. */
export async function readPolicyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CommandFailure(
      EXIT.generic,
      `The policy file ${file} cannot be read. Name a file that this user may read.`,
    );
  }
}

const agentPath = (id: string): string => `/agents/${encodeURIComponent(id)}`;

function showAgent(options: RemoteOptions, answer: unknown): void {
  const { agent, ...shownOnce } = AGENT.parse(answer);
  say(options, { text: fields({ ...agent, ...shownOnce }), json: answer });
}
