/** What every command that touches the database begins with: a configuration that holds, and the database it names. */
import { loadConfig } from '../../platform/config.ts';
import type { Config, ConfigProblem, Environment } from '../../platform/config.ts';
import { makeDataFolder } from '../../platform/data-folder.ts';
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { reachDatabase } from '../../platform/reach-database.ts';
import { StartError } from '../../platform/start-error.ts';
import type { VariableName, Variables } from '../../platform/variables.ts';
import { watchEmbeddedPostgres } from '../../platform/watched-postgres.ts';
import type { WatchReports } from '../../platform/watched-postgres.ts';

/** Stops the start. Throws StartError that lists every problem. */
export function refuse(problems: readonly ConfigProblem[]): never {
  const lines = problems.map(({ variable, message }) => `${variable} ${message}`);
  throw new StartError(
    lines.length === 1
      ? lines.join('')
      : `The configuration has ${lines.length} problems:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** The configuration of the environment. Throws StartError that lists every problem. */
export function configure(env: Environment, options: { readonly keysRequired: boolean }): Config {
  const loaded = loadConfig(env, { ...options, isTerminal: process.stdout.isTTY });
  return loaded.ok ? loaded.config : refuse(loaded.problems);
}

/** Variables that nothing reads yet, and the reason. */
const UNSUPPORTED: readonly (readonly [VariableName, (variables: Variables) => boolean, string])[] = [
  ['MASKER_ZEROIZE_BUFFERS', (v) => v.MASKER_ZEROIZE_BUFFERS, 'Buffers are not overwritten yet.'],
];

/**
 * Refuses variables whose features do not exist yet: an operator who sets a limit or a period expects it to be applied.
 *
 * @throws StartError that lists every such variable
 */
export function refuseUnsupported({ variables }: Config): void {
  const problems = UNSUPPORTED.filter(([, isAsked]) => isAsked(variables)).map(([variable, , reason]) => ({
    variable,
    message: `is not supported by this version. ${reason} Unset it.`,
  }));
  if (problems.length > 0) refuse(problems);
}

/** How many connections the processes of this machine may open, and some commands beside them. */
function connectionsFor(workers: number): number {
  return Math.max(100, 20 + 16 * workers);
}

/**
 * Returns the database that the configuration names; `stop` stops it where it is the embedded one. With `reports`, the
 * embedded one is watched and started again when it ends.
 */
export async function provideDatabase(
  config: Config,
  reports: WatchReports | null = null,
): Promise<{ url: string; stop: () => Promise<void> }> {
  if (config.databaseUrl !== null) {
    const url = config.databaseUrl.reveal();
    await reachDatabase(url);
    return { url, stop: () => Promise.resolve() };
  }
  await makeDataFolder(config.dataDir);
  const start = (dir: string): Promise<EmbeddedPostgres> => startEmbeddedPostgres(dir, connectionsFor(config.workers));
  const postgres =
    reports === null ? await start(config.dataDir) : await watchEmbeddedPostgres(config.dataDir, { ...reports, start });
  return { url: postgres.url(), stop: () => postgres.stop() };
}
