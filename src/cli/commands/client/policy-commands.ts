/** `masker policy`: policy files, and the policies of a server. */
import type { Command } from 'commander';
import { z } from 'zod';
import { readPolicyFile } from './agents-commands.ts';
import type { Policy } from '../../../policy/policy.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { fields, table } from './output.ts';
import { printable } from './printable.ts';
import { clientFor, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

const POLICY = z.object({ policy: z.record(z.string(), z.unknown()) });
const TEXT = z.object({ policy: z.looseObject({ policy_yaml: z.string() }) });
const COLUMNS = ['name', 'origin', 'version', 'published_version', 'description'];
const RELOADED = z.looseObject({ changed: z.boolean() });

export function addPolicyCommands(program: Command): void {
  const policy = program.command('policy').description('policy files, and the policies of a server');
  policy
    .command('validate')
    .description('check a policy file, without a server; exit code 3 where it is invalid')
    .argument('<file>', 'the policy')
    .option('--json', 'print JSON')
    .action(async (file: string, options: RemoteOptions) => {
      const { parsePolicy } = await import('../../../policy/parse.ts');
      const text = await readPolicyFile(file);
      const parsed = parsePolicy(text, { kids: new Set([kidIn(text)]) });
      const problems = parsed.ok ? [] : parsed.problems;
      const lines = problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
      say(options, { text: parsed.ok ? `${file} is valid.` : lines.join('\n'), json: { valid: parsed.ok, problems } });
      if (!parsed.ok) process.exitCode = EXIT.policyInvalid;
    });
  policy
    .command('diff')
    .description(
      'print the settings that differ between two policy files; exit code 2 where some do, 3 where one is invalid',
    )
    .argument('<before>', 'the one policy')
    .argument('<after>', 'the other')
    .option('--json', 'print JSON')
    .action(async (before: string, after: string, options: RemoteOptions) => {
      const { policyDifferences } = await import('../../../policy/diff.ts');
      const differences = policyDifferences(await parsedFile(before), await parsedFile(after));
      const lines = differences.map((each) => `${each.path}: ${each.before ?? 'none'} → ${each.after ?? 'none'}`);
      const text = lines.length === 0 ? 'No setting differs.' : printable(lines.join('\n'));
      say(options, { text, json: { differences } });
      if (differences.length > 0) process.exitCode = EXIT.command;
    });
  addStoredPolicies(policy);
  withServer(policy.command('reload'))
    .description('have every node of the server read its policy file again')
    .action(async (options: RemoteOptions) => {
      const answer = RELOADED.parse(await (await clientFor(options)).call('POST', '/admin/policy/reload'));
      say(options, { text: answer.changed ? 'The policies have changed.' : 'Nothing has changed.', json: answer });
    });
}

function addStoredPolicies(policy: Command): void {
  withServer(policy.command('list'))
    .description('list the policies that agents can name')
    .action(async (options: RemoteOptions) => {
      const items = await (await clientFor(options)).list('/policies', { limit: '100' }, true);
      say(options, { text: table(items, COLUMNS), json: items });
    });
  withServer(policy.command('show'))
    .description('print the text of a policy')
    .argument('<name>', 'the policy')
    .action(async (name: string, options: RemoteOptions) => {
      const answer = TEXT.parse(await (await clientFor(options)).call('GET', policyPath(name)));
      say(options, { text: printable(answer.policy.policy_yaml).trimEnd(), json: answer });
    });
  withServer(policy.command('save'))
    .description('store a file as the next draft of a policy, or as a new policy; exit code 3 where it is invalid')
    .argument('<name>', 'the policy')
    .argument('<file>', 'its text')
    .option('--new', 'make a new policy, which is in force at once')
    .action(async (name: string, file: string, options: RemoteOptions & { new?: boolean }) => {
      const text = await readPolicyFile(file);
      const client = await clientFor(options);
      const saved =
        options.new === true
          ? await client.call('POST', '/policies', { body: { name, policy_yaml: text } })
          : await client.call('PUT', policyPath(name), { body: { policy_yaml: text } });
      showPolicy(options, saved);
    });
  withServer(policy.command('publish'))
    .description('put a draft in force')
    .argument('<name>', 'the policy')
    .argument('[version]', 'the version; by default the newest')
    .action((name: string, version: string | undefined, options: RemoteOptions) =>
      putInForce(name, 'publish', version, options),
    );
  withServer(policy.command('rollback'))
    .description('put an earlier version in force again, as a new version')
    .argument('<name>', 'the policy')
    .argument('<version>', 'the earlier version')
    .action((name: string, version: string, options: RemoteOptions) => putInForce(name, 'rollback', version, options));
}

async function parsedFile(file: string): Promise<Policy> {
  const { parsePolicy } = await import('../../../policy/parse.ts');
  const text = await readPolicyFile(file);
  const parsed = parsePolicy(text, { kids: new Set([kidIn(text)]) });
  if (parsed.ok) return parsed.policy;
  const lines = parsed.problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new CommandFailure(EXIT.policyInvalid, `the policy is invalid:\n${lines.join('\n')}`);
}

async function putInForce(
  name: string,
  act: 'publish' | 'rollback',
  version: string | undefined,
  options: RemoteOptions,
): Promise<void> {
  const body = version === undefined ? {} : { version: Number(version) };
  showPolicy(options, await (await clientFor(options)).call('POST', `${policyPath(name)}/${act}`, { body }));
}

const policyPath = (name: string): string => `/policies/${encodeURIComponent(name)}`;

function showPolicy(options: RemoteOptions, answer: unknown): void {
  const { policy } = POLICY.parse(answer);
  say(options, { text: fields(policy), json: answer });
}

/** The key that the policy names. Nothing becomes a token here, so it does not matter which keys there are. */
export function kidIn(text: string): string {
  return /^kid: *([A-Z][A-Z0-9_]*) *$/m.exec(text)?.[1] ?? 'K_HEALTHCARE';
}
