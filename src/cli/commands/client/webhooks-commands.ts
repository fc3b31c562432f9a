/** `masker webhooks`: webhooks of the account. See docs/events.md, Webhooks. */
import type { Command } from 'commander';
import { z } from 'zod';
import { CommandFailure, EXIT } from './command-failure.ts';
import { fields, table } from './output.ts';
import { clientFor, say, withServer } from './remote-command.ts';
import type { RemoteOptions } from './remote-command.ts';

interface Window extends RemoteOptions {
  readonly since: string;
  readonly until?: string;
}

const COLUMNS = ['id', 'url', 'event_types', 'paused', 'created_at'];
const ATTEMPTED = z.object({ attempt: z.looseObject({ status: z.unknown() }) });
const REPLAYED = z.object({ event_count: z.number() });

export function addWebhooksCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('webhooks of the account');
  withServer(webhooks.command('list'))
    .description('list webhooks, newest first')
    .action(async (options: RemoteOptions) => {
      const items = await (await clientFor(options)).list('/webhooks', { limit: '100' }, true);
      say(options, { text: table(items, COLUMNS), json: items });
    });
  withServer(webhooks.command('test'))
    .description('send an event webhook.test now; exit code 2 where it is not taken')
    .argument('<id>', 'the webhook, whk_...')
    .action(async (id: string, options: RemoteOptions) => {
      const answer = ATTEMPTED.parse(await (await clientFor(options)).call('POST', `${pathOf(id)}/test`));
      say(options, { text: fields(answer.attempt), json: answer });
      if (!isTaken(answer.attempt.status)) process.exitCode = EXIT.command;
    });
  withServer(webhooks.command('replay'))
    .description('send the events of a window once more')
    .argument('<id>', 'the webhook, whk_...')
    .requiredOption('--since <time>', 'the beginning of the window, in ISO 8601')
    .option('--until <time>', 'its end; by default now')
    .action(async (id: string, options: Window) => {
      const body = { since: moment('--since', options.since), until: moment('--until', options.until) };
      const answer = REPLAYED.parse(await (await clientFor(options)).call('POST', `${pathOf(id)}/replay`, { body }));
      say(options, { text: `${answer.event_count} events are sent once more.`, json: answer });
    });
}

const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;

const isTaken = (status: unknown): boolean => typeof status === 'number' && status >= 200 && status < 300;

/** A moment as the API takes it; null where none is given. Throws CommandFailure for a text that is none. */
function moment(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new CommandFailure(EXIT.usage, `${option} must be a time in ISO 8601`);
  return new Date(time).toISOString();
}
