/** `masker serve`: the product, from an empty folder to a listening server. */
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { loadBootstrapToken } from '../platform/bootstrap-token.ts';
import { loadConfig } from '../platform/config.ts';
import type { Config, Environment } from '../platform/config.ts';
import { loadKeys } from '../platform/key-files.ts';
import { createLogger } from '../platform/log.ts';
import { applyMigrations } from '../platform/migrations.ts';
import { StartError } from '../platform/start-error.ts';
import { startInstance } from './instance.ts';

/** Prints every problem at once and stops the start. */
function refuse(problems: readonly { readonly variable: string; readonly message: string }[]): never {
  const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
  throw new StartError(`the configuration is not usable:\n${lines.join('\n')}`);
}

/** The configuration of the environment. Throws StartError that lists every problem. */
export function configure(env: Environment, options: { readonly keysRequired: boolean }): Config {
  const loaded = loadConfig(env, options);
  return loaded.ok ? loaded.config : refuse(loaded.problems);
}

/** The database that the configuration names; the embedded one is started for it, and `stop` stops it again. */
export async function provideDatabase(config: Config): Promise<{ url: string; stop: () => Promise<void> }> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl.reveal(), stop: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres(config.dataDir);
  return { url: postgres.url(), stop: () => postgres.stop() };
}

/** Runs until SIGINT or SIGTERM. Throws StartError for what the operator must mend. */
export async function serve(env: Environment): Promise<void> {
  const config = configure(env, { keysRequired: true });
  const log = createLogger(config.log);
  const loaded = await loadKeys(config);
  if (!loaded.ok) refuse(loaded.problems);
  const { keys, folder, made } = loaded;
  if (made.length > 0) console.log(`Made ${made.join(', ')} in ${folder}. Keep them: without them what is stored cannot be read again.`);

  const database = await provideDatabase(config);
  const applied = await applyMigrations(database.url);
  if (applied.length > 0) log.info({ migrations: applied }, 'database brought up to date');
  const { token, made: tokenFile } = await loadBootstrapToken(config);
  if (tokenFile !== null) console.log(`Made the admin's access token: ${tokenFile}`);
  const instance = await startInstance(config, keys, token, database.url, log);
  console.log(`Masker listens on ${instance.url}`);
  if (!config.production) {
    const demo = await instance.createDemoAgent();
    if (demo !== null) console.log(`Made the agent "demo": ${demo}`);
    console.log(`Sign in: ${await instance.signInLink()}`);
  }

  const stop = async (): Promise<void> => {
    await instance.close();
    await database.stop();
  };
  await new Promise<void>((resolve, reject) => {
    let stopping = false;
    const once = (): void => {
      // A second signal means: now. The database recovers from that, and no acknowledged turn is lost.
      if (stopping) process.exit(1);
      stopping = true;
      log.info('stopping');
      stop().then(resolve, reject);
    };
    process.on('SIGINT', once);
    process.on('SIGTERM', once);
  });
}
