/** `masker serve`: the product, from an empty folder to a listening server. */
import type { Logger } from '../platform/log.ts';
import { loadBootstrapToken } from '../platform/bootstrap-token.ts';
import type { Environment } from '../platform/config.ts';
import { loadKeys } from '../platform/key-files.ts';
import { createLogger } from '../platform/log.ts';
import { applyMigrations } from '../platform/migrations.ts';
import { configure, provideDatabase, refuse, refuseUnsupported } from './configure.ts';
import { startInstance } from './instance.ts';

/** Runs until SIGINT or SIGTERM; reads the policy file again on SIGHUP. Throws StartError for what the operator must mend. */
export async function serve(env: Environment): Promise<void> {
  const config = configure(env, { keysRequired: true });
  refuseUnsupported(config);
  const log = createLogger(config.log);
  const loaded = await loadKeys(config);
  if (!loaded.ok) refuse(loaded.problems);
  const { keys, folder, made } = loaded;
  if (made.length > 0)
    console.log(`Made ${made.join(', ')} in ${folder}. Keep them: without them what is stored cannot be read again.`);

  const database = await provideDatabase(config);
  const applied = await applyMigrations(database.url);
  if (applied.length > 0) log.info({ migrations: applied }, 'database brought up to date');
  const { token, made: tokenFile } = await loadBootstrapToken(config);
  if (tokenFile !== null) console.log(`Made the admin's access token: ${tokenFile}`);
  const instance = await startInstance(config, keys, token, database.url, log);
  const stopped = untilStopped(async () => {
    await instance.close();
    await database.stop();
  }, log);
  process.on('SIGHUP', () => {
    void instance.reloadPolicy();
  });
  console.log(`Masker listens on ${instance.url}`);
  if (!config.production) {
    const demo = await instance.createDemoAgent();
    if (demo !== null) console.log(`Made the agent "demo": ${demo}`);
    console.log(`Sign in: ${await instance.signInLink()}`);
  }
  await stopped;
}

/** Resolves once a signal has asked for the end and `stop` is done. Heard from now on: whoever is told that the server listens may end it. */
function untilStopped(stop: () => Promise<void>, log: Logger): Promise<void> {
  return new Promise<void>((resolve, reject) => {
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
