/**
 * If-Match on writes (RFC 9110, section 13.1.1): a caller changes only what it has read. The tag is that of the GET of the
 * same address. Figures and times of use are no part of what is compared, because they change by themselves.
 */
import type { Pool } from 'pg';
import type { Viewer } from '../accounts/viewer.ts';
import { withAdvisoryLock } from '../platform/advisory-lock.ts';
import { Failure } from '../platform/failure.ts';
import { entityTag } from './entity-tag.ts';
import type { Route } from './route.ts';

/** The class of the locks, one for each address of an account: "mifm". */
const LOCK_CLASS = 0x6d69666d;

/** Members of answers that change without a write. */
const FIGURES: ReadonlySet<string> = new Set([
  'stats',
  'session_count_24h',
  'agent_count',
  'last_seen_at',
  'last_used_at',
  'state',
  'failures',
  'retry_at',
]);

const CONDITIONAL: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE']);

/** Returns the route whose tag a write can name; null where there is none. */
export function taggedTwin(route: Route, routes: readonly Route[]): Route | null {
  if (!CONDITIONAL.has(route.method)) return null;
  return (
    routes.find(({ method, path, response }) => method === 'GET' && path === route.path && response.schema !== null) ??
    null
  );
}

/** The tag of an answer: of what can be changed, and of the whole text. */
export function bodyTag(body: unknown, text: string): string {
  const settings = entityTag(JSON.stringify(body, (key, value: unknown) => (FIGURES.has(key) ? undefined : value)));
  return `${settings.slice(0, -1)}.${entityTag(text).slice(1)}`;
}

/** The part of a tag that says what can be changed. */
function settingsOf(tag: string): string {
  return tag.split('.', 1)[0] ?? tag;
}

/** Whether If-Match names the tag. Weak tags never match. */
export function matches(ifMatch: string, tag: string): boolean {
  if (ifMatch.trim() === '*') return true;
  return ifMatch
    .split(',')
    .map((each) => each.trim())
    .some((named) => named.startsWith('"') && settingsOf(named) === settingsOf(tag));
}

/** Runs work only if what is at an address is what the caller has. */
export type Preconditions = <T>(
  condition: {
    readonly viewer: Viewer;
    readonly path: string;
    readonly ifMatch: string;
    /** Reads the tag of the address now; null where it has none. */
    readonly readTag: () => Promise<string | null>;
  },
  work: () => Promise<T>,
) => Promise<T>;

/**
 * Makes the check. Of two conditional writes to one address at once, on any nodes, one is made and the other is refused.
 * Throws Failure `precondition_failed`, and what reading the tag throws.
 */
export function createPreconditions(pool: Pick<Pool, 'connect'>): Preconditions {
  return async ({ viewer, path, ifMatch, readTag }, work) => {
    const done = await withAdvisoryLock(
      pool,
      { lockClass: LOCK_CLASS, key: `${viewer.accountId} ${path}` },
      async () => {
        const tag = await readTag();
        if (tag === null || !matches(ifMatch, tag)) throw preconditionFailed();
        return { result: await work() };
      },
    );
    if (done === null) throw preconditionFailed();
    return done.result;
  };
}

function preconditionFailed(): Failure {
  return new Failure(
    'precondition_failed',
    'What is here is not what If-Match names: it has changed, or is being changed. Read it again, and send its ETag.',
  );
}
