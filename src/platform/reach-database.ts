/** Whether the server of MASKER_DATABASE_URL can be used, asked once before a command begins. */
import pg from 'pg';
import { endClient } from './end-client.ts';
import { errorCode } from './error-code.ts';
import { StartError } from './start-error.ts';

const CONNECT_MS = 10_000;
/** The oldest PostgreSQL that has everything the schema and the queries use. */
const OLDEST_MAJOR = 15;

/** Throws StartError where the server does not answer, does not let us in, or is too old. Names its place, never its password. */
export async function reachDatabase(url: string): Promise<void> {
  const place = placeOf(url);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masker start',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined); // a lost connection fails the query, which is where it is handled
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < OLDEST_MAJOR)
      throw refusal(place, `runs PostgreSQL ${major}. Use PostgreSQL ${OLDEST_MAJOR} or later.`);
  } catch (error) {
    throw error instanceof StartError ? error : explained(error, place);
  } finally {
    await endClient(client);
  }
}

function refusal(place: string, rest: string, cause?: unknown): StartError {
  return new StartError(`MASKER_DATABASE_URL: the server at ${place} ${rest}`, { cause });
}

function explained(error: unknown, place: string): StartError {
  if (!(error instanceof pg.DatabaseError)) {
    const why = errorCode(error) ?? `nothing within ${CONNECT_MS / 1000} s`;
    return refusal(place, `does not answer (${why}). Start it, or correct the URL.`, error);
  }
  switch (error.code) {
    case '28000':
    case '28P01':
      return refusal(place, `does not accept the user or the password (${error.code}). Correct the URL.`, error);
    case '3D000':
      return refusal(place, 'has no such database (3D000). Create it with createdb, or correct the URL.', error);
    default:
      return refusal(place, `refuses the connection (${error.code ?? 'no code'}). See its log for the reason.`, error);
  }
}

/** Returns `host:port/database` of the URL, without user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname}:${port === '' ? '5432' : port}${pathname}`;
}
