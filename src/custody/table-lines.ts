/**
 * Rows of tables as lines of text: `H` with what the lines are of, `T` with the name of a table, `R` with a row as JSON, and
 * at the end `E` with the number of rows of each table. JSON names the columns, so that their order does not matter.
 */
import type { ClientBase } from 'pg';
import { z } from 'zod';

type Db = Pick<ClientBase, 'query'>;

/** What a batch holds at most, in UTF-16 units and in rows. */
const MOST_TEXT = 1_000_000;
const MOST_ROWS = 1000;

/** The end of the lines. */
const COUNTS = z.record(z.string(), z.number());
const TABLE = z.object({ table: z.string() });
export type RowCounts = Readonly<Record<string, number>>;

/** The rows of tables, and where they come from. Rejects when the database does. `queries` gives a table's rows more columns. */
export async function* dumpTables(
  client: Db,
  head: object,
  tables: readonly string[],
  onRows: (rows: number) => void = () => undefined,
  queries: Readonly<Record<string, string>> = {},
): AsyncGenerator<string, void> {
  yield `H${JSON.stringify(head)}`;
  const counts: Record<string, number> = {};
  for (const table of tables) {
    yield `T${JSON.stringify({ table })}`;
    let count = 0;
    for await (const lines of dumpTable(client, table, queries[table] ?? `"${table}"`)) {
      for (const line of lines) yield `R${line}`;
      count += lines.length;
      onRows(lines.length);
    }
    counts[table] = count;
  }
  yield `E${JSON.stringify(counts)}`;
}

/** The rows of one table by its key. Few at once where rows are large. */
async function* dumpTable(client: Db, table: string, rowsOf: string): AsyncGenerator<readonly string[], void> {
  await client.query(
    `DECLARE dumped NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${rowsOf} t ORDER BY ${await keyOf(client, table)}`,
  );
  for (let size = 8; ;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${size} FROM dumped`);
    if (rows.length > 0) yield rows.map(({ line }) => line);
    if (rows.length < size) break;
    const text = rows.reduce((sum, { line }) => sum + line.length, 0);
    if (text > MOST_TEXT) size = Math.max(1, Math.floor(size / 2));
    else if (text < MOST_TEXT / 2) size = Math.min(MOST_ROWS, size * 2);
  }
  await client.query('CLOSE dumped');
}

/** The columns of a table's primary key. Texts are compared by their bytes, so that the order is the same everywhere. */
async function keyOf(client: Db, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string; is_text: boolean }>(
    `SELECT quote_ident(a.attname) AS name, a.atttypid = 'text'::regtype AS is_text
     FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE i.indrelid = quote_ident($1)::regclass AND i.indisprimary ORDER BY k.place`,
    [table],
  );
  return rows.map(({ name, is_text: isText }) => (isText ? `${name} COLLATE "C"` : name)).join(', ');
}

/** Lines that are not what `dumpTables` writes. */
export class LinesError extends Error {
  override readonly name = 'LinesError';
}

/** Told of what the lines hold, in order. */
export interface LineVisitor {
  head?(head: unknown): void | Promise<void>;
  rows(table: string, rows: readonly string[]): void | Promise<void>;
}

/** Reads lines to their end, in batches of rows. Resolves with the numbers of rows. Throws LinesError where they do not fit. */
export async function readTables(lines: AsyncIterable<string>, visitor: LineVisitor): Promise<RowCounts> {
  const counts: Record<string, number> = {};
  let [table, expected, isFirst]: [string | null, RowCounts | null, boolean] = [null, null, true];
  let batch: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (table === null || batch.length === 0) return;
    counts[table] = (counts[table] ?? 0) + batch.length;
    const rows = batch;
    [batch, length] = [[], 0];
    await visitor.rows(table, rows);
  };
  for await (const line of lines) {
    if (expected !== null || isFirst !== line.startsWith('H')) throw new LinesError('the lines are not in order');
    const text = line.slice(1);
    switch (line.charAt(0)) {
      case 'H':
        isFirst = false;
        await visitor.head?.(JSON.parse(text));
        break;
      case 'T':
        await flush();
        ({ table } = TABLE.parse(JSON.parse(text)));
        counts[table] = 0;
        break;
      case 'R':
        batch.push(text);
        length += text.length;
        if (length >= MOST_TEXT || batch.length >= MOST_ROWS) await flush();
        break;
      case 'E':
        await flush();
        expected = COUNTS.parse(JSON.parse(text));
        break;
      default:
        throw new LinesError('a line is of no known kind');
    }
  }
  if (expected === null || !isEqual(expected, counts))
    throw new LinesError('the numbers of rows are not those that were written');
  return counts;
}

function isEqual(a: RowCounts, b: RowCounts): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Inserts rows. Rejects where the database has one of them. */
export async function insertRows(client: Db, table: string, rows: readonly string[]): Promise<void> {
  await client.query(await insertion(client, table), [`[${rows.join(',')}]`]);
}

/** Inserts the rows that are not there yet. Returns the sessions of those. */
export async function insertMissing<Id extends string>(
  client: Db,
  table: string,
  rows: readonly string[],
): Promise<readonly Id[]> {
  const sql = `${await insertion(client, table)} ON CONFLICT DO NOTHING RETURNING session_id`;
  const inserted = await client.query<{ session_id: Id }>(sql, [`[${rows.join(',')}]`]);
  return inserted.rows.map(({ session_id: id }) => id);
}

/** Inserts a list of rows, without the columns that the database computes. */
async function insertion(client: Db, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = quote_ident($1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const columns = rows[0]?.columns ?? '';
  return `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM json_populate_recordset(null::"${table}", $1::json)`;
}
