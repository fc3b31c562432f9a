/** `masker doctor`: checks an installation, and says of each fault what to do. See docs/operations.md, Doctor. */
import { systemTimer } from '../../../platform/clock.ts';
import type { Environment } from '../../../platform/config.ts';
import { isReadableOnTheWay } from '../../../platform/readable-address.ts';
import { readConnection } from '../client/client-config.ts';
import type { ClientOptions, Connection } from '../client/client-config.ts';
import { EXIT } from '../client/command-failure.ts';
import { terminalOf } from '../client/terminal.ts';
import type { Terminal } from '../client/terminal.ts';
import { VERSION } from '../../version.ts';
import { canaryChecks } from './canary.ts';
import { runChecks, summarise } from './check.ts';
import type { Check, CheckResult } from './check.ts';
import { configurationChecks } from './configuration-checks.ts';
import { databaseChecks } from './database-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { neighbourChecks } from './neighbour-checks.ts';
import { resultLines, summaryLine } from './report.ts';
import { serverChecks } from './server-checks.ts';
import { ownToken, readSetup } from './setup.ts';
import type { Setup } from './setup.ts';

export interface DoctorOptions extends ClientOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Only this machine and what its environment configures. */
  readonly local?: boolean;
  /** Only the server. */
  readonly remote?: boolean;
  /** False: no agent is made for a canary call. */
  readonly canary: boolean;
  readonly testWebhooks?: boolean;
  /** Whether a warning counts as a failure. */
  readonly strict?: boolean;
}

/** Runs the checks and prints what they find. Sets the exit code `command` where one failed. Throws CommandFailure like `readConnection`. */
export async function doctor(options: DoctorOptions, env: Environment): Promise<void> {
  const setup = await readSetup(env);
  const { connection, isNamed } = await serverOf(options, env, setup);
  const terminal = terminalOf(process.stdout, env);
  const database = databaseChecks(setup);
  const print = options.json === true ? (): void => undefined : printer(options.quiet === true, terminal);
  const local = [
    ...machineChecks(setup.config),
    ...configurationChecks(setup),
    ...database.checks,
    ...neighbourChecks(setup),
  ];
  let isThere = false;
  const remote = serverChecks({
    connection,
    isNamed,
    testWebhooks: options.testWebhooks === true,
    onReached: (reached) => {
      isThere = reached;
    },
  });
  const canaries = chosenCanaries(options, setup, () => (isThere && connection.token !== null ? connection : null));
  const checks = [...(options.remote === true ? [] : local), ...(options.local === true ? [] : remote), ...canaries];
  const results = await runChecks(checks, print, systemTimer.now).finally(() => database.close());
  const summary = summarise(results);
  if (options.json === true) {
    const document = { version: VERSION, server: connection.server, summary, checks: results };
    console.log(JSON.stringify(document, null, 2));
  } else console.log(`${options.quiet === true ? '' : '\n'}${summaryLine(summary, terminal)}`);
  if (summary.fail > 0 || (options.strict === true && summary.warn > 0)) process.exitCode = EXIT.command;
}

/** The canaries are made last: by then it is known whether a server is there. */
function chosenCanaries(options: DoctorOptions, setup: Setup, server: () => Connection | null): Check[] {
  const [inMemory, call] = canaryChecks(setup, server);
  return [
    ...(options.remote === true || inMemory === undefined ? [] : [inMemory]),
    ...(options.local === true || !options.canary || call === undefined ? [] : [call]),
  ];
}

/** The server that a person named, or else the one that this environment would start, with its own token. */
async function serverOf(
  options: DoctorOptions,
  env: Environment,
  { config }: Setup,
): Promise<{ connection: Connection; isNamed: boolean }> {
  const connection = await readConnection(options, env);
  const isNamed =
    options.server !== undefined || (env['MASKER_SERVER'] ?? '') !== '' || connection.isConfigured === true;
  if (isNamed || config === null) return { connection, isNamed };
  const server = `http://127.0.0.1:${config.listen.port}`;
  const token = connection.token ?? (isReadableOnTheWay(new URL(server)) ? null : await ownToken(config));
  return { connection: { ...connection, server, token }, isNamed };
}

function printer(onlyFaults: boolean, terminal: Terminal): (result: CheckResult) => void {
  let group = '';
  let reason = '';
  return (result) => {
    // What is skipped for one reason is said once.
    const isRepeated = result.status === 'skipped' && result.group === group && result.found === reason;
    reason = result.status === 'skipped' ? result.found : '';
    if (isRepeated) return;
    if (onlyFaults && (result.status === 'ok' || result.status === 'skipped')) return;
    if (result.group !== group) {
      console.log(`${group === '' ? '' : '\n'}${terminal.paint('bold', result.group)}`);
      ({ group } = result);
    }
    for (const line of resultLines(result, terminal)) console.log(line);
  };
}
