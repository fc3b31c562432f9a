/** Holds the ledger of the callers against the journal, once the server is gone; and bundles against the verifier, before. */
import pg from 'pg';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { chainKey, verifyChain } from '../../src/audit/chain.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { readJournal } from '../../src/reports/evidence.ts';
import { KEYS } from '../instance.ts';
import type { Ledger } from './ledger.ts';
import type { SoakServer } from './server.ts';

/** A line of the result. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

/** Bundles fetched and verified by the offline verifier. */
const BUNDLES = 50;
/** Chains read from the database and verified; all of them where there are fewer. */
const CHAINS = 20_000;
const BATCH = 1000;

function sample<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, n) => items[Math.floor(n * step)]).filter(
    (item): item is T => item !== undefined,
  );
}

/** Fetches bundles and reports over REST, of sessions spread over the run. */
export async function proveBundles(server: SoakServer, ledger: Ledger): Promise<Finding[]> {
  const { keys } = (await (await fetch(`${server.url}/.well-known/masker-keys.json`)).json()) as {
    keys: { public_key: string }[];
  };
  const trustedKeys = keys.map(({ public_key: key }) => Uint8Array.from(Buffer.from(key, 'base64')));
  const ids = sample([...ledger.sessions.keys()], BUNDLES);
  let sealed = 0;
  const faults: string[] = [];
  for (const id of ids) {
    const bundle = new Uint8Array(await (await server.get(`/sessions/${id}/report?format=bundle`)).arrayBuffer());
    const verified = verifyBundle(bundle, { trustedKeys });
    if (verified.outcome === 'authentic') sealed += 1;
    else if (verified.outcome !== 'consistent') faults.push(`${id} ${verified.outcome}`);
    const report = await server.get(`/sessions/${id}/report`);
    if (report.status !== 200) faults.push(`${id} report: status ${report.status}`);
  }
  return [
    {
      ok: faults.length === 0 && sealed > 0,
      text: `bundles: ${ids.length} fetched over REST, ${sealed} authentic to the offline verifier, ${faults.length} faulty ${faults.slice(0, 3).join('; ')}`,
    },
  ];
}

/** Starts the stopped server's database alone, and looks. */
export async function proveJournal(dataDir: string, ledger: Ledger): Promise<Finding[]> {
  const database = await startEmbeddedPostgres(dataDir);
  const pool = new pg.Pool({ connectionString: database.url(), max: 2 });
  try {
    return [await proveTurns(pool, ledger), await proveEndings(pool), ...(await proveChains(pool, ledger))];
  } finally {
    await pool.end();
    await database.stop();
  }
}

/**
 * Starts the database of a node that was killed again and again, and looks: nothing acknowledged is lost, chains verify, and
 * each session is sealed once. A kill may leave a turn without an end: then its session is sealed as partial.
 */
export async function proveAfterKills(dataDir: string, ledger: Ledger): Promise<Finding[]> {
  const database = await startEmbeddedPostgres(dataDir);
  const pool = new pg.Pool({ connectionString: database.url(), max: 2 });
  const heads = { sessions: new Map([...ledger.sessions].map(([id, { begun }]) => [id, { begun, ended: 0 }])) };
  try {
    return [await proveTurns(pool, heads), await proveSeals(pool), ...(await proveChains(pool, heads))];
  } finally {
    await pool.end();
    await database.stop();
  }
}

async function proveSeals(pool: pg.Pool): Promise<Finding> {
  const { rows } = await pool.query<{ sessions: number; once: number; open: number; hidden: number }>(
    `SELECT count(*)::int AS sessions,
            count(*) FILTER (WHERE seals = 1 AND sealed_at IS NOT NULL)::int AS once,
            coalesce(sum(open), 0)::int AS open,
            count(*) FILTER (WHERE open > 0 AND status = 'ok')::int AS hidden
     FROM (SELECT s.sealed_at, s.status,
                  (SELECT count(*) FROM entries e WHERE e.session_id = s.id AND e.kind = 'session_sealed') AS seals,
                  (SELECT count(*) FROM turns t WHERE t.session_id = s.id AND t.ended_at IS NULL) AS open
           FROM sessions s) AS each`,
  );
  const { sessions = 0, once = 0, open = 0, hidden = 0 } = rows[0] ?? {};
  return {
    ok: sessions > 0 && once === sessions && hidden === 0,
    text: `seals: ${once} of ${sessions} sessions sealed once; ${open} turns without an end, ${hidden} of their sessions called ok`,
  };
}

/** Every turn that a caller was answered is on record; of every one that it heard whole, the end as well. */
async function proveTurns(pool: pg.Pool, { sessions }: Pick<Ledger, 'sessions'>): Promise<Finding> {
  const faulty: string[] = [];
  let turns = 0;
  let lost = 0;
  const all = [...sessions];
  for (let at = 0; at < all.length; at += BATCH) {
    const batch = all.slice(at, at + BATCH);
    const { rows } = await pool.query<{ id: string; begun: number; ended: number; entries: number }>(
      `SELECT s.id, count(t.id)::int AS begun, count(t.ended_at)::int AS ended,
              (SELECT count(*)::int FROM entries e WHERE e.session_id = s.id AND e.kind = 'turn_forwarded') AS entries
       FROM sessions s LEFT JOIN turns t ON t.session_id = s.id WHERE s.id = ANY($1) GROUP BY s.id`,
      [batch.map(([id]) => id)],
    );
    const stored = new Map(rows.map((row) => [row.id, row]));
    for (const [id, { begun, ended }] of batch) {
      const row = stored.get(id) ?? { begun: 0, ended: 0, entries: 0 };
      turns += begun;
      lost += Math.max(0, begun - Math.min(row.begun, row.entries));
      if (row.begun < begun || row.entries !== row.begun || row.ended < ended) faulty.push(id);
    }
  }
  return {
    ok: turns > 0 && faulty.length === 0,
    text: `journal: lost ${lost} of ${turns} acknowledged turns; ${faulty.length} of ${sessions.size} sessions faulty ${faulty.slice(0, 3).join(' ')}`,
  };
}

/** After a drain no turn is left without an end. */
async function proveEndings(pool: pg.Pool): Promise<Finding> {
  const { rows } = await pool.query<{ turns: number; open: number }>(
    `SELECT count(*)::int AS turns, count(*) FILTER (WHERE status = 'forwarded')::int AS open FROM turns`,
  );
  const { turns = 0, open = 0 } = rows[0] ?? {};
  return { ok: open === 0, text: `endings: ${turns} turns on record, ${open} without an end` };
}

async function proveChains(pool: pg.Pool, { sessions }: Pick<Ledger, 'sessions'>): Promise<Finding[]> {
  const auditKey = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
  const broken: string[] = [];
  const ids = sample([...sessions.keys()] as SessionId[], CHAINS);
  let entries = 0;
  for (const id of ids) {
    const chain = verifyChain(chainKey(auditKey, id), id, await readJournal(pool, id));
    if (chain.ok) entries += chain.entries.length;
    else broken.push(`${id} at ${chain.seq}: ${chain.fault}`);
  }
  return [
    {
      ok: broken.length === 0,
      text: `chains: ${ids.length} of ${sessions.size} sessions verified, ${entries} entries, ${broken.length} broken ${broken.slice(0, 3).join('; ')}`,
    },
  ];
}
