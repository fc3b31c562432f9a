/** `masker login` and `masker tokens`: who the commands act as. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { z } from 'zod';
import { ApiClient } from './api-client.ts';
import { readConnection, storeToken } from './client-config.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { fields, table } from './output.ts';
import { clientFor, note, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface NewToken extends RemoteOptions {
  readonly name: string;
  readonly permission: string[];
  readonly expiresAt?: string;
}

const TOKEN = /^msk_[\x21-\x7e]+$/;
const ME = z.looseObject({ account: z.looseObject({ name: z.string() }), permissions: z.array(z.string()) });
const MADE = z.looseObject({ token: z.record(z.string(), z.unknown()), secret: z.string() });
const COLUMNS = ['id', 'name', 'permissions', 'created_at', 'expires_at', 'last_used_at'];

export function addAccessCommands(program: Command): void {
  withServer(program.command('login'))
    .description('remember an access token for a server; reads the token from the terminal or the standard input')
    .option('--token', 'with a token, as always: no browser is needed')
    .action(login);
  const tokens = program.command('tokens').description('your own access tokens; they cannot be managed with a token');
  withServer(tokens.command('list'))
    .description('list tokens, newest first')
    .action(async (options: RemoteOptions) => {
      const items = await (await clientFor(options)).list('/tokens', { limit: '100' }, true);
      say(options, { text: table(items, COLUMNS), json: items });
    });
  withServer(tokens.command('create'))
    .description('make a token; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--permission <permission...>', 'what it may do, such as sessions:read')
    .option('--expires-at <time>', 'until when, in ISO 8601; by default until it is revoked')
    .action(async (options: NewToken) => {
      const body = { name: options.name, permissions: options.permission, expires_at: options.expiresAt };
      const made = MADE.parse(await (await clientFor(options)).call('POST', '/tokens', { body }));
      say(options, { text: fields({ ...made.token, secret: made.secret }), json: made });
    });
  withServer(tokens.command('revoke'))
    .description('revoke a token')
    .argument('<id>', 'the token, tok_...')
    .action(async (id: string, options: RemoteOptions) => {
      await (await clientFor(options)).call('DELETE', `/tokens/${encodeURIComponent(id)}`);
      note(options, `Revoked ${id}.`);
    });
}

async function login(options: RemoteOptions): Promise<void> {
  const { server } = await readConnection(options, process.env);
  const token = (await askToken(server)).trim();
  if (!TOKEN.test(token)) throw new CommandFailure(EXIT.usage, 'an access token begins with msk_');
  const me = ME.parse(await new ApiClient({ server, token }).call('GET', '/me'));
  const file = await storeToken(process.env, server, token);
  note(options, `Signed in at ${server} (${me.account.name}). The token is in ${file}.`);
}

async function askToken(server: string): Promise<string> {
  if (!process.stdin.isTTY) return readAll(process.stdin);
  process.stderr.write(`Access token for ${server}: `);
  // What is typed goes to nowhere: the token does not appear on the screen.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
