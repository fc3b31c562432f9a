/** Checks of a running server, as a client sees it. */
import { z } from 'zod';
import { systemClock } from '../../../platform/clock.ts';
import { errorCode } from '../../../platform/error-code.ts';
import { ApiClient } from '../client/api-client.ts';
import type { Item } from '../client/api-client.ts';
import type { Connection } from '../client/client-config.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { VERSION } from '../../version.ts';
import { contact, contactFinding } from './certificate.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';

const GROUP = 'Server';
const REQUEST_MS = 8_000;
const CLOCK_WARN_MS = 3_000;
const CLOCK_FAIL_MS = 60_000;
/** Webhooks that are sent a test event at most. */
const MOST_TESTED = 20;

const HEALTH = z.looseObject({
  status: z.string(),
  version: z.string(),
  components: z.record(z.string(), z.string()),
  checkpoint_sinks: z.record(z.string(), z.string()),
  timestamps: z.string().default('disabled'),
  upstreams: z.record(z.string(), z.looseObject({ state: z.string(), agents_refused: z.number() })),
  agents: z.looseObject({ open_to_anyone: z.number().nullable() }),
});
const ME = z.looseObject({ permissions: z.array(z.string()) });
const TESTED = z.looseObject({ attempt: z.looseObject({ status: z.number().nullable() }) });

/** What `/health` said, and when. */
interface Seen {
  readonly health: z.infer<typeof HEALTH>;
  /** The Date header, in milliseconds; null where there is none. */
  readonly date: number | null;
  readonly askedAt: number;
}

export interface ServerChecksOptions {
  readonly connection: Connection;
  /** Whether a person named the server: one that does not answer is then a fault. */
  readonly isNamed: boolean;
  readonly testWebhooks: boolean;
  /** Told whether the server can be asked for more. */
  readonly onReached: (isThere: boolean) => void;
}

export function serverChecks({ connection, isNamed, testWebhooks, onReached }: ServerChecksOptions): Check[] {
  let seen: Seen | null = null;
  const client = new ApiClient(connection);
  const seeing = (id: string, title: string, run: (seen: Seen) => Finding | Promise<Finding>): Check => ({
    id,
    group: GROUP,
    title,
    run: () => (seen === null ? skipped('no server answers', 'See `server_reachable`.') : run(seen)),
  });
  const reach = async (): Promise<Finding> => {
    const asked = await readHealth(connection.server);
    onReached(typeof asked !== 'string');
    if (typeof asked !== 'string') {
      seen = asked;
      return ok(connection.server);
    }
    const found = `no Masker server answers at ${connection.server} (${asked})`;
    return isNamed
      ? fail(found, 'Start it, or correct --server.')
      : skipped(found, 'Start it, or name one with --server.');
  };
  return [
    { id: 'server_reachable', group: GROUP, title: 'Reachable', run: reach },
    seeing('server_health', 'Health', health),
    seeing('server_version', 'Version', version),
    seeing('server_clock', 'Clock', clock),
    seeing('server_certificate', 'Certificate', async () => {
      const url = new URL(connection.server);
      if (url.protocol === 'http:') return skipped('it is asked without TLS', 'Use https from other machines.');
      return contactFinding(url.host, await contact(url));
    }),
    seeing('server_upstreams', 'Upstreams, as it sees them', upstreams),
    seeing('server_open_agents', 'Agents that anybody may call', openAgents),
    seeing('server_token', 'Access token', () => token(client, connection)),
    {
      ...seeing('webhooks', 'Webhooks', () => webhooks(client, connection, testWebhooks)),
      limitMs: MOST_TESTED * REQUEST_MS,
    },
  ];
}

async function readHealth(server: string): Promise<Seen | string> {
  const askedAt = systemClock.now();
  try {
    const response = await fetch(`${server}/health`, { redirect: 'error', signal: AbortSignal.timeout(REQUEST_MS) });
    const date = Date.parse(response.headers.get('date') ?? '');
    const read = HEALTH.safeParse(await response.json());
    if (!read.success) return `status ${response.status}, and not Masker's`;
    return { health: read.data, date: Number.isNaN(date) ? null : date, askedAt: (askedAt + systemClock.now()) / 2 };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return errorCode(cause) ?? (error instanceof Error ? error.name : 'unknown error');
  }
}

