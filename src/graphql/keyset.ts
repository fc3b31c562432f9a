/**
 * Connections by keyset: a page begins after a key, never after a count, so that rows inserted meanwhile are neither
 * skipped nor repeated, and the cost of a page does not grow with its number (see docs/api.md, Conventions).
 *
 * Prisma's own `cursor` is not used: it looks the cursor's row up without regard to the account, which would tell
 * whether another's object exists.
 */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 25;

/** `first` and `last`. */
export const pageSizeArgument = z.int().min(1).max(MAX_PAGE_SIZE);

const NOT_A_CURSOR = 'This is not a cursor of this list.';
// Base64url of "<kind of key>:<key>".
const CURSOR = /^[A-Za-z0-9_-]{1,128}$/;

/** `after` and `before`: what a cursor looks like at all; whether it is one of the connection's, `readPage` says. */
export const cursorArgument = z.string().regex(CURSOR, NOT_A_CURSOR);

/** The key of a connection: how its cursors are written and read. Higher or lower is up to the order of the list. */
export interface Key<K extends string | number> {
  encode(key: K): string;
  /** Null for what is no cursor of this connection. */
  decode(cursor: string): K | null;
}

function cursorOf(kind: string, key: string): string {
  return Buffer.from(`${kind}:${key}`, 'utf8').toString('base64url');
}

function keyOf(kind: string, cursor: string): string | null {
  if (!CURSOR.test(cursor)) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  return text.startsWith(`${kind}:`) ? text.slice(kind.length + 1) : null;
}

/** Cursors that hold an id: for lists in the order of their ids, which is the order of time. */
export function idKey<K extends string>(kind: string, isKey: (text: string) => text is K): Key<K> {
  return {
    encode: (id) => cursorOf(kind, id),
    decode: (cursor) => {
      const text = keyOf(kind, cursor);
      return text !== null && isKey(text) ? text : null;
    },
  };
}

/** Cursors that hold a number of 32 bits: a place in a journal, or the number of a turn. */
export function numberKey(kind: string): Key<number> {
  return {
    encode: (number) => cursorOf(kind, String(number)),
    decode: (cursor) => {
      const text = keyOf(kind, cursor);
      const number = text !== null && /^\d{1,10}$/.test(text) ? Number(text) : null;
      return number !== null && number < 2 ** 31 ? number : null;
    },
  };
}

/** Cursors that hold a place in a log: a safe integer. */
export function positionKey(kind: string): Key<number> {
  return {
    encode: (number) => cursorOf(kind, String(number)),
    decode: (cursor) => {
      const text = keyOf(kind, cursor);
      const number = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : null;
      return number !== null && Number.isSafeInteger(number) ? number : null;
    },
  };
}

/** Relay's arguments of a connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** What part of the list is wanted. */
export interface Page<K extends string | number> {
  readonly size: number;
  readonly after: K | null;
  readonly before: K | null;
  /** Whether the page is taken from the end of the list (`last`). */
  readonly backwards: boolean;
}

/** Reads a connection's arguments. Throws Failure `validation_failed` that names every argument at fault. */
export function readPage<K extends string | number>(key: Key<K>, args: PageArguments): Page<K> {
  const problems: FieldProblem[] = [];
  const cursor = (name: 'after' | 'before'): K | null => {
    const text = args[name] ?? null;
    if (text === null) return null;
    const decoded = key.decode(text);
    if (decoded === null) problems.push({ path: name, code: 'invalid_cursor', message: NOT_A_CURSOR });
    return decoded;
  };
  const size = (name: 'first' | 'last'): number | null => {
    const number = args[name] ?? null;
    if (number !== null && !pageSizeArgument.safeParse(number).success) {
      problems.push({
        path: name,
        code: 'out_of_range',
        message: `This is a whole number from 1 to ${MAX_PAGE_SIZE}.`,
      });
    }
    return number;
  };
  const after = cursor('after');
  const before = cursor('before');
  const first = size('first');
  const last = size('last');
  if (first !== null && last !== null)
    problems.push({ path: 'last', code: 'exclusive', message: 'Give either first or last.' });
  if (problems.length > 0) throw new Failure('validation_failed', 'Some arguments are not valid.', problems);
  return { size: first ?? last ?? DEFAULT_PAGE_SIZE, after, before, backwards: last !== null };
}

/** The query of a page: one row more than its size tells whether there is another page. */
export interface PageQuery<K> {
  readonly range: { readonly lt?: K; readonly gt?: K };
  readonly order: 'asc' | 'desc';
  readonly take: number;
}

/** The query for a page of a list in the given order: conditions on the key, the order to read in, how many rows. */
export function pageQuery<K extends string | number>(page: Page<K>, order: 'asc' | 'desc'): PageQuery<K> {
  const [beyond, short] = order === 'asc' ? (['gt', 'lt'] as const) : (['lt', 'gt'] as const);
  return {
    range: {
      ...(page.after === null ? {} : { [beyond]: page.after }),
      ...(page.before === null ? {} : { [short]: page.before }),
    },
    order: page.backwards ? (order === 'asc' ? 'desc' : 'asc') : order,
    take: page.size + 1,
  };
}

/** A connection in Relay's shape. */
export interface Connection<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** The connection for the rows that `pageQuery` found, in the order in which it read them. */
export function connectionOf<Row, Node, K extends string | number>(
  page: Page<K>,
  key: Key<K>,
  rows: readonly Row[],
  describe: (row: Row) => { readonly key: K; readonly node: Node },
): Connection<Node> {
  const kept = rows.slice(0, page.size);
  if (page.backwards) kept.reverse();
  const edges = kept.map((row) => {
    const { key: place, node } = describe(row);
    return { cursor: key.encode(place), node };
  });
  const more = rows.length > page.size;
  return {
    edges,
    pageInfo: {
      // Towards the side that the page came from, a cursor is proof that its own row was there.
      hasNextPage: page.backwards ? page.before !== null : more,
      hasPreviousPage: page.backwards ? more : page.after !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
