/** What the database reads for a statement: statements are recorded as they are sent, and their plans are run. */
import pg from 'pg';
import { z } from 'zod';

/** A statement as it was sent. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const CONFIG = z.looseObject({ text: z.string(), values: z.array(z.unknown()).optional() });

/** A pool that keeps what is sent over it. */
export class RecordingPool extends pg.Pool {
  readonly sent: SentStatement[] = [];

  // pg has a dozen overloads of it.
  override query: pg.Pool['query'] = ((...args: [unknown, ...unknown[]]) => {
    const send = super.query.bind(this) as (...all: readonly unknown[]) => unknown;
    const [first, second] = args;
    const { text, values } = CONFIG.parse(typeof first === 'string' ? { text: first } : first);
    this.sent.push({ text, values: values ?? (Array.isArray(second) ? second : []) });
    return send(...args);
  }) as pg.Pool['query'];
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly 'Rows Removed by Index Recheck'?: number | undefined;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[] | undefined;
}

const PLAN: z.ZodType<Plan> = z.lazy(() =>
  z.looseObject({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    'Shared Hit Blocks': z.number(),
    'Shared Read Blocks': z.number(),
    Plans: z.array(PLAN).optional(),
  }),
);
const ANSWER = z.tuple([
  z.object({
    'QUERY PLAN': z.tuple([z.object({ Plan: PLAN, 'Execution Time': z.number(), 'Planning Time': z.number() })]),
  }),
]);

/** What one statement read. */
export interface Reading {
  /** Rows that were looked at, by table: those that a filter dropped, too. */
  readonly rows: Readonly<Record<string, number>>;
  /** The indexes that were used. */
  readonly indexes: readonly string[];
  /** Tables that were read as a whole. */
  readonly whole: readonly string[];
  /** Blocks of 8 KiB. */
  readonly blocks: number;
  readonly ms: number;
}

/** Runs the statement and returns what it read. */
export async function readingOf(db: Pick<pg.Pool, 'query'>, { text, values }: SentStatement): Promise<Reading> {
  const { rows } = await db.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, [...values]);
  const [
    {
      'QUERY PLAN': [answer],
    },
  ] = ANSWER.parse(rows);
  const reading = { rows: {} as Record<string, number>, indexes: new Set<string>(), whole: new Set<string>() };
  const visit = (plan: Plan): void => {
    const table = plan['Relation Name'];
    if (table !== undefined) {
      const dropped = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
      const looked = Math.round((plan['Actual Rows'] + dropped) * plan['Actual Loops']);
      reading.rows[table] = (reading.rows[table] ?? 0) + looked;
      if (plan['Node Type'] === 'Seq Scan') reading.whole.add(table);
    }
    if (plan['Index Name'] !== undefined) reading.indexes.add(plan['Index Name']);
    for (const each of plan.Plans ?? []) visit(each);
  };
  visit(answer.Plan);
  return {
    rows: reading.rows,
    indexes: [...reading.indexes].sort(),
    whole: [...reading.whole],
    blocks: answer.Plan['Shared Hit Blocks'] + answer.Plan['Shared Read Blocks'],
    ms: answer['Execution Time'],
  };
}