function health({ health: { status, components, checkpoint_sinks: sinks, timestamps } }: Seen): Finding {
  const unwell = Object.entries({ ...components, ...sinks, timestamps }).filter(
    ([, state]) => state !== 'ok' && state !== 'disabled',
  );
  const found = unwell.length === 0 ? status : unwell.map(([name, state]) => `${name} ${state}`).join(', ');
  if (status !== 'ok') return fail(found, "Look into the server's log for the reason.");
  return unwell.length === 0 ? ok(found) : warn(found, "Look into the server's log for the reason.");
}

const version = ({ health: { version: theirs } }: Seen): Finding =>
  theirs === VERSION
    ? ok(theirs)
    : warn(`the server has ${theirs}, this command ${VERSION}`, 'Use the command of the same version as the server.');

function clock({ date, askedAt }: Seen): Finding {
  if (date === null)
    return skipped('the answer has no Date', 'Have the proxy before the server pass the header Date on.');
  // The header has whole seconds.
  const apart = Math.abs(date + 500 - askedAt);
  const found = `${(apart / 1000).toFixed(1)} s apart`;
  const fix = 'Run a time service (chrony, systemd-timesyncd) here and on the server.';
  if (apart > CLOCK_FAIL_MS) return fail(found, fix);
  return apart > CLOCK_WARN_MS ? warn(found, fix) : ok(found);
}

function upstreams({ health: { upstreams: all } }: Seen): Finding {
  const unwell = Object.entries(all).filter(([, { state, agents_refused: refused }]) => state !== 'ok' || refused > 0);
  const fix = 'Look into the log for the answers of the provider; check its key and its status page.';
  return unwell.length === 0
    ? ok(Object.keys(all).join(', '))
    : warn(
        unwell.map(([name, each]) => `${name} ${each.state}, ${each.agents_refused} agents refused`).join('; '),
        fix,
      );
}

function openAgents({ health: { agents } }: Seen): Finding {
  const { open_to_anyone: count } = agents;
  if (count === null) return skipped('the database does not say', 'See `server_health`.');
  return count === 0
    ? ok('none')
    : warn(String(count), 'Give each a proxy key, a secret or a signature: docs/proxy.md.');
}

const noToken = (): Finding => skipped('no token', 'Run `masker login`, or set MASKER_TOKEN.');

async function token(client: ApiClient, connection: Connection): Promise<Finding> {
  if (connection.token === null) return noToken();
  try {
    const { permissions } = ME.parse(await client.call('GET', '/me'));
    return ok(`accepted, with ${permissions.length} permissions`);
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.authentication) throw error;
    return fail('the server refuses it', 'Make another: masker tokens create, or masker login.');
  }
}

async function webhooks(client: ApiClient, connection: Connection, send: boolean): Promise<Finding> {
  if (connection.token === null) return noToken();
  const all = await client.list('/webhooks', { limit: '100' }, true).catch(() => null);
  if (all === null) return skipped('this token may not read webhooks', 'Use one with webhooks:read.');
  if (all.length === 0) return ok('none');
  const paused = all.filter((hook) => hook['paused'] === true);
  const failing = all.filter((hook) => Number(hook['failures']) > 0);
  const refused = send ? await notTaken(client, all.slice(0, MOST_TESTED)) : [];
  const unwell = [...new Set([...failing, ...refused].map((hook) => String(hook['id'])))];
  if (unwell.length > 0)
    return fail(
      `${unwell.join(', ')} of ${all.length} cannot be reached`,
      'Run `masker webhooks test ID`, and correct the receiver or its address.',
    );
  const found = `${all.length}, ${send ? 'each took a test event' : 'none is failing'}`;
  return paused.length === 0
    ? ok(found)
    : warn(`${paused.length} of ${all.length} paused`, 'Resume those that should get events.');
}

async function notTaken(client: ApiClient, hooks: readonly Item[]): Promise<Item[]> {
  const refused: Item[] = [];
  for (const hook of hooks) {
    const answer = await client
      .call('POST', `/webhooks/${encodeURIComponent(String(hook['id']))}/test`)
      .catch(() => null);
    const read = TESTED.safeParse(answer);
    const status = read.success ? read.data.attempt.status : null;
    if (status === null || status < 200 || status >= 300) refused.push(hook);
  }
  return refused;
}
