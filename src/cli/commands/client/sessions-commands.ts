/** `masker sessions`: calls, as they are recorded. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ApiClient, Item, Query } from './api-client.ts';
import { CommandFailure, EXIT } from './command-failure.ts';
import { END_SESSION } from './operations.ts';
import { fields, table } from './output.ts';
import { clientFor, note, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface Filter extends RemoteOptions {
  readonly agentId?: string;
  readonly since?: string;
  readonly status?: string;
  readonly minRedactions?: string;
}

interface Listing extends Filter {
  readonly limit?: string;
  readonly all?: boolean;
}

const COLUMNS = ['id', 'agent_name', 'started_at', 'duration_ms', 'status', 'redaction_count', 'upstream_model'];
/** How often new sessions are asked for, in milliseconds. */
const TAIL_MS = 2000;

const ENDED = z.object({
  endSession: z.union([
    z.object({ session: z.object({ id: z.string(), sealedAt: z.string().nullable() }) }),
    z.object({ code: z.string(), message: z.string() }),
  ]),
});

export function addSessionsCommands(program: Command): void {
  const sessions = program.command('sessions').description('calls, as they are recorded');
  withFilter(withServer(sessions.command('list')))
    .description('list sessions, newest first')
    .option('--limit <number>', 'how many, 1 to 100; by default 25')
    .option('--all', 'all of them')
    .action(async (options: Listing) => {
      const query = { ...filterOf(options), limit: options.all === true ? '100' : options.limit };
      const items = await (await clientFor(options)).list('/sessions', query, options.all === true);
      say(options, { text: table(items, COLUMNS), json: items });
    });
  withServer(sessions.command('show'))
    .description('show one session with its redactions, without any value')
    .argument('<id>', 'the session, sess_...')
    .action(async (id: string, options: RemoteOptions) => {
      const session = await (await clientFor(options)).call('GET', `/sessions/${encodeURIComponent(id)}`);
      say(options, { text: fields(z.record(z.string(), z.unknown()).parse(session)), json: session });
    });
  withFilter(withServer(sessions.command('tail')))
    .description('print each new session, until the command is stopped; with --json one JSON object in a line')
    .action(async (options: Filter) => {
      await tail(await clientFor(options), options);
    });
  withServer(sessions.command('end'))
    .description('seal an open session')
    .argument('<id>', 'the session, sess_...')
    .action(async (id: string, options: RemoteOptions) => {
      const { endSession: ended } = ENDED.parse(await (await clientFor(options)).graphql(END_SESSION, { id }));
      if ('code' in ended) throw new CommandFailure(EXIT.generic, `${ended.message} (${ended.code})`);
      say(options, { text: `Sealed ${ended.session.id}.`, json: ended.session });
    });
}

function withFilter(command: Command): Command {
  return command
    .option('--agent-id <id>', 'those of one agent')
    .option('--since <time>', '1h, 24h, 7d, 30d or a time in ISO 8601; by default 24h')
    .option('--status <status>', 'ok, error or partial')
    .option('--min-redactions <number>', 'those with so many redactions or more');
}

function filterOf({ agentId, since, status, minRedactions }: Filter): Readonly<Record<string, string | undefined>> {
  return { agent_id: agentId, since, status, min_redactions: minRedactions };
}

async function tail(client: ApiClient, options: Filter): Promise<void> {
  const query = { ...filterOf(options), limit: '100' };
  const seen = new Set((await client.list('/sessions', query, true)).map(idOf));
  note(options, 'Waiting for sessions. Stop with Ctrl-C.');
  for (;;) {
    await pause(TAIL_MS);
    for (const item of (await unseen(client, query, seen)).reverse()) {
      seen.add(idOf(item));
      console.log(options.json === true ? JSON.stringify(item) : lineOf(item));
    }
  }
}

/** Sessions that were not seen yet, newest first. What is behind one that was seen is older. */
async function unseen(client: ApiClient, query: Query, seen: ReadonlySet<string>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of client.pages('/sessions', query)) {
    const fresh = page.filter((item) => !seen.has(idOf(item)));
    items.push(...fresh);
    if (fresh.length < page.length) break;
  }
  return items;
}

const idOf = (item: Item): string => String(item['id']);

const lineOf = (item: Item): string => table([item], COLUMNS).split('\n').at(-1) ?? '';
