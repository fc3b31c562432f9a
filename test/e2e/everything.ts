/** All that a system keeps or says, as text to be searched for what must not be there. */
import pg from 'pg';

/** Characters of the shortest piece of base64 that says anything: fewer stand in some token or digest by chance. */
const MIN_BASE64 = 8;

/** The ways in which a text may stand in a place: as it is, percent-encoded, in hex, in base64 at each alignment. */
export function disguises(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [
    text,
    encodeURIComponent(text),
    bytes.toString('hex'),
    ...base64.filter(({ length }) => length >= MIN_BASE64),
  ];
}

/** Letters and digits of the shortest digest or id. */
const MIN_DIGEST = 20;

/** What of a text matches the pattern, which is global; but for bare digits within a digest or an id, where chance may write any. */
export function writtenIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: hit, index }) => {
    const before = /[0-9A-Za-z]*$/.exec(text.slice(Math.max(0, index - MIN_DIGEST), index))?.[0] ?? '';
    const after = /^[0-9A-Za-z]*/.exec(text.slice(index + hit.length, index + hit.length + MIN_DIGEST))?.[0] ?? '';
    return /^[0-9A-Za-z]+$/.test(hit) && before.length + hit.length + after.length >= MIN_DIGEST ? [] : [hit];
  });
}

/** Every column of every row of every table of the database, as text; byte columns also decoded. */
export async function allTables(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    let text = '';
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
      for (const { row } of rows)
        text += `${name} ${row} ${row.replace(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'))}\n`;
    }
    return text;
  } finally {
    await client.end();
  }
}

export function headerText(response: Response): string {
  return [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
}
