/** The tables of a database that belong into a backup, and what their order must be. */
import type { ClientBase } from 'pg';

type Db = Pick<ClientBase, 'query'>;

/**
 * Tables that are left out: the bookkeeping of migrations, which the restore writes itself; counters of rate limits, and
 * answers that are kept for a day for a repeated request.
 */
const LEFT_OUT: readonly string[] = ['_prisma_migrations', 'rate_limits', 'idempotency_keys'];

/** Returns the tables, each behind those that it refers to. */
export async function backupTables(db: Db): Promise<readonly string[]> {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`,
  );
  const { rows: references } = await db.query<{ name: string; needs: string }>(
    `SELECT c.relname::text AS name, f.relname::text AS needs
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
     WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND c.oid <> f.oid`,
  );
  const left = new Set(tables.map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name)));
  const ordered: string[] = [];
  while (left.size > 0) {
    const isReady = (name: string): boolean =>
      references.every((reference) => reference.name !== name || !left.has(reference.needs));
    const ready = [...left].filter(isReady);
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const name of ready) left.delete(name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Returns the names of the migrations that the database has, in order; none for a database without tables. */
export async function databaseMigrations(db: Db): Promise<readonly string[]> {
  const { rows: found } = await db.query<{ found: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS found`,
  );
  if (found[0]?.found !== true) return [];
  const { rows } = await db.query<{ name: string }>(
    'SELECT migration_name AS name FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY migration_name',
  );
  return rows.map(({ name }) => name);
}
