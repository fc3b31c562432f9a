/** What the commands that talk to a server have in common: options, connection, and what is printed. */
import type { Command } from 'commander';
import { ApiClient } from './api-client.ts';
import { readConnection } from './client-config.ts';

/** Options that every such command has. */
export interface RemoteOptions {
  readonly server?: string;
  readonly config?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a command says: `text` to a person, `json` to a program. */
export interface Said {
  readonly text: string;
  readonly json: unknown;
}

/** Adds the options of a server to a command. */
export function withServer(command: Command): Command {
  return command
    .option('--server <url>', 'the server; by default MASKER_SERVER, the configuration file, or this machine')
    .option(
      '--config <file>',
      'the configuration file; by default MASKER_CONFIG, ./masker.toml or ~/.config/masker/config.toml',
    )
    .option('--insecure', 'send the token by plain http to another machine')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print nothing but results');
}

/** A client of the server that the options and the environment name. */
export async function clientFor(options: RemoteOptions): Promise<ApiClient> {
  return new ApiClient(await readConnection(options, process.env));
}

/** Prints a result in the form that was asked for. */
export function say({ json }: RemoteOptions, said: Said): void {
  console.log(json === true ? JSON.stringify(said.json, null, 2) : said.text);
}

/** Prints what only people need. */
export function note({ json, quiet }: RemoteOptions, text: string): void {
  if (json !== true && quiet !== true) console.error(text);
}
