import type { Environment } from '../../platform/config.ts';
import { applyMigrations } from '../../platform/migrations.ts';
import { configure, provideDatabase } from './configure.ts';

/** `masker migrate`: brings the database up to date under its lock, and says what was applied. */
export async function migrate(env: Environment, asJson: boolean): Promise<void> {
  const database = await provideDatabase(configure(env, { keysRequired: false }));
  try {
    const applied = await applyMigrations(database.url);
    if (asJson) console.log(JSON.stringify({ applied }));
    else console.log(applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`);
  } finally {
    await database.stop();
  }
}
